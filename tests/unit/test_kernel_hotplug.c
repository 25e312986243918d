/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(a_removed_function_comes_back_by_rescan),
		MACHINE_TEST(a_removed_bridge_takes_along_what_is_below),
	};

	return cmocka_run_group_tests_name("kernel_hotplug", tests, NULL, NULL);
}
