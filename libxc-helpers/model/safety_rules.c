/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/safety_rules.h"

#include <string.h>

void xpt_rules_add(struct xpt_verdicts *ret, enum xpt_reason reason, bool refuses,
		   const struct xpt_bdf *addr, const char *hint, const char *fmt, ...)
{
	XPT_FREE char *sentence = NULL;
	char text[XPT_BDF_SIZE];
	va_list ap;

	va_start(ap, fmt);
	sentence = xpt_vfmt(fmt, ap);
	va_end(ap);
	xpt_verdicts_add(ret, reason, refuses, xpt_bdf_format(addr, text), hint, "%s", sentence);
}

static bool has_verdict(const struct xpt_verdicts *ret, enum xpt_reason reason,
			const struct xpt_bdf *addr)
{
	char text[XPT_BDF_SIZE];

	xpt_bdf_format(addr, text);
	for (size_t i = 0; i < ret->n; i++) {
		if (ret->v[i].reason == reason && xpt_streq(ret->v[i].subject, text))
			return true;
	}
	return false;
}

/* ---- the device itself ---- */

const struct xpt_pci_device *xpt_rules_check_device(const struct xpt_world *w,
						    const struct xpt_bdf *addr,
						    struct xpt_verdicts *ret)
{
	const struct xpt_pci_device *d = xpt_pci_find(w->pci, addr);
	char text[XPT_BDF_SIZE];

	xpt_bdf_format(addr, text);
	if (!d) {
		xpt_rules_add(ret, XPT_REASON_ABSENT, true, addr,
			      "'xe-passthrough pci list' shows what there is",
			      "there is no PCI function %s on this host", text);
		return NULL;
	}
	if (xpt_pci_is_bridge(d)) {
		xpt_rules_add(ret, XPT_REASON_BRIDGE, true, addr,
			      "name the devices behind it instead",
			      "%s is a bridge, which cannot be given to a VM", text);
		return NULL;
	}
	if (d->class_code >> 8 == 0x0600 || d->class_code >> 8 == 0x0601) {
		xpt_rules_add(ret, XPT_REASON_BRIDGE, true, addr, NULL,
			      "%s is a part of the chipset, which cannot be given to a VM", text);
		return NULL;
	}
	if (!xpt_hidelist_can_hold(addr)) {
		xpt_rules_add(ret, XPT_REASON_DOMAIN_TOO_LONG, true, addr,
			      "disable the controller that makes this domain (Intel VMD) in the "
			      "firmware, and the device gets an address of domain 0",
			      "%s has a domain of more than four digits, which xapi cannot write",
			      text);
		return NULL;
	}
	return d;
}

/* ---- dom0 ---- */

static const char *const use_sentences[XPT_REASONS] = {
	[XPT_REASON_BOOT_DISK] = "carries the disk that this host boots from",
	[XPT_REASON_DOM0_FILESYSTEM] = "carries a file system of dom0",
	[XPT_REASON_SWAP] = "carries swap of dom0",
	[XPT_REASON_STORAGE_REPOSITORY] = "carries a storage repository",
	[XPT_REASON_STORAGE_UNKNOWN] =
		"may carry storage of dom0, which could not be followed to its disks",
	[XPT_REASON_MANAGEMENT_NIC] = "carries the management interface",
	[XPT_REASON_STORAGE_NIC] = "carries a network that dom0 itself uses",
	[XPT_REASON_NETWORK_UNKNOWN] =
		"may carry a network of dom0, which could not be followed to its NICs",
	[XPT_REASON_CONSOLE_GPU] = "is the only display that can show the host's console",
	[XPT_REASON_GUEST_NETWORK] = "carries a network of VMs, which would lose it",
};

static const char *use_hint(enum xpt_reason reason)
{
	switch (reason) {
	case XPT_REASON_STORAGE_REPOSITORY:
		return "move its disks elsewhere and unplug the storage repository first";
	case XPT_REASON_MANAGEMENT_NIC:
		return "move the management interface to another NIC first";
	case XPT_REASON_STORAGE_NIC:
		return "take the address off this network, or move it to another NIC first";
	case XPT_REASON_STORAGE_UNKNOWN:
	case XPT_REASON_NETWORK_UNKNOWN:
		return "look at the chain: if the device has no part in it, override for this "
		       "device";
	case XPT_REASON_CONSOLE_GPU:
		return "a host that is reached over serial line or network can do without it";
	default:
		return NULL;
	}
}

static size_t count_uses(const struct xpt_uses *uses, const struct xpt_bdf *addr,
			 enum xpt_reason reason)
{
	const struct xpt_use *use;
	size_t at = 0, n = 0;

	while ((use = xpt_uses_next(uses, addr, &at)))
		n += use->reason == reason;
	return n;
}

char *xpt_rules_describe_chain(const struct xpt_uses *uses, const struct xpt_use *use,
			       const struct xpt_bdf *addr)
{
	size_t more = count_uses(uses, addr, use->reason) - 1;
	struct xpt_str text = {0};
	XPT_FREE char *chain = xpt_use_chain(use);
	char self[XPT_BDF_SIZE];

	xpt_str_add(&text, chain);
	if (!xpt_bdf_equal(&use->hops.v[0], addr))
		xpt_str_addf(&text, " <- %s", xpt_bdf_format(addr, self));
	if (more)
		xpt_str_addf(&text, " and %zu more", more);
	return xpt_str_take(&text);
}

void xpt_rules_check_uses(const struct xpt_world *w, const struct xpt_bdf *addr,
			  struct xpt_verdicts *ret)
{
	const struct xpt_use *use;
	char text[XPT_BDF_SIZE];
	size_t at = 0;

	while ((use = xpt_uses_next(w->uses, addr, &at))) {
		XPT_FREE char *chain = NULL;

		if (has_verdict(ret, use->reason, addr))
			continue;
		chain = xpt_rules_describe_chain(w->uses, use, addr);
		xpt_rules_add(ret, use->reason, use->reason != XPT_REASON_GUEST_NETWORK, addr,
			      use_hint(use->reason), "%s %s: %s", xpt_bdf_format(addr, text),
			      use_sentences[use->reason], chain);
	}
}

/* "0000:00:14.0, 0000:87:00.0": those beside d that a region names and that are there. */
static char *name_others(const struct xpt_pci *pci, const struct xpt_reserved_region *region,
			 const struct xpt_pci_device *d)
{
	XPT_STRV names = {0};
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < region->n; i++) {
		if (region->devices[i] != xpt_pci_index(pci, d))
			xpt_strv_add(&names,
				     xpt_bdf_format(&pci->v[region->devices[i]].addr, text));
	}
	return names.n ? xpt_strv_join(&names, ", ") : xpt_strdup("devices that are absent");
}

void xpt_rules_check_reserved(const struct xpt_world *w, const struct xpt_pci_device *d,
			      struct xpt_verdicts *ret)
{
	const struct xpt_reserved_region *region =
		xpt_reserved_obstacle(w->reserved, xpt_pci_index(w->pci, d));
	XPT_FREE char *others = NULL;
	char text[XPT_BDF_SIZE];

	if (!region)
		return;
	others = name_others(w->pci, region, d);
	xpt_rules_add(ret, XPT_REASON_RESERVED_MEMORY, false, &d->addr,
		      "write pci-quarantine = false to a file in /etc/xenopsd.conf.d and restart "
		      "the toolstack",
		      "%s shares memory that the firmware reserves (RMRR) with %s: the start of a "
		      "VM with it fails (Operation not permitted) while xenopsd puts devices into "
		      "quarantine",
		      xpt_bdf_format(&d->addr, text), others);
}

/* Those that could show the console; the one that the firmware chose comes first in goes. */
struct displays {
	bool has_console;
	const struct xpt_pci_device *goes, *stays;
};

static bool shows_console(const struct xpt_pci_device *d)
{
	return xpt_pci_is_driven_display(d) || (d->boot_vga && !xpt_pci_is_hidden(d));
}

static struct displays find_displays(const struct xpt_world *w, const struct xpt_bdfs *devices)
{
	struct displays all = {0};

	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_pci_device *d = &w->pci->v[i];

		all.has_console |= d->boot_vga;
		if (!shows_console(d))
			continue;
		if (!xpt_bdfs_has(devices, &d->addr)) {
			if (!xpt_rules_is_hidden_next(w, &d->addr))
				all.stays = d;
		} else if (!all.goes || d->boot_vga) {
			all.goes = d;
		}
	}
	return all;
}

/* One of several displays may go, be it the console's; all of them may not, at once or one by one. */
void xpt_rules_check_displays(const struct xpt_world *w, const struct xpt_bdfs *devices,
			      struct xpt_verdicts *ret)
{
	struct displays all = find_displays(w, devices);
	char goes[XPT_BDF_SIZE], stays[XPT_BDF_SIZE];

	if (!all.has_console || !all.goes ||
	    has_verdict(ret, XPT_REASON_CONSOLE_GPU, &all.goes->addr))
		return;
	xpt_bdf_format(&all.goes->addr, goes);
	if (!all.stays)
		xpt_rules_add(ret, XPT_REASON_CONSOLE_GPU, true, &all.goes->addr,
			      use_hint(XPT_REASON_CONSOLE_GPU),
			      "without %s no display is left to dom0 for the host's console", goes);
	else if (all.goes->boot_vga)
		xpt_rules_add(ret, XPT_REASON_CONSOLE_GPU, false, &all.goes->addr, NULL,
			      "%s is the display of the host's console, which goes dark; %s is "
			      "left to dom0",
			      goes, xpt_bdf_format(&all.stays->addr, stays));
}
