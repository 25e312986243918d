/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One machine of a sandbox: a root expanded from a host file, our programs in their places, and
 * the kernel model mounted on its /sys.
 */
#ifndef XPT_TESTS_SUPPORT_SANDBOX_HOST_H
#define XPT_TESTS_SUPPORT_SANDBOX_HOST_H

#include <stdbool.h>

#include "server.h"

struct xpt_sandbox_host {
	char *root; /* absolute */
	char *sys;  /* the plain tree behind ROOT/sys: root.sys beside root, or ROOT/sys itself */
	char *uuid; /* INSTALLATION_UUID, NULL when there is no inventory */
	bool is_moved; /* sys lies beside root */
	struct xpt_server kernel;
};

/*
 * Expand host_file into root (absent or empty) and put what the build has into place: plugin,
 * command and Xen double. build is the build folder. The host is released with
 * xpt_sandbox_host_end.
 */
int xpt_sandbox_host_make(struct xpt_sandbox_host *host, const char *host_file, const char *root,
			  const char *build, struct xpt_err *err);

/*
 * Mount the kernel model on ROOT/sys. faults is its plan of faults, log where it complains. On
 * failure the plain tree is back in its place.
 */
int xpt_sandbox_host_mount(struct xpt_sandbox_host *host, const char *build, const char *faults,
			   const char *log, struct xpt_err *err);

/*
 * End the kernel model, unmount, put the plain tree back where it was, remove the root unless keep
 * is set, and release. Complains on stderr about what it cannot do; goes on.
 */
void xpt_sandbox_host_end(struct xpt_sandbox_host *host, bool keep);

#endif
