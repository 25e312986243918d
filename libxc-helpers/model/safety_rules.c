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

char *xpt_rules_vm(const struct xpt_vm *vm)
{
	static const char *const states[] = {
		[XPT_VM_HALTED] = "halted",
		[XPT_VM_PAUSED] = "paused",
		[XPT_VM_RUNNING] = "running",
		[XPT_VM_SUSPENDED] = "suspended",
	};
	const char *name = vm->name ? vm->name : vm->uuid;
	XPT_FREE char *clean = xpt_clean(name, strlen(name));

	return xpt_fmt("VM %s (%s)", clean, states[vm->power_state]);
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
			      "pci_list shows the devices that there are",
			      "there is no PCI function %s on this host", text);
		return NULL;
	}
	if (xpt_pci_is_bridge(d)) {
		xpt_rules_add(ret, XPT_REASON_BRIDGE, true, addr,
			      "name the devices behind it instead",
			      "%s is a bridge, which cannot be given to a VM", text);
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
	[XPT_REASON_CONSOLE_GPU] = "is the only display of the host's console",
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

/* "/ <- sda1 <- ata1 <- 0000:00:1f.2 and 2 more"; a bridge or PF on the way is named behind the end. */
static char *describe_chain(const struct xpt_uses *uses, const struct xpt_use *use,
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
		chain = describe_chain(w->uses, use, addr);
		xpt_rules_add(ret, use->reason, use->reason != XPT_REASON_GUEST_NETWORK, addr,
			      use_hint(use->reason), "%s %s: %s", xpt_bdf_format(addr, text),
			      use_sentences[use->reason], chain);
	}
}

static bool is_display(const struct xpt_pci_device *d)
{
	return d->class_code >> 8 == 0x0300 && !xpt_pci_is_hidden(d);
}

/* One of several displays may go; all of them at once may not. */
void xpt_rules_check_displays(const struct xpt_world *w, const struct xpt_bdfs *devices,
			      struct xpt_verdicts *ret)
{
	const struct xpt_pci_device *console = NULL;
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_pci_device *d = &w->pci->v[i];

		if (!is_display(d))
			continue;
		if (!xpt_bdfs_has(devices, &d->addr))
			return;
		if (d->boot_vga)
			console = d;
	}
	if (!console || has_verdict(ret, XPT_REASON_CONSOLE_GPU, &console->addr))
		return;
	xpt_rules_add(ret, XPT_REASON_CONSOLE_GPU, true, &console->addr,
		      use_hint(XPT_REASON_CONSOLE_GPU),
		      "%s is the display of the host's console, and no other is left to dom0",
		      xpt_bdf_format(&console->addr, text));
}

/* ---- VMs ---- */

bool xpt_rules_is_guest(const struct xpt_vm *vm)
{
	return !vm->is_template && !vm->is_snapshot && !vm->is_control_domain;
}

static bool is_up(const struct xpt_vm *vm)
{
	return vm->power_state == XPT_VM_RUNNING || vm->power_state == XPT_VM_PAUSED;
}

bool xpt_rules_is_claim_here(const struct xpt_world *w, const struct xpt_vm *vm)
{
	const char *where = is_up(vm) ? vm->resident_on : vm->affinity;

	if (xpt_pool_is_null(where) || !w->pool->here)
		return true;
	return !strcmp(where, w->pool->here->ref) || !xpt_pool_host(w->pool, where);
}

static bool is_resident(const struct xpt_world *w, const struct xpt_vm *vm)
{
	return w->pool->here && xpt_streq(vm->resident_on, w->pool->here->ref);
}

static const struct xpt_vm *vm_of_domain(const struct xpt_world *w, long long domid)
{
	for (size_t i = 0; w->pool && i < w->pool->n_vms; i++) {
		const struct xpt_vm *vm = &w->pool->vms[i];

		if (vm->domid == domid && is_resident(w, vm))
			return vm;
	}
	return NULL;
}

/* xapi's own word: of some classes only, and for running VMs. */
static const struct xpt_vm *vm_with_record(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	const struct xpt_pci_record *record = w->pool ? xpt_pool_pci_at(w->pool, addr) : NULL;

	for (size_t i = 0; record && i < w->pool->n_vms; i++) {
		const struct xpt_vm *vm = &w->pool->vms[i];

		if (is_up(vm) && is_resident(w, vm) &&
		    xpt_strv_has(&vm->attached_pcis, record->ref))
			return vm;
	}
	return NULL;
}

static const struct xpt_holder *find_holder(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	for (size_t i = 0; i < w->holders->n; i++) {
		if (xpt_bdf_equal(&w->holders->v[i].addr, addr))
			return &w->holders->v[i];
	}
	return NULL;
}

const struct xpt_vm *xpt_safety_holder(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	const struct xpt_holder *holder = find_holder(w, addr);

	if (holder)
		return vm_of_domain(w, holder->domid);
	return w->holders->is_known ? NULL : vm_with_record(w, addr);
}

/*
 * Who holds it, other than but: "held by VM web (running)", "held by domain 7" where xapi does not know the
 * domain. NULL: nobody, as far as is known. Caller frees.
 */
static char *describe_holder(const struct xpt_world *w, const struct xpt_bdf *addr,
			     const struct xpt_vm *but)
{
	const struct xpt_holder *holder = find_holder(w, addr);
	const struct xpt_vm *vm = xpt_safety_holder(w, addr);
	XPT_FREE char *name = vm ? xpt_rules_vm(vm) : NULL;

	if (vm)
		return vm == but ? NULL : xpt_fmt("held by %s", name);
	return holder ? xpt_fmt("held by domain %lld", holder->domid) : NULL;
}

/* Only pciback hands devices to guests. */
static bool may_be_held(const struct xpt_world *w, const struct xpt_pci_device *d)
{
	return !w->holders->is_known && xpt_pci_is_hidden(d);
}

void xpt_rules_check_holders(const struct xpt_world *w, const struct xpt_pci_device *d,
			     const struct xpt_vm *but, struct xpt_verdicts *ret)
{
	XPT_FREE char *held = describe_holder(w, &d->addr, but);
	char text[XPT_BDF_SIZE];

	xpt_bdf_format(&d->addr, text);
	if (held)
		xpt_rules_add(ret, XPT_REASON_HELD_BY_VM, true, &d->addr, "shut the VM down first",
			      "%s is %s", text, held);
	else if (may_be_held(w, d) && (!but || xpt_safety_holder(w, &d->addr) != but))
		xpt_rules_add(ret, XPT_REASON_HOLDERS_UNKNOWN, true, &d->addr,
			      "make sure that no running VM has it, then override",
			      "%s may be held by a running VM: Xen could not be asked", text);
}

const struct xpt_vm *xpt_rules_find_claim(const struct xpt_world *w, const struct xpt_bdf *addr,
					  const struct xpt_vm *but)
{
	for (size_t i = 0; w->pool && i < w->pool->n_vms; i++) {
		const struct xpt_vm *vm = &w->pool->vms[i];

		if (vm != but && xpt_rules_is_guest(vm) && xpt_vmpci_has(&vm->pci, addr) &&
		    xpt_rules_is_claim_here(w, vm))
			return vm;
	}
	return NULL;
}

/* What ties a PF to a VF of its: "held by VM web (running)". NULL: nothing. Caller frees. */
static char *describe_vf(const struct xpt_world *w, const struct xpt_pci_device *vf,
			 const struct xpt_vm *but)
{
	const struct xpt_vm *claim = xpt_rules_find_claim(w, &vf->addr, but);
	char *held = describe_holder(w, &vf->addr, but);
	XPT_FREE char *name = claim ? xpt_rules_vm(claim) : NULL;

	if (held)
		return held;
	if (claim)
		return xpt_fmt("claimed by %s", name);
	if (may_be_held(w, vf))
		return xpt_strdup("perhaps held by a running VM: Xen could not be asked");
	if (!w->pool && xpt_pci_is_hidden(vf))
		return xpt_strdup("perhaps claimed by a VM: the toolstack could not be asked");
	return NULL;
}

void xpt_rules_check_vfs(const struct xpt_world *w, const struct xpt_pci_device *d,
			 const struct xpt_vm *but, struct xpt_verdicts *ret)
{
	int index = (int)xpt_pci_index(w->pci, d);
	char pf[XPT_BDF_SIZE], vf[XPT_BDF_SIZE];

	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_pci_device *it = &w->pci->v[i];
		XPT_FREE char *why = it->physfn == index ? describe_vf(w, it, but) : NULL;

		if (!why)
			continue;
		xpt_rules_add(ret, XPT_REASON_PARENT_OF_USED_VF, true, &d->addr,
			      "detach its virtual functions first",
			      "%s cannot go while its virtual function %s is %s",
			      xpt_bdf_format(&d->addr, pf), xpt_bdf_format(&it->addr, vf), why);
		return;
	}
}

/* ---- the slot ---- */

bool xpt_rules_is_hidden_next(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	return w->boot && w->boot->next.known && xpt_hidelist_hides(&w->boot->next.list, addr);
}

static bool stays_with_dom0(const struct xpt_world *w, const struct xpt_pci_device *d)
{
	return d->physfn == XPT_PCI_NONE && !xpt_pci_is_bridge(d) && !xpt_pci_is_hidden(d) &&
	       !xpt_rules_is_hidden_next(w, &d->addr);
}

/* The device of the request that shares a slot with d; VFs share numbers but no slot. */
static const struct xpt_bdf *find_neighbour(const struct xpt_world *w,
					    const struct xpt_bdfs *devices,
					    const struct xpt_pci_device *d)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *it = xpt_pci_find(w->pci, &devices->v[i]);

		if (it && it->physfn == XPT_PCI_NONE && xpt_bdf_same_slot(&it->addr, &d->addr))
			return &it->addr;
	}
	return NULL;
}

void xpt_rules_check_slots(const struct xpt_world *w, const struct xpt_bdfs *devices,
			   struct xpt_verdicts *ret)
{
	char stays[XPT_BDF_SIZE], goes[XPT_BDF_SIZE];

	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_pci_device *d = &w->pci->v[i];
		const struct xpt_bdf *neighbour;

		if (xpt_bdfs_has(devices, &d->addr) || !stays_with_dom0(w, d))
			continue;
		neighbour = find_neighbour(w, devices, d);
		if (neighbour)
			xpt_rules_add(ret, XPT_REASON_SLOT_LEFT_BEHIND, false, &d->addr,
				      "siblings=true takes the whole slot",
				      "%s stays with dom0 while %s of the same slot goes",
				      xpt_bdf_format(&d->addr, stays),
				      xpt_bdf_format(neighbour, goes));
	}
}
