/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/select.h"

/* Two nodes with two GPUs each (one of them bound), an audio function, a network card. */
static struct xpt_pci_device devices[] = {
	{.addr = {0, 0x3b, 0, 0}, .vendor = 0x10de, .device = 0x2336, .class_code = 0x030200},
	{.addr = {0, 0x3b, 0, 1}, .vendor = 0x10de, .device = 0x22ba, .class_code = 0x040300},
	{.addr = {0, 0x3c, 0, 0},
	 .vendor = 0x10de,
	 .device = 0x2336,
	 .class_code = 0x030200,
	 .driver = "nvidia"},
	{.addr = {0, 0x86, 0, 0},
	 .vendor = 0x10de,
	 .device = 0x2336,
	 .class_code = 0x030200,
	 .node = 1},
	{.addr = {0, 0x87, 0, 0},
	 .vendor = 0x10de,
	 .device = 0x2336,
	 .class_code = 0x030000,
	 .node = 1},
	{.addr = {0x10000, 1, 0, 0},
	 .vendor = 0x8086,
	 .device = 0x10c9,
	 .class_code = 0x020000,
	 .node = XPT_PCI_NONE},
};
static const struct xpt_pci pci = {devices, XPT_ARRAY_SIZE(devices)};

static enum xpt_select_rank has_no_driver(const struct xpt_pci_device *d, void *data)
{
	++*(int *)data;
	return !d->driver[0];
}

/* The selection as "addr addr ...", or "XPT_CODE: sentence" for a refusal. Caller frees. */
static char *choose(const char *text)
{
	XPT_BDFS chosen = {0};
	XPT_ERR err = XPT_ERR_INIT;
	XPT_STR out = {0};
	int asked = 0;
	int failed = xpt_select(&pci, text, has_no_driver, &asked, &chosen, &err);

	if (failed < 0) {
		assert_int_equal(chosen.n, 0);
		assert_non_null(err.hint);
		return xpt_fmt("%s: %s", xpt_code_name(err.code), err.sentence);
	}
	for (size_t i = 0; i < chosen.n; i++) {
		char addr[XPT_BDF_SIZE];

		xpt_str_addf(&out, "%s%s", i ? " " : "", xpt_bdf_format(&chosen.v[i], addr));
	}
	return xpt_str_take(&out);
}

static void check(const char *text, const char *expected)
{
	XPT_FREE char *got = choose(text);

	assert_string_equal(got, expected);
}

static void an_address_is_taken_whether_it_exists_or_not(void **state)
{
	(void)state;
	check("0000:3c:00.0", "0000:3c:00.0");
	check("3c:00.0", "0000:3c:00.0");
	check("0000:99:00.0", "0000:99:00.0");
	check("10000:01:00.0", "10000:01:00.0");
}

static void single_devices_keep_their_order_and_count_once(void **state)
{
	(void)state;
	check("87:00.0,3b:00.0,99:00.0,0000:87:00.0,99:00.0,3b:00.1",
	      "0000:87:00.0 0000:3b:00.0 0000:99:00.0 0000:3b:00.1");
}

static void an_id_names_the_one_function_that_has_it(void **state)
{
	(void)state;
	check("8086:10c9", "10000:01:00.0");
	check("10DE:22BA", "0000:3b:00.1");
}

static void an_id_of_several_functions_is_ambiguous(void **state)
{
	XPT_BDFS chosen = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	check("10de:2336", "XPT_AMBIGUOUS: '10de:2336' matches 4 devices: 0000:3b:00.0, "
			   "0000:3c:00.0, 0000:86:00.0, 0000:87:00.0");
	assert_true(xpt_select(&pci, "10de:2336", NULL, NULL, &chosen, &err) < 0);
	assert_string_equal(err.subject, "10de:2336");
	assert_non_null(strstr(err.hint, "10de:2336/all"));
	assert_non_null(strstr(err.hint, "10de:2336/1"));
}

static void all_takes_every_function_free_or_not(void **state)
{
	(void)state;
	check("10de:2336/all", "0000:3b:00.0 0000:3c:00.0 0000:86:00.0 0000:87:00.0");
}

static void a_count_takes_the_first_free_ones(void **state)
{
	XPT_BDFS chosen = {0};

	(void)state;
	check("10de:2336/2", "0000:3b:00.0 0000:86:00.0");
	check("86:00.0,10de:2336/2", "0000:86:00.0 0000:3b:00.0");
	assert_int_equal(xpt_select(&pci, "10de:2336/4", NULL, NULL, &chosen, NULL), 0);
	assert_int_equal(chosen.n, 4);
}

static void a_count_past_the_free_ones_is_refused(void **state)
{
	(void)state;
	check("10de:2336/4", "XPT_NOT_FOUND: '10de:2336/4' asks for 4 devices, and 3 of the 4 here "
			     "are free");
}

static void only_a_count_asks_what_is_free(void **state)
{
	XPT_BDFS chosen = {0};
	int asked = 0;

	(void)state;
	assert_int_equal(xpt_select(&pci, "3b:00.0,8086:10c9,class:03", has_no_driver, &asked,
				    &chosen, NULL),
			 0);
	assert_int_equal(asked, 0);
}

static void a_class_takes_its_functions(void **state)
{
	(void)state;
	check("class:03", "0000:3b:00.0 0000:3c:00.0 0000:86:00.0 0000:87:00.0");
	check("class:0302", "0000:3b:00.0 0000:3c:00.0 0000:86:00.0");
	check("class:0302@node1", "0000:86:00.0");
	check("class:03@node0", "0000:3b:00.0 0000:3c:00.0");
}

static void what_matches_nothing_is_not_found(void **state)
{
	(void)state;
	check("1234:5678", "XPT_NOT_FOUND: no device matches '1234:5678'");
	check("1234:5678/all", "XPT_NOT_FOUND: no device matches '1234:5678/all'");
	check("class:0108", "XPT_NOT_FOUND: no device matches 'class:0108'");
	check("class:02@node0", "XPT_NOT_FOUND: no device matches 'class:02@node0': 1 of this "
				"class, none known to be on node 0");
	check("3b:00.0,1234:5678", "XPT_NOT_FOUND: no device matches '1234:5678'");
}

static void other_text_is_a_usage_error(void **state)
{
	static const char *const texts[] = {
		"gpu",
		"10de",
		"10de:",
		"10de:23367",
		"10de:2336/",
		"10de:2336/0",
		"10de:2336/-1",
		"10de:2336/65537",
		"10de:2336/ALL",
		"10de:2336/2x",
		"class:",
		"class:3",
		"class:030",
		"class:03020",
		"class:0302@",
		"class:0302@1",
		"class:0302@node",
		"class:0302@node-1",
		"class:0302/all",
		"class:zz",
		"3b:00.8",
		" 3b:00.0",
		"3b:00.0 ",
		"3b:00.0,",
		",",
		"10de:xyzw",
		"10de:2336@node1",
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(texts); i++) {
		XPT_FREE char *got = choose(texts[i]);

		if (!xpt_has_prefix(got, "XPT_USAGE: "))
			fail_msg("'%s' gives %s", texts[i], got);
	}
	check("", "XPT_USAGE: no device is named");
	check("\x1b[2J", "XPT_USAGE: '\\x1b[2J' is no PCI address, vendor:device or class");
}

static void a_long_item_is_cut_in_the_sentence(void **state)
{
	XPT_STR item = {0}, sentence = {0};

	(void)state;
	xpt_str_add(&item, "class:0c03@node");
	for (int i = 0; i < 1000; i++)
		xpt_str_addc(&item, '0');
	xpt_str_add(&item, "9");
	xpt_str_addf(&sentence, "XPT_NOT_FOUND: no device matches '%.80s...'", item.s);
	check(item.s, sentence.s);
}

static void too_many_items_are_refused(void **state)
{
	XPT_STR text = {0};
	XPT_BDFS chosen = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	for (int i = 0; i < 4096; i++)
		xpt_str_addf(&text, "%s%x:%02x:00.0", i ? "," : "", i >> 8, i & 0xff);
	assert_int_equal(xpt_select(&pci, text.s, NULL, NULL, &chosen, NULL), 0);
	assert_int_equal(chosen.n, 4096);
	xpt_str_add(&text, ",3b:00.0");
	assert_true(xpt_select(&pci, text.s, NULL, NULL, &chosen, &err) < 0);
	assert_int_equal(err.code, XPT_USAGE);
}

static void an_empty_host_finds_nothing_but_takes_addresses(void **state)
{
	static const struct xpt_pci none;
	XPT_BDFS chosen = {0};

	(void)state;
	assert_int_equal(xpt_select(&none, "class:03", NULL, NULL, &chosen, NULL), -ENODEV);
	assert_int_equal(xpt_select(&none, "3b:00.0", NULL, NULL, &chosen, NULL), 0);
	assert_int_equal(chosen.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_taken_whether_it_exists_or_not),
		cmocka_unit_test(single_devices_keep_their_order_and_count_once),
		cmocka_unit_test(an_id_names_the_one_function_that_has_it),
		cmocka_unit_test(an_id_of_several_functions_is_ambiguous),
		cmocka_unit_test(all_takes_every_function_free_or_not),
		cmocka_unit_test(a_count_takes_the_first_free_ones),
		cmocka_unit_test(a_count_past_the_free_ones_is_refused),
		cmocka_unit_test(only_a_count_asks_what_is_free),
		cmocka_unit_test(a_class_takes_its_functions),
		cmocka_unit_test(what_matches_nothing_is_not_found),
		cmocka_unit_test(other_text_is_a_usage_error),
		cmocka_unit_test(a_long_item_is_cut_in_the_sentence),
		cmocka_unit_test(too_many_items_are_refused),
		cmocka_unit_test(an_empty_host_finds_nothing_but_takes_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
