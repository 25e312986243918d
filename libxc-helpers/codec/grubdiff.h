/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Did xen-cmdline do to grub.cfg what it was asked to, and nothing else?
 *
 * Asked to set or delete one dom0 parameter, it may change the kernel's arguments in the entries that
 * it edits, and there only to what xpt_cmdline_edit says. Titles, order, default, Xen's arguments and
 * every other line of an entry stay. Outside of entries it rearranges and drops lines on every run, so
 * there only lines that are neither old nor its own count.
 */
#ifndef XPT_CODEC_GRUBDIFF_H
#define XPT_CODEC_GRUBDIFF_H

#include "codec/grubcfg.h"

/*
 * word is "key=value", or NULL for a deletion. Returns 0, or -EPROTO with XPT_MALFORMED and a sentence
 * that names the first difference.
 */
int xpt_grubdiff_check(const struct xpt_grubcfg *before, const struct xpt_grubcfg *after,
		       const char *key, const char *word, struct xpt_err *err);

#endif
