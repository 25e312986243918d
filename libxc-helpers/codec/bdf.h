/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI addresses: domain, bus, device, function ("BDF").
 *
 * The canonical form is DDDD:BB:DD.F in lower case hex; a domain past ffff (Intel VMD makes
 * 10000 and up) takes as many digits as it needs. Source: Linux drivers/pci/probe.c (pci_setup_device).
 */
#ifndef XPT_CODEC_BDF_H
#define XPT_CODEC_BDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

struct xpt_bdf {
	uint32_t domain;
	uint8_t bus;
	uint8_t dev; /* 0 to 31 */
	uint8_t fn;  /* 0 to 7 */
};

/* Room for any formatted address and its NUL. */
#define XPT_BDF_SIZE 20

/*
 * Read a whole string as an address: "0000:04:00.0" or short "04:00.0" (domain 0), hex of either
 * case, 1 to 8 domain digits, exactly 2 bus and 2 device digits, 1 function digit.
 * Returns 0 or -EINVAL.
 */
int xpt_bdf_parse(const char *s, struct xpt_bdf *ret) XPT_MUST_CHECK;
/* Write the canonical form into buf (XPT_BDF_SIZE bytes) and return buf. */
const char *xpt_bdf_format(const struct xpt_bdf *a, char buf[XPT_BDF_SIZE]);
/* Order by domain, bus, device, function: negative, 0 or positive. */
int xpt_bdf_compare(const struct xpt_bdf *a, const struct xpt_bdf *b);
bool xpt_bdf_equal(const struct xpt_bdf *a, const struct xpt_bdf *b);
bool xpt_bdf_same_slot(const struct xpt_bdf *a, const struct xpt_bdf *b);

/* A list of addresses. */
struct xpt_bdfs {
	struct xpt_bdf *v;
	size_t n;
};

#define XPT_BDFS XPT_CLEANUP(xpt_bdfs_done) struct xpt_bdfs

void xpt_bdfs_add(struct xpt_bdfs *l, const struct xpt_bdf *a);
bool xpt_bdfs_has(const struct xpt_bdfs *l, const struct xpt_bdf *a);
void xpt_bdfs_sort(struct xpt_bdfs *l);
void xpt_bdfs_done(struct xpt_bdfs *l);

#endif
