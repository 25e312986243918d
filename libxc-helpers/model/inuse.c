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
	xpt_uses_index(&uses);
	*ret = uses;
}

void xpt_uses_done(struct xpt_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++) {
		xpt_strv_done(&uses->v[i].chain);
		xpt_bdfs_done(&uses->v[i].hops);
	}
	free(uses->v);
	free(uses->hops);
	*uses = (struct xpt_uses){0};
}

static int compare_hops(const void *a, const void *b)
{
	const struct xpt_use_hop *x = a, *y = b;
	int order = xpt_bdf_compare(&x->addr, &y->addr);

	return order ? order : (x->use > y->use) - (x->use < y->use);
}

void xpt_uses_index(struct xpt_uses *uses)
{
	size_t n = 0;

	for (size_t i = 0; i < uses->n; i++)
		n += uses->v[i].hops.n;
	uses->hops = xpt_grow(uses->hops, n, sizeof(*uses->hops));
	uses->n_hops = 0;
	for (size_t i = 0; i < uses->n; i++) {
		for (size_t h = 0; h < uses->v[i].hops.n; h++)
			uses->hops[uses->n_hops++] = (struct xpt_use_hop){uses->v[i].hops.v[h], i};
	}
	if (n)
		qsort(uses->hops, n, sizeof(*uses->hops), compare_hops);
}

/* The first hop that is not below addr. */
static size_t find_hop(const struct xpt_uses *uses, const struct xpt_bdf *addr)
{
	size_t low = 0, high = uses->n_hops;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (xpt_bdf_compare(&uses->hops[middle].addr, addr) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct xpt_use *xpt_uses_next(const struct xpt_uses *uses, const struct xpt_bdf *addr,
				    size_t *at)
{
	/* *at is one past the hop that was found last, so that 0 means none was. */
	size_t i = *at ? *at : find_hop(uses, addr);

	if (i >= uses->n_hops || !xpt_bdf_equal(&uses->hops[i].addr, addr))
		return NULL;
	*at = i + 1;
	return &uses->v[uses->hops[i].use];
}

char *xpt_use_chain(const struct xpt_use *use)
{
	return xpt_strv_join(&use->chain, " <- ");
}
