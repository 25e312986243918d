/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/pcicap.h"

#include <string.h>

#include "base/macro.h"

/* Header (PCI 3.0 6.1). */
#define HEADER_SIZE 64
#define REG_VENDOR 0x00
#define VENDOR_INTEL 0x8086
#define REG_DEVICE 0x02
#define REG_STATUS 0x06
#define STATUS_CAP_LIST 0x10
#define REG_REVISION 0x08
#define REG_PROG_IF 0x09
#define REG_CLASS 0x0a
#define REG_HEADER_TYPE 0x0e
#define HEADER_MULTIFUNCTION 0x80
#define HEADER_ENDPOINT 0
#define HEADER_BRIDGE 1
#define HEADER_CARDBUS 2
#define REG_SECONDARY_BUS 0x19
#define REG_SUBORDINATE_BUS 0x1a
#define REG_SUBSYSTEM 0x2c
#define REG_CARDBUS_SUBSYSTEM 0x40
#define REG_CAP_LIST 0x34
#define REG_CARDBUS_CAP_LIST 0x14

/* Capabilities live past the header, in 4-byte units, so a walk that takes more steps is a loop. */
#define STANDARD_SIZE 256
#define CAP_STEPS ((STANDARD_SIZE - HEADER_SIZE) / 4)
#define CAP_PM 0x01
#define CAP_MSI 0x05
#define CAP_SSVID 0x0d
#define CAP_EXPRESS 0x10
#define CAP_MSIX 0x11
#define CAP_AF 0x13
#define CAP_BROKEN 0xff

/* Extended capabilities (PCIe 6.0 7.6.3). */
#define EXT_STEPS ((XPT_PCI_CONFIG_SIZE - STANDARD_SIZE) / 4)
#define EXT_SERIAL 0x0003
#define EXT_ACS 0x000d
#define EXT_SRIOV 0x0010

/* Registers inside a capability; _SIZE is how much of it is read. */
#define MSI_SIZE 4
#define MSI_CONTROL 2
#define MSI_VECTORS_MAX 32 /* larger encodings are reserved, PCI 3.0 6.8.1.3 */
#define MSIX_SIZE 4
#define MSIX_CONTROL 2
#define MSIX_TABLE_MASK 0x7ff
#define EXPRESS_SIZE 8
#define EXPRESS_FLAGS 2
#define EXPRESS_DEVCAP 4
#define EXPRESS_DEVCAP_FLR (1u << 28)
#define AF_SIZE 4
#define AF_CAPS 3
#define AF_TP_AND_FLR 0x03
#define PM_SIZE 6
#define PM_CSR 4
#define PM_NO_SOFT_RESET 0x08
#define SSVID_SIZE 8
#define SSVID_IDS 4
#define ACS_SIZE 8
#define ACS_CAPS 4
#define ACS_CTL 6
#define ACS_CTL_WIDE 8 /* where both are registers of 32 bits */
#define SERIAL_SIZE 12
#define SERIAL_LOW 4
#define SERIAL_HIGH 8
#define SRIOV_SIZE 16
#define SRIOV_TOTAL_VFS 0x0e

struct space {
	const uint8_t *bytes;
	size_t len;
};

/* Bytes past the end read as zero, which ends every walk. */
static uint8_t get8(const struct space *s, size_t at)
{
	return at < s->len ? s->bytes[at] : 0;
}

static uint16_t get16(const struct space *s, size_t at)
{
	return (uint16_t)(get8(s, at) | get8(s, at + 1) << 8);
}

static uint32_t get32(const struct space *s, size_t at)
{
	return get16(s, at) | (uint32_t)get16(s, at + 2) << 16;
}

/* The place of a capability if its first size bytes are there, else 0. */
static size_t whole(const struct space *s, size_t at, size_t size)
{
	return at + size <= s->len ? at : 0;
}

/* Where the first capability with this id is, 0 when there is none of that size. */
static size_t find_cap(const struct space *s, uint8_t header_type, uint8_t id, size_t size)
{
	size_t at = header_type == HEADER_CARDBUS ? REG_CARDBUS_CAP_LIST : REG_CAP_LIST;

	if (!(get16(s, REG_STATUS) & STATUS_CAP_LIST))
		return 0;
	at = get8(s, at) & ~3u;
	for (int step = 0; step < CAP_STEPS && at >= HEADER_SIZE; step++) {
		uint8_t found = get8(s, at);

		if (found == id)
			return whole(s, at, size);
		if (found == CAP_BROKEN)
			return 0;
		at = get8(s, at + 1) & ~3u;
	}
	return 0;
}

static size_t find_ext(const struct space *s, uint16_t id, size_t size)
{
	size_t at = STANDARD_SIZE;

	for (int step = 0; step < EXT_STEPS && at >= STANDARD_SIZE; step++) {
		uint32_t header = get32(s, at);

		if (header == 0 || header == UINT32_MAX)
			return 0;
		if ((header & 0xffff) == id)
			return whole(s, at, size);
		at = header >> 20 & ~3u;
	}
	return 0;
}

/* A function that is gone or powered off answers every read with ones; a VF does so for its ids only. */
static bool has_header(const struct space *s)
{
	return s->len >= HEADER_SIZE &&
	       !(get16(s, REG_VENDOR) == 0xffff && get16(s, REG_CLASS) == 0xffff);
}

static void decode_header(const struct space *s, struct xpt_pcicap *c)
{
	uint8_t type = get8(s, REG_HEADER_TYPE);

	c->vendor = get16(s, REG_VENDOR);
	c->device = get16(s, REG_DEVICE);
	c->revision = get8(s, REG_REVISION);
	c->class_code = (uint32_t)get16(s, REG_CLASS) << 8 | get8(s, REG_PROG_IF);
	c->header_type = type & (uint8_t)~HEADER_MULTIFUNCTION;
	c->multifunction = type & HEADER_MULTIFUNCTION;
	if (c->header_type == HEADER_ENDPOINT)
		return;
	c->secondary_bus = get8(s, REG_SECONDARY_BUS);
	c->subordinate_bus = get8(s, REG_SUBORDINATE_BUS);
}

static void decode_subsystem(const struct space *s, struct xpt_pcicap *c)
{
	size_t at = REG_SUBSYSTEM;

	if (c->header_type == HEADER_CARDBUS) {
		at = REG_CARDBUS_SUBSYSTEM;
	} else if (c->header_type == HEADER_BRIDGE) {
		at = find_cap(s, c->header_type, CAP_SSVID, SSVID_SIZE);
		if (!at)
			return;
		at += SSVID_IDS;
	}
	c->subvendor = get16(s, at);
	c->subdevice = get16(s, at + 2);
}

static void decode_interrupts(const struct space *s, struct xpt_pcicap *c)
{
	size_t msi = find_cap(s, c->header_type, CAP_MSI, MSI_SIZE);
	size_t msix = find_cap(s, c->header_type, CAP_MSIX, MSIX_SIZE);

	if (msi) {
		unsigned vectors = 1u << (get16(s, msi + MSI_CONTROL) >> 1 & 7);

		c->msi_vectors = vectors < MSI_VECTORS_MAX ? (uint16_t)vectors : MSI_VECTORS_MAX;
	}
	if (msix)
		c->msix_vectors = (get16(s, msix + MSIX_CONTROL) & MSIX_TABLE_MASK) + 1;
}

static void decode_express(const struct space *s, struct xpt_pcicap *c)
{
	size_t at = find_cap(s, c->header_type, CAP_EXPRESS, EXPRESS_SIZE);

	if (!at)
		return;
	c->pcie_type = get16(s, at + EXPRESS_FLAGS) >> 4 & 0xf;
	c->has_flr = get32(s, at + EXPRESS_DEVCAP) & EXPRESS_DEVCAP_FLR;
}

static void decode_resets(const struct space *s, struct xpt_pcicap *c)
{
	size_t af = find_cap(s, c->header_type, CAP_AF, AF_SIZE);
	size_t pm = find_cap(s, c->header_type, CAP_PM, PM_SIZE);

	if (af && (get8(s, af + AF_CAPS) & AF_TP_AND_FLR) == AF_TP_AND_FLR)
		c->has_flr = true;
	c->has_pm_reset = pm && !(get16(s, pm + PM_CSR) & PM_NO_SOFT_RESET);
}

/* Root ports of Intel's 100 and 200 series chipsets have ACS registers of 32 bits in place of 16. */
static bool has_wide_acs(const struct xpt_pcicap *c)
{
	static const struct {
		uint16_t first, last;
	} ports[] = {{0x9d10, 0x9d1b},
		     {0xa110, 0xa11f},
		     {0xa167, 0xa16a},
		     {0xa290, 0xa29f},
		     {0xa2e7, 0xa2ee}};

	if (c->vendor != VENDOR_INTEL || c->pcie_type != XPT_PCIE_ROOT_PORT)
		return false;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(ports); i++) {
		if (c->device >= ports[i].first && c->device <= ports[i].last)
			return true;
	}
	return false;
}

static void decode_acs(const struct space *s, struct xpt_pcicap *c)
{
	size_t at = find_ext(s, EXT_ACS, ACS_SIZE);

	if (!at)
		return;
	c->has_acs = true;
	c->acs_caps = get16(s, at + ACS_CAPS);
	c->acs_ctl = get16(s, at + (has_wide_acs(c) ? ACS_CTL_WIDE : ACS_CTL));
}

static void decode_extended(const struct space *s, struct xpt_pcicap *c)
{
	size_t serial = find_ext(s, EXT_SERIAL, SERIAL_SIZE);
	size_t sriov = find_ext(s, EXT_SRIOV, SRIOV_SIZE);

	decode_acs(s, c);
	if (sriov)
		c->vf_total = get16(s, sriov + SRIOV_TOTAL_VFS);
	if (serial) {
		c->has_serial = true;
		c->serial = (uint64_t)get32(s, serial + SERIAL_HIGH) << 32 |
			    get32(s, serial + SERIAL_LOW);
	}
}

void xpt_pcicap_decode(const uint8_t *config, size_t len, struct xpt_pcicap *ret)
{
	struct space s = {config, len < XPT_PCI_CONFIG_SIZE ? len : XPT_PCI_CONFIG_SIZE};

	memset(ret, 0, sizeof(*ret));
	ret->pcie_type = XPT_PCIE_TYPE_NONE;
	if (!has_header(&s))
		return;
	ret->valid = true;
	decode_header(&s, ret);
	decode_subsystem(&s, ret);
	decode_interrupts(&s, ret);
	decode_express(&s, ret);
	decode_resets(&s, ret);
	/* Conventional PCI has no extended space: what a file shows there repeats the first 256 bytes. */
	if (ret->pcie_type != XPT_PCIE_TYPE_NONE)
		decode_extended(&s, ret);
}
