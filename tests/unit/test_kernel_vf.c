/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(numvfs_makes_virtual_functions),
		MACHINE_TEST(virtual_functions_share_the_memory_of_the_physical_one),
		MACHINE_TEST(numvfs_zero_removes_them),
		MACHINE_TEST(numvfs_follows_the_rules_of_the_kernel),
		MACHINE_TEST(numvfs_needs_a_driver_that_can),
		MACHINE_TEST(virtual_functions_on_pciback_stay),
		MACHINE_TEST(unbinding_the_physical_function_removes_the_virtual_ones),
	};

	return cmocka_run_group_tests_name("kernel_vf", tests, NULL, NULL);
}
