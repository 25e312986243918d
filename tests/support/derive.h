/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel would add to a machine's devices, so that host files need not say it. Nothing that
 * a host file gives is ever changed; each of these is made only where it is absent:
 *
 *   - For a PCI function, a directory below /sys/devices whose name is an address, or such a
 *     directory straight in /sys/bus/pci/devices: the link in /sys/bus/pci/devices; from config:
 *     vendor, device, class, revision, subsystem_vendor, subsystem_device; from vendor, device and
 *     class (and the others where given): a config of 256 bytes, a bridge's bus numbers being
 *     those of the functions below it; numa_node -1 and driver_override (null), as in a dom0.
 *   - For a directory with idVendor or bInterfaceNumber: the link in /sys/bus/usb/devices.
 *   - For .../net/NAME: the link in /sys/class/net, and in NAME the link device.
 *   - For a directory with dev that is a partition, stands below block/, or is an NVMe namespace:
 *     the links in /sys/dev/block, /sys/class/block and, but for partitions, /sys/block, and in
 *     the last the link device.
 *   - For a driver link: its counterpart in /sys/bus/BUS/drivers/NAME; and the other way round.
 *   - In /sys/bus/BUS/drivers/NAME: the files bind, unbind, new_id, remove_id, uevent; for pciback
 *     also new_slot, remove_slot, permissive, quirks, irq_handlers, irq_handler_state and slots,
 *     which names the devices bound to it.
 *
 * Source: Linux drivers/base/{core,bus}.c, drivers/pci/{pci-sysfs,probe}.c,
 * drivers/xen/xen-pciback/pci_stub.c; PCI 3.0 6.1, 6.2.4.
 */
#ifndef XPT_TESTS_SUPPORT_DERIVE_H
#define XPT_TESTS_SUPPORT_DERIVE_H

#include "nodes.h"

int xpt_derive(struct xpt_nodes *tree, struct xpt_err *err);

/* The part that one PCI function's directory gets, links apart. */
int xpt_derive_pci(struct xpt_nodes *tree, struct xpt_node *function, struct xpt_err *err);

/* Is the name of a directory a PCI address as sysfs writes it? */
bool xpt_derive_is_bdf(const char *name);

#endif
