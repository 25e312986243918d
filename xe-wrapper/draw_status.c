/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status page: what needs attention first, then the state, then who has what. */
#include "drawing.h"

#include <string.h>

#include "table.h"

static const char *get(const struct xpt_json *object, const char *key)
{
	return xpt_json_get_str(object, key);
}

static bool is_false(const struct xpt_json *boolean)
{
	return !xpt_json_is_null(boolean) && !xpt_json_bool(boolean);
}

/* ---- what needs attention ---- */

static void attend_operations(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *change = xpt_json_get(answer, "unfinished_change");
	const struct xpt_json *unsettled = xpt_json_get(answer, "unsettled");

	if (get(change, "operation"))
		xpt_draw_line(
			d, 2, XPT_BAD,
			"%s was cut short (operation %s, begun %s, %lld of %lld steps done); "
			"the next change settles it",
			xpt_draw_or(get(change, "function"), "A change"), get(change, "operation"),
			xpt_draw_or(get(change, "started"), "at an unknown time"),
			xpt_json_get_int(change, "steps_done"), xpt_json_get_int(change, "steps"));
	for (size_t i = 0; i < xpt_json_len(unsettled); i++) {
		const struct xpt_json *op = xpt_json_at(unsettled, i);
		const char *id = xpt_draw_or(get(op, "operation"), "?");
		XPT_FREE char *objects = xpt_draw_join(xpt_json_get(op, "objects"), ", ");

		xpt_draw_line(d, 2, XPT_BAD, "%s is unsettled: %s", id,
			      xpt_draw_or(get(op, "sentence"), "no reason given"));
		if (*objects)
			xpt_draw_line(d, 4, XPT_PLAIN, "left alone until then: %s", objects);
		xpt_draw_line(d, 4, XPT_PLAIN,
			      "when you have looked: xe-passthrough op resolve %s keep", id);
	}
}

static void attend_hide_list(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *list = xpt_json_get(answer, "hide_list");
	long long bytes = xpt_json_get_int(list, "line_bytes");
	long long limit = xpt_json_get_int(list, "line_limit_bytes");

	if (is_false(xpt_json_get(list, "now_canonical")))
		xpt_draw_line(d, 2, XPT_BAD,
			      "kernel and xapi read the running hide list differently: %s",
			      xpt_draw_or(get(list, "now"), ""));
	if (is_false(xpt_json_get(list, "next_canonical")))
		xpt_draw_line(d, 2, XPT_BAD,
			      "kernel and xapi will read the next boot's hide list differently: %s",
			      xpt_draw_or(get(list, "next"), ""));
	if (limit && bytes > limit)
		xpt_draw_line(d, 2, XPT_BAD,
			      "dom0's kernel line is %lld bytes long, more than the safe %lld",
			      bytes, limit);
}

static void attend_host(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *hidden = xpt_json_get(answer, "hidden");
	const struct xpt_json *reboot = xpt_json_get(answer, "reboot");
	const struct xpt_json *reasons = xpt_json_get(reboot, "reasons");

	if (is_false(xpt_json_get(xpt_json_get(answer, "iommu"), "enabled")))
		xpt_draw_line(
			d, 2, XPT_BAD,
			"the IOMMU is off: no device can be given to a VM (see the firmware's "
			"setup: VT-d, AMD-Vi)");
	if (is_false(xpt_json_get(xpt_json_get(answer, "pciback"), "loaded")))
		xpt_draw_line(d, 2, XPT_BAD, "the kernel's pciback driver is not there");
	attend_hide_list(d, answer);
	for (size_t i = 0; i < xpt_json_len(hidden); i++) {
		const struct xpt_json *h = xpt_json_at(hidden, i);

		if (is_false(xpt_json_get(h, "present")))
			xpt_draw_line(d, 2, XPT_BAD, "hidden, but there is no such device: %s",
				      xpt_draw_or(get(h, "address"), "?"));
	}
	if (xpt_json_get_bool(reboot, "pending"))
		xpt_draw_line(d, 2, XPT_WARN, "a reboot of the host is pending");
	for (size_t i = 0; i < xpt_json_len(reasons); i++)
		xpt_draw_line(d, 4, XPT_PLAIN, "%s",
			      xpt_draw_or(xpt_json_str(xpt_json_at(reasons, i)), "?"));
}

/* A VM that runs on another host of the pool, or would start there, has its devices there. */
static bool is_elsewhere(const struct xpt_json *answer, const struct xpt_json *vm)
{
	const char *on = xpt_draw_or(get(vm, "resident_on"), get(vm, "affinity"));

	return on && get(answer, "host") && strcmp(on, get(answer, "host")) != 0;
}

static void attend_vms(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *vms = xpt_json_get(answer, "vms");

	for (size_t i = 0; i < xpt_json_len(vms); i++) {
		const struct xpt_json *vm = xpt_json_at(vms, i);
		const struct xpt_json *devices = xpt_json_get(vm, "devices");
		const struct xpt_json *malformed = xpt_json_get(vm, "malformed");
		const char *name = xpt_draw_or(get(vm, "name"), "?");

		for (size_t k = 0; k < xpt_json_len(devices); k++) {
			const struct xpt_json *device = xpt_json_at(devices, k);

			if (is_false(xpt_json_get(device, "present")) &&
			    xpt_json_get_bool(vm, "is_here"))
				xpt_draw_line(d, 2, XPT_WARN,
					      "VM %s is to have %s, which is not on this host",
					      name, xpt_draw_or(get(device, "address"), "?"));
		}
		for (size_t k = 0; k < xpt_json_len(malformed); k++) {
			const struct xpt_json *bad = xpt_json_at(malformed, k);

			xpt_draw_line(d, 2, XPT_BAD, "VM %s: xapi ignores '%s' of its pci key: %s",
				      name, xpt_draw_or(get(bad, "item"), "?"),
				      xpt_draw_or(get(bad, "why"), "?"));
		}
	}
}

static void attend_notes(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *warnings = xpt_json_get(answer, "warnings");
	const struct xpt_json *missing = xpt_json_get(answer, "missing");

	for (size_t i = 0; i < xpt_json_len(warnings); i++)
		xpt_draw_line(d, 2, XPT_WARN, "%s",
			      xpt_draw_or(get(xpt_json_at(warnings, i), "sentence"), "?"));
	for (size_t i = 0; i < xpt_json_len(missing); i++) {
		const struct xpt_json *m = xpt_json_at(missing, i);

		xpt_draw_line(d, 2, XPT_WARN, "unknown: %s (%s)", xpt_draw_or(get(m, "what"), "?"),
			      xpt_draw_or(get(m, "why"), "?"));
	}
}

static void draw_attention(struct xpt_draw *d, const struct xpt_json *answer)
{
	XPT_DRAW points = {.width = d->width, .has_colour = d->has_colour};

	attend_operations(&points, answer);
	attend_host(&points, answer);
	attend_vms(&points, answer);
	attend_notes(&points, answer);
	if (!points.out.len) {
		xpt_draw_line(d, 0, XPT_GOOD, "Nothing needs attention.");
		return;
	}
	xpt_draw_line(d, 0, XPT_BOLD, "Needs attention:");
	xpt_str_addn(&d->out, points.out.s, points.out.len);
}

/* ---- the state ---- */

static void draw_state(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *iommu = xpt_json_get(answer, "iommu");
	const struct xpt_json *enabled = xpt_json_get(iommu, "enabled");
	const struct xpt_json *list = xpt_json_get(answer, "hide_list");
	const struct xpt_json *bytes = xpt_json_get(list, "line_bytes");
	const char *source = get(iommu, "source");

	xpt_draw_fact(d, "IOMMU", XPT_PLAIN, "%s%s%s%s",
		      xpt_json_is_null(enabled) ? "unknown"
		      : xpt_json_bool(enabled)  ? "on"
						: "off",
		      source ? " (says " : "", xpt_draw_or(source, ""), source ? ")" : "");
	xpt_draw_fact(d, "pciback", XPT_PLAIN, "%s",
		      xpt_json_get_bool(xpt_json_get(answer, "pciback"), "loaded") ? "loaded"
										   : "not there");
	if (xpt_json_is_int(bytes))
		xpt_draw_fact(d, "kernel line", XPT_PLAIN, "%lld of at most %lld bytes",
			      xpt_json_int(bytes), xpt_json_get_int(list, "line_limit_bytes"));
	if (get(list, "grub_cfg"))
		xpt_draw_fact(d, "boot menu", XPT_PLAIN, "%s", get(list, "grub_cfg"));
}

/* ---- hidden devices and VMs ---- */

static void draw_hidden(struct xpt_draw *d, const struct xpt_json *answer)
{
	static const struct xpt_column columns[] = {
		{"HIDDEN", false},    {"DEVICE", true},   {"NOW", false},
		{"NEXT BOOT", false}, {"PCIBACK", false},
	};
	const struct xpt_json *hidden = xpt_json_get(answer, "hidden");
	XPT_TABLE t = {0};

	if (!xpt_json_len(hidden)) {
		xpt_draw_line(d, 0, XPT_PLAIN, "No device is hidden from dom0.");
		return;
	}
	xpt_table_init(&t, columns, XPT_ARRAY_SIZE(columns));
	for (size_t i = 0; i < xpt_json_len(hidden); i++) {
		const struct xpt_json *h = xpt_json_at(hidden, i);
		const struct xpt_json *bound = xpt_json_get(h, "bound_to_pciback");

		xpt_table_cell(&t, XPT_PLAIN, get(h, "address"));
		xpt_table_cell(&t, XPT_PLAIN, get(h, "name"));
		xpt_table_cell(&t, XPT_PLAIN, xpt_draw_yes_no(xpt_json_get(h, "now")));
		xpt_table_cell(&t, XPT_PLAIN, xpt_draw_yes_no(xpt_json_get(h, "next")));
		xpt_table_cell(&t, XPT_PLAIN, xpt_json_bool(bound) ? "holds it" : NULL);
	}
	xpt_table_draw(&t, d);
}

static void add_vm_rows(struct xpt_table *t, const struct xpt_json *answer,
			const struct xpt_json *vm)
{
	const struct xpt_json *devices = xpt_json_get(vm, "devices");
	bool elsewhere = is_elsewhere(answer, vm);

	for (size_t i = 0; i < xpt_json_len(devices); i++) {
		const struct xpt_json *device = xpt_json_at(devices, i);
		const char *name = get(device, "name");
		enum xpt_tone tone = XPT_PLAIN;

		if (elsewhere) {
			name = "on another host";
		} else if (!xpt_json_get_bool(device, "present")) {
			name = "not on this host";
			tone = xpt_json_get_bool(vm, "is_here") ? XPT_WARN : XPT_PLAIN;
		}
		xpt_table_cell(t, XPT_PLAIN, get(vm, "name"));
		xpt_table_cell(t, XPT_PLAIN, get(vm, "power_state"));
		xpt_table_cell(t, XPT_PLAIN, get(device, "address"));
		xpt_table_cell(t, tone, name);
		xpt_table_cell(t, XPT_PLAIN, xpt_draw_yes_no(xpt_json_get(device, "held")));
	}
}

static void draw_vms(struct xpt_draw *d, const struct xpt_json *answer)
{
	static const struct xpt_column columns[] = {
		{"VM", true},     {"STATE", false}, {"ADDRESS", false},
		{"DEVICE", true}, {"HELD", false},
	};
	const struct xpt_json *vms = xpt_json_get(answer, "vms");
	XPT_TABLE t = {0};

	xpt_table_init(&t, columns, XPT_ARRAY_SIZE(columns));
	for (size_t i = 0; i < xpt_json_len(vms); i++)
		add_vm_rows(&t, answer, xpt_json_at(vms, i));
	if (t.cells.n)
		xpt_table_draw(&t, d);
	else
		xpt_draw_line(d, 0, XPT_PLAIN, "No VM has PCI devices.");
}

void xpt_draw_status(struct xpt_draw *d, const struct xpt_json *answer)
{
	draw_attention(d, answer);
	xpt_draw_gap(d);
	xpt_draw_line(d, 0, XPT_BOLD, "%s", xpt_draw_or(get(answer, "host_name"), "This host"));
	draw_state(d, answer);
	xpt_draw_gap(d);
	draw_hidden(d, answer);
	xpt_draw_gap(d);
	draw_vms(d, answer);
}
