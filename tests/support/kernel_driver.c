/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

bool xpt_kdriver_is_registered(const struct xpt_kernel *k, const char *drv)
{
	return xpt_tree_has(k->sys, XPT_KERNEL_DRIVERS "/%s", drv);
}

int xpt_kdriver_register(const struct xpt_kernel *k, const char *drv)
{
	static const char *const every[] = {"bind", "unbind", "new_id"};
	static const char *const pciback[] = {"new_slot", "remove_slot", "slots"};
	XPT_STRV files = {0};
	int rc = 0;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(every); i++)
		xpt_strv_add(&files, every[i]);
	for (size_t i = 0; !strcmp(drv, XPT_KERNEL_PCIBACK) && i < XPT_ARRAY_SIZE(pciback); i++)
		xpt_strv_add(&files, pciback[i]);
	for (size_t i = 0; !rc && i < files.n; i++) {
		mode_t mode = strcmp(files.v[i], "slots") ? 0200 : 0644;

		if (!xpt_tree_has(k->sys, XPT_KERNEL_DRIVERS "/%s/%s", drv, files.v[i]))
			rc = xpt_tree_write(k->sys, "", 0, mode, XPT_KERNEL_DRIVERS "/%s/%s", drv,
					    files.v[i]);
	}
	return rc;
}

/* The line DRIVER= comes first (drivers/base/core.c, dev_uevent); drv NULL takes it away. */
static int set_uevent_driver(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			     const char *drv)
{
	XPT_STRV lines = {0}, out = {0};

	if (!xpt_tree_has(k->sys, "%s/uevent", dev->dir))
		return 0;
	if (xpt_tree_lines(k->sys, &lines, "%s/uevent", dev->dir))
		return -EIO;
	if (drv)
		xpt_strv_addf(&out, "DRIVER=%s", drv);
	for (size_t i = 0; i < lines.n; i++) {
		if (!xpt_has_prefix(lines.v[i], "DRIVER="))
			xpt_strv_add(&out, lines.v[i]);
	}
	return xpt_tree_write_lines(k->sys, &out, "%s/uevent", dev->dir);
}

int xpt_kdriver_link(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	char up[XPT_TREE_PATH_MAX];
	XPT_FREE char *to_driver =
		xpt_fmt("%s" XPT_KERNEL_DRIVERS "/%s", xpt_kdev_up(dev->dir, up), drv);
	XPT_FREE char *to_device = xpt_fmt("../../../../%s", dev->dir);
	int rc = xpt_tree_symlink(k->sys, to_driver, "%s/driver", dev->dir);

	if (!rc)
		rc = xpt_tree_symlink(k->sys, to_device, XPT_KERNEL_DRIVERS "/%s/%s", drv,
				      dev->name);
	return rc ? rc : set_uevent_driver(k, dev, drv);
}

static int unlink_driver(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	int rc = xpt_tree_remove(k->sys, "%s/driver", dev->dir);

	if (!rc)
		rc = xpt_tree_remove(k->sys, XPT_KERNEL_DRIVERS "/%s/%s", drv, dev->name);
	return rc ? rc : set_uevent_driver(k, dev, NULL);
}

bool xpt_kdriver_overridden(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			    char buf[XPT_KERNEL_NAME_SIZE])
{
	if (xpt_tree_line(k->sys, buf, XPT_KERNEL_NAME_SIZE, "%s/driver_override", dev->dir))
		return false;
	return *buf && strcmp(buf, "(null)") != 0;
}

int xpt_kdriver_override(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text)
{
	XPT_FREE char *value = xpt_strndup(text, strcspn(text, "\n"));
	XPT_FREE char *shown = xpt_fmt("%s\n", *value ? value : "(null)");

	return xpt_tree_write_text(k->sys, shown, "%s/driver_override", dev->dir);
}

static bool same_ids(const struct xpt_kernel *k, const char *name, unsigned long vendor,
		     unsigned long device)
{
	struct xpt_kdev dev;

	return !xpt_kdev_find(k, name, &dev) && xpt_kdev_number(k, &dev, "vendor") == vendor &&
	       xpt_kdev_number(k, &dev, "device") == device;
}

/* Does the driver's own table have these ids? It has those of the devices it is native to. */
static bool table_has(const struct xpt_kernel *k, const char *drv, unsigned long vendor,
		      unsigned long device)
{
	XPT_STRV lines = {0};

	if (xpt_tree_lines(k->state, &lines, "native"))
		return false;
	for (size_t i = 0; i < lines.n; i++) {
		char *blank = strchr(lines.v[i], ' ');

		if (!blank || strcmp(blank + 1, drv) != 0)
			continue;
		*blank = '\0';
		if (same_ids(k, lines.v[i], vendor, device))
			return true;
	}
	return false;
}

static bool is_native(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	XPT_FREE char *line = xpt_fmt("%s %s", dev->name, drv);

	return xpt_kstate_has(k, "native", line);
}

/* drivers/pci/pci-driver.c, pci_match_device */
static bool driver_matches(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	unsigned long vendor = xpt_kdev_number(k, dev, "vendor");
	unsigned long device = xpt_kdev_number(k, dev, "device");
	XPT_FREE char *dynamic = xpt_fmt("%s %04lx %04lx", drv, vendor, device);
	char wanted[XPT_KERNEL_NAME_SIZE];

	if (xpt_kdriver_overridden(k, dev, wanted))
		return !strcmp(wanted, drv);
	if (!strcmp(drv, XPT_KERNEL_PCIBACK) || xpt_kstate_has(k, "new_id", dynamic))
		return true;
	if (xpt_tree_has(k->sys, "%s/physfn", dev->dir))
		return false;
	return is_native(k, drv, dev) || table_has(k, drv, vendor, device);
}

static int probe(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	if (!strcmp(drv, XPT_KERNEL_PCIBACK))
		return xpt_kpciback_probe(k, dev);
	return xpt_kdriver_link(k, drv, dev);
}

static bool attach_one(const struct xpt_kernel *k, const char *drv, const struct xpt_kdev *dev)
{
	return driver_matches(k, drv, dev) && !probe(k, drv, dev);
}

int xpt_kdriver_attach(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	char bound[XPT_KERNEL_NAME_SIZE];
	XPT_STRV drivers = {0};

	if (xpt_kdev_driver(k, dev, bound) || xpt_tree_names(k->sys, &drivers, XPT_KERNEL_DRIVERS))
		return 0;
	/* Drivers are asked in the order in which they registered, pciback first. */
	if (xpt_strv_has(&drivers, XPT_KERNEL_PCIBACK) && attach_one(k, XPT_KERNEL_PCIBACK, dev))
		return 0;
	for (size_t i = 0; i < drivers.n; i++) {
		if (is_native(k, drivers.v[i], dev) && attach_one(k, drivers.v[i], dev))
			return 0;
	}
	for (size_t i = 0; i < drivers.n; i++) {
		if (strcmp(drivers.v[i], XPT_KERNEL_PCIBACK) != 0 &&
		    attach_one(k, drivers.v[i], dev))
			return 0;
	}
	return 0;
}

int xpt_kdriver_release(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	char drv[XPT_KERNEL_NAME_SIZE];
	int rc;

	if (!xpt_kdev_driver(k, dev, drv))
		return 0;
	rc = xpt_kvf_remove_all(k, dev);
	if (!rc && !strcmp(drv, XPT_KERNEL_PCIBACK))
		rc = xpt_kpciback_release(k, dev);
	return rc ? rc : unlink_driver(k, drv, dev);
}

int xpt_kdriver_bind(const struct xpt_kernel *k, const char *drv, const char *name)
{
	char bound[XPT_KERNEL_NAME_SIZE];
	struct xpt_kdev dev;

	if (xpt_kdev_find(k, name, &dev) || !driver_matches(k, drv, &dev))
		return -ENODEV;
	if (xpt_kdev_driver(k, &dev, bound))
		return k->bound_is_busy ? -EBUSY : -ENODEV;
	return probe(k, drv, &dev);
}

int xpt_kdriver_unbind(const struct xpt_kernel *k, const char *drv, const char *name)
{
	struct xpt_kdev dev;

	if (xpt_kdev_find(k, name, &dev) || !xpt_kdev_is_bound_to(k, &dev, drv))
		return -ENODEV;
	return xpt_kdriver_release(k, &dev);
}

int xpt_kdriver_new_id(const struct xpt_kernel *k, const char *drv, const char *text)
{
	XPT_KDEVS all = {0};
	XPT_FREE char *line = NULL;
	unsigned vendor, device;
	int rc;

	if (sscanf(text, "%x %x", &vendor, &device) != 2)
		return -EINVAL;
	/* pciback's own table has every id. */
	if (!strcmp(drv, XPT_KERNEL_PCIBACK) || table_has(k, drv, vendor, device))
		return -EEXIST;
	line = xpt_fmt("%s %04x %04x", drv, vendor, device);
	rc = xpt_kstate_add(k, "new_id", line);
	if (!rc)
		rc = xpt_kdev_list(k, &all);
	for (size_t i = 0; !rc && i < all.n; i++) {
		char bound[XPT_KERNEL_NAME_SIZE];

		if (!xpt_kdev_driver(k, &all.v[i], bound))
			attach_one(k, drv, &all.v[i]);
	}
	return rc;
}
