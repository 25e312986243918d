/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people call a PCI device: "NVIDIA RTX A5000" where pci.ids says "NVIDIA Corporation" and
 * "GA102GL [RTX A5000]".
 *
 * Of a vendor, the short form in brackets at the end, else the name up to its first word of trade or law
 * (Technology, Corporation, Inc., ...). Of a display or accelerator, and of what pci.ids lists as "MT28908
 * Family [ConnectX-6]", the name in brackets at the end, which is what it is sold as. Elsewhere brackets hold
 * a mode or a code name: such a name is left whole.
 */
#ifndef XPT_MODEL_DEVNAME_H
#define XPT_MODEL_DEVNAME_H

#include <stdint.h>

#include "host/pciids.h"
#include "model/pci.h"

struct xpt_devname {
	uint16_t class_id, vendor_id, device_id;
	const char *vendor, *device; /* as pci.ids has them, NULL where it has none */
};

/* Numbers stand for names that are not known: "10de:2331", "NVIDIA 10de:2331". Caller frees. */
char *xpt_devname(const struct xpt_devname *d);
/* The same for a function of the inventory. */
char *xpt_devname_of(struct xpt_pciids *ids, const struct xpt_pci_device *d);

#endif
