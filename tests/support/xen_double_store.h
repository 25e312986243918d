/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The xenstore of the Xen double: one text file below a test root, shared by the double, the test
 * xapi and whoever looks.
 *
 * <root>/var/lib/xen-double/xenstore holds a line "PATH = VALUE" for each node that has a value; a
 * node with others below it needs no line of its own. It is replaced as a whole, so readers see
 * the old or the new; who changes it holds the lock from before reading until after saving.
 */
#ifndef XEN_DOUBLE_STORE_H
#define XEN_DOUBLE_STORE_H

#include "base/err.h"
#include "base/str.h"

#define XEN_DOUBLE_DIR "/var/lib/xen-double"

struct xen_double_store {
	struct xpt_strv node; /* path, value, path, value; in order of the paths */
};

#define XEN_DOUBLE_STORE XPT_CLEANUP(xen_double_store_done) struct xen_double_store

/* Wait for the lock; a descriptor to be closed, or -errno with err set. root is "" for "/". */
int xen_double_store_lock(const char *root, struct xpt_err *err);
/* No file is an empty store. Release with xen_double_store_done. */
int xen_double_store_load(const char *root, struct xen_double_store *ret, struct xpt_err *err);
int xen_double_store_save(const char *root, const struct xen_double_store *store,
			  struct xpt_err *err);
void xen_double_store_done(struct xen_double_store *store);

/* The value of a node, NULL when it has none. Owned by the store. */
const char *xen_double_store_get(const struct xen_double_store *store, const char *path);
/* Names directly below path, appended; false when there is nothing at path nor below it. */
bool xen_double_store_list(const struct xen_double_store *store, const char *path,
			   struct xpt_strv *ret);
void xen_double_store_set(struct xen_double_store *store, const char *path, const char *value);
/* Remove a node and all below it. */
void xen_double_store_remove(struct xen_double_store *store, const char *path);

#endif
