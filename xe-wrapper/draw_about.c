/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history, version and describe. */
#include "drawing.h"

#include <string.h>

#include "api/contract.h"
#include "table.h"
#include "width.h"

#define RESULT_WIDTH 9 /* "unsettled" */

/* Not a table: who did what is the one thing here that must not be cut. */
static void draw_history_line(struct xpt_draw *d, enum xpt_tone tone, const char *time,
			      const char *result, const char *what)
{
	XPT_FREE char *label = xpt_fmt("%-20s  %-*s", time, RESULT_WIDTH, result);
	XPT_FREE char *clean = xpt_clean(label, strlen(label));

	xpt_draw_entry(d, 0, xpt_width(clean) + 2, clean, tone, what);
}

void xpt_draw_history(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *changes = xpt_json_get(answer, "changes");

	if (!xpt_json_len(changes)) {
		xpt_draw_line(d, 0, XPT_PLAIN, "No changes were made.");
		return;
	}
	draw_history_line(d, XPT_PLAIN, "TIME", "RESULT", "WHAT");
	for (size_t i = 0; i < xpt_json_len(changes); i++) {
		const struct xpt_json *change = xpt_json_at(changes, i);
		const char *result = xpt_draw_or(xpt_json_get_str(change, "result"), "-");

		draw_history_line(d, xpt_streq(result, "done") ? XPT_PLAIN : XPT_WARN,
				  xpt_draw_or(xpt_json_get_str(change, "time"), "-"), result,
				  xpt_draw_or(xpt_json_get_str(change, "sentence"), "-"));
	}
}

void xpt_draw_version(struct xpt_draw *d, const struct xpt_json *answer)
{
	const char *version = xpt_draw_or(xpt_json_get_str(answer, "version"), "unknown");
	long long contract = xpt_json_get_int(answer, "contract");

	xpt_draw_line(d, 0, XPT_PLAIN, "plugin   %s, contract %lld", version, contract);
	xpt_draw_line(d, 0, XPT_PLAIN, "command  %s, contract %d", XPT_VERSION, XPT_CONTRACT);
	if (contract != XPT_CONTRACT)
		xpt_draw_line(d, 0, XPT_WARN, "They differ: install the same version everywhere.");
}

static void draw_functions(struct xpt_draw *d, const struct xpt_json *functions)
{
	static const struct xpt_column columns[] = {
		{"FUNCTION", false},
		{"EFFECT", false},
		{"SUMMARY", true},
	};
	XPT_TABLE t = {0};

	xpt_table_init(&t, columns, XPT_ARRAY_SIZE(columns));
	for (size_t i = 0; i < xpt_json_len(functions); i++) {
		const struct xpt_json *f = xpt_json_at(functions, i);

		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(f, "name"));
		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(f, "effect"));
		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(f, "summary"));
	}
	xpt_table_draw(&t, d);
}

static void draw_reasons(struct xpt_draw *d, const struct xpt_json *reasons)
{
	static const struct xpt_column columns[] = {
		{"REASON", false},
		{"OVERRIDE", false},
		{"MEANING", true},
	};
	XPT_TABLE t = {0};

	xpt_table_init(&t, columns, XPT_ARRAY_SIZE(columns));
	for (size_t i = 0; i < xpt_json_len(reasons); i++) {
		const struct xpt_json *r = xpt_json_at(reasons, i);

		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(r, "name"));
		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(r, "override"));
		xpt_table_cell(&t, XPT_PLAIN, xpt_json_get_str(r, "meaning"));
	}
	xpt_table_draw(&t, d);
}

void xpt_draw_describe(struct xpt_draw *d, const struct xpt_json *answer)
{
	xpt_draw_version(d, answer);
	xpt_draw_gap(d);
	draw_functions(d, xpt_json_get(answer, "functions"));
	xpt_draw_gap(d);
	draw_reasons(d, xpt_json_get(answer, "reasons"));
	xpt_draw_gap(d);
	xpt_draw_line(d, 0, XPT_DIM, "All of it: xe-passthrough describe --json");
}
