/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of one slot that part: some go, dom0 keeps the others. VFs share numbers but no slot. */
#include "model/safety_rules.h"

bool xpt_rules_is_hidden_next(const struct xpt_world *w, const struct xpt_bdf *addr)
{
	return w->boot && w->boot->next.known && xpt_hidelist_hides(&w->boot->next.list, addr);
}

bool xpt_rules_stays_with_dom0(const struct xpt_world *w, const struct xpt_pci_device *d)
{
	return !xpt_pci_is_bridge(d) && !xpt_pci_is_hidden(d) &&
	       !xpt_rules_is_hidden_next(w, &d->addr);
}

/* The functions beside goes that dom0 keeps. */
static void find_siblings(const struct xpt_world *w, const struct xpt_bdfs *devices,
			  const struct xpt_bdf *goes, struct xpt_bdfs *ret)
{
	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_pci_device *d = &w->pci->v[i];

		if (d->physfn == XPT_PCI_NONE && xpt_bdf_same_slot(&d->addr, goes) &&
		    xpt_rules_stays_with_dom0(w, d) && !xpt_bdfs_has(devices, &d->addr))
			xpt_bdfs_add(ret, &d->addr);
	}
}

void xpt_rules_add_addresses(struct xpt_str *text, const struct xpt_bdfs *addrs)
{
	char addr[XPT_BDF_SIZE];

	for (size_t i = 0; i < addrs->n; i++) {
		if (i)
			xpt_str_add(text, i + 1 < addrs->n ? ", " : " and ");
		xpt_str_add(text, xpt_bdf_format(&addrs->v[i], addr));
	}
}

/* What dom0 does with them: "; dom0 uses 0000:3b:00.1: management <- ...". False: nothing. */
static bool add_uses(struct xpt_str *text, const struct xpt_world *w, const struct xpt_bdfs *addrs)
{
	char addr[XPT_BDF_SIZE];
	bool is_used = false;

	for (size_t i = 0; i < addrs->n; i++) {
		size_t at = 0;
		const struct xpt_use *use = xpt_uses_next(w->uses, &addrs->v[i], &at);
		XPT_FREE char *chain = NULL;

		if (!use)
			continue;
		is_used = true;
		chain = xpt_rules_describe_chain(w->uses, use, &addrs->v[i]);
		xpt_str_addf(text, "; dom0 uses %s: %s", xpt_bdf_format(&addrs->v[i], addr), chain);
	}
	return is_used;
}

static void warn_of(const struct xpt_world *w, const struct xpt_bdf *goes,
		    const struct xpt_bdfs *siblings, struct xpt_verdicts *ret)
{
	char addr[XPT_BDF_SIZE];
	XPT_STR text = {0};
	bool is_used;

	xpt_rules_add_addresses(&text, siblings);
	xpt_str_addf(&text, " %s with dom0 while %s of the same slot goes",
		     siblings->n > 1 ? "stay" : "stays", xpt_bdf_format(goes, addr));
	is_used = add_uses(&text, w, siblings);
	/* To take along what dom0 uses is no advice. */
	xpt_rules_add(ret, XPT_REASON_SLOT_LEFT_BEHIND, false, &siblings->v[0],
		      is_used ? NULL : "siblings=true takes the whole slot", "%s",
		      xpt_str_text(&text));
}

/* A function before it in the request that speaks for the slot already. */
static bool is_spoken_for(const struct xpt_world *w, const struct xpt_bdfs *devices, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const struct xpt_pci_device *d = xpt_pci_find(w->pci, &devices->v[i]);

		if (d && d->physfn == XPT_PCI_NONE && xpt_bdf_same_slot(&d->addr, &devices->v[at]))
			return true;
	}
	return false;
}

void xpt_rules_check_slots(const struct xpt_world *w, const struct xpt_bdfs *devices,
			   struct xpt_verdicts *ret)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *d = xpt_pci_find(w->pci, &devices->v[i]);
		XPT_BDFS siblings = {0};

		if (!d || d->physfn != XPT_PCI_NONE || is_spoken_for(w, devices, i))
			continue;
		find_siblings(w, devices, &d->addr, &siblings);
		if (siblings.n)
			warn_of(w, &d->addr, &siblings, ret);
	}
}
