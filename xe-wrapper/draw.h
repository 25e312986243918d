/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of text for people: lines, facts with a label, wrapped paragraphs, tables (table.h).
 *
 * Pages are drawn into memory and written at once. Whatever is drawn is cleaned (xpt_clean), so that
 * no name of a device or VM reaches a terminal as a control sequence. With a width, lines are wrapped and
 * cells cut to fit; without one (a file, a pipe) nothing is cut and nothing is wrapped.
 */
#ifndef XPT_WRAPPER_DRAW_H
#define XPT_WRAPPER_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum xpt_tone { XPT_PLAIN, XPT_BOLD, XPT_DIM, XPT_GOOD, XPT_WARN, XPT_BAD };

struct xpt_draw {
	struct xpt_str out;
	size_t width; /* columns of the terminal, 0: no terminal */
	bool has_colour;
};

/* A page for the stream behind fd: width of its terminal; colours there unless NO_COLOR is set. */
void xpt_draw_init(struct xpt_draw *d, int fd);
/* Write the page to fd and empty it. Returns 0 or a negative errno. */
int xpt_draw_flush(struct xpt_draw *d, int fd);
void xpt_draw_done(struct xpt_draw *d);
#define XPT_DRAW XPT_CLEANUP(xpt_draw_done) struct xpt_draw

/* One line, indented by so many blanks; longer than the width it is wrapped between words. */
void xpt_draw_line(struct xpt_draw *d, size_t indent, enum xpt_tone tone, const char *fmt, ...)
	XPT_PRINTF(4, 5);
/* "label      text", the text in column xpt_draw_label and wrapped there. */
#define XPT_DRAW_LABEL 19
void xpt_draw_fact(struct xpt_draw *d, const char *label, enum xpt_tone tone, const char *fmt, ...)
	XPT_PRINTF(4, 5);
/* The same with another column for the text. */
void xpt_draw_entry(struct xpt_draw *d, size_t indent, size_t column, const char *label,
		    enum xpt_tone tone, const char *text);
/* An empty line, except at the top and behind another one. */
void xpt_draw_gap(struct xpt_draw *d);
/* Paragraphs with empty lines between them, filled anew to at most 80 columns. */
void xpt_draw_paragraphs(struct xpt_draw *d, size_t indent, const char *text);

/* For table.c: switch a tone on and off where there are colours. */
void xpt_draw_tone_on(struct xpt_draw *d, enum xpt_tone tone);
void xpt_draw_tone_off(struct xpt_draw *d, enum xpt_tone tone);
void xpt_draw_blanks(struct xpt_draw *d, size_t n);

#endif
