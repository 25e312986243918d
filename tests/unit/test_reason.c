/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/reason.h"

static void every_reason_has_a_name_of_its_own_and_a_meaning(void **state)
{
	(void)state;
	for (unsigned i = 0; i < XPT_REASONS; i++) {
		const struct xpt_reason_info *info = xpt_reason_info((enum xpt_reason)i);

		assert_non_null(info->name);
		assert_true(strlen(info->meaning) > 10);
		assert_int_equal(xpt_reason_of_name(info->name), i);
		assert_int_equal(strspn(info->name, "abcdefghijklmnopqrstuvwxyz0-"),
				 strlen(info->name));
	}
}

static void an_unknown_name_is_no_reason(void **state)
{
	(void)state;
	assert_int_equal(xpt_reason_of_name("boot"), XPT_REASONS);
	assert_int_equal(xpt_reason_of_name(""), XPT_REASONS);
	assert_int_equal(xpt_reason_of_name("boot-disk@0000:01:00.0"), XPT_REASONS);
}

static void names_that_clients_know_stay(void **state)
{
	(void)state;
	assert_string_equal(xpt_reason_name(XPT_REASON_BOOT_DISK), "boot-disk");
	assert_string_equal(xpt_reason_name(XPT_REASON_MANAGEMENT_NIC), "management-nic");
	assert_string_equal(xpt_reason_name(XPT_REASON_STORAGE_UNKNOWN), "storage-unknown");
	assert_string_equal(xpt_reason_name(XPT_REASON_PARENT_OF_USED_VF), "parent-of-used-vf");
	assert_string_equal(xpt_reason_name(XPT_REASON_OTHER_ENTRY), "other-entry");
}

static void what_costs_the_host_its_disk_or_network_is_overridden_per_device(void **state)
{
	(void)state;
	for (unsigned i = 0; i < XPT_REASONS; i++) {
		const struct xpt_reason_info *info = xpt_reason_info((enum xpt_reason)i);

		assert_int_equal(info->costs_host, i <= XPT_REASON_NETWORK_UNKNOWN);
		if (info->costs_host)
			assert_true(info->can_override);
	}
	assert_true(xpt_reason_info(XPT_REASON_CONSOLE_GPU)->can_override);
}

static void what_cannot_work_is_never_overridden(void **state)
{
	static const enum xpt_reason never[] = {
		XPT_REASON_BRIDGE,        XPT_REASON_ABSENT,          XPT_REASON_TOO_MANY_DEVICES,
		XPT_REASON_LINE_TOO_LONG, XPT_REASON_DOMAIN_TOO_LONG,
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(never); i++)
		assert_false(xpt_reason_info(never[i])->can_override);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own_and_a_meaning),
		cmocka_unit_test(an_unknown_name_is_no_reason),
		cmocka_unit_test(names_that_clients_know_stay),
		cmocka_unit_test(what_costs_the_host_its_disk_or_network_is_overridden_per_device),
		cmocka_unit_test(what_cannot_work_is_never_overridden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
