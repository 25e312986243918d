/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

#define STATE "var/lib/kernel-model"

/* ---- opening a machine ---- */

static int record_native(const struct xpt_kernel *k, const struct xpt_kdevs *all)
{
	XPT_STRV lines = {0};

	if (xpt_tree_has(k->state, "native"))
		return 0;
	for (size_t i = 0; i < all->n; i++) {
		char drv[XPT_KERNEL_NAME_SIZE];

		if (xpt_kdev_driver(k, &all->v[i], drv) && strcmp(drv, XPT_KERNEL_PCIBACK) != 0)
			xpt_strv_addf(&lines, "%s %s", all->v[i].name, drv);
	}
	return xpt_tree_write_lines(k->state, &lines, "native");
}

static int record_resets(const struct xpt_kernel *k, const struct xpt_kdevs *all)
{
	XPT_STRV lines = {0};

	if (xpt_tree_has(k->state, "pciback-reset"))
		return 0;
	for (size_t i = 0; i < all->n; i++) {
		if (xpt_kpciback_made_reset(k, &all->v[i]))
			xpt_strv_add(&lines, all->v[i].name);
	}
	return xpt_tree_write_lines(k->state, &lines, "pciback-reset");
}

static int ensure_file(const struct xpt_kernel *k, const char *dir, const char *name, mode_t mode,
		       const char *text)
{
	if (xpt_tree_has(k->sys, "%s/%s", dir, name))
		return 0;
	return xpt_tree_write(k->sys, text, strlen(text), mode, "%s/%s", dir, name);
}

static int complete_device(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	char drv[XPT_KERNEL_NAME_SIZE];
	struct xpt_hide_group self = {.addr = dev->addr};
	int rc = ensure_file(k, dev->dir, "driver_override", 0644, "(null)\n");

	if (!rc)
		rc = ensure_file(k, dev->dir, "remove", 0200, "");
	if (rc || !xpt_kdev_driver(k, dev, drv))
		return rc;
	rc = xpt_kdriver_register(k, drv);
	if (!rc)
		rc = xpt_kdriver_link(k, drv, dev);
	if (!rc && !strcmp(drv, XPT_KERNEL_PCIBACK))
		rc = xpt_kpciback_claim(k, &self);
	return rc;
}

static int complete_tree(const struct xpt_kernel *k, const struct xpt_kdevs *all)
{
	XPT_STRV drivers = {0};
	int rc = xpt_tree_mkdir(k->sys, XPT_KERNEL_DRIVERS);

	if (!rc)
		rc = ensure_file(k, "bus/pci", "drivers_probe", 0200, "");
	if (!rc)
		rc = ensure_file(k, "bus/pci", "rescan", 0200, "");
	if (!rc)
		rc = xpt_tree_names(k->sys, &drivers, XPT_KERNEL_DRIVERS);
	for (size_t i = 0; !rc && i < drivers.n; i++)
		rc = xpt_kdriver_register(k, drivers.v[i]);
	for (size_t i = 0; !rc && i < all->n; i++)
		rc = complete_device(k, &all->v[i]);
	return rc;
}

static int first_use(const struct xpt_kernel *k)
{
	XPT_KDEVS all = {0};
	int rc = xpt_tree_mkdir(k->sys, XPT_KERNEL_DEVICES);

	if (!rc)
		rc = xpt_kdev_list(k, &all);
	if (!rc)
		rc = record_native(k, &all);
	if (!rc)
		rc = record_resets(k, &all);
	if (!rc)
		rc = complete_tree(k, &all);
	return rc ? rc : xpt_tree_write_text(k->state, "", "opened");
}

static bool bound_is_busy(int root)
{
	char release[64];
	int major, minor;

	if (xpt_tree_line(root, release, sizeof(release), "proc/sys/kernel/osrelease") ||
	    sscanf(release, "%d.%d", &major, &minor) != 2)
		return false;
	return major > 5 || (major == 5 && minor >= 14);
}

int xpt_kernel_open(const char *root, const char *sys, struct xpt_kernel *ret)
{
	XPT_FREE char *default_sys = xpt_fmt("%s/sys", root);
	XPT_CLOSE int root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct xpt_kernel k = {-1, -1, false};
	int rc;

	if (root_fd < 0)
		return -errno;
	rc = xpt_tree_mkdir(root_fd, STATE);
	if (rc)
		return rc;
	k.bound_is_busy = bound_is_busy(root_fd);
	k.state = openat(root_fd, STATE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	k.sys = open(sys ? sys : default_sys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = k.state < 0 || k.sys < 0 ? -errno : 0;
	if (!rc && !xpt_tree_has(k.state, "opened"))
		rc = first_use(&k);
	if (rc)
		xpt_kernel_close(&k);
	else
		*ret = k;
	return rc;
}

void xpt_kernel_close(struct xpt_kernel *k)
{
	xpt_cleanup_close(&k->state);
	xpt_cleanup_close(&k->sys);
	*k = (struct xpt_kernel){-1, -1, false};
}

/* ---- boot ---- */

static int unbind_all(const struct xpt_kernel *k)
{
	XPT_KDEVS all = {0};
	int rc = xpt_kdev_list(k, &all);

	for (size_t i = 0; !rc && i < all.n; i++) {
		struct xpt_kdev dev;

		/* Virtual functions may have gone with their physical one. */
		if (xpt_kdev_find(k, all.v[i].name, &dev))
			continue;
		rc = xpt_kvf_remove_all(k, &dev);
		if (!rc)
			rc = xpt_kdriver_release(k, &dev);
		if (!rc)
			rc = xpt_kdriver_override(k, &dev, "");
	}
	return rc;
}

static int register_pciback(const struct xpt_kernel *k, const struct xpt_hidelist *hide)
{
	int rc = xpt_tree_remove(k->sys, XPT_KERNEL_DRIVERS "/" XPT_KERNEL_PCIBACK);

	if (rc || !hide->kernel_accepts)
		return rc;
	rc = xpt_kdriver_register(k, XPT_KERNEL_PCIBACK);
	for (size_t i = 0; !rc && i < hide->n; i++)
		rc = xpt_kpciback_claim(k, &hide->v[i]);
	return rc;
}

static int register_native(const struct xpt_kernel *k)
{
	XPT_STRV lines = {0};
	int rc = xpt_tree_lines(k->state, &lines, "native");

	for (size_t i = 0; !rc && i < lines.n; i++) {
		const char *blank = strchr(lines.v[i], ' ');

		rc = blank ? xpt_kdriver_register(k, blank + 1) : -EINVAL;
	}
	return rc;
}

int xpt_kernel_boot(struct xpt_kernel *k, const struct xpt_hidelist *hide)
{
	int rc = unbind_all(k);

	if (!rc)
		rc = xpt_tree_remove(k->state, "new_id");
	if (!rc)
		rc = register_pciback(k, hide);
	if (!rc)
		rc = register_native(k);
	if (!rc)
		rc = xpt_khotplug_rescan(k);
	return rc ? rc : xpt_tree_remove(k->state, "resets");
}
