/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("kernel_driver", tests, NULL, NULL);
}
