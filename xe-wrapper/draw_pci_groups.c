/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups that must travel together as trees, then what stands alone. Groups of bridges only are left out. */
#include "drawing.h"

#include <string.h>

#include "table.h"

static const struct xpt_column columns[] = {{"ADDRESS", false}, {"DEVICE", true}, {"DOM0", true}};

static size_t count_endpoints(const struct xpt_json *members)
{
	size_t n = 0;

	for (size_t i = 0; i < xpt_json_len(members); i++)
		n += !xpt_json_get_bool(xpt_json_at(members, i), "is_bridge");
	return n;
}

static void draw_member(struct xpt_draw *d, const struct xpt_json *member, bool is_last)
{
	enum xpt_tone tone = XPT_PLAIN;
	XPT_FREE char *dom0 = xpt_draw_dom0(member, &tone);
	bool is_bridge = xpt_json_get_bool(member, "is_bridge");

	xpt_draw_line(d, 2, is_bridge ? XPT_DIM : XPT_PLAIN, "%s%s  %s%s%s%s",
		      is_last ? XPT_DRAW_LAST_BRANCH : XPT_DRAW_BRANCH,
		      xpt_draw_or(xpt_json_get_str(member, "address"), "?"),
		      is_bridge ? "bridge " : "",
		      xpt_draw_or(xpt_json_get_str(member, "name"), "?"),
		      dom0 && !is_bridge ? ", dom0: " : "", is_bridge ? "" : xpt_draw_or(dom0, ""));
}

static void draw_group(struct xpt_draw *d, const struct xpt_json *group)
{
	const struct xpt_json *members = xpt_json_get(group, "members");
	size_t n = xpt_json_len(members);

	xpt_draw_gap(d);
	xpt_draw_line(d, 0, XPT_BOLD, "Group %s: %zu devices that belong together",
		      xpt_draw_or(xpt_json_get_str(group, "id"), "?"), count_endpoints(members));
	xpt_draw_line(d, 2, XPT_WARN, "%s",
		      xpt_draw_or(xpt_json_get_str(group, "why"), "no reason given"));
	for (size_t i = 0; i < n; i++)
		draw_member(d, xpt_json_at(members, i), i + 1 == n);
}

static void add_alone(struct xpt_table *t, const struct xpt_json *members)
{
	for (size_t i = 0; i < xpt_json_len(members); i++) {
		const struct xpt_json *member = xpt_json_at(members, i);
		enum xpt_tone tone = XPT_PLAIN;
		XPT_FREE char *dom0 = xpt_draw_dom0(member, &tone);

		if (xpt_json_get_bool(member, "is_bridge"))
			continue;
		xpt_table_cell(t, XPT_PLAIN, xpt_json_get_str(member, "address"));
		xpt_table_cell(t, XPT_PLAIN, xpt_json_get_str(member, "name"));
		xpt_table_cell(t, tone, dom0);
	}
}

void xpt_draw_pci_groups(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *groups = xpt_json_get(answer, "groups");
	XPT_TABLE alone = {0};

	xpt_table_init(&alone, columns, XPT_ARRAY_SIZE(columns));
	alone.indent = 2;
	for (size_t i = 0; i < xpt_json_len(groups); i++) {
		const struct xpt_json *group = xpt_json_at(groups, i);

		if (xpt_json_get_bool(group, "is_isolated"))
			add_alone(&alone, xpt_json_get(group, "members"));
		else
			draw_group(d, group);
	}
	if (alone.cells.n) {
		xpt_draw_gap(d);
		xpt_draw_line(d, 0, XPT_BOLD, "Kept apart from all others:");
		xpt_table_draw(&alone, d);
	}
	if (!d->out.len)
		xpt_draw_line(d, 0, XPT_PLAIN, "No devices but bridges.");
}
