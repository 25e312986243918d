/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <string.h>

#include "table.h"

#define DOMAIN_ZERO "0000:"

static const struct xpt_column columns[] = {
	{"ADDRESS", false}, {"CLASS", true}, {"DEVICE", true}, {"DOM0", true}, {"USED BY", true},
};

/* "VM win11 (holds it)": a VM that has the device now or will at its next start. */
static void add_vms(const struct xpt_json *vms, struct xpt_strv *users)
{
	for (size_t i = 0; i < xpt_json_len(vms); i++) {
		const struct xpt_json *vm = xpt_json_at(vms, i);
		const char *name =
			xpt_draw_or(xpt_json_get_str(vm, "name"), xpt_json_get_str(vm, "uuid"));

		xpt_strv_addf(users, "VM %s (%s)", xpt_draw_or(name, "?"),
			      xpt_json_get_bool(vm, "holds") ? "held" : "claims");
	}
}

/* The head of a use's chain: "/" of "/ <- sda1 <- 0000:00:1f.2". */
static void add_uses(const struct xpt_json *uses, struct xpt_strv *users)
{
	for (size_t i = 0; i < xpt_json_len(uses); i++) {
		const struct xpt_json *use = xpt_json_at(uses, i);
		const char *chain = xpt_draw_or(xpt_json_get_str(use, "chain"),
						xpt_json_get_str(use, "reason"));
		const char *end = chain ? strstr(chain, " <- ") : NULL;
		XPT_FREE char *head =
			end ? xpt_strndup(chain, (size_t)(end - chain)) : xpt_strdup(chain);

		if (head && !xpt_strv_has(users, head))
			xpt_strv_add(users, head);
	}
}

static void add_row(struct xpt_table *t, const struct xpt_json *device, size_t address_from)
{
	const char *address = xpt_json_get_str(device, "address");
	XPT_FREE char *class_name = xpt_draw_class_name(device);
	XPT_FREE char *used_by = NULL, *dom0 = NULL;
	enum xpt_tone tone = XPT_PLAIN;
	XPT_STRV users = {0};

	add_vms(xpt_json_get(device, "vms"), &users);
	add_uses(xpt_json_get(device, "uses"), &users);
	used_by = xpt_strv_join(&users, ", ");
	xpt_table_cell(t, XPT_PLAIN, address ? address + address_from : NULL);
	xpt_table_cell(t, XPT_PLAIN, class_name);
	xpt_table_cell(t, XPT_PLAIN, xpt_json_get_str(device, "name"));
	dom0 = xpt_draw_dom0(device, &tone);
	xpt_table_cell(t, tone, dom0);
	xpt_table_cell(t, XPT_PLAIN, used_by);
}

static bool is_all_in_domain_zero(const struct xpt_json *devices)
{
	for (size_t i = 0; i < xpt_json_len(devices); i++) {
		const char *address = xpt_json_get_str(xpt_json_at(devices, i), "address");

		if (!address || !xpt_has_prefix(address, DOMAIN_ZERO))
			return false;
	}
	return true;
}

void xpt_draw_pci_list(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *devices = xpt_json_get(answer, "devices");
	size_t address_from = 0;
	XPT_TABLE t = {0};

	if (!xpt_json_len(devices)) {
		xpt_draw_line(d, 0, XPT_PLAIN, "No PCI devices.");
		return;
	}
	/* On a terminal as lspci writes them; what reads a pipe gets them whole. */
	if (d->width && is_all_in_domain_zero(devices))
		address_from = strlen(DOMAIN_ZERO);
	xpt_table_init(&t, columns, XPT_ARRAY_SIZE(columns));
	for (size_t i = 0; i < xpt_json_len(devices); i++)
		add_row(&t, xpt_json_at(devices, i), address_from);
	xpt_table_draw(&t, d);
}
