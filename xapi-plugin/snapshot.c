/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "snapshot.h"

#include <errno.h>
#include <string.h>

#include "host/xen.h"

static void read_iommu(const struct xpt_xen *xen, struct xpt_snapshot *s)
{
	bool has_iommu;

	if (xen->ops->has_iommu(xen->handle, &has_iommu, NULL) == 0) {
		s->iommu = has_iommu ? XPT_IOMMU_ON : XPT_IOMMU_OFF;
		s->iommu_source = "xen";
	}
}

static void ask_xen(struct xpt_ctx *ctx, struct xpt_snapshot *s)
{
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_xen xen = {0};

	if (xpt_xen_open(&ctx->host, &xen, &err) < 0) {
		xpt_ctx_missing(ctx, "Xen", err.sentence);
		return;
	}
	read_iommu(&xen, s);
	if (xpt_holders_read(&xen, &s->holders, &err) < 0)
		xpt_ctx_missing(ctx, "devices held by domains", err.sentence);
	if (xpt_pci_add_nodes(&s->pci, &xen, &err) < 0)
		xpt_ctx_missing(ctx, "NUMA nodes", err.sentence);
	xpt_xen_close(&xen);
}

/* A toolstack that answers by halves counts as none: what it did not tell is unknown. */
static void load_pool(struct xpt_ctx *ctx, unsigned want, struct xpt_snapshot *s)
{
	unsigned what = XPT_POOL_VMS | XPT_POOL_PCIS;

	if (!ctx->xapi) {
		(void)xpt_ctx_need_xapi(ctx, &s->pool_error);
		return;
	}
	if (want & XPT_WANT_USES)
		what |= XPT_POOL_NETWORKS | XPT_POOL_STORAGE;
	if (xpt_pool_load(ctx->xapi, &ctx->host, what, &s->pool, &s->pool_error) < 0) {
		xpt_ctx_missing(ctx, "toolstack", s->pool_error.sentence);
		return;
	}
	s->has_pool = true;
	if (s->iommu == XPT_IOMMU_UNKNOWN && s->pool.here) {
		s->iommu = s->pool.here->has_iommu ? XPT_IOMMU_ON : XPT_IOMMU_OFF;
		s->iommu_source = "xapi";
	}
}

static void read_reserved(struct xpt_ctx *ctx, struct xpt_snapshot *s)
{
	xpt_reserved_read(&ctx->host, &s->pci, &s->reserved);
	for (size_t i = 0; i < s->reserved.missing.n; i++)
		xpt_ctx_missing(ctx, "reserved memory", s->reserved.missing.v[i]);
}

static int take(struct xpt_ctx *ctx, unsigned want, struct xpt_snapshot *s, struct xpt_err *err)
{
	int failed = xpt_pci_scan(&ctx->host, &s->pci, err);

	if (failed)
		return failed;
	xpt_bootcfg_read(&ctx->host, &s->boot);
	for (size_t i = 0; i < s->boot.missing.n; i++)
		xpt_ctx_missing(ctx, "boot configuration", s->boot.missing.v[i]);
	if (want & XPT_WANT_HOLDERS)
		ask_xen(ctx, s);
	load_pool(ctx, want, s);
	if (!(want & XPT_WANT_USES))
		return 0;
	xpt_inuse_scan(&ctx->host, &s->pci, s->has_pool ? &s->pool : NULL, &s->uses);
	read_reserved(ctx, s);
	return 0;
}

int xpt_snapshot_take(struct xpt_ctx *ctx, unsigned want, struct xpt_snapshot *ret,
		      struct xpt_err *err)
{
	struct xpt_snapshot s = {0};
	int failed = take(ctx, want, &s, err);

	if (failed) {
		xpt_snapshot_done(&s);
		return failed;
	}
	*ret = s;
	return 0;
}

void xpt_snapshot_done(struct xpt_snapshot *s)
{
	xpt_pci_done(&s->pci);
	xpt_bootcfg_done(&s->boot);
	xpt_uses_done(&s->uses);
	xpt_holders_done(&s->holders);
	xpt_reserved_done(&s->reserved);
	xpt_err_done(&s->pool_error);
	if (s->has_pool)
		xpt_pool_done(&s->pool);
	*s = (struct xpt_snapshot){0};
}

int xpt_snapshot_find(const struct xpt_snapshot *s, const struct xpt_bdf *addr,
		      const struct xpt_pci_device **ret, struct xpt_err *err)
{
	const struct xpt_pci_device *d = xpt_pci_find(&s->pci, addr);
	char text[XPT_BDF_SIZE];

	if (!d)
		return xpt_err_set(err, XPT_NOT_FOUND, ENODEV, xpt_bdf_format(addr, text),
				   "xe-passthrough pci list shows what there is",
				   "there is no PCI device %s on this host", text);
	*ret = d;
	return 0;
}

struct xpt_world xpt_snapshot_world(const struct xpt_snapshot *s)
{
	return (struct xpt_world){
		.pci = &s->pci,
		.uses = &s->uses,
		.holders = &s->holders,
		.boot = &s->boot,
		.pool = s->has_pool ? &s->pool : NULL,
		.iommu = s->iommu,
		.reserved = &s->reserved,
	};
}
