/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of xen-pciback.hide, as the kernel reads it and as xapi reads it: the two differ.
 *
 * Kernel (drivers/xen/xen-pciback/pci_stub.c, pcistub_init): groups in parentheses, domain optional,
 * '*' for function or for device and function, white space between parts tolerated; one bad group and
 * the driver is not registered at all. xapi (ocaml/xapi/pciops.ml, get_hidden_pcidevs): groups of exactly
 * 14 characters "(DDDD:BB:DD.F)", nothing else; anything else is an exception for every dom0-access call.
 */
#ifndef XPT_CODEC_HIDELIST_H
#define XPT_CODEC_HIDELIST_H

#include "codec/bdf.h"

struct xpt_hide_group {
	struct xpt_bdf addr;
	bool any_dev, any_fn; /* wildcards */
};

struct xpt_hidelist {
	struct xpt_hide_group *v; /* what the kernel makes of it; empty when it refuses the list */
	size_t n;
	bool kernel_accepts;
	size_t kernel_error_at; /* offset of the text it stops at */
	bool xapi_accepts;      /* canonical */
};

/* value may be "" (hides nothing, accepted by both). Always succeeds. Release with _done. */
void xpt_hidelist_parse(const char *value, struct xpt_hidelist *ret);
void xpt_hidelist_done(struct xpt_hidelist *l);
bool xpt_hidelist_hides(const struct xpt_hidelist *l, const struct xpt_bdf *addr);
/* The canonical value, groups in the order given; NULL for an empty list. Caller frees. Addresses whose
 * domain needs more than four digits have no canonical form and must not be passed. */
char *xpt_hidelist_emit(const struct xpt_bdfs *addrs);
bool xpt_hidelist_can_hold(const struct xpt_bdf *addr); /* domain fits four digits */

#endif
