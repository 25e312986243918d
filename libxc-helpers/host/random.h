/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers that nobody can guess, from the kernel. */
#ifndef XPT_HOST_RANDOM_H
#define XPT_HOST_RANDOM_H

#include <stddef.h>

#include "base/err.h"

#define XPT_RANDOM_HEX_MAX 64

/*
 * Write digits (even, at most XPT_RANDOM_HEX_MAX) random hex digits in lower case and a NUL to ret. The tests'
 * root does not matter: it is the running kernel that has them. XPT_SYSTEM when it gives none.
 */
int xpt_random_hex(char *ret, size_t digits, struct xpt_err *err);

#endif
