/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/holders.h"
#include "scratch.h"
#include "xen_root.h"

#define BACKENDS "/local/domain/0/backend/pci"

static struct xpt_bdf address(const char *text)
{
	struct xpt_bdf addr = {0};

	assert_int_equal(xpt_bdf_parse(text, &addr), 0);
	return addr;
}

static void each_device_has_the_domain_whose_backend_names_it(void **state)
{
	struct xpt_xen_root *r = *state;
	struct xpt_bdf gpu = address("3b:00.0"), nic = address("86:00.1"),
		       other = address("04:00.0");
	XPT_HOLDERS holders = {0};
	XPT_ERR err = XPT_ERR_INIT;

	xpt_xen_root_put(r, BACKENDS "/7/0/dev-0", "0000:3b:00.0");
	xpt_xen_root_put(r, BACKENDS "/7/0/opts-0", "msitranslate=1");
	xpt_xen_root_put(r, BACKENDS "/12/0/dev-3", "0000:86:00.1");
	assert_int_equal(xpt_holders_read(&r->xen, &holders, &err), 0);
	assert_true(holders.is_known);
	assert_int_equal(xpt_holders_find(&holders, &gpu)->domid, 7);
	assert_int_equal(xpt_holders_find(&holders, &nic)->domid, 12);
	assert_null(xpt_holders_find(&holders, &other));
}

static void what_xenstore_does_not_have_is_held_by_nobody_and_no_error(void **state)
{
	struct xpt_xen_root *r = *state;
	XPT_ERR err = XPT_ERR_INIT;

	for (int with_domain = 0; with_domain < 2; with_domain++) {
		XPT_HOLDERS holders = {0};

		if (with_domain)
			xpt_xen_root_put(r, BACKENDS "/7", "");
		assert_int_equal(xpt_holders_read(&r->xen, &holders, &err), 0);
		assert_true(holders.is_known);
		assert_int_equal(holders.n, 0);
		assert_null(err.sentence);
	}
}

static void expect_unknown(struct xpt_xen_root *r, const char *subject, int errnum)
{
	XPT_HOLDERS holders = {0};
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_holders_read(&r->xen, &holders, &err), -errnum);
	assert_false(holders.is_known);
	assert_non_null(strstr(err.subject, subject));
	assert_non_null(strstr(err.sentence, subject));
}

static void a_device_or_domain_that_cannot_be_read_leaves_all_unknown(void **state)
{
	static const char *const nodes[][2] = {
		{"/7/0/dev-1", "nonsense"},
		{"/7/0/dev-1", ""},
		{"/7/0/dev-1", "0000:3b:00.0 "},
		{"/x7/0", "1"},
		{"/-1/0", "1"},
		{"/99999999999/0", "1"},
	};
	struct xpt_xen_root *r = *state;

	xpt_xen_root_put(r, BACKENDS "/7/0/dev-0", "0000:3b:00.0");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(nodes); i++) {
		XPT_FREE char *path = xpt_fmt(BACKENDS "%s", nodes[i][0]);

		xpt_xen_root_put(r, path, nodes[i][1]);
		expect_unknown(r, path, EINVAL);
		xpt_xen_root_put(r, path, NULL);
	}
}

static void a_store_that_cannot_be_read_leaves_all_unknown(void **state)
{
	struct xpt_xen_root *r = *state;

	/* A link to itself: no reader gets past it, not even root. */
	xpt_scratch_mkdir(&r->host, "/var/lib/xen-double");
	assert_int_equal(symlinkat("xenstore", r->host.root_fd, "var/lib/xen-double/xenstore"), 0);
	expect_unknown(r, "xenstore", ELOOP);
}

int main(void)
{
#define WITH_XEN(test) \
	cmocka_unit_test_setup_teardown(test, xpt_xen_root_setup, xpt_xen_root_teardown)
	const struct CMUnitTest tests[] = {
		WITH_XEN(each_device_has_the_domain_whose_backend_names_it),
		WITH_XEN(what_xenstore_does_not_have_is_held_by_nobody_and_no_error),
		WITH_XEN(a_device_or_domain_that_cannot_be_read_leaves_all_unknown),
		WITH_XEN(a_store_that_cannot_be_read_leaves_all_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
