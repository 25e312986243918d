/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dom0's kernel does when somebody stores into its PCI part of sysfs, played on a plain tree.
 *
 * The rules (each with the errno that the kernel gives):
 *   bus/pci/drivers/D/bind, unbind, new_id        driver core and PCI bus
 *   bus/pci/drivers/pciback/new_slot, remove_slot the list that pciback claims devices from; slots shows it
 *   bus/pci/drivers_probe, bus/pci/rescan
 *   <device>/driver_override, reset, remove, sriov_numvfs
 * Their effects are the links between device and driver, the DRIVER= line of uevent, the files of
 * virtual functions, and the file `reset` that XCP-ng's pciback gives to functions that cannot be reset
 * alone. What a bound driver makes appear elsewhere (net, block, hidraw) is not played.
 *
 * A driver supports the devices it is native to, others with the same vendor and device id, and ids
 * stored in new_id. Native is what was bound when a tree was first opened, unless the machine says so in
 * native. Virtual functions have no native driver (dom0 blacklists those). A driver gives up the virtual
 * functions of a device that it is unbound from, as ixgbe, i40e and nvme do.
 *
 * State lies in <root>/var/lib/kernel-model/, one item a line:
 *   native          "0000:01:00.0 nvidia"
 *   resets          address of each function that was reset since boot, in order; a bus reset names all
 *   new_id          "drv 10de 2336"
 *   pciback-reset   functions whose file `reset` is pciback's
 *   removed, removed.d/   functions gone by `remove`, kept for rescan and boot
 *
 * Sources: Linux drivers/base/bus.c and dd.c, drivers/pci/{pci-driver,pci-sysfs,iov,pci}.c,
 * drivers/xen/xen-pciback/pci_stub.c with XCP-ng's patches. Kernels before 5.14 answer ENODEV to a bind of
 * a bound device, later ones EBUSY; which one this is says <root>/proc/sys/kernel/osrelease, else 4.19.
 */
#ifndef XPT_TESTS_KERNEL_H
#define XPT_TESTS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/hidelist.h"

struct xpt_kernel {
	int sys;   /* the plain tree of /sys */
	int state; /* <root>/var/lib/kernel-model */
	bool bound_is_busy;
};

/*
 * Open a machine; sys is the plain tree of its /sys, NULL for <root>/sys. Opening it for the first time
 * records native drivers and adds what every kernel has and a machine's description leaves out: the files
 * that take stores and the links from drivers to devices. Returns 0 or -errno; release with _close.
 */
int xpt_kernel_open(const char *root, const char *sys, struct xpt_kernel *ret);
void xpt_kernel_close(struct xpt_kernel *k);

/* Does a store to this path, relative to /sys, have an effect here? */
bool xpt_kernel_models(const char *path);
/*
 * Store len bytes in a file that xpt_kernel_models knows, path being relative to /sys and free of
 * links, as in devices/pci0000:00/0000:00:02.0/reset or bus/pci/devices/0000:00:02.0/reset. Returns 0, or
 * the -errno that write() is to give; -ENOENT when there is no such file.
 */
int xpt_kernel_store(struct xpt_kernel *k, const char *path, const void *data, size_t len);
/*
 * Start anew, with the value of xen-pciback.hide as parsed: virtual functions are gone, removed
 * functions are back, pciback (registered only if it accepts the list) takes what the list names, the others
 * go to their native drivers.
 */
int xpt_kernel_boot(struct xpt_kernel *k, const struct xpt_hidelist *hide);

#endif
