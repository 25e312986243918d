/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --help at every level, made of the contract and of the global options. */
#ifndef XPT_WRAPPER_HELP_H
#define XPT_WRAPPER_HELP_H

#include "args.h"
#include "draw.h"

/* The page for what a names: nothing (all commands), a noun (its commands), or one function. */
void xpt_help(const struct xpt_args *a, struct xpt_draw *d);
/* "xe-passthrough pci attach VM DEVICES... [OPTIONS]". Caller frees. */
char *xpt_help_usage(const struct xpt_function *fn);

#endif
