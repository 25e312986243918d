/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that xapi knows: the hosts to ask, and words for completion. */
#ifndef XPT_WRAPPER_NAMES_H
#define XPT_WRAPPER_NAMES_H

#include "host/xapi.h"

struct xpt_name {
	char *uuid, *name;
};

struct xpt_names {
	struct xpt_name *v;
	size_t n;
};

/* Sorted by name; errors and timeout_ms are those of xpt_xapi_open. */
int xpt_names_hosts(const struct xpt_host *host, unsigned timeout_ms, struct xpt_names *ret,
		    struct xpt_err *err);
/* VMs that devices can be given to: no templates, snapshots and control domains. */
int xpt_names_vms(const struct xpt_host *host, unsigned timeout_ms, struct xpt_names *ret,
		  struct xpt_err *err);
void xpt_names_done(struct xpt_names *names);
#define XPT_NAMES XPT_CLEANUP(xpt_names_done) struct xpt_names

#endif
