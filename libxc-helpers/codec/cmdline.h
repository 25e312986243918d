/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of a kernel or Xen command line.
 *
 * Words are cut at white space outside double quotes (Linux lib/cmdline.c, next_arg). In parameter
 * names '-' and '_' are the same to the kernel, but not to xapi or xen-cmdline.
 */
#ifndef XPT_CODEC_CMDLINE_H
#define XPT_CODEC_CMDLINE_H

#include <stdbool.h>

#include "base/str.h"

/* Cut a line into words (appended to ret); quotes are kept. */
void xpt_cmdline_words(const char *line, struct xpt_strv *ret);
/* Values of every word "key=value" or bare "key" ("" then), by the kernel's comparison of names. */
void xpt_cmdline_values(const struct xpt_strv *words, const char *key, struct xpt_strv *ret);
/* The same with the name taken to the letter, as xapi and xen-cmdline do. */
void xpt_cmdline_values_exact(const struct xpt_strv *words, const char *key, struct xpt_strv *ret);

#endif
