/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMs that have a device now ("hold", by Xen's word or xapi's) and those that are to have it at their
 * next start ("claim", by their pci key).
 */
#include "model/safety_rules.h"

#include <string.h>

char *xpt_vms_describe(const struct xpt_vm *vm)
{
	static const char *const states[] = {
		[XPT_VM_HALTED] = "halted",
		[XPT_VM_PAUSED] = "paused",
		[XPT_VM_RUNNING] = "running",
		[XPT_VM_SUSPENDED] = "suspended",
	};
	XPT_FREE char *clean = xpt_clean(vm->name, strlen(vm->name));

	return xpt_fmt("VM %s (%s)", clean, states[vm->power_state]);
}

static bool is_up(const struct xpt_vm *vm)
{
	return vm->power_state == XPT_VM_RUNNING || vm->power_state == XPT_VM_PAUSED;
}

bool xpt_vms_is_claim_here(const struct xpt_world *w, const struct xpt_vm *vm)
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

const struct xpt_vm *xpt_safety_holder(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	const struct xpt_holder *holder = xpt_holders_find(w->holders, addr);

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
	const struct xpt_holder *holder = xpt_holders_find(w->holders, addr);
	const struct xpt_vm *vm = xpt_safety_holder(w, addr);
	XPT_FREE char *name = vm ? xpt_vms_describe(vm) : NULL;

	if (vm)
		return vm == but ? NULL : xpt_fmt("held by %s", name);
	return holder ? xpt_fmt("held by domain %lld", holder->domid) : NULL;
}

/* Only pciback hands devices to guests. */
static bool may_be_held(const struct xpt_world *w, const struct xpt_pci_device *d)
{
	return !w->holders->is_known && xpt_pci_is_hidden(d);
}

void xpt_vms_check_holders(const struct xpt_world *w, const struct xpt_pci_device *d,
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

const struct xpt_vm *xpt_safety_claim(const struct xpt_world *w, const struct xpt_bdf *addr,
				      const struct xpt_vm *but)
{
	for (size_t i = 0; w->pool && i < w->pool->n_vms; i++) {
		const struct xpt_vm *vm = &w->pool->vms[i];

		if (vm != but && xpt_vm_is_guest(vm) && xpt_vmpci_has(&vm->pci, addr) &&
		    xpt_vms_is_claim_here(w, vm))
			return vm;
	}
	return NULL;
}

/* What ties a PF to a VF of its: "held by VM web (running)". NULL: nothing. Caller frees. */
static char *describe_vf(const struct xpt_world *w, const struct xpt_pci_device *vf,
			 const struct xpt_vm *but)
{
	const struct xpt_vm *claim = xpt_safety_claim(w, &vf->addr, but);
	char *held = describe_holder(w, &vf->addr, but);
	XPT_FREE char *name = claim ? xpt_vms_describe(claim) : NULL;

	if (held)
		return held;
	if (claim)
		return xpt_fmt("claimed by %s", name);
	if (may_be_held(w, vf))
		return xpt_strdup("perhaps held by a running VM: Xen could not be asked");
	if (!w->pool)
		return xpt_strdup("perhaps claimed by a VM: the toolstack could not be asked");
	return NULL;
}

void xpt_vms_check_vfs(const struct xpt_world *w, const struct xpt_pci_device *d,
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
