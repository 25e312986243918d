/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a request needs to know, read once and in bulk. What could not be read is said in the answer
 * (missing), and unknown to whoever decides by it.
 */
#ifndef XPT_PLUGIN_SNAPSHOT_H
#define XPT_PLUGIN_SNAPSHOT_H

#include "ctx.h"
#include "model/safety.h"

enum {
	/* what dom0 uses devices for, and memory reserved for them; reads networks and storage */
	XPT_WANT_USES = 1 << 0,
	XPT_WANT_HOLDERS = 1 << 1, /* which domain holds what, IOMMU, NUMA nodes: asks Xen */
};

struct xpt_snapshot {
	struct xpt_pci pci;
	struct xpt_bootcfg boot;
	struct xpt_uses uses;
	struct xpt_holders holders;
	struct xpt_reserved reserved;
	struct xpt_pool pool; /* empty when has_pool is false */
	bool has_pool;
	struct xpt_err pool_error; /* why not, when a VM is asked for all the same */
	enum xpt_iommu iommu;
	const char *iommu_source; /* "xen", "xapi" or NULL */
};

/* PCI inventory, boot configuration and VMs are always there. Release with _done. */
int xpt_snapshot_take(struct xpt_ctx *ctx, unsigned want, struct xpt_snapshot *ret,
		      struct xpt_err *err);
void xpt_snapshot_done(struct xpt_snapshot *s);
#define XPT_SNAPSHOT XPT_CLEANUP(xpt_snapshot_done) struct xpt_snapshot

/* A function of the inventory. XPT_NOT_FOUND when there is none at addr. */
int xpt_snapshot_find(const struct xpt_snapshot *s, const struct xpt_bdf *addr,
		      const struct xpt_pci_device **ret, struct xpt_err *err);

/* The same as the view that model/safety judges by. */
struct xpt_world xpt_snapshot_world(const struct xpt_snapshot *s);

#endif
