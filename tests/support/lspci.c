/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lspci.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static bool is_address(const char *line)
{
	size_t n = strspn(line, "0123456789abcdef:");

	return line[n] == '.' && line[n + 1] >= '0' && line[n + 1] <= '7' && line[n + 2] == ' ';
}

static void add_bytes(struct xpt_lspci_dump *d, const char *text)
{
	unsigned byte;
	int step;

	for (; sscanf(text, "%2x%n", &byte, &step) == 1; text += step) {
		assert_true(d->len < sizeof(d->config));
		d->config[d->len++] = (uint8_t)byte;
	}
}

size_t xpt_lspci_read_dump(const char *path, struct xpt_lspci_dump *v)
{
	FILE *f = fopen(path, "re");
	char line[512];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		unsigned at;
		int step = 0;

		if (is_address(line)) {
			assert_true(n < XPT_LSPCI_MAX);
			v[n] = (struct xpt_lspci_dump){.len = 0};
			sscanf(line, "%31s", v[n++].addr);
		} else if (n && line[0] != '\t' && sscanf(line, "%x:%n", &at, &step) == 1 && step) {
			add_bytes(&v[n - 1], line + step);
		}
	}
	fclose(f);
	return n;
}

static uint8_t express_type(const char *text)
{
	static const char *const names[] = {
		[0] = "Endpoint",
		[1] = "Legacy Endpoint",
		[4] = "Root Port",
		[5] = "Upstream Port",
		[6] = "Downstream Port",
		[7] = "PCI-Express to PCI/PCI-X Bridge",
		[8] = "PCI/PCI-X to PCI-Express Bridge",
		[9] = "Root Complex Integrated Endpoint",
		[10] = "Root Complex Event Collector",
	};

	for (uint8_t i = 0; i < XPT_ARRAY_SIZE(names); i++) {
		if (names[i] && xpt_has_prefix(text, names[i]))
			return i;
	}
	fail_msg("unknown express type: %s", text);
	return 0;
}

/* "... [0200]: ... [8086:10c9] (rev 01)" */
static void read_title(const char *line, struct xpt_pcicap *c)
{
	const char *class_id = strchr(line, '['), *ids = class_id;
	unsigned vendor, device, class_code, revision = 0;

	assert_non_null(class_id);
	assert_int_equal(sscanf(class_id, "[%4x]", &class_code), 1);
	while (sscanf(ids, "[%4x:%4x] (rev %2x)", &vendor, &device, &revision) < 2) {
		ids = strchr(ids + 1, '[');
		assert_non_null(ids);
	}
	c->vendor = (uint16_t)vendor;
	c->device = (uint16_t)device;
	c->class_code = class_code << 8;
	c->revision = (uint8_t)revision;
}

static void read_subsystem(const char *line, struct xpt_lspci_device *d)
{
	const char *ids = strrchr(line, '[');
	unsigned vendor, device;

	d->has_subsystem = ids && sscanf(ids, "[%4x:%4x]", &vendor, &device) == 2;
	if (d->has_subsystem) {
		d->cap.subvendor = (uint16_t)vendor;
		d->cap.subdevice = (uint16_t)device;
	}
}

static uint64_t read_serial(const char *text)
{
	uint64_t serial = 0;
	unsigned byte;

	for (; sscanf(text, "%2x", &byte) == 1; text += 3)
		serial = serial << 8 | byte;
	return serial;
}

static void read_interrupts(const char *line, struct xpt_pcicap *c)
{
	const char *msi = strstr(line, " MSI: "), *msix = strstr(line, " MSI-X: ");
	unsigned n;

	if (msi && sscanf(msi, " MSI: Enable%*c Count=1/%u", &n) == 1)
		c->msi_vectors = (uint16_t)n;
	if (msix && sscanf(msix, " MSI-X: Enable%*c Count=%u", &n) == 1)
		c->msix_vectors = (uint16_t)n;
}

static void read_resets(const char *line, struct xpt_pcicap *c)
{
	c->has_flr |= strstr(line, "RBE") && strstr(line, "FLReset+");
	c->has_flr |= strstr(line, "AFCap: TP+ FLR+") != NULL;
	c->has_pm_reset |= strstr(line, "NoSoftRst-") != NULL;
}

static void read_express(const char *line, struct xpt_pcicap *c)
{
	const char *express = strstr(line, "] Express (v"), *vfs = strstr(line, "Total VFs: ");
	const char *serial = strstr(line, "] Device Serial Number ");
	unsigned n;

	if (express)
		c->pcie_type = express_type(express + strlen("] Express (v1) "));
	if (vfs && sscanf(vfs, "Total VFs: %u", &n) == 1)
		c->vf_total = (uint16_t)n;
	c->has_acs |= strstr(line, "] Access Control Services") != NULL;
	if (serial) {
		c->has_serial = true;
		c->serial = read_serial(serial + strlen("] Device Serial Number "));
	}
}

static void read_detail(const char *line, struct xpt_lspci_device *d)
{
	unsigned secondary, subordinate;

	if (strstr(line, "Subsystem: "))
		read_subsystem(line, d);
	if (sscanf(line, "\tBus: primary=%*x, secondary=%x, subordinate=%x", &secondary,
		   &subordinate) == 2) {
		d->cap.secondary_bus = (uint8_t)secondary;
		d->cap.subordinate_bus = (uint8_t)subordinate;
	}
	read_interrupts(line, &d->cap);
	read_resets(line, &d->cap);
	read_express(line, &d->cap);
}

size_t xpt_lspci_read(const char *path, struct xpt_lspci_device *v)
{
	FILE *f = fopen(path, "re");
	char line[512];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (is_address(line)) {
			assert_true(n < XPT_LSPCI_MAX);
			v[n] = (struct xpt_lspci_device){.cap = {.pcie_type = XPT_PCIE_TYPE_NONE}};
			sscanf(line, "%31s", v[n].addr);
			read_title(line, &v[n++].cap);
		} else if (n) {
			read_detail(line, &v[n - 1]);
		}
	}
	fclose(f);
	return n;
}
