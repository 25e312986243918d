/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/safety_rules.h"

#include <string.h>

/*
 * Guest slots left for passed-through functions: from 8 up with UEFI's device model, else whatever is free
 * behind VGA, platform device and XenPV, less one for each network interface. Source: xenopsd
 * ocaml/xenopsd/xc/device.ml, QEMU hw/pci/pci.c.
 */
#define SLOTS_UEFI 24
#define SLOTS_BIOS 27

/* ---- devices ---- */

/* Other VMs that are to have it: on this host a conflict, on another a note. */
static void check_claims(const struct xpt_world *w, const struct xpt_vm *vm,
			 const struct xpt_bdf *addr, struct xpt_verdicts *ret)
{
	char text[XPT_BDF_SIZE];

	xpt_bdf_format(addr, text);
	for (size_t i = 0; i < w->pool->n_vms; i++) {
		const struct xpt_vm *other = &w->pool->vms[i];
		XPT_FREE char *name = NULL;

		if (other == vm || !xpt_vm_is_guest(other) || !xpt_vmpci_has(&other->pci, addr))
			continue;
		name = xpt_vms_describe(other);
		if (xpt_vms_is_claim_here(w, other))
			xpt_rules_add(ret, XPT_REASON_CLAIMED_BY_VM, true, addr,
				      "detach it from that VM first",
				      "%s is claimed by %s: whichever starts second resets the "
				      "device under the first",
				      text, name);
		else
			xpt_rules_add(ret, XPT_REASON_OTHER_HOST, false, addr, NULL,
				      "%s has %s too, on another host now: started on this one, it "
				      "would take the same device",
				      name, text);
	}
}

static void check_driver(const struct xpt_world *w, const struct xpt_pci_device *d,
			 struct xpt_verdicts *ret)
{
	bool goes_next = xpt_rules_is_hidden_next(w, &d->addr);
	char text[XPT_BDF_SIZE];

	if (!d->driver[0] || xpt_pci_is_hidden(d))
		return;
	xpt_rules_add(ret, XPT_REASON_NOT_HIDDEN, false, &d->addr,
		      goes_next ? "reboot the host first" : "hide it with pci_hide, then reboot",
		      "%s is not hidden%s: the VM's start takes it away from driver %s in dom0, "
		      "which not every driver survives",
		      xpt_bdf_format(&d->addr, text), goes_next ? " before the next boot" : "",
		      d->driver);
}

static void check_reset(const struct xpt_pci_device *d, struct xpt_verdicts *ret)
{
	char text[XPT_BDF_SIZE];

	if (!d->can_reset && !d->cap.has_flr && !d->cap.has_pm_reset)
		xpt_rules_add(
			ret, XPT_REASON_NO_RESET, false, &d->addr,
			"if it does not come back after the VM's restart, reboot the host",
			"%s has no reset of its own: what one VM leaves in it, the next finds",
			xpt_bdf_format(&d->addr, text));
}

static void check_device(const struct xpt_world *w, const struct xpt_vm *vm,
			 const struct xpt_bdf *addr, struct xpt_verdicts *ret)
{
	const struct xpt_pci_device *d = xpt_rules_check_device(w, addr, ret);

	if (!d)
		return;
	if (!xpt_pci_is_hidden(d))
		xpt_rules_check_uses(w, addr, ret);
	xpt_vms_check_holders(w, d, vm, ret);
	check_claims(w, vm, addr, ret);
	xpt_vms_check_vfs(w, d, vm, ret);
	check_driver(w, d, ret);
	check_reset(d, ret);
	xpt_rules_check_reserved(w, d, ret);
}

/* ---- the VM ---- */

static void check_iommu(const struct xpt_world *w, struct xpt_verdicts *ret)
{
	static const char hint[] = "turn VT-d or AMD-Vi on in the firmware";

	if (w->iommu == XPT_IOMMU_OFF)
		xpt_verdicts_add(
			ret, XPT_REASON_NO_IOMMU, true, NULL, hint,
			"this host has no IOMMU in use, without which no VM with PCI devices "
			"starts");
	else if (w->iommu == XPT_IOMMU_UNKNOWN)
		xpt_verdicts_add(
			ret, XPT_REASON_NO_IOMMU, true, NULL, hint,
			"neither Xen nor xapi could say whether this host has an IOMMU in use");
}

static size_t slots_of(const struct xpt_vm *vm)
{
	return vm->is_uefi && !xpt_streq(vm->device_model, "qemu-upstream-compat") ? SLOTS_UEFI
										   : SLOTS_BIOS;
}

static void check_count(const struct xpt_vm *vm, const struct xpt_bdfs *all,
			struct xpt_verdicts *ret)
{
	XPT_FREE char *name = xpt_vms_describe(vm);

	if (all->n > slots_of(vm))
		xpt_verdicts_add(
			ret, XPT_REASON_TOO_MANY_DEVICES, true, vm->uuid, "detach others first",
			"%s would have %zu PCI devices, and its virtual machine has slots for "
			"%zu",
			name, all->n, slots_of(vm));
}

/* xapi starts a VM where it likes, and the address is whatever lies there. */
static void check_hosts(const struct xpt_world *w, const struct xpt_vm *vm,
			struct xpt_verdicts *ret)
{
	const struct xpt_pool *pool = w->pool;
	bool runs_elsewhere = !xpt_pool_is_null(vm->resident_on) && pool->here &&
			      !xpt_streq(vm->resident_on, pool->here->ref);
	XPT_FREE char *name = xpt_vms_describe(vm);

	if (runs_elsewhere)
		xpt_verdicts_add(ret, XPT_REASON_OTHER_HOST, false, vm->uuid,
				 "shut it down and start it on this host",
				 "%s is on another host now, where the address is another device",
				 name);
	else if (pool->n_hosts > 1)
		xpt_verdicts_add(
			ret, XPT_REASON_OTHER_HOST, false, vm->uuid,
			"start it with vm-start on=, and set its affinity, which is a "
			"preference only",
			"%s can start on %zu hosts, and on another one it takes whatever has "
			"the same address there",
			name, pool->n_hosts);
}

static void check_memory(const struct xpt_vm *vm, struct xpt_verdicts *ret)
{
	XPT_FREE char *name = xpt_vms_describe(vm);

	if (vm->memory_dynamic_min != vm->memory_static_max ||
	    vm->memory_dynamic_max != vm->memory_static_max)
		xpt_verdicts_add(
			ret, XPT_REASON_DYNAMIC_MEMORY, false, vm->uuid,
			"set dynamic minimum and maximum to the static maximum",
			"%s has dynamic memory; with PCI devices it has to have all of it from "
			"the start",
			name);
}

static void check_ha(const struct xpt_vm *vm, struct xpt_verdicts *ret)
{
	XPT_FREE char *name = xpt_vms_describe(vm);

	if (vm->ha_restart_priority && vm->ha_restart_priority[0])
		xpt_verdicts_add(
			ret, XPT_REASON_HA_RESTART, false, vm->uuid,
			"clear its ha-restart-priority",
			"%s is restarted by high availability (%s), which may do so on a host "
			"without these devices",
			name, vm->ha_restart_priority);
}

/* xapi protects VMs with devices that it has records of: classes 01, 02, 03 and their slots. */
static void check_snapshots(const struct xpt_world *w, const struct xpt_vm *vm,
			    const struct xpt_bdfs *devices, struct xpt_verdicts *ret)
{
	XPT_FREE char *name = xpt_vms_describe(vm);
	size_t unrecorded = 0;

	for (size_t i = 0; i < devices->n; i++)
		unrecorded += !xpt_pool_pci_at(w->pool, &devices->v[i]);
	if (unrecorded < devices->n)
		xpt_verdicts_add(ret, XPT_REASON_NO_SNAPSHOT, false, vm->uuid, NULL,
				 "while it runs with them, %s cannot be suspended, migrated or "
				 "snapshotted with its memory",
				 name);
	else if (devices->n)
		xpt_verdicts_add(
			ret, XPT_REASON_NO_SNAPSHOT, false, vm->uuid, "shut it down instead",
			"do not suspend or migrate %s while it runs with them: xapi has no "
			"record of these devices and will not stop you, and it will fail",
			name);
}

void xpt_safety_attach(const struct xpt_world *w, const struct xpt_vm *vm,
		       const struct xpt_bdfs *added, const struct xpt_bdfs *all,
		       struct xpt_verdicts *ret)
{
	for (size_t i = 0; i < added->n; i++)
		check_device(w, vm, &added->v[i], ret);
	check_iommu(w, ret);
	check_count(vm, all, ret);
	xpt_rules_check_displays(w, all, ret);
	xpt_rules_check_slots(w, all, ret);
	xpt_rules_check_groups(w, all, ret);
	check_hosts(w, vm, ret);
	check_memory(vm, ret);
	check_ha(vm, ret);
	check_snapshots(w, vm, all, ret);
}
