/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("kernel_pciback", tests, NULL, NULL);
}
