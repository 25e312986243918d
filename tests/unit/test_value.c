/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "codec/value.h"

static void members_are_found_by_name_and_keep_their_order(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_struct();

	for (int i = 0; i < 100; i++) {
		XPT_FREE char *key = xpt_fmt("k%d", 99 - i);

		xpt_value_put(v, key, xpt_value_int(i));
	}
	assert_int_equal(v->n, 100);
	assert_string_equal(v->key[0], "k99");
	assert_string_equal(v->key[99], "k0");
	assert_int_equal(xpt_value_get_int(v, "k42"), 57);
}

static void items_are_kept_in_order(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_array();

	for (int i = 0; i < 1000; i++)
		xpt_value_push(v, xpt_value_int(i));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v->item[i]->num, i);
}

static void asking_for_another_type_gives_nothing(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_put(xpt_value_struct(), "n", xpt_value_int(7));

	xpt_value_put(v, "s", xpt_value_str("text"));
	assert_null(xpt_value_get_text(v, "n"));
	assert_false(xpt_value_get_bool(v, "n"));
	assert_int_equal(xpt_value_get_int(v, "s"), 0);
	assert_null(xpt_value_get(v, "absent"));
	assert_null(xpt_value_get(xpt_value_get(v, "s"), "n"));
	assert_null(xpt_value_text(NULL));
}

static void integers_are_read_from_xapis_strings(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_put(xpt_value_struct(), "big", xpt_value_str("137438953472"));

	xpt_value_put(v, "none", xpt_value_str("-1"));
	assert_int_equal(xpt_value_get_int(v, "big"), 1LL << 37);
	assert_int_equal(xpt_value_get_int(v, "none"), -1);
}

static void whole_decimal_numbers_of_64_bits_are_integers(void **state XPT_UNUSED)
{
	long long n = 1;

	assert_int_equal(xpt_value_scan_int("0", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(xpt_value_scan_int("-0", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(xpt_value_scan_int("9223372036854775807", &n), 0);
	assert_true(n == LLONG_MAX);
	assert_int_equal(xpt_value_scan_int("-9223372036854775808", &n), 0);
	assert_true(n == LLONG_MIN);
}

static void anything_else_is_no_integer_and_leaves_the_number_alone(void **state XPT_UNUSED)
{
	static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "--1", "0x1", "1.0", "one"};
	long long n = 5;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++)
		assert_int_equal(xpt_value_scan_int(bad[i], &n), -EINVAL);
	assert_int_equal(xpt_value_scan_int("9223372036854775808", &n), -ERANGE);
	assert_int_equal(xpt_value_scan_int("-9223372036854775809", &n), -ERANGE);
	assert_int_equal(n, 5);
}

static void no_string_is_the_empty_string(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_str(NULL);

	assert_string_equal(xpt_value_text(v), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_by_name_and_keep_their_order),
		cmocka_unit_test(items_are_kept_in_order),
		cmocka_unit_test(asking_for_another_type_gives_nothing),
		cmocka_unit_test(integers_are_read_from_xapis_strings),
		cmocka_unit_test(whole_decimal_numbers_of_64_bits_are_integers),
		cmocka_unit_test(anything_else_is_no_integer_and_leaves_the_number_alone),
		cmocka_unit_test(no_string_is_the_empty_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
