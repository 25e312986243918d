/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table: a head, rows, columns as wide as their widest cell. On a terminal that is too narrow,
 * columns that may be cut are, the widest first, and a cut cell ends in an ellipsis.
 */
#ifndef XPT_WRAPPER_TABLE_H
#define XPT_WRAPPER_TABLE_H

#include "draw.h"

#define XPT_TABLE_COLUMNS 8

struct xpt_column {
	const char *head;
	bool may_cut;
};

struct xpt_table {
	const struct xpt_column *columns;
	size_t n_columns;      /* at most XPT_TABLE_COLUMNS */
	struct xpt_strv cells; /* row by row */
	enum xpt_tone *tones;  /* one per cell */
	size_t indent;
};

void xpt_table_init(struct xpt_table *t, const struct xpt_column *columns, size_t n);
void xpt_table_done(struct xpt_table *t);
#define XPT_TABLE XPT_CLEANUP(xpt_table_done) struct xpt_table

/* The next cell; NULL or "" is drawn as "-". Cleaned. */
void xpt_table_cell(struct xpt_table *t, enum xpt_tone tone, const char *text);
/* Draw head and rows; an incomplete last row is a programming error. */
void xpt_table_draw(const struct xpt_table *t, struct xpt_draw *d);

#endif
