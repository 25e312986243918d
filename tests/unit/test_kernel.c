/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(opening_completes_what_a_description_leaves_out),
		MACHINE_TEST(opening_records_native_drivers_once),
		cmocka_unit_test(a_missing_machine_is_an_error),
		cmocka_unit_test(only_files_with_effects_are_modelled),
		MACHINE_TEST(a_flat_tree_works_too),
		MACHINE_TEST(boot_gives_pciback_what_the_list_names),
		MACHINE_TEST(boot_gives_the_rest_to_native_drivers),
		MACHINE_TEST(boot_forgets_virtual_functions),
		MACHINE_TEST(a_bad_list_leaves_no_pciback_at_all),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
