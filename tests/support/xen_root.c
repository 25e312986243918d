/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "program.h"
#include "scratch.h"
#include "tree.h"
#include "xen_double_store.h"
#include "xen_root.h"

int xpt_xen_root_setup(void **state)
{
	struct xpt_xen_root *r = xpt_alloc(sizeof(*r));
	XPT_FREE char *module = xpt_program_path("xen-4.17.so");
	XPT_ERR err = XPT_ERR_INIT;

	*state = r;
	xpt_scratch_open(&r->host);
	xpt_scratch_put(&r->host, "/sys/hypervisor/version/major", "4\n", 0644);
	xpt_scratch_put(&r->host, "/sys/hypervisor/version/minor", "17\n", 0644);
	assert_int_equal(
		xpt_tree_symlink(r->host.root_fd, module, "usr/lib64/xe-passthrough/xen-4.17.so"),
		0);
	if (xpt_xen_open(&r->host, &r->xen, &err))
		fail_msg("%s", err.sentence);
	return 0;
}

int xpt_xen_root_teardown(void **state)
{
	struct xpt_xen_root *r = *state;

	xpt_xen_close(&r->xen);
	xpt_scratch_close(&r->host);
	free(r);
	return 0;
}

void xpt_xen_root_put(const struct xpt_xen_root *r, const char *path, const char *value)
{
	XPT_CLOSE int lock = xen_double_store_lock(r->host.root, NULL);
	XEN_DOUBLE_STORE store = {{0}};

	assert_true(lock >= 0);
	assert_int_equal(xen_double_store_load(r->host.root, &store, NULL), 0);
	if (value)
		xen_double_store_set(&store, path, value);
	else
		xen_double_store_remove(&store, path);
	assert_int_equal(xen_double_store_save(r->host.root, &store, NULL), 0);
}
