/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcitree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "file.h"
#include "tree.h"

enum what { BRIDGE = 1, FLR = 2, SRIOV = 4 };

static const struct spec {
	const char *above; /* path below devices/pci0000:00, with a slash behind it */
	const char *name;
	unsigned vendor, device, what;
	uint8_t bus_below;
	const char *driver;
} specs[] = {
	{"", "0000:00:1c.0", 0x8086, 0xa110, BRIDGE, 1, "pcieport"},
	{"0000:00:1c.0/", "0000:01:00.0", 0x10de, 0x2336, 0, 0, "nouveau"},
	{"0000:00:1c.0/", "0000:01:00.1", 0x10de, 0x0fb0, 0, 0, "snd_hda_intel"},
	{"", "0000:00:1d.0", 0x8086, 0xa111, BRIDGE, 2, "pcieport"},
	{"0000:00:1d.0/", "0000:02:00.0", 0x8086, 0x10fb, FLR | SRIOV, 0, "ixgbe"},
	{"", "0000:00:1e.0", 0x8086, 0xa112, BRIDGE, 3, "pcieport"},
	{"0000:00:1e.0/", "0000:03:00.0", 0x10de, 0x2336, FLR, 0, "pciback"},
	{"", "0000:00:1f.0", 0x8086, 0xa123, 0, 0, NULL},
};

static void put_word(uint8_t *config, unsigned at, unsigned value)
{
	config[at] = value & 0xff;
	config[at + 1] = (uint8_t)(value >> 8);
}

static void make_config(const struct spec *s, uint8_t config[4096])
{
	memset(config, 0, 4096);
	put_word(config, 0x00, s->vendor);
	put_word(config, 0x02, s->device);
	if (s->what & BRIDGE) {
		config[0x0e] = 1;
		config[0x19] = config[0x1a] = s->bus_below;
	}
	if (s->what & FLR) {
		config[0x06] = 0x10; /* there are capabilities */
		config[0x34] = 0x40;
		config[0x40] = 0x10; /* PCI Express */
		config[0x47] = 0x10; /* function level reset */
	}
	if (s->what & SRIOV) {
		put_word(config, 0x100, 0x0010);
		put_word(config, 0x102, 0x0001);
		put_word(config, 0x10e, 4);      /* TotalVFs */
		put_word(config, 0x114, 0x0080); /* First VF Offset */
		put_word(config, 0x116, 2);      /* VF Stride */
		put_word(config, 0x11a, 0x10ed); /* VF Device ID */
	}
}

static int make_sriov(int sys, const char *dir)
{
	XPT_STR resource = {0};
	int rc = xpt_tree_write_text(sys, "0\n", "%s/sriov_numvfs", dir);

	for (int i = 0; i < 13; i++)
		xpt_str_add(&resource,
			    i == 7 ? "0x0000000090000000 0x000000009000ffff 0x0000000000140204\n"
				   : "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	if (!rc)
		rc = xpt_tree_write_text(sys, "4\n", "%s/sriov_totalvfs", dir);
	return rc ? rc : xpt_tree_write_text(sys, xpt_str_text(&resource), "%s/resource", dir);
}

static int make_device(int sys, const struct spec *s)
{
	XPT_FREE char *dir = xpt_fmt("devices/pci0000:00/%s%s", s->above, s->name);
	XPT_FREE char *link = xpt_fmt("../../../%s", dir);
	XPT_FREE char *vendor = xpt_fmt("0x%04x\n", s->vendor);
	XPT_FREE char *device = xpt_fmt("0x%04x\n", s->device);
	XPT_FREE char *driver =
		xpt_fmt("%s../../../bus/pci/drivers/%s", *s->above ? "../" : "", s->driver);
	uint8_t config[4096];
	int rc;

	make_config(s, config);
	rc = xpt_tree_write(sys, config, sizeof(config), 0644, "%s/config", dir);
	if (!rc)
		rc = xpt_tree_write_text(sys, vendor, "%s/vendor", dir);
	if (!rc)
		rc = xpt_tree_write_text(sys, device, "%s/device", dir);
	if (!rc)
		rc = xpt_tree_write_text(sys, "PCI_CLASS=20000\n", "%s/uevent", dir);
	if (!rc)
		rc = xpt_tree_symlink(sys, link, "bus/pci/devices/%s", s->name);
	if (!rc && s->driver)
		rc = xpt_tree_symlink(sys, driver, "%s/driver", dir);
	if (!rc && s->what & FLR)
		rc = xpt_tree_write(sys, "", 0, 0200, "%s/reset", dir);
	if (!rc && s->what & SRIOV)
		rc = make_sriov(sys, dir);
	return rc;
}

int xpt_pcitree_make(const char *sys, struct xpt_pcitree *ret)
{
	struct xpt_pcitree t = {.root_fd = -1, .sys_fd = -1};
	int rc = xpt_file_temp_dir("xpt-pcitree", &t.root, NULL);

	if (rc)
		return rc;
	t.sys = xpt_fmt("%s/%s", t.root, sys);
	t.root_fd = open(t.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = xpt_tree_mkdir(t.root_fd, "%s", sys);
	if (!rc)
		t.sys_fd = open(t.sys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; !rc && i < XPT_ARRAY_SIZE(specs); i++)
		rc = make_device(t.sys_fd, &specs[i]);
	*ret = t;
	return rc;
}

void xpt_pcitree_done(struct xpt_pcitree *t)
{
	close(t->sys_fd);
	close(t->root_fd);
	xpt_file_remove_tree(t->root, NULL);
	free(t->root);
	free(t->sys);
}

const char *xpt_pcitree_driver(const struct xpt_pcitree *t, const char *name)
{
	static char target[XPT_TREE_PATH_MAX];
	char *slash;

	if (xpt_tree_link(t->sys_fd, target, sizeof(target), "bus/pci/devices/%s/driver", name))
		return "";
	slash = strrchr(target, '/');
	return slash ? slash + 1 : target;
}
