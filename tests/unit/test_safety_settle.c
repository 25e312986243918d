/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/safety.h"

#define DISK "0000:01:00.0"
#define OTHER "0000:02:00.0"
#define BOOT_DISK "boot-disk@" DISK

static void add(struct xpt_verdicts *v, enum xpt_reason reason, bool refuses, const char *subject,
		const char *hint)
{
	xpt_verdicts_add(v, reason, refuses, subject, hint, "%s speaks against %s",
			 xpt_reason_name(reason), subject ? subject : "it");
}

/* Settle; check code, subject and how the sentence begins, and that nothing was changed. */
static void refused(struct xpt_verdicts *v, const char *overrides, enum xpt_code code,
		    const char *subject, const char *start)
{
	XPT_ERR err = XPT_ERR_INIT;
	size_t before = 0, after = 0;

	for (size_t i = 0; i < v->n; i++)
		before += v->v[i].refuses;
	assert_true(xpt_verdicts_settle(v, overrides, &err) < 0);
	assert_int_equal(err.code, code);
	if (!xpt_has_prefix(err.sentence, start))
		fail_msg("'%s' does not begin with '%s'", err.sentence, start);
	if (subject)
		assert_string_equal(err.subject, subject);
	else
		assert_null(err.subject);
	for (size_t i = 0; i < v->n; i++)
		after += v->v[i].refuses;
	assert_int_equal(before, after);
}

static void settled(struct xpt_verdicts *v, const char *overrides)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_verdicts_settle(v, overrides, &err) != 0)
		fail_msg("%s", err.sentence);
	for (size_t i = 0; i < v->n; i++)
		assert_false(v->v[i].refuses);
}

static void text_of_an_override_is_repeated_clean_and_short(void **state)
{
	XPT_VERDICTS v = {0};
	XPT_STR umlauts = {0}, cut = {0};

	(void)state;
	refused(&v, "a\x1b[2J", XPT_USAGE, "override", "override: there is no reason 'a\\x1b[2J'");
	refused(&v, "boot-disk@\n", XPT_USAGE, "override", "override: '\\x0a' is not a PCI");
	for (int i = 0; i < 50; i++)
		xpt_str_add(&umlauts, i ? "\xc3\xa4" : "x");
	xpt_str_add(&cut, "override: there is no reason '");
	xpt_str_addn(&cut, umlauts.s, 79);
	xpt_str_add(&cut, "...'");
	refused(&v, umlauts.s, XPT_USAGE, "override", cut.s);
}

static void warnings_need_no_override(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	settled(&v, NULL);
	add(&v, XPT_REASON_NO_RESET, false, DISK, NULL);
	settled(&v, NULL);
	settled(&v, "");
}

static void every_refusal_is_told_with_the_overrides_that_would_do(void **state)
{
	XPT_VERDICTS v = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	add(&v, XPT_REASON_NO_RESET, false, DISK, "no");
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	add(&v, XPT_REASON_ABSENT, true, OTHER, "look again");
	add(&v, XPT_REASON_NO_IOMMU, true, NULL, "later");
	assert_int_equal(xpt_verdicts_settle(&v, NULL, &err), -EPERM);
	assert_int_equal(err.code, XPT_REFUSED);
	assert_string_equal(err.sentence,
			    "boot-disk speaks against " DISK "; absent speaks against " OTHER
			    "; no-iommu speaks against it");
	assert_string_equal(err.subject, BOOT_DISK ",no-iommu");
	assert_string_equal(err.hint, "look again");
}

static void where_nothing_can_be_overridden_there_is_no_subject(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BRIDGE, true, DISK, NULL);
	refused(&v, NULL, XPT_REFUSED, NULL, "bridge speaks");
}

static void the_subject_of_a_refusal_is_an_override_that_does(void **state)
{
	XPT_VERDICTS v = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	add(&v, XPT_REASON_HELD_BY_VM, true, OTHER, NULL);
	add(&v, XPT_REASON_NO_IOMMU, true, NULL, NULL);
	assert_true(xpt_verdicts_settle(&v, NULL, &err) < 0);
	settled(&v, err.subject);
}

static void an_override_leaves_the_other_refusals(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	add(&v, XPT_REASON_BOOT_DISK, true, OTHER, NULL);
	refused(&v, BOOT_DISK, XPT_REFUSED, "boot-disk@" OTHER, "boot-disk speaks against " OTHER);
}

static void a_plain_override_takes_all_devices_and_one_with_address_takes_one(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_HELD_BY_VM, true, DISK, NULL);
	add(&v, XPT_REASON_HELD_BY_VM, true, OTHER, NULL);
	refused(&v, "held-by-vm@" DISK, XPT_REFUSED, "held-by-vm@" OTHER,
		"held-by-vm speaks against " OTHER);
	settled(&v, "held-by-vm");
}

static void a_short_address_will_do(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	settled(&v, "boot-disk@01:00.0");
}

static void what_costs_the_host_must_name_its_device(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	refused(&v, "boot-disk", XPT_USAGE, "override",
		"override: boot-disk can cost the host its disk or network and is overridden for "
		"one device at a time, as " BOOT_DISK);
}

static void an_override_that_nothing_needs_is_an_error(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	add(&v, XPT_REASON_GUEST_NETWORK, false, OTHER, NULL);
	refused(&v, BOOT_DISK ",held-by-vm", XPT_USAGE, "override",
		"override: nothing here is refused for held-by-vm");
	refused(&v, "boot-disk@" OTHER, XPT_USAGE, "override",
		"override: nothing here is refused for boot-disk@" OTHER);
	refused(&v, "guest-network", XPT_USAGE, "override", "override: nothing here is refused");
}

static void what_cannot_work_cannot_be_overridden(void **state)
{
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BRIDGE, true, DISK, NULL);
	refused(&v, "bridge", XPT_USAGE, "override", "override: bridge cannot be overridden");
	refused(&v, "bridge@" DISK, XPT_USAGE, "override", "override: bridge cannot be overridden");
}

static void what_is_no_override_is_an_error(void **state)
{
	static const char *const bad[] = {"force",
					  "boot-disk@",
					  "boot-disk@disk",
					  ",",
					  BOOT_DISK ",",
					  " " BOOT_DISK,
					  BOOT_DISK " ",
					  "BOOT-DISK@" DISK,
					  "@" DISK,
					  "boot-disk@@x",
					  BOOT_DISK ","
						    "all"};
	XPT_VERDICTS v = {0};

	(void)state;
	add(&v, XPT_REASON_BOOT_DISK, true, DISK, NULL);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++)
		refused(&v, bad[i], XPT_USAGE, "override", "override: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warnings_need_no_override),
		cmocka_unit_test(every_refusal_is_told_with_the_overrides_that_would_do),
		cmocka_unit_test(where_nothing_can_be_overridden_there_is_no_subject),
		cmocka_unit_test(the_subject_of_a_refusal_is_an_override_that_does),
		cmocka_unit_test(an_override_leaves_the_other_refusals),
		cmocka_unit_test(a_plain_override_takes_all_devices_and_one_with_address_takes_one),
		cmocka_unit_test(a_short_address_will_do),
		cmocka_unit_test(what_costs_the_host_must_name_its_device),
		cmocka_unit_test(an_override_that_nothing_needs_is_an_error),
		cmocka_unit_test(what_cannot_work_cannot_be_overridden),
		cmocka_unit_test(what_is_no_override_is_an_error),
		cmocka_unit_test(text_of_an_override_is_repeated_clean_and_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
