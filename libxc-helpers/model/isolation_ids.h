/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that isolate, or fail to, otherwise than their config space says. Private to model/isolation*.c.
 * Source: Linux drivers/pci/quirks.c, the parts that x86 hosts can have.
 */
#ifndef XPT_MODEL_ISOLATION_IDS_H
#define XPT_MODEL_ISOLATION_IDS_H

#include "model/pci.h"

/* A function that keeps what it sends from its neighbours although it has no ACS to say so. */
bool xpt_isolation_has_own_way(const struct xpt_pci_device *d);
/* The other function of its slot in whose name it does its DMA. False: it uses its own. */
bool xpt_isolation_alias(const struct xpt_pci_device *d, struct xpt_bdf *ret);

#endif
