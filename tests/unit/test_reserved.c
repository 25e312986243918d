/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "acpitable.h"
#include "host/fs.h"
#include "model/reserved.h"
#include "scene.h"
#include "scratch.h"

#define TABLES "/sys/firmware/acpi/tables/"

/* Two root ports, on 00:1c.0 a GPU with audio behind a switch's bridge; a USB controller; all on two buses more. */
enum { USB, PORT1C, BRIDGE, CARD, SOUND, SLOT, FAR, FUNCTIONS };

struct machine_here {
	struct xpt_host host;
	struct xpt_pci_device devices[FUNCTIONS];
	struct xpt_pci pci;
	struct xpt_str table;
	struct xpt_reserved reserved;
};

static struct xpt_pci_device bridge(const char *addr, int parent, uint8_t secondary)
{
	struct xpt_pci_device d = scene_device(addr, 0x060400, parent, "pcieport");

	d.cap.secondary_bus = secondary;
	return d;
}

static int setup(void **state)
{
	struct machine_here *m = xpt_alloc(sizeof(*m));

	xpt_scratch_open(&m->host);
	xpt_scratch_mkdir(&m->host, TABLES);
	m->devices[USB] = scene_device("0000:00:14.0", 0x0c0330, XPT_PCI_NONE, "xhci_hcd");
	m->devices[PORT1C] = bridge("0000:00:1c.0", XPT_PCI_NONE, 3);
	m->devices[BRIDGE] = bridge("0000:03:00.0", PORT1C, 4);
	m->devices[CARD] = scene_device("0000:04:00.0", 0x030000, BRIDGE, "");
	m->devices[SOUND] = scene_device("0000:04:00.1", 0x040300, BRIDGE, "");
	m->devices[SLOT] = scene_device("0000:85:00.0", 0x020000, XPT_PCI_NONE, "");
	m->devices[FAR] = scene_device("0001:00:14.0", 0x0c0330, XPT_PCI_NONE, "");
	m->pci = (struct xpt_pci){m->devices, FUNCTIONS};
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine_here *m = *state;

	xpt_reserved_done(&m->reserved);
	xpt_str_done(&m->table);
	xpt_scratch_close(&m->host);
	free(m);
	return 0;
}

/* ---- telling and asking ---- */

static void begin(struct machine_here *m, const char *signature)
{
	xpt_str_done(&m->table);
	xpt_acpitable_begin(&m->table, signature, 38, 1);
}

static void put_table(struct machine_here *m, const char *name)
{
	XPT_FREE char *path = xpt_fmt(TABLES "%s", name);

	assert_int_equal(xpt_fs_write_file(&m->host, path, m->table.s, m->table.len, 0400, NULL),
			 0);
}

static void read_again(struct machine_here *m)
{
	xpt_reserved_done(&m->reserved);
	xpt_reserved_read(&m->host, &m->pci, &m->reserved);
}

/* Regions in their order: "rmrr 1000-1fff shared: 0000:00:14.0 0000:85:00.0\n". */
static char *tell(const struct machine_here *m)
{
	struct xpt_str s = {0};
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < m->reserved.n; i++) {
		const struct xpt_reserved_region *r = &m->reserved.v[i];

		xpt_str_addf(&s, "%s %llx-%llx%s%s:", xpt_reserved_kind_name(r->kind),
			     (unsigned long long)r->base, (unsigned long long)r->limit,
			     r->is_shared ? " shared" : "", r->is_exclusion ? " exclusion" : "");
		for (size_t k = 0; k < r->n; k++)
			xpt_str_addf(&s, " %s",
				     xpt_bdf_format(&m->devices[r->devices[k]].addr, text));
		xpt_str_addc(&s, '\n');
	}
	return xpt_str_take(&s);
}

static void expect(struct machine_here *m, const char *wanted)
{
	XPT_FREE char *told = NULL;

	read_again(m);
	told = tell(m);
	assert_string_equal(told, wanted);
}

/* The regions of one RMRR with these scopes. */
static void expect_rmrr(struct machine_here *m, const char *scopes, const char *wanted)
{
	begin(m, "RMAD");
	xpt_acpitable_rmrr(&m->table, 0, 0x1000, 0x1fff, scopes);
	xpt_acpitable_end(&m->table);
	put_table(m, "RMAD");
	expect(m, wanted);
}

static void means(const struct machine_here *m, size_t device, const char *part)
{
	const char *sentence = xpt_reserved_means(&m->reserved, device);

	assert_int_equal(sentence == NULL, part == NULL);
	if (part && !strstr(sentence, part))
		fail_msg("'%s' does not say '%s'", sentence, part);
}

static void is_missing(const struct machine_here *m, const char *sentence)
{
	assert_int_equal(m->reserved.missing.n, sentence ? 1 : 0);
	if (sentence)
		assert_string_equal(m->reserved.missing.v[0], sentence);
}

/* ---- Intel ---- */

static void without_a_table_nothing_is_reserved(void **state)
{
	struct machine_here *m = *state;

	expect(m, "");
	is_missing(m, NULL);
	means(m, USB, NULL);
}

static void a_region_of_one_device_is_its_own_and_works(void **state)
{
	struct machine_here *m = *state;

	expect_rmrr(m, "00/14.0", "rmrr 1000-1fff: 0000:00:14.0\n");
	means(m, USB, "which works");
	means(m, SLOT, NULL);
	assert_null(xpt_reserved_obstacle(&m->reserved, USB));
}

static void paths_lead_through_bridges(void **state)
{
	struct machine_here *m = *state;

	expect_rmrr(m, "00/1c.0/00.0/00.1", "rmrr 1000-1fff: 0000:04:00.1\n");
	expect_rmrr(m, "03/00.0/00.0", "rmrr 1000-1fff: 0000:04:00.0\n");
	expect_rmrr(m, "00/1d.0/00.0", "");
	expect_rmrr(m, "00/14.0/00.0", "");
	expect_rmrr(m, "00/1c.0/00.0/02.0", "");
	expect_rmrr(m, "00/ff.ff", "");
}

static void a_bridge_stands_for_what_is_behind_it(void **state)
{
	struct machine_here *m = *state;

	expect_rmrr(m, "bridge@00/1c.0", "rmrr 1000-1fff shared: 0000:04:00.0 0000:04:00.1\n");
}

static void several_devices_share_a_region(void **state)
{
	struct machine_here *m = *state;
	size_t at = 0;

	expect_rmrr(m, "85/00.0 00/14.0", "rmrr 1000-1fff shared: 0000:00:14.0 0000:85:00.0\n");
	assert_ptr_equal(xpt_reserved_next(&m->reserved, USB, &at), m->reserved.v);
	assert_null(xpt_reserved_next(&m->reserved, USB, &at));
	assert_ptr_equal(xpt_reserved_obstacle(&m->reserved, SLOT), m->reserved.v);
	means(m, SLOT, "Operation not permitted");
}

/* Xen counts what a region names before it looks what is there, and a device twice if named so. */
static void absent_devices_count_as_long_as_one_is_there(void **state)
{
	struct machine_here *m = *state;

	expect_rmrr(m, "00/14.0 00/1a.0", "rmrr 1000-1fff shared: 0000:00:14.0\n");
	expect_rmrr(m, "00/14.0 00/14.0", "rmrr 1000-1fff shared: 0000:00:14.0\n");
	expect_rmrr(m, "00/1a.0 00/1d.0", "");
}

static void an_end_before_the_beginning_is_ignored(void **state)
{
	struct machine_here *m = *state;

	begin(m, "DMAR");
	xpt_acpitable_rmrr(&m->table, 0, 0x2000, 0x1fff, "00/14.0");
	xpt_acpitable_rmrr(&m->table, 1, 0x3000, 0x3000, "00/14.0");
	xpt_acpitable_end(&m->table);
	put_table(m, "DMAR");
	expect(m, "rmrr 3000-3000: 0001:00:14.0\n");
}

static void without_quarantine_a_shared_region_is_a_warning_of_xens(void **state)
{
	struct machine_here *m = *state;

	xpt_scratch_put(&m->host, "/etc/xenopsd.conf.d/rmrr.conf", "pci-quarantine = false\n",
			0644);
	expect_rmrr(m, "85/00.0 00/14.0", "rmrr 1000-1fff shared: 0000:00:14.0 0000:85:00.0\n");
	assert_null(xpt_reserved_obstacle(&m->reserved, SLOT));
	means(m, SLOT, "warning in its log");
}

static void hp_gen8_names_audio_functions_for_nothing(void **state)
{
	static const char *const others[][2] = {
		{"HP\n", "ProLiant DL380p G7\n"},
		{"HPE\n", "ProLiant DL380p Gen8\n"},
	};
	struct machine_here *m = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(others); i++) {
		xpt_scratch_put(&m->host, "/sys/class/dmi/id/sys_vendor", others[i][0], 0444);
		xpt_scratch_put(&m->host, "/sys/class/dmi/id/product_name", others[i][1], 0444);
		expect_rmrr(m, "03/00.0/00.0 03/00.0/00.1",
			    "rmrr 1000-1fff shared: 0000:04:00.0 0000:04:00.1\n");
	}
	xpt_scratch_put(&m->host, "/sys/class/dmi/id/sys_vendor", "HP\n", 0444);
	xpt_scratch_put(&m->host, "/sys/class/dmi/id/product_name", "ProLiant DL380p Gen8\n", 0444);
	expect_rmrr(m, "03/00.0/00.0 03/00.0/00.1", "rmrr 1000-1fff: 0000:04:00.0\n");
	expect_rmrr(m, "03/00.0/00.1", "");
	/* An audio device proper has function 0. */
	m->devices[SLOT].class_code = 0x040300;
	expect_rmrr(m, "85/00.0", "rmrr 1000-1fff: 0000:85:00.0\n");
}

/* ---- AMD ---- */

static void memory_of_amd_is_mapped_for_one_for_some_or_for_all(void **state)
{
	struct machine_here *m = *state;

	begin(m, "IVRS");
	xpt_acpitable_ivmd(&m->table, 0x21, 7, 0x00a0, 0, 0x1000, 0x1000);
	xpt_acpitable_ivmd(&m->table, 0x22, 7, 0x0300, 0x0400, 0x3000, 0x1000);
	xpt_acpitable_ivmd(&m->table, 0x21, 8, 0x8500, 0, 0x5000, 0x1000);
	xpt_acpitable_ivmd(&m->table, 0x21, 7, 0x9900, 0, 0x7000, 0x1000);
	xpt_acpitable_ivmd(&m->table, 0x21, 7, 0x00a0, 0, 0x9000, 0);
	xpt_acpitable_ivmd(&m->table, 0x21, 7, 0x00a0, 0, 0x9000, UINT64_MAX);
	xpt_acpitable_end(&m->table);
	put_table(m, "IVRS");
	expect(m, "ivmd 1000-1fff: 0000:00:14.0\n"
		  "ivmd 3000-3fff shared: 0000:03:00.0 0000:04:00.0\n"
		  "ivmd 5000-5fff exclusion: 0000:85:00.0\n");
	means(m, USB, "which works");
	means(m, CARD, "which works");
	means(m, SLOT, "around the IOMMU");
	means(m, SOUND, NULL);
	begin(m, "IVRS");
	xpt_acpitable_ivmd(&m->table, 0x20, 1, 0, 0, UINT64_MAX, 1);
	xpt_acpitable_end(&m->table);
	put_table(m, "IVRS");
	read_again(m);
	assert_int_equal(m->reserved.n, 1);
	assert_int_equal(m->reserved.v[0].n, FAR);
	assert_null(xpt_reserved_obstacle(&m->reserved, USB));
}

/* ---- what cannot be read ---- */

static void the_first_table_that_is_there_counts(void **state)
{
	struct machine_here *m = *state;

	expect_rmrr(m, "00/14.0", "rmrr 1000-1fff: 0000:00:14.0\n");
	begin(m, "DMAR");
	xpt_acpitable_rmrr(&m->table, 0, 0x5000, 0x5fff, "85/00.0");
	xpt_acpitable_end(&m->table);
	put_table(m, "DMAR");
	expect(m, "rmrr 1000-1fff: 0000:00:14.0\n");
}

static void a_table_that_cannot_be_read_is_said_and_reserves_nothing(void **state)
{
	struct machine_here *m = *state;

	begin(m, "DMAR");
	xpt_acpitable_rmrr(&m->table, 0, 0x1000, 0x1fff, "00/14.0");
	xpt_acpitable_end(&m->table);
	m->table.s[50] = 0;
	put_table(m, "DMAR");
	expect(m, "");
	is_missing(m, TABLES "DMAR: the structure at offset 0x30 says it has 0 bytes; it needs "
			     "24, and 32 are left");
	xpt_scratch_mkdir(&m->host, TABLES "RMAD");
	expect(m, "");
	is_missing(m, TABLES "RMAD is not a regular file");
}

static void a_wrong_checksum_is_said_and_the_table_counts(void **state)
{
	struct machine_here *m = *state;

	begin(m, "DMAR");
	xpt_acpitable_rmrr(&m->table, 0, 0x1000, 0x1fff, "00/14.0");
	xpt_acpitable_end(&m->table);
	m->table.s[9]++;
	put_table(m, "DMAR");
	expect(m, "rmrr 1000-1fff: 0000:00:14.0\n");
	is_missing(m, "the checksum of " TABLES "DMAR is wrong, and what it says may be too");
}

static void settings_that_cannot_be_read_count_as_quarantine(void **state)
{
	struct machine_here *m = *state;

	xpt_scratch_mkdir(&m->host, "/etc/xenopsd.conf");
	expect_rmrr(m, "00/14.0", "rmrr 1000-1fff: 0000:00:14.0\n");
	is_missing(m, NULL);
	expect_rmrr(m, "85/00.0 00/14.0", "rmrr 1000-1fff shared: 0000:00:14.0 0000:85:00.0\n");
	is_missing(m, "/etc/xenopsd.conf is not a regular file");
	assert_non_null(xpt_reserved_obstacle(&m->reserved, USB));
}

#define MACHINE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(without_a_table_nothing_is_reserved),
		MACHINE_TEST(a_region_of_one_device_is_its_own_and_works),
		MACHINE_TEST(paths_lead_through_bridges),
		MACHINE_TEST(a_bridge_stands_for_what_is_behind_it),
		MACHINE_TEST(several_devices_share_a_region),
		MACHINE_TEST(absent_devices_count_as_long_as_one_is_there),
		MACHINE_TEST(an_end_before_the_beginning_is_ignored),
		MACHINE_TEST(without_quarantine_a_shared_region_is_a_warning_of_xens),
		MACHINE_TEST(hp_gen8_names_audio_functions_for_nothing),
		MACHINE_TEST(memory_of_amd_is_mapped_for_one_for_some_or_for_all),
		MACHINE_TEST(the_first_table_that_is_there_counts),
		MACHINE_TEST(a_table_that_cannot_be_read_is_said_and_reserves_nothing),
		MACHINE_TEST(a_wrong_checksum_is_said_and_the_table_counts),
		MACHINE_TEST(settings_that_cannot_be_read_count_as_quarantine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
