/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/inuse_scan.h"

/* Half a pool would leave out what it did not load. */
static bool can_use(const struct xpt_pool *pool)
{
	const unsigned needed = XPT_POOL_NETWORKS | XPT_POOL_STORAGE;

	return pool && pool->here && (pool->loaded & needed) == needed;
}

static void scan_done(struct xpt_inuse *s)
{
	xpt_mounts_done(&s->mounts);
	xpt_blocks_done(&s->blocks);
	xpt_routes_done(&s->routes);
	xpt_strv_done(&s->walked);
}

void xpt_inuse_scan(const struct xpt_host *host, const struct xpt_pci *pci,
		    const struct xpt_pool *pool, struct xpt_uses *ret)
{
	struct xpt_uses uses = {0};
	struct xpt_inuse s = {
		.host = host, .pci = pci, .pool = can_use(pool) ? pool : NULL, .uses = &uses};

	xpt_mounts_read(host, &s.mounts);
	xpt_blocks_read(host, &s.blocks);
	xpt_routes_read(host, &s.routes);
	xpt_inuse_scan_mounts(&s);
	xpt_inuse_scan_storage(&s);
	xpt_inuse_scan_network(&s);
	xpt_inuse_scan_console(&s);
	scan_done(&s);
	*ret = uses;
}

void xpt_uses_done(struct xpt_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++) {
		xpt_strv_done(&uses->v[i].chain);
		xpt_bdfs_done(&uses->v[i].hops);
	}
	free(uses->v);
	*uses = (struct xpt_uses){0};
}

const struct xpt_use *xpt_uses_next(const struct xpt_uses *uses, const struct xpt_bdf *addr,
				    size_t *at)
{
	while (*at < uses->n) {
		const struct xpt_use *use = &uses->v[(*at)++];

		if (xpt_bdfs_has(&use->hops, addr))
			return use;
	}
	return NULL;
}

char *xpt_use_chain(const struct xpt_use *use)
{
	return xpt_strv_join(&use->chain, " <- ");
}
