/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/holders.h"

#include <errno.h>

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

int xpt_holders_read(const struct xpt_xen *xen, struct xpt_holders *ret, struct xpt_err *err)
{
	struct xpt_holders found = {0};
	XPT_STRV domids = {0};
	int failed = xen->ops->xs_list(xen->handle, BACKENDS, &domids, err);

	for (size_t i = 0; !failed && i < domids.n; i++)
		failed = read_backend(xen, domids.v[i], &found, err);
	if (failed && failed != -ENOENT) {
		xpt_holders_done(&found);
		return failed;
	}
	found.is_known = true;
	*ret = found;
	return 0;
}

void xpt_holders_done(struct xpt_holders *h)
{
	free(h->v);
	*h = (struct xpt_holders){0};
}

const struct xpt_holder *xpt_holders_find(const struct xpt_holders *h, const struct xpt_bdf *addr)
{
	for (size_t i = 0; i < h->n; i++) {
		if (xpt_bdf_equal(&h->v[i].addr, addr))
			return &h->v[i];
	}
	return NULL;
}
