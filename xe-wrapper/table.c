/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <assert.h>
#include <string.h>

#include "width.h"

#define GAP 2
#define CUT_MIN 8
#define ELLIPSIS "\xe2\x80\xa6" /* U+2026, one column */

void xpt_table_init(struct xpt_table *t, const struct xpt_column *columns, size_t n)
{
	assert(n && n <= XPT_TABLE_COLUMNS);
	*t = (struct xpt_table){.columns = columns, .n_columns = n};
}

void xpt_table_done(struct xpt_table *t)
{
	xpt_strv_done(&t->cells);
	free(t->tones);
	t->tones = NULL;
}

void xpt_table_cell(struct xpt_table *t, enum xpt_tone tone, const char *text)
{
	if (!text || !*text)
		text = "-";
	xpt_strv_take(&t->cells, xpt_clean(text, strlen(text)));
	t->tones = xpt_grow(t->tones, t->cells.n, sizeof(*t->tones));
	t->tones[t->cells.n - 1] = tone;
}

static void natural_widths(const struct xpt_table *t, size_t *widths)
{
	for (size_t c = 0; c < t->n_columns; c++)
		widths[c] = xpt_width(t->columns[c].head);
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t w = xpt_width(t->cells.v[i]);

		if (w > widths[i % t->n_columns])
			widths[i % t->n_columns] = w;
	}
}

static size_t total_width(const struct xpt_table *t, const size_t *widths)
{
	size_t total = t->indent + GAP * (t->n_columns - 1);

	for (size_t c = 0; c < t->n_columns; c++)
		total += widths[c];
	return total;
}

/* Take columns away until the table fits, or nothing is left that may be cut. */
static void cut_widths(const struct xpt_table *t, size_t available, size_t *widths)
{
	for (size_t total = total_width(t, widths); total > available; total--) {
		size_t widest = t->n_columns;

		for (size_t c = 0; c < t->n_columns; c++) {
			if (!t->columns[c].may_cut || widths[c] <= CUT_MIN)
				continue;
			if (widest == t->n_columns || widths[c] > widths[widest])
				widest = c;
		}
		if (widest == t->n_columns)
			return;
		widths[widest]--;
	}
}

static void draw_cell(struct xpt_draw *d, const char *text, size_t width, enum xpt_tone tone,
		      bool is_last)
{
	size_t used = xpt_width(text);

	xpt_draw_tone_on(d, tone);
	if (used > width) {
		XPT_FREE char *head = xpt_strndup(text, xpt_width_fit(text, width - 1));

		xpt_str_add(&d->out, head);
		xpt_str_add(&d->out, ELLIPSIS);
		used = xpt_width(head) + 1;
	} else {
		xpt_str_add(&d->out, text);
	}
	xpt_draw_tone_off(d, tone);
	if (is_last)
		xpt_str_addc(&d->out, '\n');
	else
		xpt_draw_blanks(d, width - used + GAP);
}

void xpt_table_draw(const struct xpt_table *t, struct xpt_draw *d)
{
	size_t widths[XPT_TABLE_COLUMNS];
	size_t n = t->n_columns;

	assert(t->cells.n % n == 0);
	natural_widths(t, widths);
	if (d->width)
		cut_widths(t, d->width, widths);
	xpt_draw_blanks(d, t->indent);
	for (size_t c = 0; c < n; c++)
		draw_cell(d, t->columns[c].head, widths[c], XPT_BOLD, c == n - 1);
	for (size_t i = 0; i < t->cells.n; i++) {
		if (i % n == 0)
			xpt_draw_blanks(d, t->indent);
		draw_cell(d, t->cells.v[i], widths[i % n], t->tones[i], i % n == n - 1);
	}
}
