/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every PCI function of the host, as dom0's kernel shows it: ids, class, bridges, driver, capabilities.
 *
 * Read from <root>/sys/bus/pci/devices in bulk: one listing, then a bounded number of small reads a
 * device (the target is in tests/bench). Ids come from config space, except where it reads ffff (a
 * virtual function, a device that fell off), then from the vendor and device files.
 *
 * The function above is a bridge, or the controller that brought a domain of its own (Intel VMD):
 * whatever takes it away takes away what is below it.
 */
#ifndef XPT_MODEL_PCI_H
#define XPT_MODEL_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/bdf.h"
#include "codec/pcicap.h"
#include "host/host.h"
#include "host/xen.h"

#define XPT_PCI_NONE (-1)
/* More functions than any host has; a listing past it is an error. */
#define XPT_PCI_MAX 65536

struct xpt_pci_device {
	struct xpt_bdf addr;
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class_code; /* 24 bits: class, subclass, programming interface */
	uint8_t revision;
	struct xpt_pcicap cap; /* what config space says; cap.valid is false without it */
	int parent;        /* index of the function above in sysfs, XPT_PCI_NONE on a root bus */
	int physfn;        /* index of the physical function of a VF, else XPT_PCI_NONE */
	unsigned vf_count; /* virtual functions that exist now */
	int node;          /* NUMA node from sysfs or Xen, XPT_PCI_NONE when unknown */
	bool can_reset;    /* the kernel offers a reset file */
	bool boot_vga;     /* the firmware's console display */
	char driver[64];   /* bound driver, "" when none */
};

/* All functions, sorted by address; parent and physfn are always earlier than the device itself. */
struct xpt_pci {
	struct xpt_pci_device *v;
	size_t n;
};

/*
 * Read the inventory. A host without PCI gives an empty list. A device that vanishes while it is read is
 * left out, a name that is no address skipped. XPT_SYSTEM when the listing cannot be read or is past
 * XPT_PCI_MAX. Release with xpt_pci_done.
 */
int xpt_pci_scan(const struct xpt_host *host, struct xpt_pci *ret, struct xpt_err *err);
void xpt_pci_done(struct xpt_pci *pci);
#define XPT_PCI_LIST XPT_CLEANUP(xpt_pci_done) struct xpt_pci

/*
 * Fill in the nodes that Xen knows (a PV dom0's sysfs has none); where it knows none, sysfs' answer
 * stays. Fails as the module's pci_nodes does, nodes unchanged.
 */
int xpt_pci_add_nodes(struct xpt_pci *pci, const struct xpt_xen *xen, struct xpt_err *err);

/* NULL when there is no such function. */
const struct xpt_pci_device *xpt_pci_find(const struct xpt_pci *pci, const struct xpt_bdf *addr);
/* The index of a device that came from pci. */
size_t xpt_pci_index(const struct xpt_pci *pci, const struct xpt_pci_device *d);
bool xpt_pci_is_bridge(const struct xpt_pci_device *d);
bool xpt_pci_is_hidden(const struct xpt_pci_device *d); /* bound to pciback now */
/* A display that dom0 can show its console on: of class 0300, with a driver other than pciback. */
bool xpt_pci_is_driven_display(const struct xpt_pci_device *d);

/* Is above d itself, or a bridge on the way from d to its root bus? */
bool xpt_pci_is_above(const struct xpt_pci *pci, const struct xpt_pci_device *above,
		      const struct xpt_pci_device *d);

#endif
