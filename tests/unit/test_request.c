/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/request.h"
#include "base/str.h"

#define HOSTILE "x\x1b[2J\xe2\x80\xae"
#define CLEAN "x\\x1b[2J\\xe2\\x80\\xae"

/* Check a call with one argument (none when key is NULL) and return "CODE subject: sentence", or "". */
static char *check(const char *method, const char *key, const char *value)
{
	struct xpt_value *args = xpt_value_struct();
	XPT_VALUE *params = xpt_value_array();
	XPT_FREE char *name = xpt_strdup(method);
	struct xpt_call call = {.method = name, .params = params};
	struct xpt_request request;
	XPT_ERR err = XPT_ERR_INIT;

	if (key)
		xpt_value_put(args, key, xpt_value_str(value));
	xpt_value_push(params, xpt_value_str(""));
	xpt_value_push(params, args);
	if (xpt_request_check(&call, &request, &err) == 0)
		return xpt_strdup("");
	return xpt_fmt("%s %s: %s", xpt_code_name(err.code), err.subject, err.sentence);
}

static void expect(const char *method, const char *key, const char *value, const char *wanted)
{
	XPT_FREE char *found = check(method, key, value);

	assert_string_equal(found, wanted);
}

static void what_the_contract_allows_is_taken(void **state)
{
	(void)state;
	expect("pci_list", NULL, NULL, "");
	expect("pci_hide", "devices", "3b:00.0", "");
}

static void what_a_caller_wrote_is_repeated_clean(void **state)
{
	(void)state;
	expect(HOSTILE, NULL, NULL,
	       "UNKNOWN_XENAPI_PLUGIN_FUNCTION " CLEAN ": there is no function '" CLEAN "'");
	expect("pci_list", HOSTILE, "1",
	       "XPT_USAGE " CLEAN ": pci_list has no parameter '" CLEAN "'");
	expect("pci_hide", "dry_run", HOSTILE,
	       "XPT_USAGE dry_run: 'dry_run' is to be true or false, not '" CLEAN "'");
}

static void what_a_caller_wrote_is_repeated_in_part_when_it_is_long(void **state)
{
	XPT_STR name = {0}, wanted = {0};

	(void)state;
	for (int i = 0; i < 60; i++)
		xpt_str_add(&name, i ? "\xc3\xa4" : "x");
	xpt_str_addf(&wanted, "XPT_USAGE dry_run: 'dry_run' is to be true or false, not '%.99s...'",
		     name.s);
	expect("pci_hide", "dry_run", name.s, wanted.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_contract_allows_is_taken),
		cmocka_unit_test(what_a_caller_wrote_is_repeated_clean),
		cmocka_unit_test(what_a_caller_wrote_is_repeated_in_part_when_it_is_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
