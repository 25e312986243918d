/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The value of xen-pciback.hide, as the kernel reads it and as xapi reads it: the two differ.
 *
 * Kernel (drivers/xen/xen-pciback/pci_stub.c, pcistub_init; lib/vsprintf.c, vsscanf): groups in
 * parentheses, domain optional, '*' for the function or for device and function. White space may stand
 * around groups and before numbers, a number may start with 0x and have any number of digits, of which
 * the low 32 bits count; a device or function that is negative then is a wildcard too. One bad group
 * and the driver is not registered at all. More than 1,024 bytes are not taken by the kernel.
 *
 * xapi (ocaml/xapi/pciops.ml, get_hidden_pcidevs): groups of exactly 14 characters "(DDDD:BB:DD.F)",
 * nothing else; anything else is an exception for every dom0-access call.
 */
#ifndef XPT_CODEC_HIDELIST_H
#define XPT_CODEC_HIDELIST_H

#include "codec/bdf.h"

#define XPT_HIDE_KEY "xen-pciback.hide"
/* The longest string parameter of a kernel (kernel/params.c, param_set_charp). */
#define XPT_HIDE_VALUE_MAX 1024

struct xpt_hide_group {
	struct xpt_bdf addr;
	bool any_dev, any_fn; /* wildcards: that part of addr is 0 and means nothing */
};

struct xpt_hidelist {
	struct xpt_hide_group *v; /* what the kernel makes of it; empty when it refuses the list */
	size_t n;
	bool kernel_accepts;
	size_t kernel_error_at; /* offset of the group it stops at; 0 when it accepts */
	bool xapi_accepts;      /* its parser raises nothing */
	bool is_canonical;      /* both accept it and it is as xapi itself writes it, in lower case:
				   what xapi writes otherwise it can't take out again */
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
