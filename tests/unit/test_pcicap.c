/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "codec/pcicap.h"

#include "corpus.h"
#include "lspci.h"

/* ---- spaces made by hand ---- */

static void put16(uint8_t *config, size_t at, uint16_t value)
{
	config[at] = (uint8_t)value;
	config[at + 1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *config, size_t at, uint32_t value)
{
	put16(config, at, (uint16_t)value);
	put16(config, at + 2, (uint16_t)(value >> 16));
}

static void put_cap(uint8_t *config, size_t at, uint8_t id, uint8_t next)
{
	config[at] = id;
	config[at + 1] = next;
}

/* An endpoint whose capability list starts at 0x40 with an express capability. */
static void make_endpoint(uint8_t config[XPT_PCI_CONFIG_SIZE])
{
	memset(config, 0, XPT_PCI_CONFIG_SIZE);
	put16(config, 0x00, 0x8086);
	put16(config, 0x02, 0x10c9);
	put16(config, 0x06, 0x0010);
	put16(config, 0x0a, 0x0200);
	config[0x34] = 0x40;
	put_cap(config, 0x40, 0x10, 0);
}

static void a_short_file_is_not_valid(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	xpt_pcicap_decode(config, 63, &cap);
	assert_false(cap.valid);
	assert_int_equal(cap.vendor, 0);
	assert_int_equal(cap.pcie_type, XPT_PCIE_TYPE_NONE);
	xpt_pcicap_decode(NULL, 0, &cap);
	assert_false(cap.valid);
}

static void a_header_alone_gives_ids_and_no_capabilities(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	config[0x0e] = 0x80;
	xpt_pcicap_decode(config, 64, &cap);
	assert_true(cap.valid);
	assert_true(cap.multifunction);
	assert_int_equal(cap.device, 0x10c9);
	assert_int_equal(cap.class_code, 0x020000);
	assert_int_equal(cap.pcie_type, XPT_PCIE_TYPE_NONE);
	assert_false(cap.has_pm_reset);
	xpt_pcicap_decode(config, 256, &cap);
	assert_int_equal(cap.pcie_type, 0);
}

static void a_function_that_answers_with_ones_is_gone_but_a_vf_is_not(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	memset(config, 0xff, sizeof(config));
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_false(cap.valid);
	assert_int_equal(cap.msix_vectors, 0);
	make_endpoint(config);
	put32(config, 0x00, 0xffffffff);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_true(cap.valid);
	assert_int_equal(cap.vendor, 0xffff);
	assert_int_equal(cap.pcie_type, 0);
}

static void a_loop_of_capabilities_ends_and_keeps_what_was_found(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put_cap(config, 0x40, 0x10, 0x50);
	put_cap(config, 0x50, 0x05, 0x40);
	put16(config, 0x52, 3 << 1);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msi_vectors, 8);
	assert_int_equal(cap.msix_vectors, 0);
}

static void a_chain_into_the_header_or_a_broken_capability_ends(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put_cap(config, 0x40, 0x10, 0x3c);
	put_cap(config, 0x3c, 0x11, 0);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msix_vectors, 0);
	put_cap(config, 0x40, 0xff, 0x50);
	put_cap(config, 0x50, 0x11, 0);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msix_vectors, 0);
	put_cap(config, 0x40, 0x09, 0x50);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msix_vectors, 1);
}

static void every_place_can_hold_a_capability(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	for (unsigned at = 0x40; at < 0xfc; at += 4)
		put_cap(config, at, at == 0x40 ? 0x10 : 0x09, (uint8_t)(at + 4));
	put_cap(config, 0xfc, 0x11, 0);
	put16(config, 0xfe, 0x7ff);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msix_vectors, 2048);
	for (size_t at = 0x100; at < 0xff8; at += 4)
		put32(config, at, (uint32_t)(at + 4) << 20 | 0x1000b);
	put32(config, 0xff8, 0x1000d);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_true(cap.has_acs);
}

static void a_loop_of_extended_capabilities_ends(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put32(config, 0x100, 0x2001000b);
	put32(config, 0x200, 0x10010010);
	put16(config, 0x20e, 64);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.vf_total, 64);
	assert_false(cap.has_acs);
	assert_false(cap.has_serial);
}

static void extended_capabilities_need_an_express_one(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put32(config, 0x100, 0x0001000d);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_true(cap.has_acs);
	config[0x40] = 0x09;
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_false(cap.has_acs);
}

static void acs_is_what_can_be_switched_and_what_is_on(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put32(config, 0x100, 0x0001000d);
	put16(config, 0x104, 0x5f);
	put16(config, 0x106, XPT_ACS_SOURCE_VALIDATION | XPT_ACS_UPSTREAM_FORWARDING);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_true(cap.has_acs);
	assert_int_equal(cap.acs_caps, 0x5f);
	assert_int_equal(cap.acs_ctl, 0x11);
	xpt_pcicap_decode(config, 0x107, &cap);
	assert_false(cap.has_acs);
	assert_int_equal(cap.acs_caps, 0);
}

static void some_chipset_ports_have_acs_registers_of_32_bits(void **state)
{
	static const struct {
		uint16_t vendor, device;
		uint8_t type;
		uint16_t ctl;
	} ports[] = {
		{0x8086, 0x9d0f, 4, 0x0},  {0x8086, 0x9d10, 4, 0x1d}, {0x8086, 0x9d1b, 4, 0x1d},
		{0x8086, 0xa110, 4, 0x1d}, {0x8086, 0xa11f, 4, 0x1d}, {0x8086, 0xa120, 4, 0x0},
		{0x8086, 0xa167, 4, 0x1d}, {0x8086, 0xa16a, 4, 0x1d}, {0x8086, 0xa290, 4, 0x1d},
		{0x8086, 0xa29f, 4, 0x1d}, {0x8086, 0xa2e7, 4, 0x1d}, {0x8086, 0xa2ee, 4, 0x1d},
		{0x8086, 0xa2ef, 4, 0x0},  {0x8086, 0xa110, 0, 0x0},  {0x1022, 0xa110, 4, 0x0},
	};
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(ports); i++) {
		make_endpoint(config);
		put16(config, 0x00, ports[i].vendor);
		put16(config, 0x02, ports[i].device);
		put16(config, 0x42, (uint16_t)(ports[i].type << 4));
		put32(config, 0x100, 0x0001000d);
		put32(config, 0x104, 0x1f);
		put32(config, 0x108, 0x1d);
		xpt_pcicap_decode(config, sizeof(config), &cap);
		assert_int_equal(cap.acs_caps, 0x1f);
		assert_int_equal(cap.acs_ctl, ports[i].ctl);
	}
}

static void a_serial_number_cut_off_by_the_end_is_none(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put32(config, 0x100, 0x00010003);
	put32(config, 0x104, 0x89abcdef);
	put32(config, 0x108, 0x01234567);
	xpt_pcicap_decode(config, 0x10c, &cap);
	assert_true(cap.has_serial);
	assert_true(cap.serial == 0x0123456789abcdef);
	xpt_pcicap_decode(config, 0x10b, &cap);
	assert_false(cap.has_serial);
}

static void advanced_features_need_both_bits_for_a_reset(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put_cap(config, 0x40, 0x13, 0);
	config[0x43] = 2;
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_false(cap.has_flr);
	config[0x43] = 3;
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_true(cap.has_flr);
}

static void a_reserved_number_of_msi_vectors_counts_as_the_most(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	put_cap(config, 0x40, 0x05, 0);
	put16(config, 0x42, 7 << 1);
	xpt_pcicap_decode(config, sizeof(config), &cap);
	assert_int_equal(cap.msi_vectors, 32);
}

static void a_cardbus_bridge_has_its_registers_elsewhere(void **state)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	struct xpt_pcicap cap;

	(void)state;
	make_endpoint(config);
	config[0x0e] = 2;
	config[0x14] = 0x80;
	config[0x19] = 5;
	config[0x1a] = 9;
	put16(config, 0x40, 0x17aa);
	put_cap(config, 0x80, 0x01, 0);
	xpt_pcicap_decode(config, 256, &cap);
	assert_int_equal(cap.header_type, 2);
	assert_int_equal(cap.secondary_bus, 5);
	assert_int_equal(cap.subordinate_bus, 9);
	assert_int_equal(cap.subvendor, 0x17aa);
	assert_true(cap.has_pm_reset);
}

/* ---- files ---- */

/* One line that holds the whole struct, as tests/fuzz/pcicap/expect/NAME.txt writes it. */
static char *describe(const struct xpt_pcicap *c)
{
	return xpt_fmt("valid=%d type=%u%s bus=%02x-%02x express=%02x msi=%u msix=%u "
		       "flr=%d pm=%d vfs=%u acs=%d serial=%d:%016llx id=%04x:%04x "
		       "subsystem=%04x:%04x class=%06x rev=%02x\n",
		       c->valid, c->header_type, c->multifunction ? "m" : "", c->secondary_bus,
		       c->subordinate_bus, c->pcie_type, c->msi_vectors, c->msix_vectors,
		       c->has_flr, c->has_pm_reset, c->vf_total, c->has_acs, c->has_serial,
		       (unsigned long long)c->serial, c->vendor, c->device, c->subvendor,
		       c->subdevice, c->class_code, c->revision);
}

static void check_file(const char *name, const char *bytes, size_t len)
{
	XPT_HOST here = {.root_fd = -1};
	XPT_FREE char *path = xpt_fmt("%s.txt", name), *expected = NULL, *got = NULL;
	struct xpt_pcicap cap;

	xpt_pcicap_decode((const uint8_t *)bytes, len, &cap);
	got = describe(&cap);
	assert_int_equal(xpt_host_open("tests/fuzz/pcicap/expect", &here, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&here, path, 1024, &expected, NULL, NULL), 0);
	if (!xpt_streq(got, expected))
		fail_msg("%s gives\n%snot\n%s", name, got, expected);
}

static void good_and_bad_files_decode_as_they_say(void **state)
{
	(void)state;
	xpt_corpus_each("tests/fuzz/pcicap/good", check_file);
	xpt_corpus_each("tests/fuzz/pcicap/bad", check_file);
}

/* ---- dumps of real machines, and lspci's reading of them ---- */

/* What lspci does not print is not compared. */
static void compare_device(const char *file, const struct xpt_lspci_dump *dump,
			   struct xpt_lspci_device *want)
{
	XPT_FREE char *expected = NULL, *got = NULL;
	struct xpt_pcicap cap;

	xpt_pcicap_decode(dump->config, dump->len, &cap);
	want->cap.valid = true;
	want->cap.header_type = cap.header_type;
	want->cap.multifunction = cap.multifunction;
	want->cap.class_code |= cap.class_code & 0xff;
	if (!want->has_subsystem) {
		want->cap.subvendor = cap.subvendor;
		want->cap.subdevice = cap.subdevice;
	}
	expected = describe(&want->cap);
	got = describe(&cap);
	if (!xpt_streq(got, expected))
		fail_msg("%s %s: %s\nlspci says %s", file, dump->addr, got, expected);
}

/* lspci sorts; an address that stands twice in a dump keeps its order. */
static struct xpt_lspci_device *take_description(struct xpt_lspci_device *v, size_t n,
						 const char *addr)
{
	for (size_t i = 0; i < n; i++) {
		if (!v[i].is_compared && xpt_streq(v[i].addr, addr)) {
			v[i].is_compared = true;
			return &v[i];
		}
	}
	fail_msg("lspci does not describe %s", addr);
	return NULL;
}

static void compare_file(const char *dir, const char *name)
{
	XPT_FREE char *path = xpt_fmt("%s/%s", dir, name), *vvv = xpt_fmt("%s.vvv", path);
	XPT_FREE struct xpt_lspci_dump *dumps = xpt_alloc(XPT_LSPCI_MAX * sizeof(*dumps));
	XPT_FREE struct xpt_lspci_device *wants = xpt_alloc(XPT_LSPCI_MAX * sizeof(*wants));
	size_t n = xpt_lspci_read_dump(path, dumps);

	assert_int_equal(xpt_lspci_read(vvv, wants), n);
	assert_int_not_equal(n, 0);
	for (size_t i = 0; i < n; i++)
		compare_device(name, &dumps[i], take_description(wants, n, dumps[i].addr));
}

static void real_machines_decode_as_lspci_reads_them(void **state)
{
	char *dir = xpt_corpus_shared("data/pciutils");
	XPT_HOST here = {.root_fd = -1};
	XPT_STRV names = {0};
	int n = 0;

	(void)state;
	if (!dir) {
		print_message("skipped: no corpus\n");
		skip();
		return;
	}
	assert_int_equal(xpt_host_open(dir, &here, NULL), 0);
	assert_int_equal(xpt_fs_names(&here, &names, "/"), 0);
	for (size_t i = 0; i < names.n; i++) {
		if (strchr(names.v[i], '.'))
			continue;
		compare_file(dir, names.v[i]);
		n++;
	}
	assert_int_not_equal(n, 0);
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_file_is_not_valid),
		cmocka_unit_test(a_header_alone_gives_ids_and_no_capabilities),
		cmocka_unit_test(a_function_that_answers_with_ones_is_gone_but_a_vf_is_not),
		cmocka_unit_test(a_loop_of_capabilities_ends_and_keeps_what_was_found),
		cmocka_unit_test(a_chain_into_the_header_or_a_broken_capability_ends),
		cmocka_unit_test(every_place_can_hold_a_capability),
		cmocka_unit_test(a_loop_of_extended_capabilities_ends),
		cmocka_unit_test(extended_capabilities_need_an_express_one),
		cmocka_unit_test(acs_is_what_can_be_switched_and_what_is_on),
		cmocka_unit_test(some_chipset_ports_have_acs_registers_of_32_bits),
		cmocka_unit_test(a_serial_number_cut_off_by_the_end_is_none),
		cmocka_unit_test(advanced_features_need_both_bits_for_a_reset),
		cmocka_unit_test(a_reserved_number_of_msi_vectors_counts_as_the_most),
		cmocka_unit_test(a_cardbus_bridge_has_its_registers_elsewhere),
		cmocka_unit_test(good_and_bad_files_decode_as_they_say),
		cmocka_unit_test(real_machines_decode_as_lspci_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
