/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <string.h>

const struct xpt_drawing xpt_drawings[] = {
	{"describe", xpt_draw_describe, false},  {"history", xpt_draw_history, false},
	{"op_resolve", xpt_draw_change, false},  {"pci_attach", xpt_draw_change, false},
	{"pci_detach", xpt_draw_change, false},  {"pci_groups", xpt_draw_pci_groups, false},
	{"pci_hide", xpt_draw_change, false},    {"pci_list", xpt_draw_pci_list, false},
	{"pci_reorder", xpt_draw_change, false}, {"pci_show", xpt_draw_pci_show, false},
	{"pci_unhide", xpt_draw_change, false},  {"status", xpt_draw_status, true},
	{"version", xpt_draw_version, false},
};
const size_t xpt_n_drawings = XPT_ARRAY_SIZE(xpt_drawings);

void xpt_draw_missing(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *missing = xpt_json_get(answer, "missing");

	for (size_t i = 0; i < xpt_json_len(missing); i++) {
		const struct xpt_json *m = xpt_json_at(missing, i);

		xpt_draw_line(d, 0, XPT_WARN, "unknown: %s (%s)",
			      xpt_draw_or(xpt_json_get_str(m, "what"), "something"),
			      xpt_draw_or(xpt_json_get_str(m, "why"), "no reason given"));
	}
}

void xpt_draw_warnings(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *warnings = xpt_json_get(answer, "warnings");

	for (size_t i = 0; i < xpt_json_len(warnings); i++) {
		const struct xpt_json *w = xpt_json_at(warnings, i);

		xpt_draw_line(d, 0, XPT_WARN, "warning: %s",
			      xpt_draw_or(xpt_json_get_str(w, "sentence"),
					  xpt_draw_or(xpt_json_get_str(w, "reason"), "?")));
	}
}

void xpt_drawing_draw(struct xpt_draw *d, const char *function, const struct xpt_json *answer)
{
	for (size_t i = 0; i < xpt_n_drawings; i++) {
		if (strcmp(xpt_drawings[i].function, function) != 0)
			continue;
		xpt_drawings[i].draw(d, answer);
		if (xpt_drawings[i].draws_notes)
			return;
		if (xpt_json_len(xpt_json_get(answer, "warnings")) ||
		    xpt_json_len(xpt_json_get(answer, "missing")))
			xpt_draw_gap(d);
		xpt_draw_warnings(d, answer);
		xpt_draw_missing(d, answer);
		return;
	}
}
