/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/xensource-inventory: what the installer wrote down about this host, lines of KEY='value'.
 */
#ifndef XPT_HOST_INVENTORY_H
#define XPT_HOST_INVENTORY_H

#include "host/host.h"

/*
 * The value of a key, quotes removed; the last line with the key counts, as for a shell that sources
 * the file. 0 with *ret for the caller to free, -ENOENT without file or key, or another -errno.
 */
int xpt_inventory_get(const struct xpt_host *host, const char *key, char **ret);

#endif
