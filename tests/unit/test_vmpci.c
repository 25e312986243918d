/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "codec/vmpci.h"

/* The plug order of a value as one string of canonical addresses. */
static char *order_of(const char *value)
{
	XPT_BDFS order = {0};
	struct xpt_vmpci p;
	struct xpt_str text = {0};
	char buf[XPT_BDF_SIZE];

	xpt_vmpci_parse(value, &p);
	xpt_vmpci_order(&p, &order);
	for (size_t i = 0; i < order.n; i++)
		xpt_str_addf(&text, "%s%s", i ? " " : "", xpt_bdf_format(&order.v[i], buf));
	xpt_vmpci_done(&p);
	return xpt_str_take(&text);
}

static void check_order(const char *value, const char *expected)
{
	XPT_FREE char *order = order_of(value);

	assert_string_equal(order, expected);
}

static size_t count_wrong(const char *value)
{
	struct xpt_vmpci p;
	size_t n = 0;

	xpt_vmpci_parse(value, &p);
	for (size_t i = 0; i < p.n; i++)
		n += p.v[i].why != NULL;
	xpt_vmpci_done(&p);
	return n;
}

static void check_good(const char *name, const char *bytes, size_t len XPT_UNUSED)
{
	if (count_wrong(bytes))
		fail_msg("%s: something is wrong with it", name);
}

static void check_bad(const char *name, const char *bytes, size_t len XPT_UNUSED)
{
	if (!count_wrong(bytes))
		fail_msg("%s: nothing is wrong with it", name);
}

static void good_values_are_taken_whole_and_bad_ones_not(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/vmpci/good", check_good);
	xpt_corpus_each("tests/fuzz/vmpci/bad", check_bad);
}

static void xapis_own_test_vectors_hold(void **state XPT_UNUSED)
{
	check_order("0/0000:04:01.0", "0000:04:01.0");
	check_order("0/0000:04:01.0,0/0000:04:01.1", "0000:04:01.1 0000:04:01.0");
	check_order("0/0000:04:01.0,1/0000:04:01.1", "0000:04:01.0 0000:04:01.1");
	check_order("0/0000:04:01.0, 0/0000:05:00.0", "0000:04:01.0");
	check_order("0000:04:01.0", "");
	check_order("0/04:01.0", "");
	check_order("0/0000:04:01.0@7", "0000:04:01.0");
	check_order("0/10000:e1:00.0", "");
	check_order("", "");
	check_order(NULL, "");
}

static void devices_are_plugged_by_index_not_by_position(void **state XPT_UNUSED)
{
	check_order("2/0000:03:00.0,10/0000:04:00.0,1/0000:05:00.0,2/0000:06:00.0",
		    "0000:05:00.0 0000:06:00.0 0000:03:00.0 0000:04:00.0");
	check_order("0/0000:03:00.0,-1/0000:04:00.0", "0000:04:00.0 0000:03:00.0");
}

static void short_fields_and_upper_case_are_taken_as_xapi_takes_them(void **state XPT_UNUSED)
{
	check_order("0/1:2:3.4", "0001:02:03.4");
	check_order("+7/00AB:CD:1E.7", "00ab:cd:1e.7");
	check_order("1_0/0_1:0_:1_.0,9/0000:00:02.0", "0000:00:02.0 0001:00:01.0");
}

static void fields_that_are_too_long_are_not_taken(void **state XPT_UNUSED)
{
	check_order("0/0000:004:01.0", "");
	check_order("0/0000:04:001.0", "");
	check_order("0/0000:04:01.00", "0000:04:01.0");
}

static void an_index_that_ocaml_cannot_hold_is_not_taken(void **state XPT_UNUSED)
{
	check_order("4611686018427387903/0000:04:00.0", "0000:04:00.0");
	check_order("4611686018427387904/0000:04:00.0", "");
	check_order("-4611686018427387904/0000:04:00.0", "0000:04:00.0");
	check_order("-4611686018427387905/0000:04:00.0", "");
	check_order("99999999999999999999999/0000:04:00.0", "");
}

static void check_dropped(const char *value, const char *why)
{
	struct xpt_vmpci p;

	xpt_vmpci_parse(value, &p);
	assert_int_equal(p.n, 1);
	assert_true(p.v[0].dropped);
	assert_non_null(strstr(p.v[0].why, why));
	assert_string_equal(p.v[0].raw, value);
	xpt_vmpci_done(&p);
}

static void a_dropped_item_says_why(void **state XPT_UNUSED)
{
	check_dropped(" 0/0000:04:00.0", "blank");
	check_dropped("0000:04:00.0", "no index");
	check_dropped("0/10000:e1:00.0", "more than four digits");
	check_dropped("0/04:00.0", "domain");
	check_dropped("x/0000:04:00.0", "index");
	check_dropped("_1/0000:04:00.0", "index");
	check_dropped("0/0000:04:00.", "address");
	check_dropped("0/0000:0g:00.0", "address");
	check_dropped("0x0/0000:04:00.0", "index");
}

static void empty_items_are_dropped(void **state XPT_UNUSED)
{
	struct xpt_vmpci p;

	xpt_vmpci_parse("0/0000:04:00.0,,", &p);
	assert_int_equal(p.n, 3);
	assert_false(p.v[0].dropped);
	assert_true(p.v[1].dropped);
	assert_string_equal(p.v[2].why, "it is empty");
	xpt_vmpci_done(&p);
}

static void an_address_that_cannot_be_names_no_other_device(void **state XPT_UNUSED)
{
	struct xpt_bdf alias = {0, 4, 0x1f, 7}, next_bus = {0, 5, 0x1f, 7};
	struct xpt_vmpci p;

	xpt_vmpci_parse("0/0000:04:3f.f,1/0000:04:3f.7", &p);
	assert_false(p.v[0].dropped);
	assert_non_null(p.v[0].why);
	assert_false(xpt_vmpci_has(&p, &alias));
	assert_false(xpt_vmpci_has(&p, &next_bus));
	xpt_vmpci_done(&p);
	check_order("0/0000:04:3f.7,0/0000:04:00.9", "");
}

static void only_devices_that_xapi_sees_are_had(void **state XPT_UNUSED)
{
	struct xpt_bdf seen = {0, 4, 0, 0}, dropped = {0, 5, 0, 0};
	struct xpt_vmpci p;

	xpt_vmpci_parse("0/0000:04:00.0, 1/0000:05:00.0", &p);
	assert_true(xpt_vmpci_has(&p, &seen));
	assert_false(xpt_vmpci_has(&p, &dropped));
	xpt_vmpci_done(&p);
}

static void the_written_value_is_read_in_the_same_order(void **state XPT_UNUSED)
{
	XPT_BDFS order = {0}, read = {0};
	XPT_FREE char *value = NULL;
	struct xpt_vmpci p;

	for (uint8_t i = 0; i < 12; i++)
		xpt_bdfs_add(&order, &(struct xpt_bdf){0, (uint8_t)(0x20 - i), 0, 1});
	value = xpt_vmpci_emit(&order);
	assert_true(xpt_has_prefix(value, "0/0000:20:00.1,1/0000:1f:00.1,"));
	assert_true(xpt_has_suffix(value, ",11/0000:15:00.1"));
	xpt_vmpci_parse(value, &p);
	xpt_vmpci_order(&p, &read);
	xpt_vmpci_done(&p);
	assert_int_equal(read.n, order.n);
	for (size_t i = 0; i < read.n; i++)
		assert_true(xpt_bdf_equal(&read.v[i], &order.v[i]));
}

static void no_devices_are_no_value(void **state XPT_UNUSED)
{
	struct xpt_bdfs none = {0};

	assert_null(xpt_vmpci_emit(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values_are_taken_whole_and_bad_ones_not),
		cmocka_unit_test(xapis_own_test_vectors_hold),
		cmocka_unit_test(devices_are_plugged_by_index_not_by_position),
		cmocka_unit_test(short_fields_and_upper_case_are_taken_as_xapi_takes_them),
		cmocka_unit_test(fields_that_are_too_long_are_not_taken),
		cmocka_unit_test(an_index_that_ocaml_cannot_hold_is_not_taken),
		cmocka_unit_test(a_dropped_item_says_why),
		cmocka_unit_test(empty_items_are_dropped),
		cmocka_unit_test(an_address_that_cannot_be_names_no_other_device),
		cmocka_unit_test(only_devices_that_xapi_sees_are_had),
		cmocka_unit_test(the_written_value_is_read_in_the_same_order),
		cmocka_unit_test(no_devices_are_no_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
