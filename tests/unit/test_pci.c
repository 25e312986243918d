/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/str.h"
#include "file.h"
#include "host/fs.h"
#include "model/pci.h"
#include "scratch.h"

#define DEVICES "/sys/bus/pci/devices"

struct world {
	struct xpt_host host;
	struct xpt_pci pci;
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	xpt_scratch_mkdir(&w->host, DEVICES);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_pci_done(&w->pci);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

/* ---- making trees ---- */

static void put_link(struct world *w, const char *path, const char *target)
{
	XPT_FREE char *real = xpt_host_path(&w->host, path);

	assert_int_equal(symlink(target, real), 0);
}

/* A function at a place below /sys/devices ("pci0000:00/0000:00:01.0"), linked where the kernel lists it. */
static void put_device(struct world *w, const char *place)
{
	const char *name = strrchr(place, '/') + 1;
	XPT_FREE char *dir = xpt_fmt("/sys/devices/%s", place);
	XPT_FREE char *list = xpt_fmt(DEVICES "/%s", name);
	XPT_FREE char *target = xpt_fmt("../../../devices/%s", place);

	assert_int_equal(xpt_fs_mkdir(&w->host, dir, NULL), 0);
	put_link(w, list, target);
}

static void put_bytes(struct world *w, const char *name, const char *file, const void *data,
		      size_t len)
{
	XPT_FREE char *path = xpt_fmt(DEVICES "/%s/%s", name, file);
	XPT_FREE char *real = xpt_host_path(&w->host, path);

	assert_int_equal(xpt_file_write(real, data, len, 0644, NULL), 0);
}

static void put_text(struct world *w, const char *name, const char *file, const char *text)
{
	put_bytes(w, name, file, text, strlen(text));
}

static void put_device_link(struct world *w, const char *name, const char *file, const char *target)
{
	XPT_FREE char *path = xpt_fmt(DEVICES "/%s/%s", name, file);

	put_link(w, path, target);
}

/* A header of type 0 or 1 in a config file of this length. */
static void put_config(struct world *w, const char *name, size_t len, uint16_t vendor,
		       uint16_t device, uint32_t class_code)
{
	uint8_t config[XPT_PCI_CONFIG_SIZE] = {
		[0x00] = (uint8_t)vendor,
		[0x01] = (uint8_t)(vendor >> 8),
		[0x02] = (uint8_t)device,
		[0x03] = (uint8_t)(device >> 8),
		[0x08] = 0xa1,
		[0x09] = (uint8_t)class_code,
		[0x0a] = (uint8_t)(class_code >> 8),
		[0x0b] = (uint8_t)(class_code >> 16),
		[0x0e] = class_code >> 8 == 0x0604,
		[0x2c] = 0x3c,
		[0x2d] = 0x10,
		[0x2e] = 0x5c,
		[0x2f] = 0x16,
	};

	put_bytes(w, name, "config", config, len);
}

static void put_plain(struct world *w, const char *place)
{
	put_device(w, place);
	put_config(w, strrchr(place, '/') + 1, 256, 0x8086, 0x1000, 0x020000);
}

static void put_bridge(struct world *w, const char *place)
{
	put_device(w, place);
	put_config(w, strrchr(place, '/') + 1, 256, 0x8086, 0x2f04, 0x060400);
}

static void scan(struct world *w)
{
	xpt_pci_done(&w->pci);
	assert_int_equal(xpt_pci_scan(&w->host, &w->pci, NULL), 0);
}

static const struct xpt_pci_device *find(const struct world *w, const char *name)
{
	struct xpt_bdf addr;
	const struct xpt_pci_device *d;

	assert_int_equal(xpt_bdf_parse(name, &addr), 0);
	d = xpt_pci_find(&w->pci, &addr);
	if (!d)
		fail_msg("%s is not in the inventory", name);
	return d;
}

static const struct xpt_pci_device *at(const struct world *w, int i)
{
	assert_in_range(i, 0, w->pci.n - 1);
	return &w->pci.v[i];
}

/* ---- the scan ---- */

static void a_host_without_pci_has_no_devices(void **state)
{
	struct world *w = *state;
	XPT_FREE char *real = xpt_host_path(&w->host, DEVICES);

	scan(w);
	assert_int_equal(w->pci.n, 0);
	assert_int_equal(rmdir(real), 0);
	scan(w);
	assert_int_equal(w->pci.n, 0);
}

static void a_listing_that_cannot_be_read_is_an_error(void **state)
{
	struct world *w = *state;
	XPT_FREE char *real = xpt_host_path(&w->host, DEVICES);
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(rmdir(real), 0);
	assert_int_equal(xpt_fs_write_file(&w->host, DEVICES, "", 0, 0644, NULL), 0);
	assert_int_equal(xpt_pci_scan(&w->host, &w->pci, &err), -ENOTDIR);
	assert_int_equal(err.code, XPT_SYSTEM);
	assert_string_equal(err.subject, DEVICES);
}

static void ids_come_from_config_space_of_any_length(void **state)
{
	static const size_t lengths[] = {64, 256, 4096};
	struct world *w = *state;

	put_device(w, "pci0000:00/0000:00:01.0");
	put_text(w, "0000:00:01.0", "vendor", "0x1111\n");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(lengths); i++) {
		put_config(w, "0000:00:01.0", lengths[i], 0x10de, 0x2336, 0x030200);
		scan(w);
		assert_int_equal(w->pci.n, 1);
		assert_int_equal(w->pci.v[0].vendor, 0x10de);
		assert_int_equal(w->pci.v[0].device, 0x2336);
		assert_int_equal(w->pci.v[0].subvendor, 0x103c);
		assert_int_equal(w->pci.v[0].subdevice, 0x165c);
		assert_int_equal(w->pci.v[0].class_code, 0x030200);
		assert_int_equal(w->pci.v[0].revision, 0xa1);
	}
}

static void a_device_without_config_space_is_read_from_its_attributes(void **state)
{
	static const char name[] = "0000:00:01.0";
	struct world *w = *state;

	put_device(w, "pci0000:00/0000:00:01.0");
	put_text(w, name, "vendor", "0x10de\n");
	put_text(w, name, "device", "0x2336\n");
	put_text(w, name, "subsystem_vendor", "0x103c\n");
	put_text(w, name, "subsystem_device", "0x165c\n");
	put_text(w, name, "class", "0x030200\n");
	put_text(w, name, "revision", "0xa1\n");
	for (int i = 0; i < 2; i++) {
		scan(w);
		assert_int_equal(w->pci.n, 1);
		assert_false(w->pci.v[0].cap.valid);
		assert_int_equal(w->pci.v[0].vendor, 0x10de);
		assert_int_equal(w->pci.v[0].device, 0x2336);
		assert_int_equal(w->pci.v[0].subvendor, 0x103c);
		assert_int_equal(w->pci.v[0].subdevice, 0x165c);
		assert_int_equal(w->pci.v[0].class_code, 0x030200);
		assert_int_equal(w->pci.v[0].revision, 0xa1);
		put_text(w, name, "config", "too short for a header");
	}
}

static void a_virtual_function_has_ids_of_its_own_files_and_a_physical_function(void **state)
{
	struct world *w = *state;
	const struct xpt_pci_device *vf;

	put_plain(w, "pci0000:00/0000:04:00.0");
	put_plain(w, "pci0000:00/0000:04:00.1");
	put_device(w, "pci0000:00/0000:04:10.0");
	put_config(w, "0000:04:10.0", 4096, 0xffff, 0xffff, 0x020000);
	put_text(w, "0000:04:10.0", "vendor", "0x8086\n");
	put_text(w, "0000:04:10.0", "device", "0x10ca\n");
	put_device_link(w, "0000:04:10.0", "physfn", "../0000:04:00.0");
	put_plain(w, "pci0000:00/0000:04:10.2");
	put_device_link(w, "0000:04:10.2", "physfn", "../0000:04:00.0");
	scan(w);
	vf = find(w, "0000:04:10.0");
	assert_int_equal(vf->vendor, 0x8086);
	assert_int_equal(vf->device, 0x10ca);
	assert_int_equal(vf->class_code, 0x020000);
	assert_int_equal(vf->subvendor, 0x103c);
	assert_ptr_equal(at(w, vf->physfn), find(w, "0000:04:00.0"));
	assert_int_equal(find(w, "0000:04:00.0")->vf_count, 2);
	assert_int_equal(find(w, "0000:04:00.0")->physfn, XPT_PCI_NONE);
	assert_int_equal(find(w, "0000:04:00.1")->vf_count, 0);
}

static void driver_node_reset_and_console_are_read(void **state)
{
	struct world *w = *state;
	const struct xpt_pci_device *d;

	put_device(w, "pci0000:00/0000:00:02.0");
	put_config(w, "0000:00:02.0", 256, 0x8086, 0x1234, 0x030000);
	put_device_link(w, "0000:00:02.0", "driver", "../../../bus/pci/drivers/pciback");
	put_text(w, "0000:00:02.0", "numa_node", "1\n");
	put_text(w, "0000:00:02.0", "boot_vga", "1\n");
	put_text(w, "0000:00:02.0", "reset", "");
	put_plain(w, "pci0000:00/0000:00:03.0");
	put_text(w, "0000:00:03.0", "numa_node", "-1\n");
	put_text(w, "0000:00:03.0", "boot_vga", "1\n");
	scan(w);
	d = find(w, "0000:00:02.0");
	assert_string_equal(d->driver, "pciback");
	assert_true(xpt_pci_is_hidden(d));
	assert_int_equal(d->node, 1);
	assert_true(d->boot_vga);
	assert_true(d->can_reset);
	d = find(w, "0000:00:03.0");
	assert_string_equal(d->driver, "");
	assert_false(xpt_pci_is_hidden(d));
	assert_int_equal(d->node, XPT_PCI_NONE);
	assert_false(d->boot_vga); /* not a display */
	assert_false(d->can_reset);
}

static void a_driven_display_is_a_vga_with_a_driver_of_dom0(void **state)
{
	static const struct {
		uint32_t class_code;
		const char *driver;
		bool is_driven;
	} cases[] = {
		{0x030000, "mgag200", true},  {0x030000, "", false},
		{0x030000, "pciback", false}, {0x030200, "nvidia", false},
		{0x020000, "e1000e", false},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(cases); i++) {
		struct xpt_pci_device d = {.class_code = cases[i].class_code};

		strcpy(d.driver, cases[i].driver);
		assert_int_equal(xpt_pci_is_driven_display(&d), cases[i].is_driven);
	}
}

static void bridges_above_come_from_the_place_in_sysfs(void **state)
{
	struct world *w = *state;
	const struct xpt_pci_device *root, *port, *card;

	put_plain(w, "pci0000:00/0000:00:03.0/0000:01:00.0/0000:02:08.0/0000:03:00.0");
	put_bridge(w, "pci0000:00/0000:00:03.0/0000:01:00.0/0000:02:08.0");
	put_bridge(w, "pci0000:00/0000:00:03.0/0000:01:00.0");
	put_bridge(w, "pci0000:00/0000:00:03.0");
	put_plain(w, "pci0000:00/0000:00:1f.0");
	scan(w);
	root = find(w, "0000:00:03.0");
	port = find(w, "0000:02:08.0");
	card = find(w, "0000:03:00.0");
	assert_ptr_equal(at(w, card->parent), port);
	assert_ptr_equal(at(w, port->parent), find(w, "0000:01:00.0"));
	assert_int_equal(root->parent, XPT_PCI_NONE);
	assert_true(xpt_pci_is_bridge(root));
	assert_false(xpt_pci_is_bridge(card));
	assert_true(xpt_pci_is_above(&w->pci, root, card));
	assert_true(xpt_pci_is_above(&w->pci, card, card));
	assert_false(xpt_pci_is_above(&w->pci, card, root));
	assert_false(xpt_pci_is_above(&w->pci, root, find(w, "0000:00:1f.0")));
}

static void a_bridge_that_is_not_listed_is_no_parent(void **state)
{
	struct world *w = *state;

	put_plain(w, "pci0000:00/0000:00:03.0/0000:01:00.0");
	scan(w);
	assert_int_equal(w->pci.n, 1);
	assert_int_equal(w->pci.v[0].parent, XPT_PCI_NONE);
}

static void a_domain_of_its_own_hangs_below_its_controller(void **state)
{
	struct world *w = *state;
	const struct xpt_pci_device *disk;

	put_plain(w, "pci0000:e0/0000:e0:05.5");
	put_bridge(w, "pci0000:e0/0000:e0:05.5/pci10000:e0/10000:e0:02.0");
	put_plain(w, "pci0000:e0/0000:e0:05.5/pci10000:e0/10000:e0:02.0/10000:e1:00.0");
	scan(w);
	disk = find(w, "10000:e1:00.0");
	assert_int_equal(disk->addr.domain, 0x10000);
	assert_int_equal(xpt_pci_index(&w->pci, disk), 2);
	assert_ptr_equal(at(w, disk->parent), find(w, "10000:e0:02.0"));
	assert_ptr_equal(at(w, at(w, disk->parent)->parent), find(w, "0000:e0:05.5"));
}

static void links_that_go_in_a_circle_are_cut(void **state)
{
	struct world *w = *state;
	const struct xpt_pci_device *a, *b;

	put_plain(w, "pci0000:00/0000:02:00.0/0000:01:00.0");
	put_plain(w, "pci0000:00/0000:01:00.0/0000:02:00.0");
	scan(w);
	a = find(w, "0000:01:00.0");
	b = find(w, "0000:02:00.0");
	assert_ptr_equal(at(w, b->parent), a);
	assert_int_equal(a->parent, XPT_PCI_NONE);
}

static void a_device_that_is_gone_is_left_out(void **state)
{
	struct world *w = *state;

	put_plain(w, "pci0000:00/0000:00:01.0");
	put_link(w, DEVICES "/0000:00:02.0", "../../../devices/pci0000:00/0000:00:02.0");
	put_device(w, "pci0000:00/0000:00:03.0");
	put_config(w, "0000:00:03.0", 256, 0xffff, 0xffff, 0xffffff);
	put_plain(w, "pci0000:00/0000:00:04.0");
	scan(w);
	assert_int_equal(w->pci.n, 2);
	assert_int_equal(w->pci.v[0].addr.dev, 1);
	assert_int_equal(w->pci.v[1].addr.dev, 4);
}

static void names_that_the_kernel_does_not_write_are_skipped(void **state)
{
	static const char *const names[] = {
		"00:01.0",       "00000:00:01.0", "0000:00:1.0",  "0000:00:01.0 ",
		"0000:00:01.00", "0000:0A:01.0",  "0000:00:01.8", "0000:00:20.0",
		"%s%n",          "device",        "-1:00:01.0",
	};
	struct world *w = *state;

	put_plain(w, "pci0000:00/0000:00:01.0");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(names); i++) {
		XPT_FREE char *path = xpt_fmt(DEVICES "/%s", names[i]);

		put_link(w, path, "../../../devices/pci0000:00/0000:00:01.0");
	}
	scan(w);
	assert_int_equal(w->pci.n, 1);
}

/* ---- nodes from Xen ---- */

struct asked {
	size_t n;
	int failure;
};

/* Node 1 for bus 1, unknown for others. */
static int answer_nodes(void *handle, struct xpt_xen_pci *devices, size_t n, struct xpt_err *err)
{
	struct asked *asked = handle;

	asked->n = n;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(devices[i].devfn, 0x1a);
		devices[i].node = devices[i].bus == 1 ? 1 : XPT_XEN_NO_NODE;
	}
	return asked->failure ? xpt_err_sys(err, asked->failure, NULL, "no answer") : 0;
}

static void xen_fills_in_the_nodes_it_knows(void **state)
{
	static const struct xpt_xen_ops ops = {.version = XPT_XEN_OPS_VERSION,
					       .pci_nodes = answer_nodes};
	struct world *w = *state;
	struct asked asked = {0};
	struct xpt_xen xen = {.ops = &ops, .handle = &asked};

	assert_int_equal(xpt_pci_add_nodes(&w->pci, &xen, NULL), 0);
	put_plain(w, "pci0000:00/0000:01:03.2");
	put_plain(w, "pci0000:00/0000:02:03.2");
	put_text(w, "0000:02:03.2", "numa_node", "3\n");
	put_plain(w, "pci0000:00/10000:01:03.2");
	scan(w);
	asked.failure = EPERM;
	assert_int_equal(xpt_pci_add_nodes(&w->pci, &xen, NULL), -EPERM);
	assert_int_equal(find(w, "0000:01:03.2")->node, XPT_PCI_NONE);
	asked.failure = 0;
	assert_int_equal(xpt_pci_add_nodes(&w->pci, &xen, NULL), 0);
	assert_int_equal(asked.n, 2); /* Xen has no domain 10000 */
	assert_int_equal(find(w, "0000:01:03.2")->node, 1);
	assert_int_equal(find(w, "0000:02:03.2")->node, 3);
	assert_int_equal(find(w, "10000:01:03.2")->node, XPT_PCI_NONE);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_host_without_pci_has_no_devices),
		TREE_TEST(a_listing_that_cannot_be_read_is_an_error),
		TREE_TEST(ids_come_from_config_space_of_any_length),
		TREE_TEST(a_device_without_config_space_is_read_from_its_attributes),
		TREE_TEST(a_virtual_function_has_ids_of_its_own_files_and_a_physical_function),
		TREE_TEST(driver_node_reset_and_console_are_read),
		cmocka_unit_test(a_driven_display_is_a_vga_with_a_driver_of_dom0),
		TREE_TEST(bridges_above_come_from_the_place_in_sysfs),
		TREE_TEST(a_bridge_that_is_not_listed_is_no_parent),
		TREE_TEST(a_domain_of_its_own_hangs_below_its_controller),
		TREE_TEST(links_that_go_in_a_circle_are_cut),
		TREE_TEST(a_device_that_is_gone_is_left_out),
		TREE_TEST(names_that_the_kernel_does_not_write_are_skipped),
		TREE_TEST(xen_fills_in_the_nodes_it_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
