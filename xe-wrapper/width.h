/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many columns of a terminal a text takes. Its own small tables and not wcwidth(), so that the
 * same answer draws the same under every locale. Source: Unicode 15 EastAsianWidth (W and F) and
 * general categories Mn, Me and Cf, in blocks.
 */
#ifndef XPT_WRAPPER_WIDTH_H
#define XPT_WRAPPER_WIDTH_H

#include <stddef.h>

/* Columns of a text of valid UTF-8 without control bytes (xpt_clean makes it so). */
size_t xpt_width(const char *text);
/* The first so many bytes of text fit into columns; never ends inside a character. */
size_t xpt_width_fit(const char *text, size_t columns);

#endif
