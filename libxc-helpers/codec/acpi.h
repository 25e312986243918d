/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the firmware's IOMMU tables say: Intel's DMAR (RMAD once Xen has renamed it) and AMD's IVRS. Pure:
 * bytes in, struct out.
 *
 * Addresses of devices are as the firmware gives them: a start bus and a path of slots through bridges
 * (DMAR), or bus, slot and function in 16 bits (IVRS). What lies there is for model/reserved to find out.
 *
 * Sources: Intel VT-d specification 8.1 to 8.4 (DMAR, DRHD, scopes, RMRR), AMD I/O Virtualization
 * Technology specification 5.2 (IVRS, IVMD).
 */
#ifndef XPT_CODEC_ACPI_H
#define XPT_CODEC_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Larger tables than any board has; for those who read the file. */
#define XPT_ACPI_MAX (64u << 10)

enum {
	XPT_ACPI_SCOPE_ENDPOINT = 1,
	XPT_ACPI_SCOPE_BRIDGE = 2,
	XPT_ACPI_SCOPE_IOAPIC = 3,
	XPT_ACPI_SCOPE_HPET = 4,
	XPT_ACPI_SCOPE_ACPI = 5,
};

/* One step of a path: a slot and its function. */
struct xpt_acpi_hop {
	uint8_t dev, fn; /* as they stand there; not every value is an address */
};

/* A device as a DMAR names it: the first hop is on bus, each further one behind the one before. */
struct xpt_acpi_scope {
	uint8_t type, id, bus;
	struct xpt_acpi_hop *hops;
	size_t n; /* at least one */
};

struct xpt_acpi_scopes {
	struct xpt_acpi_scope *v;
	size_t n;
};

/* DRHD: an IOMMU and the devices behind it. */
struct xpt_acpi_drhd {
	bool includes_all; /* all devices of the segment that no other one names */
	uint16_t segment;
	uint64_t base;
	struct xpt_acpi_scopes scopes;
};

/* RMRR: memory that devices reach from before the system starts. */
struct xpt_acpi_rmrr {
	uint16_t segment;
	uint64_t base, limit; /* limit is the last byte */
	struct xpt_acpi_scopes scopes;
};

struct xpt_acpi_dmar {
	bool has_checksum; /* the bytes add up as they should */
	uint8_t flags;
	unsigned address_bits;
	struct xpt_acpi_drhd *drhds;
	size_t n_drhds;
	struct xpt_acpi_rmrr *rmrrs;
	size_t n_rmrrs;
};

/* IVMD: memory of one device, of several, or of all. */
struct xpt_acpi_ivmd {
	bool is_for_all; /* first and last are then 0 and 0xffff */
	bool is_unity;   /* mapped to itself */
	bool can_read, can_write;
	bool is_exclusion; /* reached around the IOMMU's translation */
	uint16_t segment;
	uint16_t first, last; /* bus << 8 | slot << 3 | function */
	uint64_t base, length;
};

struct xpt_acpi_ivrs {
	bool has_checksum;
	struct xpt_acpi_ivmd *v;
	size_t n;
};

/*
 * XPT_MALFORMED names the place: another signature, a table shorter than it says, a structure whose
 * length is too small for it or past the end. Structures of other types are skipped. A wrong checksum is no
 * error, see has_checksum. Release with _done.
 */
int xpt_acpi_parse_dmar(const void *bytes, size_t len, struct xpt_acpi_dmar *ret,
			struct xpt_err *err);
int xpt_acpi_parse_ivrs(const void *bytes, size_t len, struct xpt_acpi_ivrs *ret,
			struct xpt_err *err);
void xpt_acpi_dmar_done(struct xpt_acpi_dmar *dmar);
void xpt_acpi_ivrs_done(struct xpt_acpi_ivrs *ivrs);
#define XPT_ACPI_DMAR XPT_CLEANUP(xpt_acpi_dmar_done) struct xpt_acpi_dmar
#define XPT_ACPI_IVRS XPT_CLEANUP(xpt_acpi_ivrs_done) struct xpt_acpi_ivrs

#endif
