/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "report.h"

static enum xpt_exit exit_of(enum xpt_code code, const char *subject)
{
	XPT_ERR err = XPT_ERR_INIT;

	xpt_err_set(&err, code, EIO, subject, NULL, "a sentence");
	return xpt_exit_of(&err);
}

static void each_code_has_the_exit_status_of_the_contract(void **state)
{
	const struct xpt_err none = XPT_ERR_INIT;

	(void)state;
	assert_int_equal(xpt_exit_of(&none), 0);
	assert_int_equal(exit_of(XPT_SYSTEM, NULL), 1);
	assert_int_equal(exit_of(XPT_DENIED, NULL), 1);
	assert_int_equal(exit_of(XPT_MALFORMED, NULL), 1);
	assert_int_equal(exit_of(XPT_UNKNOWN_FUNCTION, "x"), 1);
	assert_int_equal(exit_of(XPT_USAGE, NULL), 2);
	assert_int_equal(exit_of(XPT_REFUSED, "boot-disk@0000:01:00.0"), 3);
	assert_int_equal(exit_of(XPT_NOT_FOUND, NULL), 4);
	assert_int_equal(exit_of(XPT_AMBIGUOUS, NULL), 4);
	assert_int_equal(exit_of(XPT_BUSY, NULL), 5);
	assert_int_equal(exit_of(XPT_CONFLICT, NULL), 5);
}

static void a_silent_toolstack_and_an_offline_host_are_out_of_reach(void **state)
{
	(void)state;
	assert_int_equal(exit_of(XPT_SYSTEM, "/var/lib/xcp/xapi"), 6);
	assert_int_equal(exit_of(XPT_TIMEOUT, "/tmp/root/var/lib/xcp/xapi"), 6);
	assert_int_equal(exit_of(XPT_XAPI, "HOST_OFFLINE"), 6);
	assert_int_equal(exit_of(XPT_XAPI, "VM_BAD_POWER_STATE"), 1);
	assert_int_equal(exit_of(XPT_TIMEOUT, "0000:3b:00.0"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_has_the_exit_status_of_the_contract),
		cmocka_unit_test(a_silent_toolstack_and_an_offline_host_are_out_of_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
