/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the kernel model (kernel.h) know of each other. All int functions: 0 or -errno. */
#ifndef XPT_TESTS_KERNEL_IMPL_H
#define XPT_TESTS_KERNEL_IMPL_H

#include <stdint.h>

#include "codec/bdf.h"
#include "kernel.h"
#include "tree.h"

#define XPT_KERNEL_DEVICES "bus/pci/devices"
#define XPT_KERNEL_DRIVERS "bus/pci/drivers"
#define XPT_KERNEL_PCIBACK "pciback"
#define XPT_KERNEL_CONFIG_SIZE 4096
#define XPT_KERNEL_NAME_SIZE 64

/* A function that is present. */
struct xpt_kdev {
	struct xpt_bdf addr;
	char name[XPT_BDF_SIZE];
	char dir[1024]; /* relative to /sys, free of links */
};

struct xpt_kdevs {
	struct xpt_kdev *v;
	size_t n;
};

#define XPT_KDEVS XPT_CLEANUP(xpt_kdevs_done) struct xpt_kdevs

/* ---- kernel_device.c: what is there ---- */

/* The function of that name; -ENODEV when there is none. */
int xpt_kdev_find(const struct xpt_kernel *k, const char *name, struct xpt_kdev *ret);
/* All functions, by name. */
int xpt_kdev_list(const struct xpt_kernel *k, struct xpt_kdevs *ret);
void xpt_kdevs_done(struct xpt_kdevs *l);
/* The bridge above; false on a root bus. */
bool xpt_kdev_parent(const struct xpt_kernel *k, const struct xpt_kdev *dev, struct xpt_kdev *ret);
/* Configuration space; returns the bytes there are (rest of config zero), 0 when none. */
size_t xpt_kdev_config(const struct xpt_kernel *k, const struct xpt_kdev *dev,
		       uint8_t config[XPT_KERNEL_CONFIG_SIZE]);
bool xpt_kdev_is_bridge(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* Offset of a capability (PCI 3.0 6.7) or extended capability (PCIe 6.0 7.6.3), 0 when absent. */
unsigned xpt_kcap_find(const uint8_t config[XPT_KERNEL_CONFIG_SIZE], uint8_t id);
unsigned xpt_kcap_find_extended(const uint8_t config[XPT_KERNEL_CONFIG_SIZE], uint16_t id);
uint16_t xpt_kcap_word(const uint8_t *config, unsigned at);
/* "../" for every part of dir: from there to the top of /sys. buf has XPT_TREE_PATH_MAX bytes. */
const char *xpt_kdev_up(const char *dir, char *buf);
/* The bound driver's name into buf; false when there is none. */
bool xpt_kdev_driver(const struct xpt_kernel *k, const struct xpt_kdev *dev,
		     char buf[XPT_KERNEL_NAME_SIZE]);
bool xpt_kdev_is_bound_to(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *drv);
/* What the file says as a number, 0 when it does not. */
unsigned long xpt_kdev_number(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			      const char *file);

/* A state file as a set of lines. */
bool xpt_kstate_has(const struct xpt_kernel *k, const char *file, const char *line);
int xpt_kstate_add(const struct xpt_kernel *k, const char *file, const char *line);
int xpt_kstate_drop(const struct xpt_kernel *k, const char *file, const char *line);

/* ---- kernel_driver.c: who drives it ---- */

bool xpt_kdriver_is_registered(const struct xpt_kernel *k, const char *drv);
int xpt_kdriver_register(const struct xpt_kernel *k, const char *drv);
/* The links and the uevent line of a bound device, and their end. */
int xpt_kdriver_link(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev);
/* Offer a function that has no driver to all of them; 0 also when none takes it. */
int xpt_kdriver_attach(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* Take the driver away, if there is one. */
int xpt_kdriver_release(const struct xpt_kernel *k, const struct xpt_kdev *dev);
int xpt_kdriver_bind(const struct xpt_kernel *k, const char *drv, const char *name);
int xpt_kdriver_unbind(const struct xpt_kernel *k, const char *drv, const char *name);
int xpt_kdriver_new_id(const struct xpt_kernel *k, const char *drv, const char *text);
int xpt_kdriver_override(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text);
/* driver_override's value; false when there is none. */
bool xpt_kdriver_overridden(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			    char buf[XPT_KERNEL_NAME_SIZE]);

/* ---- kernel_pciback.c ---- */

int xpt_kpciback_new_slot(const struct xpt_kernel *k, const char *text);
int xpt_kpciback_remove_slot(const struct xpt_kernel *k, const char *text);
/* Put all addresses of a group on the list. */
int xpt_kpciback_claim(const struct xpt_kernel *k, const struct xpt_hide_group *group);
/* -ENODEV when the list and driver_override do not name it. */
int xpt_kpciback_probe(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* pciback's part of giving a function up. */
int xpt_kpciback_release(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* Store 1 in the file `reset`; the file's existence is checked by the caller. */
int xpt_kpciback_reset(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* Is this function's file `reset` one that pciback made (when a captured machine is first opened)? */
bool xpt_kpciback_made_reset(const struct xpt_kernel *k, const struct xpt_kdev *dev);

/* ---- kernel_vf.c ---- */

int xpt_kvf_set(const struct xpt_kernel *k, const struct xpt_kdev *pf, unsigned long count);
/* Remove the virtual functions of a physical one, whatever drives them. */
int xpt_kvf_remove_all(const struct xpt_kernel *k, const struct xpt_kdev *pf);

/* ---- kernel_hotplug.c ---- */

int xpt_khotplug_remove(const struct xpt_kernel *k, const struct xpt_kdev *dev);
/* Bring everything that was removed back, without drivers. */
int xpt_khotplug_restore(const struct xpt_kernel *k);
/* The same, and offer it to drivers. */
int xpt_khotplug_rescan(const struct xpt_kernel *k);

#endif
