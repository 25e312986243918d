/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOMMU tables as firmware makes them, for tests: begin, add structures, end. Integers are written byte by
 * byte, apart from codec/acpi on purpose. Needs cmocka.h before it.
 */
#ifndef XPT_TESTS_SUPPORT_ACPITABLE_H
#define XPT_TESTS_SUPPORT_ACPITABLE_H

#include <stdint.h>

#include "base/str.h"

/* An empty table with this signature; the 12 bytes behind ACPI's header begin with width and flags. */
void xpt_acpitable_begin(struct xpt_str *t, const char *signature, uint8_t width, uint8_t flags);
/* Write length and checksum into the header. */
void xpt_acpitable_end(struct xpt_str *t);

/*
 * DMAR. Scopes are words: "00/14.0 85/02.0/00.0 bridge@00/1c.0", start bus, then slots and functions, hex
 * but for the @ before which a type other than endpoint stands (bridge, ioapic, hpet, acpi).
 */
void xpt_acpitable_drhd(struct xpt_str *t, uint8_t flags, uint16_t segment, uint64_t base,
			const char *scopes);
void xpt_acpitable_rmrr(struct xpt_str *t, uint16_t segment, uint64_t base, uint64_t limit,
			const char *scopes);
/* A structure of another type with n bytes of ff behind its header. */
void xpt_acpitable_dmar_other(struct xpt_str *t, uint16_t type, size_t n);

/* IVRS */
void xpt_acpitable_ivmd(struct xpt_str *t, uint8_t type, uint8_t flags, uint16_t device,
			uint16_t aux, uint64_t start, uint64_t length);
void xpt_acpitable_ivrs_other(struct xpt_str *t, uint8_t type, size_t n);

#endif
