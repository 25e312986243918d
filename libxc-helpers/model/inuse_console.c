/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/inuse_scan.h"

static bool has_other_display(const struct xpt_pci *pci, const struct xpt_pci_device *but)
{
	for (size_t i = 0; i < pci->n; i++) {
		if (&pci->v[i] != but && xpt_pci_is_driven_display(&pci->v[i]))
			return true;
	}
	return false;
}

/*
 * The firmware's display shows the console even without a driver (Xen and the kernel write to it as the
 * firmware left it); it counts only while dom0 has no other to show the console on.
 */
void xpt_inuse_scan_console(struct xpt_inuse *s)
{
	struct xpt_trail root = xpt_trail_root(XPT_REASON_CONSOLE_GPU, "console");

	for (size_t i = 0; i < s->pci->n; i++) {
		const struct xpt_pci_device *d = &s->pci->v[i];

		if (d->boot_vga && !xpt_pci_is_hidden(d) && !has_other_display(s->pci, d))
			xpt_inuse_add_function(s, &root, &d->addr);
	}
}
