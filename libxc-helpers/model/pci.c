/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pci.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "host/fs.h"

#define DEVICES "/sys/bus/pci/devices"
#define UNKNOWN_ID 0xffff
#define CLASS_DISPLAY 0x03
#define CLASS_VGA 0x0300
#define MAX_PHYSDEV_DOMAIN 0xffff /* a segment is 16 bits in Xen's interface */

/* What sysfs links a device to; indices exist only when all devices are read. */
struct links {
	bool has_parent, has_physfn;
	struct xpt_bdf parent, physfn;
};

struct scan {
	const struct xpt_host *host;
	int dir_fd;
	const char *name; /* the device being read, canonical */
};

/* ---- one device ---- */

static uint32_t read_id(const struct scan *s, const char *attribute, uint32_t max)
{
	long long value;

	if (xpt_fs_number(s->host, &value, DEVICES "/%s/%s", s->name, attribute) < 0 || value < 0 ||
	    value > max)
		return max;
	return (uint32_t)value;
}

static void read_config(const struct scan *s, struct xpt_pci_device *d)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	char path[XPT_BDF_SIZE + sizeof("/config")];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/config", s->name);
	n = xpt_fs_read_at(s->dir_fd, path, config, sizeof(config));
	xpt_pcicap_decode(config, n > 0 ? (size_t)n : 0, &d->cap);
	d->vendor = d->cap.vendor;
	d->device = d->cap.device;
	d->subvendor = d->cap.subvendor;
	d->subdevice = d->cap.subdevice;
	d->class_code = d->cap.class_code;
	d->revision = d->cap.revision;
}

/* Config space first, the kernel's memory of it where that says nothing. False: no such device. */
static bool read_ids(const struct scan *s, struct xpt_pci_device *d)
{
	read_config(s, d);
	if (d->cap.valid && d->vendor != UNKNOWN_ID)
		return true;
	d->vendor = (uint16_t)read_id(s, "vendor", UNKNOWN_ID);
	if (d->vendor == UNKNOWN_ID)
		return false;
	d->device = (uint16_t)read_id(s, "device", UNKNOWN_ID);
	if (d->cap.valid)
		return true;
	d->subvendor = (uint16_t)read_id(s, "subsystem_vendor", UNKNOWN_ID);
	d->subdevice = (uint16_t)read_id(s, "subsystem_device", UNKNOWN_ID);
	d->class_code = read_id(s, "class", 0xffffff);
	d->revision = (uint8_t)read_id(s, "revision", 0xff);
	return true;
}

/* The nearest address above the last component: .../0000:00:01.0/0000:04:00.0 */
static bool parse_parent(char *target, struct xpt_bdf *ret)
{
	char *slash = strrchr(target, '/');

	while (slash) {
		*slash = '\0';
		slash = strrchr(target, '/');
		if (slash && xpt_bdf_parse(slash + 1, ret) == 0)
			return true;
	}
	return false;
}

static void read_links(const struct scan *s, struct xpt_pci_device *d, struct links *l)
{
	char target[PATH_MAX], name[XPT_BDF_SIZE];

	if (xpt_fs_link_name(s->host, d->driver, sizeof(d->driver), DEVICES "/%s/driver", s->name) <
	    0)
		d->driver[0] = '\0';
	l->has_parent = xpt_fs_link(s->host, target, sizeof(target), DEVICES "/%s", s->name) == 0 &&
			parse_parent(target, &l->parent);
	l->has_physfn =
		xpt_fs_link_name(s->host, name, sizeof(name), DEVICES "/%s/physfn", s->name) == 0 &&
		xpt_bdf_parse(name, &l->physfn) == 0;
}

static void read_attributes(const struct scan *s, struct xpt_pci_device *d)
{
	long long value;

	d->node = XPT_PCI_NONE;
	if (xpt_fs_number(s->host, &value, DEVICES "/%s/numa_node", s->name) == 0 && value >= 0 &&
	    value <= INT_MAX)
		d->node = (int)value;
	d->can_reset = xpt_fs_exists(s->host, DEVICES "/%s/reset", s->name);
	d->boot_vga = d->class_code >> 16 == CLASS_DISPLAY &&
		      xpt_fs_number(s->host, &value, DEVICES "/%s/boot_vga", s->name) == 0 &&
		      value == 1;
}

static bool read_device(const struct scan *s, struct xpt_pci_device *d, struct links *l)
{
	if (!read_ids(s, d))
		return false;
	read_links(s, d, l);
	read_attributes(s, d);
	return true;
}

/* ---- all of them ---- */

/* Only names as the kernel writes them: another spelling would be the same device twice. */
static int list_addresses(const struct xpt_host *host, struct xpt_bdfs *ret, struct xpt_err *err)
{
	XPT_STRV names = {0};
	int failed = xpt_fs_names(host, &names, DEVICES);

	if (failed == -ENOENT)
		return 0;
	if (failed < 0)
		return xpt_err_sys(err, -failed, DEVICES, "cannot list PCI devices");
	if (names.n > XPT_PCI_MAX)
		return xpt_err_set(err, XPT_SYSTEM, E2BIG, DEVICES, NULL,
				   "%s lists more than %d devices", DEVICES, XPT_PCI_MAX);
	for (size_t i = 0; i < names.n; i++) {
		char canonical[XPT_BDF_SIZE];
		struct xpt_bdf addr;

		if (xpt_bdf_parse(names.v[i], &addr) == 0 &&
		    xpt_streq(names.v[i], xpt_bdf_format(&addr, canonical)))
			xpt_bdfs_add(ret, &addr);
	}
	xpt_bdfs_sort(ret);
	return 0;
}

/*
 * A link to a device that comes earlier, as every bridge does (the kernel gives a bus a higher number
 * than the bus above) and every physical function. Anything else could close a circle.
 */
static int earlier_index(const struct xpt_pci *pci, size_t i, const struct xpt_bdf *addr)
{
	const struct xpt_pci_device *d = xpt_pci_find(pci, addr);

	return d && d < &pci->v[i] ? (int)xpt_pci_index(pci, d) : XPT_PCI_NONE;
}

static void resolve_links(struct xpt_pci *pci, const struct links *links)
{
	for (size_t i = 0; i < pci->n; i++) {
		struct xpt_pci_device *d = &pci->v[i];
		const struct links *l = &links[i];

		d->parent = l->has_parent ? earlier_index(pci, i, &l->parent) : XPT_PCI_NONE;
		d->physfn = l->has_physfn ? earlier_index(pci, i, &l->physfn) : XPT_PCI_NONE;
		if (d->physfn != XPT_PCI_NONE)
			pci->v[d->physfn].vf_count++;
	}
}

int xpt_pci_scan(const struct xpt_host *host, struct xpt_pci *ret, struct xpt_err *err)
{
	XPT_BDFS addrs = {0};
	XPT_CLOSE int dir_fd = -1;
	XPT_FREE struct links *links = NULL;
	struct xpt_pci pci = {0};
	int failed = list_addresses(host, &addrs, err);

	if (failed < 0)
		return failed;
	dir_fd = xpt_fs_open_dir(host, DEVICES);
	if (dir_fd < 0 && addrs.n)
		return xpt_err_sys(err, -dir_fd, DEVICES, "cannot open %s", DEVICES);
	links = xpt_alloc(addrs.n * sizeof(*links));
	pci.v = xpt_alloc(addrs.n * sizeof(*pci.v));
	for (size_t i = 0; i < addrs.n; i++) {
		char name[XPT_BDF_SIZE];
		struct scan s = {host, dir_fd, xpt_bdf_format(&addrs.v[i], name)};

		pci.v[pci.n].addr = addrs.v[i];
		if (read_device(&s, &pci.v[pci.n], &links[pci.n]))
			pci.n++;
	}
	resolve_links(&pci, links);
	*ret = pci;
	return 0;
}

void xpt_pci_done(struct xpt_pci *pci)
{
	free(pci->v);
	*pci = (struct xpt_pci){0};
}

int xpt_pci_add_nodes(struct xpt_pci *pci, const struct xpt_xen *xen, struct xpt_err *err)
{
	XPT_FREE struct xpt_xen_pci *asked = xpt_alloc(pci->n * sizeof(*asked));
	size_t n = 0;
	int failed;

	/* Sorted by domain: those that Xen can address come first, at the same indices. */
	for (; n < pci->n && pci->v[n].addr.domain <= MAX_PHYSDEV_DOMAIN; n++) {
		const struct xpt_bdf *a = &pci->v[n].addr;

		asked[n] = (struct xpt_xen_pci){a->domain, a->bus, (uint8_t)(a->dev << 3 | a->fn),
						XPT_XEN_NO_NODE};
	}
	if (!n)
		return 0;
	failed = xen->ops->pci_nodes(xen->handle, asked, n, err);
	if (failed < 0)
		return failed;
	for (size_t i = 0; i < n; i++) {
		if (asked[i].node != XPT_XEN_NO_NODE)
			pci->v[i].node = asked[i].node;
	}
	return 0;
}

/* ---- questions ---- */

static int compare_address(const void *key, const void *item)
{
	return xpt_bdf_compare(key, &((const struct xpt_pci_device *)item)->addr);
}

const struct xpt_pci_device *xpt_pci_find(const struct xpt_pci *pci, const struct xpt_bdf *addr)
{
	return pci->n ? bsearch(addr, pci->v, pci->n, sizeof(*pci->v), compare_address) : NULL;
}

size_t xpt_pci_index(const struct xpt_pci *pci, const struct xpt_pci_device *d)
{
	return (size_t)(d - pci->v);
}

bool xpt_pci_is_bridge(const struct xpt_pci_device *d)
{
	return d->cap.valid ? d->cap.header_type != 0 : d->class_code >> 8 == 0x0604;
}

bool xpt_pci_is_hidden(const struct xpt_pci_device *d)
{
	return xpt_streq(d->driver, "pciback");
}

bool xpt_pci_is_driven_display(const struct xpt_pci_device *d)
{
	return d->class_code >> 8 == CLASS_VGA && d->driver[0] && !xpt_pci_is_hidden(d);
}

bool xpt_pci_is_above(const struct xpt_pci *pci, const struct xpt_pci_device *above,
		      const struct xpt_pci_device *d)
{
	while (d != above && d->parent != XPT_PCI_NONE)
		d = &pci->v[d->parent];
	return d == above;
}
