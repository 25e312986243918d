/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "host/inventory.h"

static void a_value_loses_its_quotes_and_the_last_line_counts(void **state)
{
	struct boothost *b = *state;
	static const struct {
		const char *key, *value; /* NULL: not there */
	} vectors[] = {
		{"PRODUCT_BRAND", "XCP-ng"}, {"PRODUCT_BRANDX", "no"}, {"PLAIN", "a b"},
		{"DOUBLE", "it's"},          {"HALF", "'open"},        {"EMPTY", ""},
		{"TWICE", "second"},         {"BRAND", NULL},          {"", NULL},
	};

	boothost_put(b, "/etc/xensource-inventory",
		     "PRODUCT_BRAND='XCP-ng'\nPRODUCT_BRANDX='no'\nPLAIN=a b\nDOUBLE=\"it's\"\n"
		     "HALF='open\nEMPTY=''\nTWICE='first'\nTWICE='second'",
		     0644);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_FREE char *value = NULL;
		int failed = xpt_inventory_get(&b->host, vectors[i].key, &value);

		assert_int_equal(failed, vectors[i].value ? 0 : -ENOENT);
		assert_true(xpt_streq(value, vectors[i].value));
	}
}

static void a_host_without_inventory_has_no_values(void **state)
{
	struct boothost *b = *state;
	char *value = NULL;

	assert_int_equal(xpt_inventory_get(&b->host, "PRODUCT_BRAND", &value), -ENOENT);
	assert_null(value);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, boothost_setup, boothost_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_value_loses_its_quotes_and_the_last_line_counts),
		TEST(a_host_without_inventory_has_no_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
