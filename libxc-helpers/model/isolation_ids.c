/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/isolation_ids.h"

#define INTEL 0x8086

struct id {
	uint16_t vendor, first, last; /* device ids from first to last */
};

static bool is_listed(const struct id *ids, size_t n, const struct xpt_pci_device *d)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i].vendor == d->vendor && ids[i].first <= d->device &&
		    d->device <= ids[i].last)
			return true;
	}
	return false;
}

/* Whose vendors say that its functions send nothing to each other. */
static const struct id apart[] = {
	/* Intel 82571, 82575, 82576 */
	{INTEL, 0x105e, 0x1060},
	{INTEL, 0x10d9, 0x10d9},
	{INTEL, 0x10a7, 0x10a7},
	{INTEL, 0x10a9, 0x10a9},
	{INTEL, 0x10d6, 0x10d6},
	{INTEL, 0x10c9, 0x10c9},
	{INTEL, 0x10e6, 0x10e8},
	{INTEL, 0x150a, 0x150a},
	{INTEL, 0x150d, 0x150d},
	{INTEL, 0x1518, 0x1518},
	{INTEL, 0x1526, 0x1526},
	/* Intel 82598, 82599, X520 */
	{INTEL, 0x10c6, 0x10c6},
	{INTEL, 0x10db, 0x10db},
	{INTEL, 0x10dd, 0x10dd},
	{INTEL, 0x10e1, 0x10e1},
	{INTEL, 0x10f1, 0x10f1},
	{INTEL, 0x10f7, 0x10fc},
	{INTEL, 0x1507, 0x1507},
	{INTEL, 0x1514, 0x1514},
	{INTEL, 0x151c, 0x151c},
	{INTEL, 0x1529, 0x152a},
	{INTEL, 0x154d, 0x154d},
	{INTEL, 0x154f, 0x154f},
	{INTEL, 0x1551, 0x1551},
	{INTEL, 0x1558, 0x1558},
	/* Intel 82580, I350, I219 */
	{INTEL, 0x1509, 0x1509},
	{INTEL, 0x150e, 0x1511},
	{INTEL, 0x1516, 0x1516},
	{INTEL, 0x1527, 0x1527},
	{INTEL, 0x1521, 0x1524},
	{INTEL, 0x15b7, 0x15b8},
	/* Solarflare, Emulex, Broadcom */
	{0x1924, 0x0903, 0x0903},
	{0x1924, 0x0923, 0x0923},
	{0x1924, 0x0a03, 0x0a03},
	{0x19a2, 0x0710, 0x0710},
	{0x10df, 0x0720, 0x0720},
	{0x14e4, 0x16d7, 0x16d7},
	{0x14e4, 0x1750, 0x1752},
	{0x14e4, 0x1760, 0x1763},
};

bool xpt_isolation_has_own_way(const struct xpt_pci_device *d)
{
	/* VT-d 3.1, 3.16: those of Intel send nothing to peers but what the IOMMU translated. */
	if (d->vendor == INTEL && d->cap.pcie_type == XPT_PCIE_RC_ENDPOINT)
		return true;
	return is_listed(apart, XPT_ARRAY_SIZE(apart), d);
}

/* Ricoh, Glenfly */
static const struct id as_function_0[] = {
	{0x1180, 0xe476, 0xe476},
	{0x1180, 0xe832, 0xe832},
	{0x6766, 0x3d40, 0x3d41},
};

static const struct id as_function_1[] = {
	/* Marvell 88SE91xx and 88SE92xx */
	{0x1b4b, 0x9120, 0x9120},
	{0x1b4b, 0x9123, 0x9123},
	{0x1b4b, 0x9125, 0x9125},
	{0x1b4b, 0x9128, 0x9128},
	{0x1b4b, 0x9130, 0x9130},
	{0x1b4b, 0x9143, 0x9143},
	{0x1b4b, 0x9170, 0x9172},
	{0x1b4b, 0x917a, 0x917a},
	{0x1b4b, 0x9182, 0x9183},
	{0x1b4b, 0x91a0, 0x91a0},
	{0x1b4b, 0x9215, 0x9215},
	{0x1b4b, 0x9220, 0x9220},
	{0x1b4b, 0x9230, 0x9230},
	{0x1b4b, 0x9235, 0x9235},
	/* HighPoint, JMicron, Lite-On */
	{0x1103, 0x0642, 0x0642},
	{0x1103, 0x0645, 0x0645},
	{0x197b, 0x2362, 0x2363},
	{0x197b, 0x2392, 0x2392},
	{0x1c28, 0x0122, 0x0122},
};

bool xpt_isolation_alias(const struct xpt_pci_device *d, struct xpt_bdf *ret)
{
	struct xpt_bdf alias = d->addr;

	if (is_listed(as_function_0, XPT_ARRAY_SIZE(as_function_0), d))
		alias.fn = 0;
	else if (is_listed(as_function_1, XPT_ARRAY_SIZE(as_function_1), d))
		alias.fn = 1;
	if (alias.fn == d->addr.fn)
		return false;
	*ret = alias;
	return true;
}
