/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine we work on: a directory that is its root.
 *
 * On a dom0 the root is "/". Everything below another root is equally real (files, sockets, programs,
 * the Xen module), which is how a captured or an invented machine is driven by the same code. Paths
 * given to host/ are absolute paths of that machine and may be written with or without the slash.
 */
#ifndef XPT_HOST_HOST_H
#define XPT_HOST_HOST_H

#include <stdbool.h>

#include "base/err.h"

struct xpt_host {
	int root_fd;
	char *root;   /* absolute, no slash at the end; "" for "/" */
	bool is_live; /* the root is "/": questions to the running machine make sense */
};

/*
 * Open root; NULL means the environment's XE_PASSTHROUGH_ROOT (ignored in set-id programs), else
 * "/". XPT_USAGE when it is no directory. Release with xpt_host_close.
 */
int xpt_host_open(const char *root, struct xpt_host *ret, struct xpt_err *err);
void xpt_host_close(struct xpt_host *host);
#define XPT_HOST XPT_CLEANUP(xpt_host_close) struct xpt_host

/* The host's own path of a path of that machine: root + path. Caller frees. */
char *xpt_host_path(const struct xpt_host *host, const char *path);

#endif
