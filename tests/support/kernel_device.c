/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

int xpt_kdev_find(const struct xpt_kernel *k, const char *name, struct xpt_kdev *ret)
{
	static const char up[] = "../../../";
	struct xpt_kdev dev = {0};
	char target[sizeof(dev.dir)];
	int rc;

	if (strlen(name) >= sizeof(dev.name) || xpt_bdf_parse(name, &dev.addr))
		return -ENODEV;
	strcpy(dev.name, name);
	rc = xpt_tree_link(k->sys, target, sizeof(target), XPT_KERNEL_DEVICES "/%s", name);
	if (rc == -EINVAL) /* a directory: trees written by hand have no /sys/devices */
		snprintf(dev.dir, sizeof(dev.dir), XPT_KERNEL_DEVICES "/%s", name);
	else if (!rc && xpt_has_prefix(target, up))
		snprintf(dev.dir, sizeof(dev.dir), "%s", target + strlen(up));
	else
		return -ENODEV;
	*ret = dev;
	return 0;
}

int xpt_kdev_list(const struct xpt_kernel *k, struct xpt_kdevs *ret)
{
	XPT_STRV names = {0};
	struct xpt_kdevs l = {0};
	int rc = xpt_tree_names(k->sys, &names, XPT_KERNEL_DEVICES);

	if (rc)
		return rc;
	l.v = xpt_grow(NULL, names.n, sizeof(*l.v));
	for (size_t i = 0; i < names.n; i++) {
		if (!xpt_kdev_find(k, names.v[i], &l.v[l.n]))
			l.n++;
	}
	*ret = l;
	return 0;
}

void xpt_kdevs_done(struct xpt_kdevs *l)
{
	free(l->v);
	*l = (struct xpt_kdevs){0};
}

/* The directory above names the bridge in a real tree. */
static bool parent_by_path(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			   struct xpt_kdev *ret)
{
	char above[sizeof(dev->dir)];
	char *slash, *name;

	strcpy(above, dev->dir);
	slash = strrchr(above, '/');
	if (!slash)
		return false;
	*slash = '\0';
	name = strrchr(above, '/');
	return name && !xpt_kdev_find(k, name + 1, ret);
}

/* In a flat tree it is the bridge whose secondary bus (PCI 3.0 table 3-2, offset 0x19) is this one. */
static bool parent_by_bus(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			  struct xpt_kdev *ret)
{
	uint8_t config[XPT_KERNEL_CONFIG_SIZE];
	XPT_KDEVS all = {0};

	if (xpt_kdev_list(k, &all))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].addr.domain != dev->addr.domain || !xpt_kdev_is_bridge(k, &all.v[i]))
			continue;
		xpt_kdev_config(k, &all.v[i], config);
		if (dev->addr.bus && config[0x19] == dev->addr.bus) {
			*ret = all.v[i];
			return true;
		}
	}
	return false;
}

bool xpt_kdev_parent(const struct xpt_kernel *k, const struct xpt_kdev *dev, struct xpt_kdev *ret)
{
	if (xpt_has_prefix(dev->dir, XPT_KERNEL_DEVICES "/"))
		return parent_by_bus(k, dev, ret);
	return parent_by_path(k, dev, ret);
}

size_t xpt_kdev_config(const struct xpt_kernel *k, const struct xpt_kdev *dev,
		       uint8_t config[XPT_KERNEL_CONFIG_SIZE])
{
	ssize_t n;

	memset(config, 0, XPT_KERNEL_CONFIG_SIZE);
	n = xpt_tree_read(k->sys, config, XPT_KERNEL_CONFIG_SIZE, "%s/config", dev->dir);
	return n < 0 ? 0 : (size_t)n;
}

bool xpt_kdev_is_bridge(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	uint8_t config[XPT_KERNEL_CONFIG_SIZE];

	return xpt_kdev_config(k, dev, config) >= 64 && (config[0x0e] & 0x7f) == 1;
}

uint16_t xpt_kcap_word(const uint8_t *config, unsigned at)
{
	return (uint16_t)(config[at] | config[at + 1] << 8);
}

unsigned xpt_kcap_find(const uint8_t config[XPT_KERNEL_CONFIG_SIZE], uint8_t id)
{
	unsigned at = config[0x34] & 0xfc;

	if (!(config[0x06] & 0x10))
		return 0;
	for (int left = 48; left && at >= 0x40; left--) {
		if (config[at] == id)
			return at;
		at = config[at + 1] & 0xfc;
	}
	return 0;
}

unsigned xpt_kcap_find_extended(const uint8_t config[XPT_KERNEL_CONFIG_SIZE], uint16_t id)
{
	unsigned at = 0x100;

	for (int left = 480; left && at >= 0x100 && at <= XPT_KERNEL_CONFIG_SIZE - 8; left--) {
		if (xpt_kcap_word(config, at) == id)
			return at;
		at = xpt_kcap_word(config, at + 2) >> 4 & 0xffc;
	}
	return 0;
}

const char *xpt_kdev_up(const char *dir, char *buf)
{
	char *end = buf;

	for (const char *p = dir; p; p = strchr(p + 1, '/'))
		end = stpcpy(end, "../");
	return buf;
}

bool xpt_kdev_driver(const struct xpt_kernel *k, const struct xpt_kdev *dev,
		     char buf[XPT_KERNEL_NAME_SIZE])
{
	char target[XPT_TREE_PATH_MAX];
	const char *slash;

	if (xpt_tree_link(k->sys, target, sizeof(target), "%s/driver", dev->dir))
		return false;
	slash = strrchr(target, '/');
	snprintf(buf, XPT_KERNEL_NAME_SIZE, "%.63s", slash ? slash + 1 : target);
	return true;
}

bool xpt_kdev_is_bound_to(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *drv)
{
	char bound[XPT_KERNEL_NAME_SIZE];

	return xpt_kdev_driver(k, dev, bound) && !strcmp(bound, drv);
}

unsigned long xpt_kdev_number(const struct xpt_kernel *k, const struct xpt_kdev *dev,
			      const char *file)
{
	char text[32];

	if (xpt_tree_line(k->sys, text, sizeof(text), "%s/%s", dev->dir, file))
		return 0;
	return strtoul(text, NULL, 0);
}

bool xpt_kstate_has(const struct xpt_kernel *k, const char *file, const char *line)
{
	XPT_STRV lines = {0};

	return !xpt_tree_lines(k->state, &lines, "%s", file) && xpt_strv_has(&lines, line);
}

int xpt_kstate_add(const struct xpt_kernel *k, const char *file, const char *line)
{
	XPT_FREE char *text = xpt_fmt("%s\n", line);

	return xpt_tree_append(k->state, text, "%s", file);
}

int xpt_kstate_drop(const struct xpt_kernel *k, const char *file, const char *line)
{
	XPT_STRV lines = {0}, kept = {0};
	int rc = xpt_tree_lines(k->state, &lines, "%s", file);

	if (rc)
		return rc;
	for (size_t i = 0; i < lines.n; i++) {
		if (strcmp(lines.v[i], line) != 0)
			xpt_strv_add(&kept, lines.v[i]);
	}
	return xpt_tree_write_lines(k->state, &kept, "%s", file);
}
