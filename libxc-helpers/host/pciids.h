/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of PCI vendors, devices and classes, from libpci's reader of pci.ids and nothing else of it.
 *
 * List: <root>/usr/share/hwdata/pci.ids, else <root>/usr/share/misc/pci.ids; no network, no cache,
 * no scan of devices. Without a list every name is NULL. Loaded at the first question.
 */
#ifndef XPT_HOST_PCIIDS_H
#define XPT_HOST_PCIIDS_H

#include <stdint.h>

#include "host/host.h"

struct xpt_pciids;

struct xpt_pciids *xpt_pciids_new(const struct xpt_host *host);
void xpt_pciids_free(struct xpt_pciids *ids);

/* Names are owned by ids and live as long; NULL where the list has none. */
const char *xpt_pciids_vendor(struct xpt_pciids *ids, uint16_t vendor);
const char *xpt_pciids_device(struct xpt_pciids *ids, uint16_t vendor, uint16_t device);
const char *xpt_pciids_subsystem(struct xpt_pciids *ids, uint16_t vendor, uint16_t device,
				 uint16_t subvendor, uint16_t subdevice);
const char *xpt_pciids_class(struct xpt_pciids *ids, uint16_t class_id);

#endif
