/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "derive.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "codec/bdf.h"

#define CONFIG_SIZE 256
#define HEADER_SIZE 64

/* PCI 3.0 figure 6-1; PCI-to-PCI Bridge 1.2 figure 3-1 */
#define VENDOR 0x00
#define DEVICE 0x02
#define REVISION 0x08
#define CLASS 0x09
#define HEADER_TYPE 0x0e
#define MULTIFUNCTION 0x80
#define SECONDARY_BUS 0x19
#define SUBORDINATE_BUS 0x1a
#define SUBSYSTEM 0x2c
#define STATUS 0x06
#define STATUS_CAPS 0x10
#define CAPS 0x34
#define CAP_SSVID 0x0d
#define CARDBUS_SUBSYSTEM 0x40

bool xpt_derive_is_bdf(const char *name)
{
	struct xpt_bdf a;
	char canonical[XPT_BDF_SIZE];

	return xpt_bdf_parse(name, &a) == 0 && xpt_streq(xpt_bdf_format(&a, canonical), name);
}

/* ---- files from config ---- */

static unsigned get16(const struct xpt_node *config, size_t at)
{
	const unsigned char *p = (const unsigned char *)config->value + at;

	return at + 2 > config->len ? 0 : (unsigned)(p[0] | p[1] << 8);
}

static unsigned get8(const struct xpt_node *config, size_t at)
{
	return at < config->len ? (unsigned char)config->value[at] : 0;
}

/* Where a bridge keeps its subsystem ids: 4 bytes into that capability; 0 when it has none. */
static size_t bridge_subsystem(const struct xpt_node *config)
{
	size_t at = get16(config, STATUS) & STATUS_CAPS ? get8(config, CAPS) & ~3u : 0;

	for (unsigned steps = 0; at >= HEADER_SIZE && steps < 48; steps++) {
		if (get8(config, at) == CAP_SSVID)
			return at + 4;
		at = get8(config, at + 1) & ~3u;
	}
	return 0;
}

static size_t subsystem_at(const struct xpt_node *config)
{
	switch (get8(config, HEADER_TYPE) & ~(unsigned)MULTIFUNCTION) {
	case 0:
		return SUBSYSTEM;
	case 1:
		return bridge_subsystem(config);
	default:
		return CARDBUS_SUBSYSTEM;
	}
}

static int ids_from_config(struct xpt_nodes *tree, struct xpt_node *fn,
			   const struct xpt_node *config, struct xpt_err *err)
{
	size_t sub = subsystem_at(config);
	/* a CardBus bridge has the device first */
	bool swapped = sub == CARDBUS_SUBSYSTEM;
	const struct {
		const char *name;
		unsigned value;
		int digits;
	} files[] = {
		{"vendor", get16(config, VENDOR), 4},
		{"device", get16(config, DEVICE), 4},
		{"class", get16(config, CLASS + 1) << 8 | get8(config, CLASS), 6},
		{"revision", get8(config, REVISION), 2},
		{"subsystem_vendor", sub ? get16(config, sub + (swapped ? 2 : 0)) : 0, 4},
		{"subsystem_device", sub ? get16(config, sub + (swapped ? 0 : 2)) : 0, 4},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(files); i++) {
		int ret = xpt_nodes_put_text(tree, fn, files[i].name, err, "0x%0*x\n",
					     files[i].digits, files[i].value);

		if (ret < 0)
			return ret;
	}
	return 0;
}

/* ---- config from files ---- */

/* The hex value of a file of the function, 0 when it is absent or says something else. */
static uint64_t id_of(const struct xpt_nodes *tree, const struct xpt_node *fn, const char *name)
{
	const struct xpt_node *file = xpt_nodes_child(tree, fn, name);
	XPT_FREE char *text = NULL;
	uint64_t value = 0;

	if (!file || file->kind != XPT_NODE_DATA || !xpt_has_prefix(file->value, "0x"))
		return 0;
	text = xpt_strndup(file->value + 2, strcspn(file->value + 2, "\n"));
	return xpt_parse_uint(text, 16, 0xffffff, &value) < 0 ? 0 : value;
}

static bool has_sibling_function(const struct xpt_node *fn)
{
	struct xpt_bdf self, other;

	if (xpt_bdf_parse(fn->name, &self) < 0)
		return false;
	for (const struct xpt_node *n = fn->parent->first; n; n = n->next)
		if (n != fn && xpt_bdf_parse(n->name, &other) == 0 &&
		    xpt_bdf_same_slot(&self, &other))
			return true;
	return false;
}

/* The highest bus among the functions below dir; 0 when there are none. */
static unsigned highest_bus(const struct xpt_node *dir)
{
	unsigned highest = 0;

	for (const struct xpt_node *n = dir->first; n; n = n->next) {
		struct xpt_bdf a;
		unsigned below = highest_bus(n);

		if (xpt_bdf_parse(n->name, &a) == 0 && a.bus > highest)
			highest = a.bus;
		if (below > highest)
			highest = below;
	}
	return highest;
}

static unsigned first_bus(const struct xpt_node *dir)
{
	unsigned lowest = 0;

	for (const struct xpt_node *n = dir->first; n; n = n->next) {
		struct xpt_bdf a;

		if (xpt_bdf_parse(n->name, &a) == 0 && (!lowest || a.bus < lowest))
			lowest = a.bus;
	}
	return lowest;
}

static void put_le(unsigned char *p, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (unsigned char)(value >> 8 * i);
}

static void fill_config(const struct xpt_nodes *tree, const struct xpt_node *fn,
			unsigned char config[CONFIG_SIZE])
{
	uint64_t class_code = id_of(tree, fn, "class");
	bool is_bridge = class_code >> 8 == 0x0604;

	put_le(config + VENDOR, id_of(tree, fn, "vendor"), 2);
	put_le(config + DEVICE, id_of(tree, fn, "device"), 2);
	put_le(config + REVISION, id_of(tree, fn, "revision"), 1);
	put_le(config + CLASS, class_code, 3);
	config[HEADER_TYPE] = (unsigned char)((is_bridge ? 1 : 0) |
					      (has_sibling_function(fn) ? MULTIFUNCTION : 0));
	if (is_bridge) {
		config[SECONDARY_BUS] = (unsigned char)first_bus(fn);
		config[SUBORDINATE_BUS] = (unsigned char)highest_bus(fn);
		return;
	}
	put_le(config + SUBSYSTEM, id_of(tree, fn, "subsystem_vendor"), 2);
	put_le(config + SUBSYSTEM + 2, id_of(tree, fn, "subsystem_device"), 2);
}

static int config_from_ids(struct xpt_nodes *tree, struct xpt_node *fn, struct xpt_err *err)
{
	unsigned char config[CONFIG_SIZE] = {0};
	const struct xpt_node_spec spec = {
		.kind = XPT_NODE_DATA, .mode = 0644, .value = config, .len = sizeof(config)};

	if (!xpt_nodes_child(tree, fn, "vendor") || !xpt_nodes_child(tree, fn, "device") ||
	    !xpt_nodes_child(tree, fn, "class"))
		return 0;
	fill_config(tree, fn, config);
	return xpt_nodes_put(tree, fn, "config", &spec, err);
}

int xpt_derive_pci(struct xpt_nodes *tree, struct xpt_node *function, struct xpt_err *err)
{
	const struct xpt_node *config = xpt_nodes_child(tree, function, "config");
	int ret = 0;

	if (!config)
		ret = config_from_ids(tree, function, err);
	config = xpt_nodes_child(tree, function, "config");
	if (ret == 0 && config && config->kind == XPT_NODE_DATA)
		ret = ids_from_config(tree, function, config, err);
	if (ret == 0)
		ret = xpt_nodes_put_text(tree, function, "numa_node", err, "-1\n");
	if (ret == 0)
		ret = xpt_nodes_put_text(tree, function, "driver_override", err, "(null)\n");
	return ret;
}
