/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/holders.h"

#include <errno.h>

#define BACKENDS "/local/domain/0/backend/pci"

/* Absence is an answer here, no error: err is only touched where the function fails. */
static int absent_or_failed(int failed, struct xpt_err *why, struct xpt_err *err)
{
	if (failed == -ENOENT)
		return 0;
	if (failed)
		xpt_err_move(err, why);
	return failed;
}

/* Names below path (appended), none where it is absent. */
static int list(const struct xpt_xen *xen, const char *path, struct xpt_strv *ret,
		struct xpt_err *err)
{
	XPT_ERR why = XPT_ERR_INIT;
	int failed = xen->ops->xs_list(xen->handle, path, ret, &why);

	return absent_or_failed(failed, &why, err);
}

/* The value of path, NULL where it is absent. Caller frees. */
static int read_value(const struct xpt_xen *xen, const char *path, char **ret, struct xpt_err *err)
{
	XPT_ERR why = XPT_ERR_INIT;
	int failed = xen->ops->xs_read(xen->handle, path, ret, &why);

	return absent_or_failed(failed, &why, err);
}

static int malformed(const char *path, const char *what, struct xpt_err *err)
{
	return xpt_err_set(err, XPT_MALFORMED, EINVAL, path, NULL, "xenstore's %s does not tell %s",
			   path, what);
}

/* A device that was unplugged since its key was listed is held no more. */
static int read_device(const struct xpt_xen *xen, const char *path, long long domid,
		       struct xpt_holders *ret, struct xpt_err *err)
{
	struct xpt_holder holder = {.domid = domid};
	XPT_FREE char *value = NULL;
	int failed = read_value(xen, path, &value, err);

	if (failed || !value)
		return failed;
	if (xpt_bdf_parse(value, &holder.addr) < 0)
		return malformed(path, "which device it is", err);
	ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
	ret->v[ret->n++] = holder;
	return 0;
}

/* One domain's devices: the keys dev-0, dev-1, ... of its PCI backend. */
static int read_backend(const struct xpt_xen *xen, const char *domid, struct xpt_holders *ret,
			struct xpt_err *err)
{
	XPT_FREE char *dir = xpt_fmt(BACKENDS "/%s/0", domid);
	XPT_STRV keys = {0};
	uint64_t id;
	int failed;

	if (xpt_parse_uint(domid, 10, INT32_MAX, &id) < 0)
		return malformed(dir, "which domain it is for", err);
	failed = list(xen, dir, &keys, err);
	for (size_t i = 0; !failed && i < keys.n; i++) {
		XPT_FREE char *path = xpt_fmt("%s/%s", dir, keys.v[i]);

		if (xpt_has_prefix(keys.v[i], "dev-"))
			failed = read_device(xen, path, (long long)id, ret, err);
	}
	return failed;
}

int xpt_holders_read(const struct xpt_xen *xen, struct xpt_holders *ret, struct xpt_err *err)
{
	struct xpt_holders found = {.is_known = true};
	XPT_STRV domids = {0};
	int failed = list(xen, BACKENDS, &domids, err);

	for (size_t i = 0; !failed && i < domids.n; i++)
		failed = read_backend(xen, domids.v[i], &found, err);
	if (failed) {
		xpt_holders_done(&found);
		return failed;
	}
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
