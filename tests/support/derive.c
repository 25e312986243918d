/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "derive.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- drivers ---- */

/* Call fn on each /sys/bus/BUS/drivers/NAME. */
static int each_driver(struct xpt_nodes *tree,
		       int (*fn)(struct xpt_nodes *, struct xpt_node *, struct xpt_err *),
		       struct xpt_err *err)
{
	const struct xpt_node *buses = xpt_nodes_find(tree, "/sys/bus");

	for (const struct xpt_node *bus = buses ? buses->first : NULL; bus; bus = bus->next) {
		const struct xpt_node *drivers = xpt_nodes_child(tree, bus, "drivers");

		for (struct xpt_node *d = drivers ? drivers->first : NULL; d; d = d->next) {
			int ret = d->kind == XPT_NODE_DIR ? fn(tree, d, err) : 0;

			if (ret < 0)
				return ret;
		}
	}
	return 0;
}

/* The devices that a driver's directory links to get their driver link. */
static int driver_links(struct xpt_nodes *tree, struct xpt_node *driver, struct xpt_err *err)
{
	for (const struct xpt_node *n = driver->first; n; n = n->next) {
		XPT_FREE char *path = NULL;
		struct xpt_node *device;
		int ret;

		if (n->kind != XPT_NODE_LINK || !strcmp(n->name, "module") ||
		    xpt_nodes_resolve(tree, driver, n->value, &device) < 0)
			continue;
		path = xpt_node_path(device);
		ret = xpt_nodes_put_link(tree, path, "driver", driver, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* The counterpart of a device's driver link. */
static int driver_backlink(struct xpt_nodes *tree, struct xpt_node *device, struct xpt_err *err)
{
	const struct xpt_node *link = xpt_nodes_child(tree, device, "driver");
	XPT_FREE char *path = NULL;
	struct xpt_node *driver;

	if (!link || link->kind != XPT_NODE_LINK)
		return 0;
	if (xpt_nodes_resolve(tree, device, link->value, &driver) < 0)
		return 0;
	path = xpt_node_path(driver);
	return xpt_nodes_put_link(tree, path, device->name, device, err);
}

/* Where a relative target leads from a directory when no link is in the way. Caller frees. */
static char *path_from(const struct xpt_node *dir, const char *target)
{
	char *path = xpt_node_path(dir);

	while (*target) {
		size_t n = strcspn(target, "/");
		char *longer;

		if (n == 2 && target[0] == '.' && target[1] == '.') {
			*strrchr(path, '/') = '\0';
		} else if (n && !(n == 1 && target[0] == '.')) {
			longer = xpt_fmt("%s/%.*s", path, (int)n, target);
			free(path);
			path = longer;
		}
		target += n;
		target += *target == '/';
	}
	return path;
}

static bool is_driver_path(const char *path)
{
	int end = 0;

	sscanf(path, "/sys/bus/%*[^/]/drivers/%*[^/]%n", &end);
	return end && !path[end];
}

/* Make the directory that a driver link points to. */
static int driver_dir(struct xpt_nodes *tree, struct xpt_node *device, struct xpt_err *err)
{
	const struct xpt_node_spec dir = {.kind = XPT_NODE_DIR};
	const struct xpt_node *link = xpt_nodes_child(tree, device, "driver");
	struct xpt_node *driver;
	XPT_FREE char *path = NULL;

	if (!link || link->kind != XPT_NODE_LINK ||
	    xpt_nodes_resolve(tree, device, link->value, &driver) == 0)
		return 0;
	path = path_from(device, link->value);
	if (is_driver_path(path))
		return xpt_nodes_put(tree, NULL, path, &dir, err);
	return xpt_err_set(err, XPT_MALFORMED, ENOENT, path, NULL,
			   "%s: driver -> %s leads to %s, which is no /sys/bus/BUS/drivers/NAME",
			   link->where, link->value, path);
}

static int pciback_slots(struct xpt_nodes *tree, struct xpt_node *driver, struct xpt_err *err)
{
	XPT_STRV names = {0};
	XPT_STR text = {0};

	for (const struct xpt_node *n = driver->first; n; n = n->next)
		if (n->kind == XPT_NODE_LINK && xpt_derive_is_bdf(n->name))
			xpt_strv_add(&names, n->name);
	xpt_strv_sort(&names);
	for (size_t i = 0; i < names.n; i++)
		xpt_str_addf(&text, "%s\n", names.v[i]);
	return xpt_nodes_put_text(tree, driver, "slots", err, "%s", xpt_str_text(&text));
}

static int driver_files(struct xpt_nodes *tree, struct xpt_node *driver, struct xpt_err *err)
{
	static const char *const names[] = {"bind",         "unbind",           "new_id",
					    "remove_id",    "uevent",           "new_slot",
					    "remove_slot",  "permissive",       "quirks",
					    "irq_handlers", "irq_handler_state"};
	bool is_pciback = !strcmp(driver->name, "pciback");
	size_t n = is_pciback ? XPT_ARRAY_SIZE(names) : 5;

	for (size_t i = 0; i < n; i++) {
		int ret = xpt_nodes_put_text(tree, driver, names[i], err, "%s", "");

		if (ret < 0)
			return ret;
	}
	return is_pciback ? pciback_slots(tree, driver, err) : 0;
}

/* ---- classes ---- */

static bool is_block(const struct xpt_nodes *tree, const struct xpt_node *dir)
{
	unsigned controller, name_space;
	int end = 0;

	if (!xpt_nodes_child(tree, dir, "dev"))
		return false;
	if (xpt_nodes_child(tree, dir, "partition") || !strcmp(dir->parent->name, "block"))
		return true;
	return sscanf(dir->name, "nvme%un%u%n", &controller, &name_space, &end) == 2 &&
	       !dir->name[end];
}

/* The device behind a class device: the directory above, past the one named after the class. */
static const struct xpt_node *device_behind(const struct xpt_node *dir, const char *class_name)
{
	const struct xpt_node *above = dir->parent;

	return strcmp(above->name, class_name) ? above : above->parent;
}

static int class_device(struct xpt_nodes *tree, struct xpt_node *dir, const char *class_name,
			struct xpt_err *err)
{
	const struct xpt_node *device = device_behind(dir, class_name);
	XPT_FREE char *path = xpt_node_path(dir);
	XPT_FREE char *class_path = xpt_fmt("/sys/class/%s", class_name);
	int ret = xpt_nodes_put_link(tree, class_path, dir->name, dir, err);

	if (ret < 0 || !strcmp(device->name, "virtual"))
		return ret;
	return xpt_nodes_put_link(tree, path, "device", device, err);
}

static int block_device(struct xpt_nodes *tree, struct xpt_node *dir, struct xpt_err *err)
{
	const struct xpt_node *dev = xpt_nodes_child(tree, dir, "dev");
	XPT_FREE char *number =
		xpt_strndup(dev->kind == XPT_NODE_DATA ? dev->value : "",
			    dev->kind == XPT_NODE_DATA ? strcspn(dev->value, "\n") : 0);
	int ret = *number ? xpt_nodes_put_link(tree, "/sys/dev/block", number, dir, err) : 0;

	if (ret < 0)
		return ret;
	if (xpt_nodes_child(tree, dir, "partition"))
		return xpt_nodes_put_link(tree, "/sys/class/block", dir->name, dir, err);
	ret = xpt_nodes_put_link(tree, "/sys/block", dir->name, dir, err);
	return ret < 0 ? ret : class_device(tree, dir, "block", err);
}

/* ---- devices ---- */

static int bus_device(struct xpt_nodes *tree, struct xpt_node *dir, struct xpt_err *err)
{
	if (xpt_derive_is_bdf(dir->name)) {
		int ret = xpt_derive_pci(tree, dir, err);

		return ret < 0 ? ret
			       : xpt_nodes_put_link(tree, "/sys/bus/pci/devices", dir->name, dir,
						    err);
	}
	if (xpt_nodes_child(tree, dir, "idVendor") ||
	    xpt_nodes_child(tree, dir, "bInterfaceNumber"))
		return xpt_nodes_put_link(tree, "/sys/bus/usb/devices", dir->name, dir, err);
	if (!strcmp(dir->parent->name, "net"))
		return class_device(tree, dir, "net", err);
	return is_block(tree, dir) ? block_device(tree, dir, err) : 0;
}

/* Every directory below dir, and what it gets. */
static int devices_below(struct xpt_nodes *tree, struct xpt_node *dir, struct xpt_err *err)
{
	int ret = 0;

	for (struct xpt_node *n = dir ? dir->first : NULL; n && ret == 0; n = n->next) {
		if (n->kind != XPT_NODE_DIR)
			continue;
		ret = bus_device(tree, n, err);
		if (ret == 0)
			ret = driver_dir(tree, n, err);
		if (ret == 0)
			ret = driver_backlink(tree, n, err);
		if (ret == 0)
			ret = devices_below(tree, n, err);
	}
	return ret;
}

int xpt_derive(struct xpt_nodes *tree, struct xpt_err *err)
{
	static const char *const places[] = {"/sys/devices", "/sys/bus/pci/devices",
					     "/sys/bus/usb/devices"};
	int ret = each_driver(tree, driver_links, err);

	for (size_t i = 0; i < XPT_ARRAY_SIZE(places) && ret == 0; i++)
		ret = devices_below(tree, xpt_nodes_find(tree, places[i]), err);
	return ret < 0 ? ret : each_driver(tree, driver_files, err);
}
