/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Did you mean: the word that was probably meant by one that is not known. */
#ifndef XPT_WRAPPER_SUGGEST_H
#define XPT_WRAPPER_SUGGEST_H

#include "base/str.h"

/*
 * The candidate nearest to word, counting inserted, missing, wrong and swapped neighbouring letters;
 * NULL when none is near (more than a third of the word is wrong). Of equally near ones the first.
 */
const char *xpt_suggest(const char *word, const struct xpt_strv *candidates);

#endif
