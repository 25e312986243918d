/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What PCI configuration space says of a function. Pure: bytes in, struct out; loops, broken chains and
 * short files end a walk and never the process.
 *
 * Sources: PCI 3.0 6.1 and 6.7 (header, capabilities), 6.8 (MSI, MSI-X); PCIe 6.0 7.5.3 (express), 7.6
 * (extended), 9.3.3 (SR-IOV), 7.9.3 (DSN), 7.7.11 (ACS); PCI Advanced Capabilities ECN (AF); Intel 100 and 200
 * series chipset datasheets (ACS of their root ports).
 */
#ifndef XPT_CODEC_PCICAP_H
#define XPT_CODEC_PCICAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XPT_PCI_CONFIG_SIZE 4096
#define XPT_PCIE_TYPE_NONE 0xff /* conventional PCI */

/* pcie_type, PCIe 6.0 7.5.3.2 */
enum {
	XPT_PCIE_ENDPOINT = 0,
	XPT_PCIE_LEGACY_ENDPOINT = 1,
	XPT_PCIE_ROOT_PORT = 4,
	XPT_PCIE_UPSTREAM = 5,
	XPT_PCIE_DOWNSTREAM = 6,
	XPT_PCIE_TO_PCI = 7,
	XPT_PCIE_FROM_PCI = 8,
	XPT_PCIE_RC_ENDPOINT = 9, /* integrated into the root complex */
	XPT_PCIE_RC_EVENTS = 10
};

/* acs_caps and acs_ctl, PCIe 6.0 7.7.11.2 */
enum {
	XPT_ACS_SOURCE_VALIDATION = 1 << 0,
	XPT_ACS_TRANSLATION_BLOCKING = 1 << 1,
	XPT_ACS_REQUEST_REDIRECT = 1 << 2,
	XPT_ACS_COMPLETION_REDIRECT = 1 << 3,
	XPT_ACS_UPSTREAM_FORWARDING = 1 << 4,
	XPT_ACS_EGRESS_CONTROL = 1 << 5,
	XPT_ACS_DIRECT_TRANSLATED = 1 << 6
};

struct xpt_pcicap {
	bool valid; /* the 64-byte header was there and the function answered */
	bool multifunction;
	uint8_t header_type;   /* 0 endpoint, 1 bridge, 2 CardBus */
	uint8_t secondary_bus; /* bridges */
	uint8_t subordinate_bus;
	uint8_t pcie_type;     /* PCIe 6.0 7.5.3.2 bits 7:4, or XPT_PCIE_TYPE_NONE */
	uint16_t msi_vectors;  /* vectors that MSI can deliver, 0 without MSI */
	uint16_t msix_vectors; /* MSI-X table size, 0 without MSI-X */
	bool has_flr;          /* function level reset: express or AF */
	bool has_pm_reset;     /* D3hot to D0 resets (No_Soft_Reset clear) */
	uint16_t vf_total;     /* SR-IOV TotalVFs, 0 without SR-IOV */
	bool has_acs;
	uint16_t acs_caps; /* XPT_ACS_ bits that the function can switch, 0 without ACS */
	uint16_t acs_ctl;  /* those that are on */
	bool has_serial;
	uint64_t serial; /* device serial number, PCIe 6.0 7.9.3 */
	/* header fields */
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class_code;
	uint8_t revision;
};

/*
 * Decode len bytes (64, 256 or 4096 in practice, any length accepted). Without a valid header
 * everything is 0 and pcie_type XPT_PCIE_TYPE_NONE. The first capability of a kind counts; extended
 * ones only with an express capability.
 */
void xpt_pcicap_decode(const uint8_t *config, size_t len, struct xpt_pcicap *ret);

#endif
