/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "kernel_impl.h"

#define SLOTS XPT_KERNEL_DRIVERS "/" XPT_KERNEL_PCIBACK "/slots"
#define ANY (-1)

/* A hex number or '*' at *text, which moves behind it. */
static bool slot_field(const char **text, long *ret)
{
	char *end;

	if (**text == '*') {
		*ret = ANY;
		(*text)++;
		return true;
	}
	if (!isxdigit((unsigned char)**text))
		return false;
	*ret = strtol(*text, &end, 16);
	*text = end;
	return true;
}

/* "[DOMAIN:]BUS:DEV.FN" with '*' for FN or for DEV and FN, blanks around it. */
static int parse_slot(const char *text, struct xpt_hide_group *ret)
{
	long part[4];
	size_t n = 0;

	text += strspn(text, " \t\n");
	do {
		if (!slot_field(&text, &part[n++]))
			return -EINVAL;
	} while (n < 3 && *text == ':' && text++);
	if (n < 2 || *text++ != '.' || !slot_field(&text, &part[n]))
		return -EINVAL;
	if (n == 2) {
		memmove(part + 1, part, sizeof(*part) * 3);
		part[0] = 0;
	}
	if (text[strspn(text, " \t\n")] || part[0] < 0 || part[0] > 0xffff || part[1] < 0 ||
	    part[1] > 0xff || part[2] > 0x1f || part[3] > 7 || (part[2] == ANY && part[3] != ANY))
		return -EINVAL;
	*ret = (struct xpt_hide_group){.addr.domain = (uint32_t)part[0],
				       .addr.bus = (uint8_t)part[1],
				       .any_dev = part[2] == ANY,
				       .any_fn = part[3] == ANY};
	ret->addr.dev = ret->any_dev ? 0 : (uint8_t)part[2];
	ret->addr.fn = ret->any_fn ? 0 : (uint8_t)part[3];
	return 0;
}

/* The addresses of a group, as slots shows them. */
static void group_lines(const struct xpt_hide_group *group, struct xpt_strv *ret)
{
	struct xpt_bdf a = group->addr;
	char line[XPT_BDF_SIZE];

	for (int dev = group->any_dev ? 0 : a.dev; dev <= (group->any_dev ? 31 : a.dev); dev++) {
		for (int fn = group->any_fn ? 0 : a.fn; fn <= (group->any_fn ? 7 : a.fn); fn++) {
			struct xpt_bdf one = {a.domain, a.bus, (uint8_t)dev, (uint8_t)fn};

			xpt_strv_add(ret, xpt_bdf_format(&one, line));
		}
	}
}

int xpt_kpciback_claim(const struct xpt_kernel *k, const struct xpt_hide_group *group)
{
	XPT_STRV slots = {0}, added = {0};
	int rc = xpt_tree_lines(k->sys, &slots, SLOTS);

	if (rc)
		return rc;
	group_lines(group, &added);
	for (size_t i = 0; i < added.n; i++) {
		if (!xpt_strv_has(&slots, added.v[i]))
			xpt_strv_add(&slots, added.v[i]);
	}
	return xpt_tree_write_lines(k->sys, &slots, SLOTS);
}

int xpt_kpciback_new_slot(const struct xpt_kernel *k, const char *text)
{
	struct xpt_hide_group group;
	int rc = parse_slot(text, &group);

	return rc ? rc : xpt_kpciback_claim(k, &group);
}

int xpt_kpciback_remove_slot(const struct xpt_kernel *k, const char *text)
{
	XPT_STRV slots = {0}, gone = {0}, kept = {0};
	struct xpt_hide_group group;
	int rc = parse_slot(text, &group);

	if (!rc)
		rc = xpt_tree_lines(k->sys, &slots, SLOTS);
	if (rc)
		return rc;
	group_lines(&group, &gone);
	for (size_t i = 0; i < slots.n; i++) {
		if (!xpt_strv_has(&gone, slots.v[i]))
			xpt_strv_add(&kept, slots.v[i]);
	}
	if (kept.n == slots.n)
		return -ENOENT;
	return xpt_tree_write_lines(k->sys, &kept, SLOTS);
}

/* A claimed bridge claims all that is below it (pcistub_match_one). */
static bool is_claimed(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	XPT_STRV slots = {0};
	struct xpt_kdev at = *dev;

	if (xpt_tree_lines(k->sys, &slots, SLOTS))
		return false;
	do {
		if (xpt_strv_has(&slots, at.name))
			return true;
	} while (xpt_kdev_parent(k, &at, &at));
	return false;
}

static bool same_bus(const struct xpt_kdev *a, const struct xpt_kdev *b)
{
	return a->addr.domain == b->addr.domain && a->addr.bus == b->addr.bus;
}

/* XCP-ng's way for a function that cannot be reset alone: the bus, if pciback has all that is on it. */
static int reset_bus(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	struct xpt_kdev bridge;
	XPT_KDEVS all = {0};
	int rc;

	if (!xpt_kdev_parent(k, dev, &bridge) || xpt_kdev_is_bridge(k, dev))
		return -ENOTTY;
	rc = xpt_kdev_list(k, &all);
	for (size_t i = 0; !rc && i < all.n; i++) {
		if (same_bus(&all.v[i], dev) && strcmp(all.v[i].name, dev->name) != 0 &&
		    !xpt_kdev_is_bound_to(k, &all.v[i], XPT_KERNEL_PCIBACK))
			rc = -ENOTTY;
	}
	for (size_t i = 0; !rc && i < all.n; i++) {
		if (same_bus(&all.v[i], dev))
			rc = xpt_kstate_add(k, "resets", all.v[i].name);
	}
	return rc;
}

int xpt_kpciback_reset(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	bool alone = xpt_tree_has(k->sys, "%s/reset", dev->dir) &&
		     !xpt_kstate_has(k, "pciback-reset", dev->name);

	return alone ? xpt_kstate_add(k, "resets", dev->name) : reset_bus(k, dev);
}

static bool is_wanted(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	char override[XPT_KERNEL_NAME_SIZE];

	return is_claimed(k, dev) ||
	       (xpt_kdriver_overridden(k, dev, override) && !strcmp(override, XPT_KERNEL_PCIBACK));
}

static int make_reset_file(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	int rc;

	if (xpt_tree_has(k->sys, "%s/reset", dev->dir))
		return 0;
	rc = xpt_tree_write(k->sys, "", 0, 0200, "%s/reset", dev->dir);
	return rc ? rc : xpt_kstate_add(k, "pciback-reset", dev->name);
}

int xpt_kpciback_probe(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	struct xpt_hide_group self = {.addr = dev->addr};
	uint8_t config[XPT_KERNEL_CONFIG_SIZE];
	int rc;

	if (!is_wanted(k, dev))
		return -ENODEV;
	if (xpt_kdev_config(k, dev, config) >= 64 && (config[0x0e] & 0x7f) > 1)
		return -ENODEV;
	rc = is_claimed(k, dev) ? 0 : xpt_kpciback_claim(k, &self);
	if (rc)
		return rc;
	rc = xpt_kpciback_reset(k, dev);
	if (rc && rc != -ENOTTY)
		return rc;
	rc = make_reset_file(k, dev);
	return rc ? rc : xpt_kdriver_link(k, XPT_KERNEL_PCIBACK, dev);
}

int xpt_kpciback_release(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	int rc = xpt_kpciback_reset(k, dev);

	if (rc && rc != -ENOTTY)
		return rc;
	if (!xpt_kstate_has(k, "pciback-reset", dev->name))
		return 0;
	rc = xpt_tree_remove(k->sys, "%s/reset", dev->dir);
	return rc ? rc : xpt_kstate_drop(k, "pciback-reset", dev->name);
}

/* drivers/pci/pci.c, pci_probe_reset_function: FLR, AF FLR, D3hot, or alone below a bridge. */
static bool can_reset_alone(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	uint8_t config[XPT_KERNEL_CONFIG_SIZE];
	struct xpt_kdev bridge;
	XPT_KDEVS all = {0};
	unsigned at;

	xpt_kdev_config(k, dev, config);
	at = xpt_kcap_find(config, 0x10);
	if (at && at < 0xf8 && config[at + 7] & 0x10)
		return true;
	at = xpt_kcap_find(config, 0x13);
	if (at && config[at + 3] & 0x02)
		return true;
	at = xpt_kcap_find(config, 0x01);
	if (at && at < 0xfa && !(config[at + 4] & 0x08))
		return true;
	if (!xpt_kdev_parent(k, dev, &bridge) || xpt_kdev_is_bridge(k, dev) ||
	    xpt_kdev_list(k, &all))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		if (same_bus(&all.v[i], dev) && strcmp(all.v[i].name, dev->name) != 0)
			return false;
	}
	return true;
}

bool xpt_kpciback_made_reset(const struct xpt_kernel *k, const struct xpt_kdev *dev)
{
	return xpt_kdev_is_bound_to(k, dev, XPT_KERNEL_PCIBACK) &&
	       xpt_tree_has(k->sys, "%s/reset", dev->dir) && !can_reset_alone(k, dev);
}
