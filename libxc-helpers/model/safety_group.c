/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Isolation groups that part: some devices go, dom0 keeps others that the fabric cannot keep apart from them.
 * Xen starts such VMs without a word. What parts within a slot, safety_slot.c says.
 */
#include "model/isolation.h"
#include "model/safety_rules.h"

#define STRICT_KEY "xe-passthrough:isolation"

/* Without a toolstack a hidden device goes nowhere: giving it to a VM asks again, and the pool is there then. */
static bool is_strict(const struct xpt_world *w)
{
	return w->pool &&
	       xpt_streq(xpt_value_get_text(w->pool->other_config, STRICT_KEY), "strict");
}

/* Virtual functions go away with a PF that goes or is hidden. */
static bool is_left_behind(const struct xpt_world *w, const struct xpt_bdfs *devices,
			   const struct xpt_pci_device *d)
{
	if (xpt_bdfs_has(devices, &d->addr) || !xpt_rules_stays_with_dom0(w, d))
		return false;
	return d->physfn == XPT_PCI_NONE || is_left_behind(w, devices, &w->pci->v[d->physfn]);
}

/* Is it a function of the slot of one that goes? */
static bool is_beside(const struct xpt_pci *pci, const struct xpt_bdfs *devices,
		      const struct xpt_pci_device *d)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *goes = xpt_pci_find(pci, &devices->v[i]);

		if (goes && goes->physfn == XPT_PCI_NONE && d->physfn == XPT_PCI_NONE &&
		    xpt_bdf_same_slot(&goes->addr, &d->addr))
			return true;
	}
	return false;
}

static void find_left_behind(const struct xpt_world *w, const struct xpt_isolation *s,
			     const struct xpt_group *group, const struct xpt_bdfs *devices,
			     struct xpt_bdfs *ret)
{
	for (size_t i = group->first; i != XPT_ISOLATION_END; i = s->next[i]) {
		const struct xpt_pci_device *d = &w->pci->v[i];

		if (is_left_behind(w, devices, d) && !is_beside(w->pci, devices, d))
			xpt_bdfs_add(ret, &d->addr);
	}
}

static void check_group(const struct xpt_world *w, const struct xpt_isolation *s,
			const struct xpt_pci_device *goes, const struct xpt_bdfs *devices,
			struct xpt_verdicts *ret)
{
	const struct xpt_group *group = xpt_isolation_group(s, goes);
	XPT_FREE char *why = xpt_isolation_explain(s, group);
	XPT_BDFS left = {0};
	XPT_STR text = {0};
	char addr[XPT_BDF_SIZE];

	find_left_behind(w, s, group, devices, &left);
	if (!left.n)
		return;
	xpt_rules_add_addresses(&text, &left);
	xpt_str_addf(&text, " %s with dom0 while %s of the same isolation group goes; %s",
		     left.n > 1 ? "stay" : "stays", xpt_bdf_format(&goes->addr, addr), why);
	xpt_rules_add(ret, XPT_REASON_GROUP_LEFT_BEHIND, is_strict(w), &left.v[0],
		      "'xe-passthrough pci groups' shows what has to go together", "%s",
		      xpt_str_text(&text));
}

void xpt_rules_check_groups(const struct xpt_world *w, const struct xpt_bdfs *devices,
			    struct xpt_verdicts *ret)
{
	XPT_FREE bool *is_told = NULL;
	XPT_ISOLATION s = {0};

	xpt_isolation_find(w->pci, &s);
	is_told = xpt_alloc(s.n_groups * sizeof(*is_told));
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *d = xpt_pci_find(w->pci, &devices->v[i]);

		if (!d || xpt_pci_is_bridge(d) || is_told[s.group_of[xpt_pci_index(w->pci, d)]])
			continue;
		is_told[s.group_of[xpt_pci_index(w->pci, d)]] = true;
		check_group(w, &s, d, devices, ret);
	}
}
