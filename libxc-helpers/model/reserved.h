/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that the firmware reserves for devices, which they reach at its own addresses: RMRR on Intel,
 * IVMD on AMD. A VM that gets such a device must have this memory too.
 *
 * Read from the first of <root>/sys/firmware/acpi/tables/{RMAD,DMAR,IVRS} that is there; without one there
 * is none. Regions are those that Xen heeds: it leaves out an RMRR whose devices are all absent, or whose
 * end lies before its beginning.
 *
 * Source: Xen drivers/passthrough/vtd/{dmar,iommu}.c, drivers/passthrough/amd/iommu_acpi.c.
 */
#ifndef XPT_MODEL_RESERVED_H
#define XPT_MODEL_RESERVED_H

#include "model/pci.h"

enum xpt_reserved_kind { XPT_RESERVED_RMRR, XPT_RESERVED_IVMD };

struct xpt_reserved_region {
	enum xpt_reserved_kind kind;
	uint64_t base, limit; /* limit is the last byte */
	bool is_shared;       /* of more than one device, be they absent */
	bool is_exclusion;    /* IVMD: reached around the IOMMU's translation */
	size_t *devices;      /* indices in the inventory, ascending */
	size_t n;
};

struct xpt_reserved {
	struct xpt_reserved_region *v;
	size_t n;
	bool quarantines; /* xenopsd puts devices into quarantine; read if an RMRR is shared */
	struct xpt_strv missing; /* what could not be read, or not be relied on: sentences */
};

/* What cannot be read is said in missing and counts as: no region, devices are quarantined. */
void xpt_reserved_read(const struct xpt_host *host, const struct xpt_pci *pci,
		       struct xpt_reserved *ret);
void xpt_reserved_done(struct xpt_reserved *r);
#define XPT_RESERVED XPT_CLEANUP(xpt_reserved_done) struct xpt_reserved

const char *xpt_reserved_kind_name(enum xpt_reserved_kind kind); /* "rmrr", "ivmd" */
/* The next region of the device with this index; start with *at = 0. NULL when there is none left. */
const struct xpt_reserved_region *xpt_reserved_next(const struct xpt_reserved *r, size_t device,
						    size_t *at);
/* Why the device cannot be given to a VM as things stand: an RMRR it shares. NULL when nothing does. */
const struct xpt_reserved_region *xpt_reserved_obstacle(const struct xpt_reserved *r,
							size_t device);
/* What its regions mean for giving the device to a VM: one sentence, NULL when it has none. */
const char *xpt_reserved_means(const struct xpt_reserved *r, size_t device);

#endif
