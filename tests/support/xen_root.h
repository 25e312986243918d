/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root with nothing but the Xen double in it, where a host has the module of its Xen. Only for cmocka
 * programs: what cannot be done fails the test.
 */
#ifndef XPT_TESTS_SUPPORT_XEN_ROOT_H
#define XPT_TESTS_SUPPORT_XEN_ROOT_H

#include "host/xen.h"

struct xpt_xen_root {
	struct xpt_host host;
	struct xpt_xen xen;
};

/* cmocka's setup and teardown: *state is a struct xpt_xen_root. */
int xpt_xen_root_setup(void **state);
int xpt_xen_root_teardown(void **state);

/* Set a node of the xenstore; a value of NULL removes it and all below it. */
void xpt_xen_root_put(const struct xpt_xen_root *r, const char *path, const char *value);

#endif
