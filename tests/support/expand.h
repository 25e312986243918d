/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a host file (codec/hostfile) to a directory that can be a host's root.
 *
 * %include takes the lines of another file in where it stands, a name being relative to the file
 * that names it; a file that includes itself, however far around, is an error. Of two lines for one
 * path the later wins, wherever it stands. %pool FILE becomes /var/lib/xcp/state.db and %xen FILE
 * becomes /var/lib/xen-double/topology.json. Then what a kernel would add is added (derive.h).
 * Everything is read and checked before anything is written.
 */
#ifndef XPT_TESTS_SUPPORT_EXPAND_H
#define XPT_TESTS_SUPPORT_EXPAND_H

#include "nodes.h"

#define XPT_EXPAND_POOL "/var/lib/xcp/state.db"
#define XPT_EXPAND_XEN "/var/lib/xen-double/topology.json"

/*
 * Read a host file and what it includes into a tree (to be initialised by the caller), derive, and
 * check the links. Errors of lines are XPT_MALFORMED and begin with the file's name and the line.
 */
int xpt_expand_read(const char *host_file, struct xpt_nodes *tree, struct xpt_err *err);

/* Expand a host file into an empty or absent directory. */
int xpt_expand(const char *host_file, const char *dir, struct xpt_err *err);

#endif
