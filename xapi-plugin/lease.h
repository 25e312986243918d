/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lease on a VM: one change of it at a time in the whole pool.
 *
 * VM.other_config:xe-passthrough:lease holds "HOST-UUID PROCESS EXPIRY". Adding a key that is there fails, which
 * is xapi's test-and-set. A lease that outlived its expiry (its holder was killed) is taken over; so is one
 * of this host, because who holds the host's lock knows that nobody else here is at work.
 */
#ifndef XPT_PLUGIN_LEASE_H
#define XPT_PLUGIN_LEASE_H

#include "ctx.h"
#include "model/pool.h"

struct xpt_lease {
	char *vm; /* ref, NULL when none is held */
	char *value;
};

/* Remove leases that a killed process of this host left behind. The host's lock must be held. */
void xpt_lease_sweep(struct xpt_ctx *ctx, const struct xpt_pool *pool);
/* Take it, waiting at most so long; XPT_BUSY names the holder. */
int xpt_lease_take(struct xpt_ctx *ctx, const char *vm_ref, unsigned wait_seconds,
		   struct xpt_lease *ret, struct xpt_err *err);
/* Let go of it, if it is still ours; an empty lease is fine. */
void xpt_lease_drop(struct xpt_ctx *ctx, struct xpt_lease *lease);

#endif
