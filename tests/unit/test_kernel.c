/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel.h"
#include "pcitree.h"
#include "tree.h"

#define PCIBACK "bus/pci/drivers/pciback/"
#define GPU "0000:01:00.0"
#define AUDIO "0000:01:00.1"
#define NIC "0000:02:00.0"
#define HIDDEN "0000:03:00.0"
#define IDLE "0000:00:1f.0"
#define NIC_DIR "devices/pci0000:00/0000:00:1d.0/" NIC

struct machine {
	struct xpt_pcitree tree;
	struct xpt_kernel kernel;
};

static int setup(void **state)
{
	struct machine *m = xpt_alloc(sizeof(*m));

	*state = m;
	if (xpt_pcitree_make("sys", &m->tree))
		return -1;
	return xpt_kernel_open(m->tree.root, NULL, &m->kernel);
}

static int teardown(void **state)
{
	struct machine *m = *state;

	xpt_kernel_close(&m->kernel);
	xpt_pcitree_done(&m->tree);
	free(m);
	return 0;
}

static int store(struct machine *m, const char *path, const char *text)
{
	return xpt_kernel_store(&m->kernel, path, text, strlen(text));
}

static void assert_file(int dir, const char *path, const char *expected)
{
	char text[8192] = "";
	ssize_t n = xpt_tree_read(dir, text, sizeof(text) - 1, "%s", path);

	text[n < 0 ? 0 : n] = '\0';
	assert_string_equal(text, expected);
}

static void assert_sys(const struct machine *m, const char *path, const char *expected)
{
	assert_file(m->tree.sys_fd, path, expected);
}

static void assert_resets(const struct machine *m, const char *expected)
{
	assert_file(m->tree.root_fd, "var/lib/kernel-model/resets", expected);
}

static void assert_driver(const struct machine *m, const char *name, const char *expected)
{
	assert_string_equal(xpt_pcitree_driver(&m->tree, name), expected);
}

static bool in_sys(const struct machine *m, const char *path)
{
	struct stat st;

	return fstatat(m->tree.sys_fd, path, &st, 0) == 0;
}

static void to_pciback(struct machine *m, const char *drv, const char *name)
{
	XPT_FREE char *unbind = xpt_fmt("bus/pci/drivers/%s/unbind", drv);

	assert_int_equal(store(m, unbind, name), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", name), 0);
	assert_int_equal(store(m, PCIBACK "bind", name), 0);
	assert_driver(m, name, "pciback");
}

/* ---- opening ---- */

static void opening_completes_what_a_description_leaves_out(void **state)
{
	struct machine *m = *state;

	assert_true(in_sys(m, "bus/pci/drivers_probe"));
	assert_true(in_sys(m, PCIBACK "new_slot"));
	assert_true(in_sys(m, "bus/pci/drivers/ixgbe/unbind"));
	assert_true(in_sys(m, "bus/pci/drivers/ixgbe/" NIC "/config"));
	assert_true(in_sys(m, "bus/pci/devices/" NIC "/driver/bind"));
	assert_sys(m, "bus/pci/devices/" NIC "/driver_override", "(null)\n");
	assert_sys(m, "bus/pci/devices/" NIC "/uevent", "DRIVER=ixgbe\nPCI_CLASS=20000\n");
	assert_sys(m, PCIBACK "slots", HIDDEN "\n");
}

static void opening_records_native_drivers_once(void **state)
{
	struct machine *m = *state;
	struct xpt_kernel again;

	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_int_equal(xpt_kernel_open(m->tree.root, NULL, &again), 0);
	xpt_kernel_close(&again);
	assert_file(m->tree.root_fd, "var/lib/kernel-model/native",
		    "0000:00:1c.0 pcieport\n0000:00:1d.0 pcieport\n0000:00:1e.0 pcieport\n" GPU
		    " nouveau\n" AUDIO " snd_hda_intel\n" NIC " ixgbe\n");
}

static void a_missing_machine_is_an_error(void **state)
{
	struct xpt_kernel k;

	(void)state;
	assert_int_equal(xpt_kernel_open("/nonexistent", NULL, &k), -ENOENT);
}

static void only_files_with_effects_are_modelled(void **state)
{
	(void)state;
	assert_true(xpt_kernel_models("bus/pci/drivers/nvme/bind"));
	assert_true(xpt_kernel_models(PCIBACK "remove_slot"));
	assert_true(xpt_kernel_models(NIC_DIR "/sriov_numvfs"));
	assert_true(xpt_kernel_models("bus/pci/rescan"));
	assert_false(xpt_kernel_models(PCIBACK "slots"));
	assert_false(xpt_kernel_models("bus/pci/drivers/nvme/new_slot"));
	assert_false(xpt_kernel_models("bus/usb/drivers/usb/bind"));
	assert_false(xpt_kernel_models("class/net/eth0/reset"));
	assert_false(xpt_kernel_models("reset"));
}

/* ---- bind and unbind ---- */

static void unbind_takes_the_links_and_the_uevent_line_away(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC "\n"), 0);
	assert_driver(m, NIC, "");
	assert_false(in_sys(m, "bus/pci/drivers/ixgbe/" NIC));
	assert_sys(m, "bus/pci/devices/" NIC "/uevent", "PCI_CLASS=20000\n");
}

static void unbind_from_another_driver_is_enodev(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/nouveau/unbind", NIC), -ENODEV);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", "0000:7f:00.0"), -ENODEV);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", "02:00.0"), -ENODEV);
	assert_driver(m, NIC, "ixgbe");
}

static void bind_brings_the_native_driver_back(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/bind", NIC), 0);
	assert_driver(m, NIC, "ixgbe");
	assert_true(in_sys(m, "bus/pci/drivers/ixgbe/" NIC "/config"));
}

static void bind_to_a_driver_that_does_not_know_the_device_is_enodev(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/nouveau/bind", IDLE), -ENODEV);
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/bind", "0000:7f:00.0"), -ENODEV);
}

static void a_driver_knows_devices_with_the_ids_of_its_own(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "unbind", HIDDEN), 0);
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/bind", HIDDEN), 0);
	assert_driver(m, HIDDEN, "nouveau");
}

static void bind_of_a_bound_device_fails_as_the_machines_kernel_does(void **state)
{
	struct machine *m = *state;
	struct xpt_kernel newer;

	assert_int_equal(store(m, PCIBACK "bind", NIC), -ENODEV);
	assert_int_equal(xpt_tree_write_text(m->tree.root_fd, "6.1.0-28-amd64\n",
					     "proc/sys/kernel/osrelease"),
			 0);
	assert_int_equal(xpt_kernel_open(m->tree.root, NULL, &newer), 0);
	assert_int_equal(xpt_kernel_store(&newer, PCIBACK "bind", NIC, strlen(NIC)), -EBUSY);
	xpt_kernel_close(&newer);
}

static void a_store_to_an_absent_file_is_enoent(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/absent/bind", NIC), -ENOENT);
	assert_int_equal(store(m, "bus/pci/devices/" IDLE "/reset", "1"), -ENOENT);
}

static void drivers_probe_offers_a_device_to_its_native_driver(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_int_equal(store(m, "bus/pci/drivers_probe", NIC "\n"), 0);
	assert_driver(m, NIC, "ixgbe");
	assert_int_equal(store(m, "bus/pci/drivers_probe", IDLE), 0);
	assert_driver(m, IDLE, "");
	assert_int_equal(store(m, "bus/pci/drivers_probe", "0000:7f:00.0"), -ENODEV);
}

static void driver_override_decides_who_may_bind(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/driver_override", "pciback\n"), 0);
	assert_sys(m, NIC_DIR "/driver_override", "pciback\n");
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/bind", NIC), -ENODEV);
	assert_int_equal(store(m, "bus/pci/drivers_probe", NIC), 0);
	assert_driver(m, NIC, "pciback");
	assert_sys(m, PCIBACK "slots", HIDDEN "\n" NIC "\n");
	assert_int_equal(store(m, NIC_DIR "/driver_override", "\n"), 0);
	assert_sys(m, NIC_DIR "/driver_override", "(null)\n");
}

static void new_id_teaches_a_driver_and_binds(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/drivers/nouveau/new_id", "8086 a123\n"), 0);
	assert_driver(m, IDLE, "nouveau");
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/new_id", "10de 2336"), -EEXIST);
	assert_int_equal(store(m, PCIBACK "new_id", "8086 a123"), -EEXIST);
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/new_id", "8086"), -EINVAL);
}

/* ---- pciback ---- */

static void pciback_binds_only_what_is_on_its_list(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "bind", IDLE), -ENODEV);
	assert_int_equal(store(m, PCIBACK "new_slot", IDLE "\n"), 0);
	assert_driver(m, IDLE, "");
	assert_int_equal(store(m, PCIBACK "bind", IDLE), 0);
	assert_driver(m, IDLE, "pciback");
}

static void slots_shows_absent_devices_too_and_each_once(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "new_slot", "0000:7f:1f.7"), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", " 7F:1f.7 \n"), 0);
	assert_sys(m, PCIBACK "slots", HIDDEN "\n0000:7f:1f.7\n");
}

static void new_slot_takes_wildcards(void **state)
{
	struct machine *m = *state;
	XPT_STRV lines = {0};

	assert_int_equal(store(m, PCIBACK "remove_slot", HIDDEN), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", "05:00.*"), 0);
	assert_sys(m, PCIBACK "slots",
		   "0000:05:00.0\n0000:05:00.1\n0000:05:00.2\n0000:05:00.3\n"
		   "0000:05:00.4\n0000:05:00.5\n0000:05:00.6\n0000:05:00.7\n");
	assert_int_equal(store(m, PCIBACK "new_slot", "0001:06:*.*"), 0);
	assert_int_equal(xpt_tree_lines(m->tree.sys_fd, &lines, PCIBACK "slots"), 0);
	assert_int_equal(lines.n, 8 + 256);
	assert_int_equal(store(m, PCIBACK "remove_slot", "1:6:*.*"), 0);
	assert_int_equal(store(m, PCIBACK "remove_slot", "5:0.*"), 0);
	assert_sys(m, PCIBACK "slots", "");
}

static void junk_for_new_slot_is_einval(void **state)
{
	static const char *const junk[] = {"",
					   "junk",
					   "0000:04:00",
					   "04",
					   "0000:04:00.8",
					   "0000:04:20.0",
					   "0000:100:00.0",
					   "10000:04:00.0",
					   "0000:*:00.0",
					   "0000:04:*.0",
					   "0000:04:00.0x",
					   "-1:04:00.0",
					   "0000:04:00.0 0000:05:00.0"};
	struct machine *m = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(junk); i++)
		assert_int_equal(store(m, PCIBACK "new_slot", junk[i]), -EINVAL);
	assert_sys(m, PCIBACK "slots", HIDDEN "\n");
}

static void remove_slot_of_what_is_not_there_is_enoent(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "remove_slot", NIC), -ENOENT);
	assert_int_equal(store(m, PCIBACK "remove_slot", HIDDEN), 0);
	assert_driver(m, HIDDEN, "pciback");
	assert_int_equal(store(m, PCIBACK "unbind", HIDDEN), 0);
	assert_int_equal(store(m, PCIBACK "bind", HIDDEN), -ENODEV);
}

static void a_claimed_bridge_claims_what_is_below(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "new_slot", "0000:00:1d.0"), 0);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_int_equal(store(m, PCIBACK "bind", NIC), 0);
	assert_driver(m, NIC, "pciback");
}

/* ---- reset ---- */

static void reset_is_noted(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/reset", "1\n"), 0);
	assert_resets(m, NIC "\n");
}

static void reset_takes_one_only(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/reset", "0"), -EINVAL);
	assert_int_equal(store(m, NIC_DIR "/reset", "yes"), -EINVAL);
	assert_int_equal(store(m, NIC_DIR "/reset", ""), -EINVAL);
	assert_int_equal(store(m, NIC_DIR "/reset", "99999999999999999999"), -ERANGE);
	assert_resets(m, "");
}

static void pciback_resets_what_it_takes_and_gives_up(void **state)
{
	struct machine *m = *state;

	to_pciback(m, "ixgbe", NIC);
	assert_resets(m, NIC "\n");
	assert_int_equal(store(m, PCIBACK "unbind", NIC), 0);
	assert_resets(m, NIC "\n" NIC "\n");
	assert_true(in_sys(m, NIC_DIR "/reset"));
}

static void a_bus_is_reset_only_when_pciback_has_all_of_it(void **state)
{
	struct machine *m = *state;

	to_pciback(m, "nouveau", GPU);
	assert_int_equal(store(m, "bus/pci/devices/" GPU "/reset", "1"), -ENOTTY);
	assert_int_equal(store(m, "bus/pci/drivers/snd_hda_intel/unbind", AUDIO), 0);
	assert_int_equal(store(m, "bus/pci/devices/" GPU "/reset", "1"), -ENOTTY);
	assert_resets(m, "");
	assert_int_equal(store(m, PCIBACK "new_slot", AUDIO), 0);
	assert_int_equal(store(m, PCIBACK "bind", AUDIO), 0);
	assert_resets(m, GPU "\n" AUDIO "\n");
	assert_int_equal(store(m, "bus/pci/devices/" GPU "/reset", "1"), 0);
	assert_resets(m, GPU "\n" AUDIO "\n" GPU "\n" AUDIO "\n");
}

static void the_reset_file_that_pciback_made_goes_with_it(void **state)
{
	struct machine *m = *state;

	to_pciback(m, "nouveau", GPU);
	assert_true(in_sys(m, "bus/pci/devices/" GPU "/reset"));
	assert_int_equal(store(m, PCIBACK "unbind", GPU), 0);
	assert_false(in_sys(m, "bus/pci/devices/" GPU "/reset"));
}

static void a_root_bus_is_never_reset(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "new_slot", IDLE), 0);
	assert_int_equal(store(m, PCIBACK "bind", IDLE), 0);
	assert_int_equal(store(m, "bus/pci/devices/" IDLE "/reset", "1"), -ENOTTY);
}

/* ---- virtual functions ---- */

static void numvfs_makes_virtual_functions(void **state)
{
	struct machine *m = *state;
	uint8_t config[4096];

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2\n"), 0);
	assert_sys(m, NIC_DIR "/sriov_numvfs", "2\n");
	assert_sys(m, "bus/pci/devices/0000:02:10.2/vendor", "0x8086\n");
	assert_sys(m, NIC_DIR "/virtfn1/device", "0x10ed\n");
	assert_sys(m, "bus/pci/devices/0000:02:10.0/physfn/device", "0x10fb\n");
	assert_false(in_sys(m, "bus/pci/devices/0000:02:10.4"));
	assert_driver(m, "0000:02:10.0", "");
	assert_int_equal(
		xpt_tree_read(m->tree.sys_fd, config, sizeof(config), NIC_DIR "/virtfn0/config"),
		sizeof(config));
	assert_memory_equal(config, "\xff\xff\xff\xff", 4);
	assert_int_equal(config[0x47] & 0x10, 0x10);
	assert_int_equal(config[0x100], 0);
}

static void virtual_functions_share_the_memory_of_the_physical_one(void **state)
{
	struct machine *m = *state;
	char line[128];

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	assert_int_equal(
		xpt_tree_line(m->tree.sys_fd, line, sizeof(line), NIC_DIR "/virtfn1/resource"), 0);
	assert_string_equal(line, "0x0000000090004000 0x0000000090007fff 0x0000000000140204");
}

static void numvfs_zero_removes_them(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "4"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "0"), 0);
	assert_false(in_sys(m, "bus/pci/devices/0000:02:10.0"));
	assert_false(in_sys(m, "devices/pci0000:00/0000:00:1d.0/0000:02:10.6"));
	assert_false(xpt_tree_has(m->tree.sys_fd, NIC_DIR "/virtfn0"));
	assert_sys(m, NIC_DIR "/sriov_numvfs", "0\n");
}

static void numvfs_follows_the_rules_of_the_kernel(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "5"), -ERANGE);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "70000"), -ERANGE);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "x"), -EINVAL);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "3"), -EBUSY);
	assert_sys(m, NIC_DIR "/sriov_numvfs", "2\n");
}

static void numvfs_needs_a_driver_that_can(void **state)
{
	struct machine *m = *state;

	to_pciback(m, "ixgbe", NIC);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), -ENOENT);
	assert_int_equal(store(m, PCIBACK "unbind", NIC), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), -ENOENT);
}

static void virtual_functions_on_pciback_stay(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "new_slot", "0000:02:10.0"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "1"), 0);
	assert_driver(m, "0000:02:10.0", "pciback");
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "0"), -EPERM);
	assert_int_equal(store(m, PCIBACK "unbind", "0000:02:10.0"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "0"), 0);
}

static void unbinding_the_physical_function_removes_the_virtual_ones(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	assert_int_equal(store(m, "bus/pci/drivers/ixgbe/unbind", NIC), 0);
	assert_false(in_sys(m, "bus/pci/devices/0000:02:10.0"));
	assert_sys(m, NIC_DIR "/sriov_numvfs", "0\n");
}

/* ---- remove and rescan ---- */

static void a_removed_function_comes_back_by_rescan(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, "bus/pci/devices/" GPU "/remove", "1\n"), 0);
	assert_false(in_sys(m, "bus/pci/devices/" GPU));
	assert_false(in_sys(m, "devices/pci0000:00/0000:00:1c.0/" GPU));
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/bind", GPU), -ENODEV);
	assert_int_equal(store(m, "bus/pci/rescan", "1\n"), 0);
	assert_driver(m, GPU, "nouveau");
}

static void a_removed_bridge_takes_along_what_is_below(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	assert_int_equal(store(m, "bus/pci/devices/0000:00:1d.0/remove", "1"), 0);
	assert_false(in_sys(m, "bus/pci/devices/" NIC));
	assert_false(xpt_tree_has(m->tree.sys_fd, "bus/pci/devices/0000:02:10.0"));
	assert_int_equal(store(m, "bus/pci/rescan", "1"), 0);
	assert_driver(m, "0000:00:1d.0", "pcieport");
	assert_driver(m, NIC, "ixgbe");
	assert_sys(m, NIC_DIR "/sriov_numvfs", "0\n");
}

/* ---- flat trees, as a short description makes them ---- */

static void make_flat(int sys, const char *name, const char *driver, unsigned char type,
		      unsigned char below)
{
	unsigned char config[256] = {0};

	config[0x0e] = type;
	config[0x19] = below;
	assert_int_equal(xpt_tree_write(sys, config, sizeof(config), 0644,
					"bus/pci/devices/%s/config", name),
			 0);
	assert_int_equal(xpt_tree_write_text(sys, "0x1234\n", "bus/pci/devices/%s/vendor", name),
			 0);
	if (driver)
		assert_int_equal(xpt_tree_symlink(sys, driver, "bus/pci/devices/%s/driver", name),
				 0);
}

static void a_flat_tree_works_too(void **state)
{
	struct machine *m = *state;
	struct xpt_kernel *k = &m->kernel;

	xpt_kernel_close(k);
	assert_int_equal(xpt_tree_empty(m->tree.root_fd, "sys"), 0);
	assert_int_equal(xpt_tree_empty(m->tree.root_fd, "var"), 0);
	make_flat(m->tree.sys_fd, "0000:00:01.0", "../../drivers/pcieport", 1, 9);
	make_flat(m->tree.sys_fd, "0000:09:00.0", "../../drivers/pciback", 0, 0);
	make_flat(m->tree.sys_fd, "0000:09:00.1", NULL, 0, 0);
	assert_int_equal(xpt_kernel_open(m->tree.root, NULL, k), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", "9:0.1"), 0);
	assert_int_equal(store(m, PCIBACK "bind", "0000:09:00.1"), 0);
	assert_true(in_sys(m, "bus/pci/devices/0000:09:00.1/driver/slots"));
	assert_resets(m, "0000:09:00.0\n0000:09:00.1\n");
	assert_int_equal(store(m, "bus/pci/devices/0000:00:01.0/remove", "1"), 0);
	assert_false(in_sys(m, "bus/pci/devices/0000:09:00.0"));
	assert_int_equal(store(m, "bus/pci/rescan", "1"), 0);
	assert_driver(m, "0000:09:00.0", "pciback");
	assert_driver(m, "0000:00:01.0", "pcieport");
}

/* ---- boot ---- */

static void boot(struct machine *m, const char *value)
{
	struct xpt_hidelist hide = {0};

	xpt_hidelist_parse(value, &hide);
	assert_int_equal(xpt_kernel_boot(&m->kernel, &hide), 0);
	xpt_hidelist_done(&hide);
}

static void boot_gives_pciback_what_the_list_names(void **state)
{
	struct machine *m = *state;

	boot(m, "(01:00.*)(0000:7f:00.0)");
	assert_driver(m, GPU, "pciback");
	assert_driver(m, AUDIO, "pciback");
	assert_driver(m, NIC, "ixgbe");
	assert_true(in_sys(m, "bus/pci/devices/" GPU "/reset"));
	assert_resets(m, "");
}

static void boot_gives_the_rest_to_native_drivers(void **state)
{
	struct machine *m = *state;

	to_pciback(m, "ixgbe", NIC);
	assert_int_equal(store(m, "bus/pci/devices/" GPU "/driver_override", "none"), 0);
	assert_int_equal(store(m, "bus/pci/devices/" AUDIO "/remove", "1"), 0);
	assert_int_equal(store(m, "bus/pci/drivers/nouveau/new_id", "8086 a123"), 0);
	boot(m, "");
	assert_driver(m, NIC, "ixgbe");
	assert_driver(m, GPU, "nouveau");
	assert_driver(m, AUDIO, "snd_hda_intel");
	assert_driver(m, HIDDEN, "nouveau");
	assert_driver(m, IDLE, "");
	assert_sys(m, PCIBACK "slots", "");
}

static void boot_forgets_virtual_functions(void **state)
{
	struct machine *m = *state;

	assert_int_equal(store(m, PCIBACK "new_slot", "0000:02:10.0"), 0);
	assert_int_equal(store(m, NIC_DIR "/sriov_numvfs", "2"), 0);
	boot(m, "");
	assert_false(in_sys(m, "bus/pci/devices/0000:02:10.0"));
	assert_sys(m, NIC_DIR "/sriov_numvfs", "0\n");
}

static void a_bad_list_leaves_no_pciback_at_all(void **state)
{
	struct machine *m = *state;

	boot(m, "(0000:01:00.0)(0000:02:00.0");
	assert_false(in_sys(m, "bus/pci/drivers/pciback"));
	assert_driver(m, GPU, "nouveau");
	assert_driver(m, NIC, "ixgbe");
	boot(m, "(0000:02:00.0)");
	assert_driver(m, NIC, "pciback");
}

#define MACHINE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(opening_completes_what_a_description_leaves_out),
		MACHINE_TEST(opening_records_native_drivers_once),
		cmocka_unit_test(a_missing_machine_is_an_error),
		cmocka_unit_test(only_files_with_effects_are_modelled),
		MACHINE_TEST(unbind_takes_the_links_and_the_uevent_line_away),
		MACHINE_TEST(unbind_from_another_driver_is_enodev),
		MACHINE_TEST(bind_brings_the_native_driver_back),
		MACHINE_TEST(bind_to_a_driver_that_does_not_know_the_device_is_enodev),
		MACHINE_TEST(a_driver_knows_devices_with_the_ids_of_its_own),
		MACHINE_TEST(bind_of_a_bound_device_fails_as_the_machines_kernel_does),
		MACHINE_TEST(a_store_to_an_absent_file_is_enoent),
		MACHINE_TEST(drivers_probe_offers_a_device_to_its_native_driver),
		MACHINE_TEST(driver_override_decides_who_may_bind),
		MACHINE_TEST(new_id_teaches_a_driver_and_binds),
		MACHINE_TEST(pciback_binds_only_what_is_on_its_list),
		MACHINE_TEST(slots_shows_absent_devices_too_and_each_once),
		MACHINE_TEST(new_slot_takes_wildcards),
		MACHINE_TEST(junk_for_new_slot_is_einval),
		MACHINE_TEST(remove_slot_of_what_is_not_there_is_enoent),
		MACHINE_TEST(a_claimed_bridge_claims_what_is_below),
		MACHINE_TEST(reset_is_noted),
		MACHINE_TEST(reset_takes_one_only),
		MACHINE_TEST(pciback_resets_what_it_takes_and_gives_up),
		MACHINE_TEST(a_bus_is_reset_only_when_pciback_has_all_of_it),
		MACHINE_TEST(the_reset_file_that_pciback_made_goes_with_it),
		MACHINE_TEST(a_root_bus_is_never_reset),
		MACHINE_TEST(numvfs_makes_virtual_functions),
		MACHINE_TEST(virtual_functions_share_the_memory_of_the_physical_one),
		MACHINE_TEST(numvfs_zero_removes_them),
		MACHINE_TEST(numvfs_follows_the_rules_of_the_kernel),
		MACHINE_TEST(numvfs_needs_a_driver_that_can),
		MACHINE_TEST(virtual_functions_on_pciback_stay),
		MACHINE_TEST(unbinding_the_physical_function_removes_the_virtual_ones),
		MACHINE_TEST(a_removed_function_comes_back_by_rescan),
		MACHINE_TEST(a_removed_bridge_takes_along_what_is_below),
		MACHINE_TEST(a_flat_tree_works_too),
		MACHINE_TEST(boot_gives_pciback_what_the_list_names),
		MACHINE_TEST(boot_gives_the_rest_to_native_drivers),
		MACHINE_TEST(boot_forgets_virtual_functions),
		MACHINE_TEST(a_bad_list_leaves_no_pciback_at_all),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
