/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of a dom0 kernel command line, as its two readers cut them.
 *
 * The kernel cuts at white space outside double quotes, takes '-' and '_' in a parameter's name for
 * the same and leaves what follows a lone "--" to init (Linux lib/cmdline.c, kernel/params.c).
 * xen-cmdline and xapi cut by a regular expression, keep the quotes and take names to the letter
 * (python-libs xcp/bootloader.py; xapi ocaml/xapi/pciops.ml).
 */
#ifndef XPT_CODEC_CMDLINE_H
#define XPT_CODEC_CMDLINE_H

#include <stdbool.h>

#include "base/str.h"

/* White space as the kernel's isspace() has it: ASCII's and the no-break space of Latin-1. */
bool xpt_cmdline_is_space(char c);

/* Cut a line into words as the kernel does (appended to ret); quotes are kept. */
void xpt_cmdline_words(const char *line, struct xpt_strv *ret);
/* Values of every word "key=value" or bare "key" ("" then), by the kernel's comparison of names and
 * without the quotes around a value or a whole word. Ends at a lone "--". Appended to ret. */
void xpt_cmdline_values(const struct xpt_strv *words, const char *key, struct xpt_strv *ret);

/* Cut a line into words as xen-cmdline does (appended to ret). */
void xpt_cmdline_words_exact(const char *line, struct xpt_strv *ret);
/* Values with the name taken to the letter, as xapi and xen-cmdline do; quotes are kept. */
void xpt_cmdline_values_exact(const struct xpt_strv *words, const char *key, struct xpt_strv *ret);
/*
 * The line that xen-cmdline makes of line when key is deleted (word is NULL) or set to word
 * ("key=value", appended at the end): one blank between words. Caller frees.
 */
char *xpt_cmdline_edit(const char *line, const char *key, const char *word);

#endif
