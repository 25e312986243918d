/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VM.other_config:pci: "0/0000:04:00.0,1/0000:04:00.1".
 *
 * Read exactly as xapi reads it: items are cut at commas; an item that xapi's scanner does not take is
 * dropped in silence there and kept here with the reason; trailing text after the function digit is
 * ignored; devices are plugged in order of their index, those of equal index in reverse order of position.
 * The scanner is OCaml's: a sign before the index, one to four, two, two and one hex digits, and
 * underscores after the first digit of a number, which count as digits and mean nothing.
 * Source: xen-api ocaml/xapi/pciops.ml (other_pcidevs_of_vm), ocaml/xapi/xapi_xenops.ml; OCaml stdlib/scanf.ml.
 */
#ifndef XPT_CODEC_VMPCI_H
#define XPT_CODEC_VMPCI_H

#include "codec/bdf.h"

struct xpt_vmpci_item {
	char *raw;    /* the item as written */
	bool dropped; /* xapi does not see it */
	const char
		*why; /* what is wrong with it, one clause, static text; NULL: a device to plug */
	int64_t index;
	struct xpt_bdf
		addr; /* zero where why is set, also when xapi sees an address that cannot be */
};

struct xpt_vmpci {
	char *raw;                /* the whole value, NULL when the key is absent */
	struct xpt_vmpci_item *v; /* in order of position */
	size_t n;
};

/* value may be NULL (no key). Always succeeds: what is wrong is in the items. */
void xpt_vmpci_parse(const char *value, struct xpt_vmpci *ret);
void xpt_vmpci_done(struct xpt_vmpci *p);
/* Is addr among the devices that xapi plugs? */
bool xpt_vmpci_has(const struct xpt_vmpci *p, const struct xpt_bdf *addr);
/* The devices that xapi plugs, in plug order (appended). */
void xpt_vmpci_order(const struct xpt_vmpci *p, struct xpt_bdfs *ret);
/* The canonical value: indices 0, 1, 2, ... in the order given. NULL for an empty list (the key is then
 * removed, never left empty). Caller frees. */
char *xpt_vmpci_emit(const struct xpt_bdfs *order);

#endif
