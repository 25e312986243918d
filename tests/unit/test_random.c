/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/random.h"

static void as_many_digits_come_as_were_asked_for(void **state)
{
	static const size_t counts[] = {2, 8, 32, XPT_RANDOM_HEX_MAX};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(counts); i++) {
		char text[XPT_RANDOM_HEX_MAX + 2];

		memset(text, 'z', sizeof(text));
		assert_int_equal(xpt_random_hex(text, counts[i], NULL), 0);
		assert_int_equal(strspn(text, "0123456789abcdef"), counts[i]);
		assert_int_equal(text[counts[i]], '\0');
		assert_int_equal(text[counts[i] + 1], 'z');
	}
}

static void no_two_are_alike(void **state)
{
	char a[XPT_RANDOM_HEX_MAX + 1], b[XPT_RANDOM_HEX_MAX + 1];

	(void)state;
	assert_int_equal(xpt_random_hex(a, XPT_RANDOM_HEX_MAX, NULL), 0);
	assert_int_equal(xpt_random_hex(b, XPT_RANDOM_HEX_MAX, NULL), 0);
	assert_string_not_equal(a, b);
}

static void too_many_digits_are_refused(void **state)
{
	char text[] = "untouched";
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	assert_int_equal(xpt_random_hex(text, XPT_RANDOM_HEX_MAX + 2, &err), -EINVAL);
	assert_int_equal(err.code, XPT_SYSTEM);
	assert_string_equal(text, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_digits_come_as_were_asked_for),
		cmocka_unit_test(no_two_are_alike),
		cmocka_unit_test(too_many_digits_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
