/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/safety_rules.h"

void xpt_safety_hide(const struct xpt_world *w, const struct xpt_bdfs *devices,
		     struct xpt_verdicts *ret)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *d = xpt_rules_check_device(w, &devices->v[i], ret);

		if (!d)
			continue;
		xpt_rules_check_uses(w, &d->addr, ret);
		xpt_vms_check_holders(w, d, NULL, ret);
		xpt_vms_check_vfs(w, d, NULL, ret);
		xpt_rules_check_reserved(w, d, ret);
	}
	xpt_rules_check_displays(w, devices, ret);
	xpt_rules_check_slots(w, devices, ret);
	xpt_rules_check_groups(w, devices, ret);
}

/* Come the reboot no VM holds anything: a holder is worth a word, a key stands in the way. */
void xpt_safety_unhide(const struct xpt_world *w, const struct xpt_bdfs *devices,
		       struct xpt_verdicts *ret)
{
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_bdf *addr = &devices->v[i];
		const struct xpt_vm *claim = xpt_safety_claim(w, addr, NULL);
		const struct xpt_vm *holder = xpt_safety_holder(w, addr);
		XPT_FREE char *held_by = holder ? xpt_vms_describe(holder) : NULL;
		XPT_FREE char *name = claim ? xpt_vms_describe(claim) : NULL;

		if (!w->pool)
			xpt_rules_add(
				ret, XPT_REASON_HOLDERS_UNKNOWN, true, addr,
				"start the toolstack, or make sure that no VM is to have it and "
				"override",
				"which VMs are to have %s is not known while the toolstack does "
				"not answer",
				xpt_bdf_format(addr, text));
		else if (claim)
			xpt_rules_add(ret, XPT_REASON_CLAIMED_BY_VM, true, addr,
				      "detach it from the VM first",
				      "%s is claimed by %s, whose next start would take it away "
				      "from its driver in dom0 again",
				      xpt_bdf_format(addr, text), name);
		else if (holder)
			xpt_rules_add(ret, XPT_REASON_HELD_BY_VM, false, addr, NULL,
				      "%s is held by %s until that stops or the host reboots",
				      xpt_bdf_format(addr, text), held_by);
	}
}
