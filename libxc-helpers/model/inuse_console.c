/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/inuse_scan.h"

#define CLASS_VGA 0x0300

static bool is_visible_display(const struct xpt_pci_device *d)
{
	return d->class_code >> 8 == CLASS_VGA && !xpt_pci_is_hidden(d);
}

static size_t count_displays(const struct xpt_pci *pci)
{
	size_t n = 0;

	for (size_t i = 0; i < pci->n; i++)
		n += is_visible_display(&pci->v[i]);
	return n;
}

/* The firmware's display counts only while dom0 has no other that could show the console. */
void xpt_inuse_scan_console(struct xpt_inuse *s)
{
	struct xpt_trail root = xpt_trail_root(XPT_REASON_CONSOLE_GPU, "console");

	if (count_displays(s->pci) != 1)
		return;
	for (size_t i = 0; i < s->pci->n; i++) {
		const struct xpt_pci_device *d = &s->pci->v[i];

		if (d->boot_vga && is_visible_display(d))
			xpt_inuse_add_function(s, &root, &d->addr);
	}
}
