/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completion: a small bash script asks `xe-passthrough __complete WORDS...` what could come next, so that
 * commands, options, devices and VMs are offered from the contract and from the host as it is.
 *
 * One candidate a line, with a tab and a description behind it where there is one. A candidate is the
 * whole word, so that of a list it repeats what stands before the last comma. Asking is quick (a short
 * time limit) and silent: what cannot be found out is not offered.
 */
#ifndef XPT_WRAPPER_COMPLETE_H
#define XPT_WRAPPER_COMPLETE_H

#include <stddef.h>

#include "base/str.h"

/* Candidates for the last of n words (behind the program's name), appended to out. */
void xpt_complete(size_t n, char *const *words, struct xpt_str *out);
/* The script for bash. */
const char *xpt_complete_script(void);

#endif
