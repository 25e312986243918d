/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which domain has which PCI function now, by xenstore's word: the backends that xenopsd and libxl write,
 * /local/domain/0/backend/pci/<domid>/0/dev-N. Guests cannot write there.
 */
#ifndef XPT_MODEL_HOLDERS_H
#define XPT_MODEL_HOLDERS_H

#include "codec/bdf.h"
#include "host/xen.h"

struct xpt_holder {
	struct xpt_bdf addr;
	long long domid;
};

struct xpt_holders {
	struct xpt_holder *v;
	size_t n;
	bool is_known; /* false: Xen could not be asked */
};

/*
 * Ask Xen; sets is_known. A device or domain that xenstore names and we cannot read is XPT_MALFORMED with its path,
 * because it could be any. Release with xpt_holders_done, also an empty struct.
 */
int xpt_holders_read(const struct xpt_xen *xen, struct xpt_holders *ret, struct xpt_err *err);
void xpt_holders_done(struct xpt_holders *h);
#define XPT_HOLDERS XPT_CLEANUP(xpt_holders_done) struct xpt_holders

/* Who holds addr, NULL when nobody does. */
const struct xpt_holder *xpt_holders_find(const struct xpt_holders *h, const struct xpt_bdf *addr);

#endif
