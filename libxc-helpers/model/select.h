/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what an admin types to PCI functions.
 *
 *   0000:3b:00.0   04:00.0        an address, full or short
 *   10de:2336                     vendor:device, where exactly one function has it
 *   10de:2336/all  10de:2336/2    all of them, or the first two that are free
 *   class:0302[@node1]            every function of a class (2 or 4 hex digits), on one NUMA node
 *
 * "Free" for a count is decided by the caller's filter. Results are sorted for sets, in the order given
 * for single devices; a device named twice counts once.
 */
#ifndef XPT_MODEL_SELECT_H
#define XPT_MODEL_SELECT_H

#include "model/pci.h"

/* For "the first N": whether a device counts, and those that come before the others. */
enum xpt_select_rank { XPT_SELECT_NO, XPT_SELECT_FREE, XPT_SELECT_FIRST };
typedef enum xpt_select_rank (*xpt_select_filter)(const struct xpt_pci_device *d, void *data);

/*
 * Resolve a comma-separated list. Addresses need not exist here (a missing device must be detachable):
 * they are returned as they are. XPT_USAGE for text of no known form, XPT_NOT_FOUND when an id or class matches
 * nothing, XPT_AMBIGUOUS when vendor:device matches several (the hint shows the /all and /N forms).
 * filter may be NULL.
 */
int xpt_select(const struct xpt_pci *pci, const char *text, xpt_select_filter filter, void *data,
	       struct xpt_bdfs *ret, struct xpt_err *err);

#endif
