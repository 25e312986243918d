/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Isolation groups: functions that the fabric cannot keep apart, so that they must travel together.
 *
 * Two functions are in one group when DMA of the one can reach the other without passing the IOMMU (a
 * port, or a slot of several functions, without ACS switched on), or when the IOMMU sees both under one
 * name (conventional PCI behind a bridge, devices that send under their neighbour's number). Xen shows
 * dom0 no IOMMU and Xen itself ignores ACS, so that nobody else on the host says so.
 *
 * The rule is Linux' for IOMMU groups, from what is switched on now (both Xen and dom0 switch ACS on). Root
 * ports of Intel chipsets before the 100 series have no ACS and a switch of their own, which cannot be read
 * from here: they count as not keeping apart, and Linux may know better.
 * Sources: PCIe 6.0 6.12; Linux drivers/iommu/iommu.c (pci_device_group), drivers/pci/pci.c (pci_acs_enabled).
 */
#ifndef XPT_MODEL_ISOLATION_H
#define XPT_MODEL_ISOLATION_H

#include "model/pci.h"

#define XPT_ISOLATION_END SIZE_MAX

struct xpt_group {
	size_t first;       /* index of the first member, whose address is the group's id */
	size_t n_endpoints; /* members that are no bridges */
};

/* Every function is in exactly one group; groups are in the order of their first members. */
struct xpt_isolation {
	const struct xpt_pci *pci; /* not owned */
	struct xpt_group *groups;
	size_t n_groups;
	size_t *group_of; /* by index of the function */
	size_t *next; /* the next member of its group, in order of address, or XPT_ISOLATION_END */
	uint8_t *blame; /* what it does to bring others together, for xpt_isolation_explain */
};

/* Near linear in the number of functions. pci must outlive *ret; release with xpt_isolation_done. */
void xpt_isolation_find(const struct xpt_pci *pci, struct xpt_isolation *ret);
void xpt_isolation_done(struct xpt_isolation *isolation);
#define XPT_ISOLATION XPT_CLEANUP(xpt_isolation_done) struct xpt_isolation

const struct xpt_group *xpt_isolation_group(const struct xpt_isolation *isolation,
					    const struct xpt_pci_device *d);
/* No endpoint shares the group with another one. */
bool xpt_isolation_is_isolated(const struct xpt_group *group);
/*
 * "0000:00:1c.0 has no ACS: the IOMMU does not stand between these devices, ..."; NULL for an isolated
 * group. Caller frees.
 */
char *xpt_isolation_explain(const struct xpt_isolation *isolation, const struct xpt_group *group);

#endif
