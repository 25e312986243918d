/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/bdf.h"

static void addresses_are_read_and_written_in_canonical_form(void **state)
{
	static const struct {
		const char *text, *canonical;
	} good[] = {
		{"0000:04:00.0", "0000:04:00.0"},         {"04:00.0", "0000:04:00.0"},
		{"0000:FF:1F.7", "0000:ff:1f.7"},         {"ab:1c.3", "0000:ab:1c.3"},
		{"10000:e1:00.0", "10000:e1:00.0"},       {"0:04:00.0", "0000:04:00.0"},
		{"ffffffff:00:00.0", "ffffffff:00:00.0"}, {"00010000:00:00.0", "10000:00:00.0"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(good); i++) {
		char text[XPT_BDF_SIZE];
		struct xpt_bdf a;

		assert_int_equal(xpt_bdf_parse(good[i].text, &a), 0);
		assert_string_equal(xpt_bdf_format(&a, text), good[i].canonical);
	}
}

static void anything_else_is_refused_and_leaves_the_result_alone(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"::",
		"0000",
		"04:00",
		"4:00.0",
		"04:0.0",
		"04:00.",
		"04:00.8",
		"04:20.0",
		"04:00.0 ",
		" 04:00.0",
		"0000:04:00.00",
		"0000:04:00:0",
		"0000.04:00.0",
		"000000000:04:00.0",
		":04:00.0",
		"0x00:04:00.0",
		"-1:04:00.0",
		"0000:04:00.0@7",
		"g0:00.0",
		"1:2:3:4.5",
		"0000:100:00.0",
		"0000:04:00.a",
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++) {
		struct xpt_bdf a = {1, 2, 3, 4};

		assert_int_equal(xpt_bdf_parse(bad[i], &a), -EINVAL);
		assert_true(xpt_bdf_equal(&a, &(struct xpt_bdf){1, 2, 3, 4}));
	}
}

static void every_bus_device_and_function_survives_the_round_trip(void **state)
{
	(void)state;
	for (uint32_t devfn = 0; devfn < 0x10000; devfn++) {
		struct xpt_bdf a = {devfn * 37, (uint8_t)(devfn >> 8), (devfn >> 3) & 0x1f,
				    devfn & 7};
		char text[XPT_BDF_SIZE];
		struct xpt_bdf b;

		assert_int_equal(xpt_bdf_parse(xpt_bdf_format(&a, text), &b), 0);
		assert_true(xpt_bdf_equal(&a, &b));
	}
}

static void the_order_is_domain_bus_device_function(void **state)
{
	static const struct xpt_bdf sorted[] = {
		{0, 0, 0, 0},    {0, 0, 0, 7},       {0, 0, 1, 0},
		{0, 0, 0x1f, 7}, {0, 1, 0, 0},       {0, 0xff, 0, 0},
		{1, 0, 0, 0},    {0x10000, 0, 0, 0}, {0xffff0000, 0, 0, 0},
	};
	XPT_BDFS list = {0};

	(void)state;
	for (size_t i = XPT_ARRAY_SIZE(sorted); i > 0; i--)
		xpt_bdfs_add(&list, &sorted[i - 1]);
	xpt_bdfs_sort(&list);
	for (size_t i = 0; i < list.n; i++) {
		assert_true(xpt_bdf_equal(&list.v[i], &sorted[i]));
		for (size_t k = 0; k < list.n; k++) {
			int order = xpt_bdf_compare(&list.v[i], &list.v[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static void functions_of_one_device_share_a_slot(void **state)
{
	struct xpt_bdf a = {0, 4, 1, 0}, sibling = {0, 4, 1, 7}, other = {0, 4, 2, 0},
		       far = {1, 4, 1, 0};

	(void)state;
	assert_true(xpt_bdf_same_slot(&a, &sibling));
	assert_false(xpt_bdf_same_slot(&a, &other));
	assert_false(xpt_bdf_same_slot(&a, &far));
}

static void a_list_knows_what_it_holds(void **state)
{
	struct xpt_bdf a = {0, 4, 1, 0}, b = {0, 4, 1, 1};
	XPT_BDFS list = {0};

	(void)state;
	xpt_bdfs_sort(&list);
	assert_false(xpt_bdfs_has(&list, &a));
	xpt_bdfs_add(&list, &a);
	assert_true(xpt_bdfs_has(&list, &a));
	assert_false(xpt_bdfs_has(&list, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written_in_canonical_form),
		cmocka_unit_test(anything_else_is_refused_and_leaves_the_result_alone),
		cmocka_unit_test(every_bus_device_and_function_survives_the_round_trip),
		cmocka_unit_test(the_order_is_domain_bus_device_function),
		cmocka_unit_test(functions_of_one_device_share_a_slot),
		cmocka_unit_test(a_list_knows_what_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
