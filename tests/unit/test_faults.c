/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/macro.h"
#include "faults.h"

static struct xpt_faults parse(const char *text)
{
	struct xpt_faults f = {0};

	assert_int_equal(xpt_faults_parse(text, &f), 0);
	return f;
}

static void a_rule_applies_to_its_store_only(void **state)
{
	struct xpt_faults f = parse("2 EBUSY\n");

	(void)state;
	assert_int_equal(xpt_faults_next(&f, "a").kind, XPT_FAULT_NONE);
	assert_int_equal(xpt_faults_next(&f, "b").errnum, EBUSY);
	assert_int_equal(xpt_faults_next(&f, "c").kind, XPT_FAULT_NONE);
	xpt_faults_done(&f);
}

static void a_pattern_counts_what_it_matches(void **state)
{
	struct xpt_faults f = parse("2 EIO */bind # the second bind\n");

	(void)state;
	assert_int_equal(xpt_faults_next(&f, "bus/pci/drivers/a/bind").kind, XPT_FAULT_NONE);
	assert_int_equal(xpt_faults_next(&f, "bus/pci/drivers/a/unbind").kind, XPT_FAULT_NONE);
	assert_int_equal(xpt_faults_next(&f, "bus/pci/drivers/b/bind").errnum, EIO);
	xpt_faults_done(&f);
}

static void delays_add_up_and_the_first_failure_wins(void **state)
{
	struct xpt_faults f =
		parse("# plan\n\n1 delay 200ms\n1 delay 2s\n1 kill-after\n1 ENODEV\n");
	struct xpt_fault fault = xpt_faults_next(&f, "a");

	(void)state;
	assert_int_equal(fault.delay_ms, 2200);
	assert_int_equal(fault.kind, XPT_FAULT_KILL_AFTER);
	xpt_faults_done(&f);
}

static void a_wrong_line_is_named(void **state)
{
	static const char *const wrong[] = {
		"1 EBUSY\nnonsense\n", "\n0 EBUSY",      "\n1",     "\n1 ENONSENSE", "\n1 delay",
		"\n1 delay 5",         "\n1 delay 5min", "\nx EIO", "\n1 EIO a b",   "\n-1 EIO"};
	struct xpt_faults f;

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(wrong); i++)
		assert_int_equal(xpt_faults_parse(wrong[i], &f), 2);
}

static void an_empty_plan_has_no_rules(void **state)
{
	struct xpt_faults f = parse("");

	(void)state;
	assert_int_equal(f.n, 0);
	assert_int_equal(xpt_faults_next(&f, "a").kind, XPT_FAULT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_applies_to_its_store_only),
		cmocka_unit_test(a_pattern_counts_what_it_matches),
		cmocka_unit_test(delays_add_up_and_the_first_failure_wins),
		cmocka_unit_test(a_wrong_line_is_named),
		cmocka_unit_test(an_empty_plan_has_no_rules),
	};

	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
