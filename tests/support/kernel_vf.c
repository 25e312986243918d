/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

/* PCIe 6.0 9.3.3 (SR-IOV extended capability) and 7.5.3.3 (device capabilities). */
enum {
	SRIOV_ID = 0x0010,
	SRIOV_CONTROL = 0x08,
	SRIOV_TOTAL = 0x0e,
	SRIOV_NUM = 0x10,
	SRIOV_OFFSET = 0x14,
	SRIOV_STRIDE = 0x16,
	SRIOV_DEVICE_ID = 0x1a,
	SRIOV_ENABLED = 0x09, /* VF Enable and VF Memory Space Enable */
	EXPRESS_ID = 0x10,
	EXPRESS_FLR_BYTE = 0x07, /* of the capability; bit 28 of device capabilities */
	EXPRESS_FLR_BIT = 0x10,
	VF_BARS = 6,
	RESOURCE_LINES = 13,
};

struct sriov {
	uint8_t config[XPT_KERNEL_CONFIG_SIZE]; /* of the physical function */
	unsigned at;                            /* the capability */
	unsigned total;
};

/* All zero when the function has no virtual ones. */
static void read_sriov(const struct xpt_kernel *k, const struct xpt_kdev *pf, struct sriov *ret)
{
	*ret = (struct sriov){0};
	if (xpt_kdev_config(k, pf, ret->config) <= 0x100)
		return;
	ret->at = xpt_kcap_find_extended(ret->config, SRIOV_ID);
	if (ret->at > XPT_KERNEL_CONFIG_SIZE - 0x40)
		ret->at = 0;
	if (ret->at)
		ret->total = xpt_kcap_word(ret->config, ret->at + SRIOV_TOTAL);
}

static int vf_address(const struct xpt_kdev *pf, const struct sriov *s, unsigned n,
		      struct xpt_bdf *ret)
{
	unsigned rid = pf->addr.bus << 8 | pf->addr.dev << 3 | pf->addr.fn;

	rid += xpt_kcap_word(s->config, s->at + SRIOV_OFFSET);
	rid += n * xpt_kcap_word(s->config, s->at + SRIOV_STRIDE);
	if (rid > 0xffff)
		return -ENOMEM;
	*ret = (struct xpt_bdf){pf->addr.domain, (uint8_t)(rid >> 8), rid >> 3 & 0x1f, rid & 7};
	return 0;
}

/*
 * A virtual function's configuration space: ids read ffff, no BARs, no SR-IOV (its capability becomes a
 * null one), function level reset as PCIe 6.0 9.2.2.2 demands. The rest is the physical function's.
 */
static void vf_config(const struct sriov *s, uint8_t config[XPT_KERNEL_CONFIG_SIZE])
{
	unsigned express;

	memcpy(config, s->config, XPT_KERNEL_CONFIG_SIZE);
	memset(config, 0xff, 4);
	memset(config + 0x04, 0, 2);  /* command */
	config[0x0e] = 0;             /* header type, single function */
	memset(config + 0x10, 0, 24); /* BARs */
	memset(config + 0x30, 0, 4);  /* expansion ROM */
	memset(config + 0x3c, 0, 2);  /* interrupt line and pin */
	memset(config + s->at, 0, 2); /* capability id */
	memset(config + s->at + 4, 0, 0x3c);
	express = xpt_kcap_find(config, EXPRESS_ID);
	if (express && express + EXPRESS_FLR_BYTE < 0x100)
		config[express + EXPRESS_FLR_BYTE] |= EXPRESS_FLR_BIT;
}

/* Each virtual function has its share of the ranges on lines 7 to 12 of the physical one's resource. */
static int write_resource(const struct xpt_kernel *k, const struct xpt_kdev *pf,
			  const struct xpt_kdev *vf, const struct sriov *s, unsigned n)
{
	XPT_STRV lines = {0}, out = {0};
	int rc = xpt_tree_lines(k->sys, &lines, "%s/resource", pf->dir);

	for (size_t i = 0; i < RESOURCE_LINES; i++) {
		size_t from = i < VF_BARS ? 7 + i : lines.n;
		uint64_t start = 0, end = 0, flags = 0, size;

		if (from >= lines.n || sscanf(lines.v[from], "%" SCNx64 " %" SCNx64 " %" SCNx64,
					      &start, &end, &flags) != 3)
			start = end = flags = 0;
		size = end > start ? (end - start + 1) / s->total : 0;
		start += n * size;
		end = size ? start + size - 1 : 0;
		xpt_strv_addf(&out, "0x%016" PRIx64 " 0x%016" PRIx64 " 0x%016" PRIx64, start, end,
			      flags);
	}
	return rc ? rc : xpt_tree_write_lines(k->sys, &out, "%s/resource", vf->dir);
}

/* Attributes in which a virtual function is as its physical one. */
static int copy_attributes(const struct xpt_kernel *k, const struct xpt_kdev *pf,
			   const struct xpt_kdev *vf)
{
	static const char *const same[] = {
		"vendor",           "class",     "revision",      "subsystem_vendor",
		"subsystem_device", "numa_node", "local_cpulist", "local_cpus"};
	int rc = 0;

	for (size_t i = 0; !rc && i < XPT_ARRAY_SIZE(same); i++) {
		char value[256];
		XPT_FREE char *text = NULL;

		if (xpt_tree_line(k->sys, value, sizeof(value), "%s/%s", pf->dir, same[i]))
			continue;
		text = xpt_fmt("%s\n", value);
		rc = xpt_tree_write_text(k->sys, text, "%s/%s", vf->dir, same[i]);
	}
	return rc;
}

static int write_own_attributes(const struct xpt_kernel *k, const struct xpt_kdev *vf,
				const struct sriov *s)
{
	unsigned device_id = xpt_kcap_word(s->config, s->at + SRIOV_DEVICE_ID);
	unsigned long class = xpt_kdev_number(k, vf, "class");
	unsigned vendor = (unsigned)xpt_kdev_number(k, vf, "vendor");
	XPT_FREE char *device = xpt_fmt("0x%04x\n", device_id);
	XPT_FREE char *uevent = xpt_fmt("PCI_CLASS=%lX\nPCI_ID=%04X:%04X\nPCI_SLOT_NAME=%s\n",
					class, vendor, device_id, vf->name);
	uint8_t config[XPT_KERNEL_CONFIG_SIZE];
	int rc;

	vf_config(s, config);
	rc = xpt_tree_write(k->sys, config, sizeof(config), 0644, "%s/config", vf->dir);
	if (!rc)
		rc = xpt_tree_write_text(k->sys, device, "%s/device", vf->dir);
	if (!rc)
		rc = xpt_tree_write_text(k->sys, uevent, "%s/uevent", vf->dir);
	if (!rc)
		rc = xpt_tree_write_text(k->sys, "0\n", "%s/irq", vf->dir);
	if (!rc)
		rc = xpt_tree_write_text(k->sys, "(null)\n", "%s/driver_override", vf->dir);
	if (!rc)
		rc = xpt_tree_write(k->sys, "", 0, 0200, "%s/remove", vf->dir);
	return rc ? rc : xpt_tree_write(k->sys, "", 0, 0200, "%s/reset", vf->dir);
}

static int write_links(const struct xpt_kernel *k, const struct xpt_kdev *pf,
		       const struct xpt_kdev *vf, unsigned n)
{
	char up[XPT_TREE_PATH_MAX];
	XPT_FREE char *subsystem = xpt_fmt("%sbus/pci", xpt_kdev_up(vf->dir, up));
	XPT_FREE char *to_pf = xpt_fmt("../%s", pf->name);
	XPT_FREE char *to_vf = xpt_fmt("../%s", vf->name);
	XPT_FREE char *to_dir = xpt_fmt("../../../%s", vf->dir);
	int rc = xpt_tree_symlink(k->sys, subsystem, "%s/subsystem", vf->dir);

	if (!rc)
		rc = xpt_tree_symlink(k->sys, to_pf, "%s/physfn", vf->dir);
	if (!rc)
		rc = xpt_tree_symlink(k->sys, to_vf, "%s/virtfn%u", pf->dir, n);
	if (!rc && !xpt_has_prefix(vf->dir, XPT_KERNEL_DEVICES "/"))
		rc = xpt_tree_symlink(k->sys, to_dir, XPT_KERNEL_DEVICES "/%s", vf->name);
	return rc;
}

static int add_vf(const struct xpt_kernel *k, const struct xpt_kdev *pf, const struct sriov *s,
		  unsigned n)
{
	struct xpt_kdev vf = {0};
	int rc = vf_address(pf, s, n, &vf.addr);

	if (rc)
		return rc;
	xpt_bdf_format(&vf.addr, vf.name);
	snprintf(vf.dir, sizeof(vf.dir), "%.*s%s", (int)(strlen(pf->dir) - strlen(pf->name)),
		 pf->dir, vf.name);
	rc = copy_attributes(k, pf, &vf);
	if (!rc)
		rc = write_own_attributes(k, &vf, s);
	if (!rc)
		rc = write_resource(k, pf, &vf, s, n);
	if (!rc)
		rc = write_links(k, pf, &vf, n);
	return rc ? rc : xpt_kdriver_attach(k, &vf);
}

/* Write the count where it can be read: the attribute and the capability. */
static int set_count(const struct xpt_kernel *k, const struct xpt_kdev *pf, struct sriov *s,
		     unsigned count)
{
	XPT_FREE char *text = xpt_fmt("%u\n", count);
	int rc;

	s->config[s->at + SRIOV_NUM] = count & 0xff;
	s->config[s->at + SRIOV_NUM + 1] = (uint8_t)(count >> 8);
	s->config[s->at + SRIOV_CONTROL] &= (uint8_t)~SRIOV_ENABLED;
	if (count)
		s->config[s->at + SRIOV_CONTROL] |= SRIOV_ENABLED;
	rc = xpt_tree_write(k->sys, s->config, sizeof(s->config), 0644, "%s/config", pf->dir);
	return rc ? rc : xpt_tree_write_text(k->sys, text, "%s/sriov_numvfs", pf->dir);
}

/* The virtual functions that are there: links virtfnN of the physical one. */
static void list_vfs(const struct xpt_kernel *k, const struct xpt_kdev *pf, struct xpt_kdevs *ret)
{
	char target[XPT_TREE_PATH_MAX];

	for (unsigned n = 0;
	     !xpt_tree_link(k->sys, target, sizeof(target), "%s/virtfn%u", pf->dir, n); n++) {
		const char *slash = strrchr(target, '/');
		struct xpt_kdev vf;

		if (xpt_kdev_find(k, slash ? slash + 1 : target, &vf))
			continue;
		ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
		ret->v[ret->n++] = vf;
	}
}

static int remove_vf(const struct xpt_kernel *k, const struct xpt_kdev *vf)
{
	int rc = xpt_kdriver_release(k, vf);

	if (!rc)
		rc = xpt_tree_remove(k->sys, XPT_KERNEL_DEVICES "/%s", vf->name);
	return rc ? rc : xpt_tree_remove(k->sys, "%s", vf->dir);
}

int xpt_kvf_remove_all(const struct xpt_kernel *k, const struct xpt_kdev *pf)
{
	XPT_KDEVS vfs = {0};
	struct sriov s;
	int rc = 0;

	list_vfs(k, pf, &vfs);
	if (!vfs.n)
		return 0;
	for (size_t n = 0; !rc && n < vfs.n; n++) {
		rc = remove_vf(k, &vfs.v[n]);
		if (!rc)
			rc = xpt_tree_remove(k->sys, "%s/virtfn%zu", pf->dir, n);
	}
	read_sriov(k, pf, &s);
	if (!rc && s.at)
		return set_count(k, pf, &s, 0);
	return rc ? rc : xpt_tree_write_text(k->sys, "0\n", "%s/sriov_numvfs", pf->dir);
}

/* pciback marks its devices as assigned, and drivers don't take assigned functions away. */
static bool any_assigned(const struct xpt_kernel *k, const struct xpt_kdevs *vfs)
{
	for (size_t i = 0; i < vfs->n; i++) {
		if (xpt_kdev_is_bound_to(k, &vfs->v[i], XPT_KERNEL_PCIBACK))
			return true;
	}
	return false;
}

/* drivers/pci/iov.c, sriov_numvfs_store and pci_sriov_configure_simple */
int xpt_kvf_set(const struct xpt_kernel *k, const struct xpt_kdev *pf, unsigned long count)
{
	char drv[XPT_KERNEL_NAME_SIZE];
	XPT_KDEVS vfs = {0};
	struct sriov s;
	int rc = 0;

	read_sriov(k, pf, &s);
	if (count > s.total)
		return -ERANGE;
	if (count == xpt_kdev_number(k, pf, "sriov_numvfs"))
		return 0;
	if (!xpt_kdev_driver(k, pf, drv) || !strcmp(drv, XPT_KERNEL_PCIBACK))
		return -ENOENT;
	list_vfs(k, pf, &vfs);
	if (!count)
		return any_assigned(k, &vfs) ? -EPERM : xpt_kvf_remove_all(k, pf);
	if (vfs.n)
		return -EBUSY;
	rc = set_count(k, pf, &s, (unsigned)count);
	for (unsigned n = 0; !rc && n < count; n++)
		rc = add_vf(k, pf, &s, n);
	if (rc)
		xpt_kvf_remove_all(k, pf);
	return rc;
}
