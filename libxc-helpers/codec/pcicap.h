/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What PCI configuration space says of a function. Pure: bytes in, struct out; loops, broken chains and
 * short files end a walk and never the process.
 *
 * Sources: PCI 3.0 6.1 and 6.7 (header, capabilities), 6.8 (MSI, MSI-X); PCIe 6.0 7.5.3 (express), 7.6
 * (extended), 9.3.3 (SR-IOV), 7.9.3 (DSN); PCI Advanced Capabilities ECN (AF).
 */
#ifndef XPT_CODEC_PCICAP_H
#define XPT_CODEC_PCICAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XPT_PCI_CONFIG_SIZE 4096
#define XPT_PCIE_TYPE_NONE 0xff /* conventional PCI */

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
