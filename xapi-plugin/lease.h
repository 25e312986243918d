/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lease on a VM: one change of it at a time in the whole pool.
 *
 * VM.other_config:xe-passthrough:lease holds "HOST-UUID PROCESS EXPIRY". Adding a key that is there fails, which
 * is xapi's test-and-set; a lease that outlived its expiry (its holder was killed) is taken over.
 */
#ifndef XPT_PLUGIN_LEASE_H
#define XPT_PLUGIN_LEASE_H

#include "ctx.h"

struct xpt_lease {
	char *vm; /* ref, NULL when none is held */
	char *value;
};

/* Take it, waiting as long as for the host's lock; XPT_BUSY names the holder. */
int xpt_lease_take(struct xpt_ctx *ctx, const char *vm_ref, struct xpt_lease *ret,
		   struct xpt_err *err);
/* Let go of it, if it is still ours; an empty lease is fine. */
void xpt_lease_drop(struct xpt_ctx *ctx, struct xpt_lease *lease);

#endif
