/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "snapshot.h"

#include <errno.h>
#include <string.h>

#include "host/xen.h"

#define BACKENDS "/local/domain/0/backend/pci"

/* One domain's devices: the keys dev-0, dev-1, ... of its PCI backend. */
static int read_backend(const struct xpt_xen *xen, const char *domid, struct xpt_holders *ret,
			struct xpt_err *err)
{
	XPT_FREE char *dir = xpt_fmt(BACKENDS "/%s/0", domid);
	XPT_STRV keys = {0};
	uint64_t id;
	int failed = xen->ops->xs_list(xen->handle, dir, &keys, err);

	if (failed || xpt_parse_uint(domid, 10, INT32_MAX, &id) < 0)
		return failed == -ENOENT ? 0 : failed;
	for (size_t i = 0; i < keys.n; i++) {
		XPT_FREE char *path = xpt_fmt("%s/%s", dir, keys.v[i]);
		XPT_FREE char *value = NULL;
		struct xpt_holder holder = {.domid = (long long)id};

		if (!xpt_has_prefix(keys.v[i], "dev-"))
			continue;
		failed = xen->ops->xs_read(xen->handle, path, &value, err);
		if (failed < 0 && failed != -ENOENT)
			return failed;
		if (failed == -ENOENT || xpt_bdf_parse(value, &holder.addr) < 0)
			continue;
		ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
		ret->v[ret->n++] = holder;
	}
	return 0;
}

static int read_holders(const struct xpt_xen *xen, struct xpt_holders *ret, struct xpt_err *err)
{
	XPT_STRV domids = {0};
	int failed = xen->ops->xs_list(xen->handle, BACKENDS, &domids, err);

	for (size_t i = 0; !failed && i < domids.n; i++)
		failed = read_backend(xen, domids.v[i], ret, err);
	if (failed && failed != -ENOENT)
		return failed;
	ret->is_known = true;
	return 0;
}

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
	if (read_holders(&xen, &s->holders, &err) < 0)
		xpt_ctx_missing(ctx, "devices held by domains", err.sentence);
	else if (xpt_pci_add_nodes(&s->pci, &xen, &err) < 0)
		xpt_ctx_missing(ctx, "NUMA nodes", err.sentence);
	xpt_xen_close(&xen);
}

static int load_pool(struct xpt_ctx *ctx, unsigned want, struct xpt_snapshot *s,
		     struct xpt_err *err)
{
	unsigned what = XPT_POOL_VMS | XPT_POOL_PCIS;
	int failed;

	if (!ctx->xapi)
		return 0;
	if (want & XPT_WANT_USES)
		what |= XPT_POOL_NETWORKS | XPT_POOL_STORAGE;
	failed = xpt_pool_load(ctx->xapi, &ctx->host, what, &s->pool, err);
	if (failed)
		return failed;
	s->has_pool = true;
	if (s->iommu == XPT_IOMMU_UNKNOWN && s->pool.here) {
		s->iommu = s->pool.here->has_iommu ? XPT_IOMMU_ON : XPT_IOMMU_OFF;
		s->iommu_source = "xapi";
	}
	return 0;
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
	failed = load_pool(ctx, want, s, err);
	if (failed || !(want & XPT_WANT_USES))
		return failed;
	xpt_inuse_scan(&ctx->host, &s->pci, s->has_pool ? &s->pool : NULL, &s->uses);
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
	free(s->holders.v);
	if (s->has_pool)
		xpt_pool_done(&s->pool);
	*s = (struct xpt_snapshot){0};
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
	};
}
