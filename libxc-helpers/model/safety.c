/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/safety_rules.h"

void xpt_safety_hide(const struct xpt_facts *facts, const struct xpt_bdfs *devices,
		     struct xpt_verdicts *ret)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct xpt_pci_device *d = xpt_rules_check_device(facts, &devices->v[i], ret);

		if (!d)
			continue;
		xpt_rules_check_uses(facts, &d->addr, ret);
		xpt_rules_check_holders(facts, d, NULL, ret);
		xpt_rules_check_vfs(facts, d, NULL, ret);
	}
	xpt_rules_check_displays(facts, devices, ret);
	xpt_rules_check_slots(facts, devices, ret);
}

static void check_entries(const struct xpt_facts *facts, const struct xpt_bdf *addr, bool hides,
			  struct xpt_verdicts *ret)
{
	XPT_STRV titles = {0};
	char text[XPT_BDF_SIZE];

	xpt_bootcfg_others(facts->boot, addr, hides, &titles);
	for (size_t i = 0; i < titles.n; i++)
		xpt_rules_add(ret, XPT_REASON_OTHER_ENTRY, false, addr, NULL,
			      "edit that entry by hand if it is ever booted",
			      "the boot entry '%s' %s %s, and is not changed", titles.v[i],
			      hides ? "does not hide" : "hides", xpt_bdf_format(addr, text));
}

void xpt_safety_line(const struct xpt_facts *facts, const char *value,
		     const struct xpt_bdfs *devices, bool hides, struct xpt_verdicts *ret)
{
	size_t len = xpt_bootcfg_length_with(facts->boot, value);

	if (len > XPT_LINE_MAX)
		xpt_rules_add(ret, XPT_REASON_LINE_TOO_LONG, true, NULL, NULL,
			      "hide fewer devices, or shorten dom0's kernel line otherwise",
			      "dom0's kernel line would be %zu bytes long, and Xen cuts it off "
			      "near 1,024 without a word (limit here: %d)",
			      len, XPT_LINE_MAX);
	for (size_t i = 0; i < devices->n; i++)
		check_entries(facts, &devices->v[i], hides, ret);
}
