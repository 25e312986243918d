/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "width.h"

#define TOKYO "\xe6\x9d\xb1\xe4\xba\xac" /* two wide characters of three bytes */
#define E_ACUTE "e\xcc\x81"              /* e and a combining accent */

static void letters_take_one_column(void **state)
{
	(void)state;
	assert_int_equal(xpt_width(""), 0);
	assert_int_equal(xpt_width("abc"), 3);
	assert_int_equal(xpt_width("caf\xc3\xa9"), 4);
}

static void east_asian_letters_take_two(void **state)
{
	(void)state;
	assert_int_equal(xpt_width(TOKYO), 4);
	assert_int_equal(xpt_width("\xf0\x9f\x98\x80"), 2);
}

static void accents_on_a_letter_take_none(void **state)
{
	(void)state;
	assert_int_equal(xpt_width(E_ACUTE), 1);
	assert_int_equal(xpt_width("a\xe2\x80\x8b"), 1);
}

static void a_text_is_never_cut_inside_a_character(void **state)
{
	(void)state;
	assert_int_equal(xpt_width_fit(TOKYO, 4), 6);
	assert_int_equal(xpt_width_fit(TOKYO, 3), 3);
	assert_int_equal(xpt_width_fit(TOKYO, 1), 0);
	assert_int_equal(xpt_width_fit(E_ACUTE "x", 1), 3);
	assert_int_equal(xpt_width_fit("abc", 2), 2);
}

static void bytes_that_are_no_text_are_stepped_over(void **state)
{
	(void)state;
	assert_int_equal(xpt_width("\xff\xfe"), 2);
	assert_int_equal(xpt_width("\xe6\x9d"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_take_one_column),
		cmocka_unit_test(east_asian_letters_take_two),
		cmocka_unit_test(accents_on_a_letter_take_none),
		cmocka_unit_test(a_text_is_never_cut_inside_a_character),
		cmocka_unit_test(bytes_that_are_no_text_are_stepped_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
