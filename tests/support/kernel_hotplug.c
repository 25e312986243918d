/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

static bool is_flat(const struct xpt_kdev *dev)
{
	return xpt_has_prefix(dev->dir, XPT_KERNEL_DEVICES "/");
}

static bool is_below(const struct xpt_kernel *k, const struct xpt_kdev *dev,
		     const struct xpt_kdev *bridge)
{
	struct xpt_kdev at = *dev;

	while (xpt_kdev_parent(k, &at, &at)) {
		if (!strcmp(at.name, bridge->name))
			return true;
	}
	return false;
}

/* Put a directory aside, with what it needs to come back. */
static int put_aside(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	XPT_FREE char *line = xpt_fmt("%s %s", dev->name, dev->dir);
	XPT_FREE char *aside = xpt_fmt("removed.d/%s", dev->name);
	int rc = xpt_tree_mkdir(k->state, "removed.d");

	if (rc)
		return rc;
	if (renameat(k->sys, dev->dir, k->state, aside) < 0)
		return -errno;
	return xpt_kstate_add(k, "removed", line);
}

static int remove_one(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	int rc = xpt_kdriver_release(k, dev);

	if (rc)
		return rc;
	if (is_flat(dev))
		return put_aside(k, dev);
	return xpt_tree_remove(k->sys, XPT_KERNEL_DEVICES "/%s", dev->name);
}

/* Remove the virtual functions of all that is below a bridge. */
static int remove_vfs_below(const struct xpt_kernel *k, const struct xpt_kdevs *all,
			    const struct xpt_kdev *bridge)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < all->n; i++) {
		if (is_below(k, &all->v[i], bridge))
			rc = xpt_kvf_remove_all(k, &all->v[i]);
	}
	return rc;
}

int xpt_khotplug_remove(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	XPT_KDEVS before = {0}, all = {0};
	int rc = xpt_kvf_remove_all(k, dev);

	if (!rc)
		rc = xpt_kdev_list(k, &before);
	if (!rc)
		rc = remove_vfs_below(k, &before, dev);
	if (!rc)
		rc = xpt_kdev_list(k, &all);
	for (size_t i = all.n; !rc && i-- > 0;) {
		if (is_below(k, &all.v[i], dev))
			rc = remove_one(k, &all.v[i]);
	}
	if (!rc)
		rc = remove_one(k, dev);
	if (!rc && !is_flat(dev))
		rc = put_aside(k, dev);
	return rc;
}

/* Make the links in bus/pci/devices of the function in dir and of all below it. */
static int link_devices(const struct xpt_kernel *k, const char *dir, const char *name)
{
	XPT_FREE char *target = xpt_fmt("../../../%s", dir);
	XPT_STRV names = {0};
	struct xpt_bdf addr;
	int rc = 0;

	if (xpt_bdf_parse(name, &addr))
		return 0;
	if (!xpt_has_prefix(dir, XPT_KERNEL_DEVICES "/"))
		rc = xpt_tree_symlink(k->sys, target, XPT_KERNEL_DEVICES "/%s", name);
	if (!rc)
		rc = xpt_tree_names(k->sys, &names, "%s", dir);
	for (size_t i = 0; !rc && i < names.n; i++) {
		XPT_FREE char *below = xpt_fmt("%s/%s", dir, names.v[i]);

		rc = link_devices(k, below, names.v[i]);
	}
	return rc;
}

static int restore_one(const struct xpt_kernel *k, const char *name, const char *dir)
{
	XPT_FREE char *aside = xpt_fmt("removed.d/%s", name);

	if (renameat(k->state, aside, k->sys, dir) < 0)
		return -errno;
	return link_devices(k, dir, name);
}

int xpt_khotplug_restore(const struct xpt_kernel *k)
{
	XPT_STRV lines = {0};
	int rc = xpt_tree_lines(k->state, &lines, "removed");

	/* Last gone, first back: a directory needs the one above it. */
	for (size_t i = lines.n; !rc && i-- > 0;) {
		char *blank = strchr(lines.v[i], ' ');

		if (!blank)
			return -EINVAL;
		*blank = '\0';
		rc = restore_one(k, lines.v[i], blank + 1);
	}
	return rc ? rc : xpt_tree_remove(k->state, "removed");
}

int xpt_khotplug_rescan(const struct xpt_kernel *k)
{
	XPT_KDEVS all = {0};
	int rc = xpt_khotplug_restore(k);

	if (!rc)
		rc = xpt_kdev_list(k, &all);
	for (size_t i = 0; !rc && i < all.n; i++)
		rc = xpt_kdriver_attach(k, &all.v[i]);
	return rc;
}
