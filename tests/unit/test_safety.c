/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hiding devices and giving them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

/* ---- hiding ---- */

static void a_device_that_nobody_needs_may_be_hidden(void **state)
{
	struct scene *s = *state;

	scene_hide(s, "0000:03:00.0,0000:03:00.1,0000:86:00.0");
	scene_expect(s, "");
}

static void what_dom0_uses_is_refused_with_its_chain(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_MANAGEMENT_NIC,
			"management <- xenbr0 <- bond0 <- eth0 <- 0000:19:00.0",
			HOPS("0000:19:00.0"));
	scene_dom0_uses(s, XPT_REASON_BOOT_DISK, "/ <- nvme0 <- 0000:86:00.0",
			HOPS("0000:86:00.0"));
	scene_hide(s, "0000:19:00.0,0000:86:00.0");
	scene_expect(s, "!management-nic@0000:19:00.0 !boot-disk@0000:86:00.0");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:19:00.0 carries the management interface: "
			    "management <- xenbr0 <- bond0 <- eth0 <- 0000:19:00.0");
	assert_string_equal(scene_sentence(s, 1),
			    "0000:86:00.0 carries the disk that this host boots "
			    "from: / <- nvme0 <- 0000:86:00.0");
}

static void several_uses_of_one_kind_are_one_verdict(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_BOOT_DISK, "/ <- 0000:86:00.0", HOPS("0000:86:00.0"));
	scene_dom0_uses(s, XPT_REASON_BOOT_DISK, "/boot/efi <- 0000:86:00.0", HOPS("0000:86:00.0"));
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "!boot-disk@0000:86:00.0");
	assert_non_null(strstr(scene_sentence(s, 0), ": / <- 0000:86:00.0 and 1 more"));
}

static void the_use_of_a_vf_is_refused_for_its_pf(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_STORAGE_NIC, "network Storage <- eth4 <- 0000:19:02.0",
			HOPS("0000:19:02.0", "0000:19:00.0"));
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "!storage-nic@0000:19:00.0");
	assert_non_null(strstr(scene_sentence(s, 0), "eth4 <- 0000:19:02.0 <- 0000:19:00.0"));
}

static void a_network_of_vms_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_GUEST_NETWORK, "network VMs <- eth0 <- 0000:19:00.0",
			HOPS("0000:19:00.0"));
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "guest-network@0000:19:00.0");
}

static void bridges_absent_devices_and_long_domains_are_refused(void **state)
{
	struct scene *s = *state;

	scene_hide(s, "0000:00:01.0,0000:42:00.0,10000:01:00.0");
	scene_expect(s, "!bridge@0000:00:01.0 !absent@0000:42:00.0 !domain-too-long@10000:01:00.0");
}

static void what_a_running_vm_holds_is_refused(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[GPU].driver, "pciback");
	scene_runs(&s->vms[1], HERE, 7);
	scene_domain_holds(s, 7, "0000:03:00.0");
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "!held-by-vm@0000:03:00.0");
	assert_string_equal(scene_sentence(s, 0), "0000:03:00.0 is held by VM db (running)");
}

static void a_holder_that_xapi_does_not_know_is_named_by_its_domain(void **state)
{
	struct scene *s = *state;

	/* The same number on another host is another domain. */
	scene_runs(&s->vms[1], THERE, 7);
	scene_domain_holds(s, 7, "0000:03:00.0");
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	assert_string_equal(scene_sentence(s, 0), "0000:03:00.0 is held by domain 7");
}

static void without_xen_only_what_pciback_has_may_be_held(void **state)
{
	struct scene *s = *state;

	s->holders.is_known = false;
	strcpy(s->devices[DISK].driver, "pciback");
	scene_hide(s, "0000:03:00.0,0000:03:00.1,0000:86:00.0");
	scene_expect(s, "!holders-unknown@0000:86:00.0");
}

static void without_xen_xapi_may_know_the_holder(void **state)
{
	struct scene *s = *state;
	struct xpt_bdf gpu = scene_address("0000:03:00.0");

	s->holders.is_known = false;
	strcpy(s->devices[GPU].driver, "pciback");
	scene_runs(&s->vms[1], HERE, 7);
	xpt_strv_add(&s->vms[1].attached_pcis, "pci-gpu");
	assert_ptr_equal(xpt_safety_holder(&s->world, &gpu), &s->vms[1]);
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "!held-by-vm@0000:03:00.0");
	/* Xen's word counts more than xapi's. */
	s->holders.is_known = true;
	assert_null(xpt_safety_holder(&s->world, &gpu));
}

static void a_pf_stays_while_a_vm_has_its_vf(void **state)
{
	struct scene *s = *state;

	scene_claims(&s->vms[1], "0/0000:19:02.0");
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "!parent-of-used-vf@0000:19:00.0");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:19:00.0 cannot go while its virtual function "
			    "0000:19:02.0 is claimed by VM db (halted)");
	scene_domain_holds(s, 9, "0000:19:02.0");
	scene_hide(s, "0000:19:00.0");
	assert_non_null(strstr(scene_sentence(s, 0), "is held by domain 9"));
}

static void a_pf_stays_while_nobody_can_tell_who_has_its_vf(void **state)
{
	struct scene *s = *state;

	s->world.pool = NULL;
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "!parent-of-used-vf@0000:19:00.0");
	strcpy(s->devices[VF].driver, "");
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "!parent-of-used-vf@0000:19:00.0");
}

static void virtual_functions_that_nobody_has_go_with_their_pf(void **state)
{
	struct scene *s = *state;

	s->devices[NIC].vf_count = 1;
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "");
}

static void a_claim_does_not_stand_in_the_way_of_hiding(void **state)
{
	struct scene *s = *state;

	scene_claims(&s->vms[1], "0/0000:86:00.0");
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "");
}

static void a_sibling_that_dom0_keeps_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	scene_hide(s, "0000:03:00.0");
	scene_expect(s, "slot-left-behind@0000:03:00.1");
	assert_string_equal(
		scene_sentence(s, 0),
		"0000:03:00.1 stays with dom0 while 0000:03:00.0 of the same slot goes");
	s->boot.next.known = true;
	xpt_hidelist_parse("(0000:03:00.1)", &s->boot.next.list);
	scene_hide(s, "0000:03:00.0");
	scene_expect(s, "");
}

static void a_sibling_that_dom0_uses_is_shown_with_what_for(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_MANAGEMENT_NIC, "management <- eth1 <- 0000:03:00.1",
			HOPS("0000:03:00.1"));
	scene_hide(s, "0000:03:00.0");
	scene_expect(s, "slot-left-behind@0000:03:00.1");
	assert_string_equal(
		scene_sentence(s, 0),
		"0000:03:00.1 stays with dom0 while 0000:03:00.0 of the same slot goes; "
		"dom0 uses 0000:03:00.1: management <- eth1 <- 0000:03:00.1");
	/* Where dom0 uses a function, the slot is not to be taken as a whole. */
	assert_null(s->verdicts.v[0].hint);
}

static void siblings_of_one_slot_are_one_warning(void **state)
{
	struct scene *s = *state;

	s->devices[NIC] = scene_device("0000:03:00.2", 0x0c0330, PORT, "xhci_hcd");
	s->devices[VF] = scene_device("0000:03:00.3", 0x0c8000, PORT, "");
	scene_hide(s, "0000:03:00.0");
	scene_expect(s, "slot-left-behind@0000:03:00.1");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:03:00.1, 0000:03:00.2 and 0000:03:00.3 stay with dom0 while "
			    "0000:03:00.0 of the same slot goes");
	assert_string_equal(s->verdicts.v[0].hint, "siblings=true takes the whole slot");
	scene_hide(s, "0000:03:00.2,0000:03:00.0");
	scene_expect(s, "slot-left-behind@0000:03:00.1");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:03:00.1 and 0000:03:00.3 stay with dom0 while 0000:03:00.2 of "
			    "the same slot goes");
}

/* A port without ACS, with the GPU, its audio and the disk below. */
static void put_below_one_port(struct scene *s)
{
	s->devices[PORT].cap.pcie_type = XPT_PCIE_ROOT_PORT;
	s->devices[DISK].parent = PORT;
}

static void what_cannot_be_kept_apart_and_stays_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	put_below_one_port(s);
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "group-left-behind@0000:86:00.0");
	assert_string_equal(
		scene_sentence(s, 0),
		"0000:86:00.0 stays with dom0 while 0000:03:00.0 of the same isolation group goes; "
		"bridge 0000:00:01.0 has no ACS: these devices can reach each other's memory by "
		"DMA that the IOMMU does not see or cannot tell apart");
	scene_hide(s, "0000:03:00.0,0000:03:00.1,0000:86:00.0");
	scene_expect(s, "");
	strcpy(s->devices[DISK].driver, "pciback");
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "");
}

static void what_stays_of_the_slot_is_said_once(void **state)
{
	struct scene *s = *state;

	put_below_one_port(s);
	scene_hide(s, "0000:03:00.0");
	scene_expect(s, "slot-left-behind@0000:03:00.1 group-left-behind@0000:86:00.0");
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "group-left-behind@0000:03:00.0");
	assert_true(xpt_has_prefix(scene_sentence(s, 0),
				   "0000:03:00.0 and 0000:03:00.1 stay with dom0 while "
				   "0000:86:00.0 of the same isolation group goes; "));
}

static void virtual_functions_of_what_goes_do_not_stay(void **state)
{
	struct scene *s = *state;

	s->devices[PORT].cap.pcie_type = XPT_PCIE_ROOT_PORT;
	s->devices[NIC].parent = s->devices[VF].parent = PORT;
	s->devices[GPU].parent = s->devices[AUDIO].parent = XPT_PCI_NONE;
	strcpy(s->devices[VF].driver, "iavf");
	scene_hide(s, "0000:19:00.0");
	scene_expect(s, "");
	s->devices[DISK].parent = PORT;
	scene_hide(s, "0000:86:00.0");
	assert_true(xpt_has_prefix(scene_sentence(s, 0),
				   "0000:19:00.0 and 0000:19:02.0 stay with dom0"));
}

static void a_strict_pool_refuses_what_parts_a_group(void **state)
{
	struct scene *s = *state;
	XPT_VALUE *loose = xpt_value_struct(), *strict = xpt_value_struct();

	xpt_value_put(loose, "xe-passthrough:isolation", xpt_value_str("loose"));
	xpt_value_put(strict, "xe-passthrough:isolation", xpt_value_str("strict"));
	put_below_one_port(s);
	s->pool.other_config = loose;
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "group-left-behind@0000:86:00.0");
	s->pool.other_config = strict;
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "!group-left-behind@0000:86:00.0");
	assert_int_equal(xpt_verdicts_settle(&s->verdicts, "group-left-behind", NULL), 0);
	scene_expect(s, "group-left-behind@0000:86:00.0");
}

/* 87:00.0 is the display of the console, 86:00.0 another one. */
static void add_two_displays(struct scene *s)
{
	s->devices[VGA] = scene_device("0000:87:00.0", 0x030000, XPT_PCI_NONE, "ast");
	s->devices[VGA].boot_vga = true;
	s->devices[DISK] = scene_device("0000:86:00.0", 0x030000, XPT_PCI_NONE, "radeon");
}

static void the_display_of_the_console_may_go_where_another_stays(void **state)
{
	struct scene *s = *state;

	add_two_displays(s);
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "");
	scene_hide(s, "0000:87:00.0");
	scene_expect(s, "console-gpu@0000:87:00.0");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:87:00.0 is the display of the host's console, which goes dark; "
			    "0000:86:00.0 is left to dom0");
}

static void the_last_display_is_refused_whether_all_go_at_once_or_one_by_one(void **state)
{
	struct scene *s = *state;

	add_two_displays(s);
	scene_hide(s, "0000:86:00.0,0000:87:00.0");
	scene_expect(s, "!console-gpu@0000:87:00.0");
	s->boot.next.known = true;
	xpt_hidelist_parse("(0000:86:00.0)", &s->boot.next.list);
	scene_hide(s, "0000:87:00.0");
	scene_expect(s, "!console-gpu@0000:87:00.0");
	assert_string_equal(
		scene_sentence(s, 0),
		"without 0000:87:00.0 no display is left to dom0 for the host's console");
	xpt_hidelist_done(&s->boot.next.list);
	strcpy(s->devices[VGA].driver, "pciback");
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "!console-gpu@0000:86:00.0");
}

static void where_the_firmware_has_no_display_no_console_is_lost(void **state)
{
	struct scene *s = *state;

	add_two_displays(s);
	s->devices[VGA].boot_vga = false;
	scene_hide(s, "0000:86:00.0,0000:87:00.0");
	scene_expect(s, "");
}

static void a_display_that_dom0_has_no_driver_for_does_not_count(void **state)
{
	struct scene *s = *state;

	add_two_displays(s);
	strcpy(s->devices[DISK].driver, "");
	scene_hide(s, "0000:87:00.0");
	scene_expect(s, "!console-gpu@0000:87:00.0");
	strcpy(s->devices[DISK].driver, "pciback");
	scene_hide(s, "0000:87:00.0");
	scene_expect(s, "!console-gpu@0000:87:00.0");
}

/* ---- giving back ---- */

static void a_claimed_device_stays_hidden(void **state)
{
	struct scene *s = *state;

	scene_claims(&s->vms[1], "0/0000:03:00.0");
	scene_unhide(s, "0000:03:00.0,0000:42:00.0");
	scene_expect(s, "!claimed-by-vm@0000:03:00.0");
}

static void a_held_device_may_be_given_back_for_the_next_boot(void **state)
{
	struct scene *s = *state;

	scene_runs(&s->vms[1], HERE, 7);
	scene_domain_holds(s, 7, "0000:03:00.0");
	scene_unhide(s, "0000:03:00.0");
	scene_expect(s, "held-by-vm@0000:03:00.0");
}

static void names_of_vms_are_cleaned(void **state)
{
	struct scene *s = *state;

	s->vms[1].name = XPT_TEXT("a\033[2Jb");
	scene_runs(&s->vms[1], HERE, 7);
	scene_domain_holds(s, 7, "0000:86:00.0");
	scene_hide(s, "0000:86:00.0");
	assert_string_equal(scene_sentence(s, 0),
			    "0000:86:00.0 is held by VM a\\x1b[2Jb (running)");
}

static void hiding_tells_of_reserved_memory_that_stands_in_the_way_later(void **state)
{
	struct scene *s = *state;

	scene_share_memory(s, NIC, DISK);
	scene_hide(s, "0000:86:00.0");
	scene_expect(s, "reserved-memory@0000:86:00.0");
	assert_non_null(strstr(s->verdicts.v[0].hint, "pci-quarantine = false"));
	scene_hide(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "");
	scene_unhide(s, "0000:86:00.0");
	scene_expect(s, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_device_that_nobody_needs_may_be_hidden),
		TEST(what_dom0_uses_is_refused_with_its_chain),
		TEST(several_uses_of_one_kind_are_one_verdict),
		TEST(the_use_of_a_vf_is_refused_for_its_pf),
		TEST(a_network_of_vms_is_worth_a_warning),
		TEST(bridges_absent_devices_and_long_domains_are_refused),
		TEST(what_a_running_vm_holds_is_refused),
		TEST(a_holder_that_xapi_does_not_know_is_named_by_its_domain),
		TEST(without_xen_only_what_pciback_has_may_be_held),
		TEST(without_xen_xapi_may_know_the_holder),
		TEST(a_pf_stays_while_a_vm_has_its_vf),
		TEST(a_pf_stays_while_nobody_can_tell_who_has_its_vf),
		TEST(virtual_functions_that_nobody_has_go_with_their_pf),
		TEST(a_claim_does_not_stand_in_the_way_of_hiding),
		TEST(a_sibling_that_dom0_keeps_is_worth_a_warning),
		TEST(a_sibling_that_dom0_uses_is_shown_with_what_for),
		TEST(siblings_of_one_slot_are_one_warning),
		TEST(what_cannot_be_kept_apart_and_stays_is_worth_a_warning),
		TEST(what_stays_of_the_slot_is_said_once),
		TEST(virtual_functions_of_what_goes_do_not_stay),
		TEST(a_strict_pool_refuses_what_parts_a_group),
		TEST(the_display_of_the_console_may_go_where_another_stays),
		TEST(the_last_display_is_refused_whether_all_go_at_once_or_one_by_one),
		TEST(where_the_firmware_has_no_display_no_console_is_lost),
		TEST(a_display_that_dom0_has_no_driver_for_does_not_count),
		TEST(a_claimed_device_stays_hidden),
		TEST(a_held_device_may_be_given_back_for_the_next_boot),
		TEST(names_of_vms_are_cleaned),
		TEST(hiding_tells_of_reserved_memory_that_stands_in_the_way_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
