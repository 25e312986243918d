/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define SNAPSHOT " no-snapshot@vm"

static void a_hidden_device_may_be_given_to_a_vm(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
	assert_non_null(strstr(scene_sentence(s, 0), "will not stop you"));
}

static void what_dom0_keeps_of_a_group_is_told_of_all_that_the_vm_has(void **state)
{
	struct scene *s = *state;

	s->devices[PORT].cap.pcie_type = XPT_PCIE_ROOT_PORT;
	s->devices[DISK].parent = PORT;
	strcpy(s->devices[GPU].driver, "pciback");
	strcpy(s->devices[AUDIO].driver, "pciback");
	scene_claims(&s->vms[0], "0/0000:03:00.0");
	scene_attach(s, "0000:03:00.1");
	assert_int_equal(s->verdicts.v[0].reason, XPT_REASON_GROUP_LEFT_BEHIND);
	assert_string_equal(s->verdicts.v[0].subject, "0000:86:00.0");
	assert_false(s->verdicts.v[0].refuses);
}

static void a_device_with_a_driver_that_dom0_can_spare_warns(void **state)
{
	struct scene *s = *state;

	scene_attach(s, "0000:03:00.0,0000:03:00.1");
	scene_expect(s, "not-hidden@0000:03:00.0 not-hidden@0000:03:00.1" SNAPSHOT);
	assert_non_null(strstr(scene_sentence(s, 0), "driver nvidia"));
	assert_string_equal(s->verdicts.v[0].hint, "hide it with pci_hide, then reboot");
	assert_non_null(strstr(scene_sentence(s, 2), "cannot be suspended"));
	s->boot.next.known = true;
	xpt_hidelist_parse("(0000:03:00.0)", &s->boot.next.list);
	scene_attach(s, "0000:03:00.0,0000:03:00.1");
	assert_string_equal(s->verdicts.v[0].hint, "reboot the host first");
}

static void reserved_memory_that_devices_share_warns_while_xenopsd_quarantines(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	scene_share_memory(s, NIC, DISK);
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "reserved-memory@0000:86:00.0" SNAPSHOT);
	assert_string_equal(scene_sentence(s, 0),
			    "0000:86:00.0 shares memory that the firmware reserves (RMRR) with "
			    "0000:19:00.0: the start of a VM with it fails (Operation not "
			    "permitted) while xenopsd puts devices into quarantine");
	s->region.n = 1;
	s->reserving[0] = DISK;
	scene_attach(s, "0000:86:00.0");
	assert_non_null(strstr(scene_sentence(s, 0), "with devices that are absent"));
	s->reserved.quarantines = false;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
	s->reserved.quarantines = true;
	s->region.is_shared = false;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
}

static void a_device_that_dom0_uses_is_not_given_to_a_vm(void **state)
{
	struct scene *s = *state;

	scene_dom0_uses(s, XPT_REASON_STORAGE_REPOSITORY, "SR Local <- 0000:86:00.0",
			HOPS("0000:86:00.0"));
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!storage-repository@0000:86:00.0 not-hidden@0000:86:00.0" SNAPSHOT);
}

static void what_another_vm_claims_on_this_host_is_refused(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	scene_claims(&s->vms[1], "0/0000:86:00.0");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!claimed-by-vm@0000:86:00.0" SNAPSHOT);
	s->vms[1].affinity = HERE;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!claimed-by-vm@0000:86:00.0" SNAPSHOT);
}

static void what_a_vm_of_another_host_claims_is_its_own_device_there(void **state)
{
	struct scene *s = *state;

	s->pool.n_hosts = 2;
	strcpy(s->devices[DISK].driver, "pciback");
	scene_claims(&s->vms[1], "0/0000:86:00.0");
	scene_runs(&s->vms[1], THERE, 3);
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "other-host@0000:86:00.0 other-host@vm" SNAPSHOT);
	/* A host that left the pool binds nobody. */
	s->vms[1].power_state = XPT_VM_HALTED;
	s->vms[1].affinity = XPT_TEXT("host-gone");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!claimed-by-vm@0000:86:00.0 other-host@vm" SNAPSHOT);
}

static void templates_and_snapshots_claim_nothing(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	scene_claims(&s->vms[1], "0/0000:86:00.0");
	scene_claims(&s->vms[2], "0/0000:86:00.0");
	s->vms[1].is_template = true;
	s->vms[2].is_snapshot = true;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
}

static void what_the_vm_itself_holds_is_no_obstacle(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	scene_runs(&s->vms[0], HERE, 5);
	scene_domain_holds(s, 5, "0000:86:00.0");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
	scene_runs(&s->vms[1], HERE, 6);
	scene_domain_holds(s, 6, "0000:86:00.0");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!held-by-vm@0000:86:00.0" SNAPSHOT);
}

static void without_an_iommu_and_without_knowing_nothing_is_given(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	s->world.iommu = XPT_IOMMU_OFF;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!no-iommu" SNAPSHOT);
	s->world.iommu = XPT_IOMMU_UNKNOWN;
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!no-iommu" SNAPSHOT);
}

/* A pci key of n devices that are not there, on bus 40. */
static void fill_key(struct xpt_vm *vm, unsigned n)
{
	XPT_STR key = {0};

	for (unsigned i = 0; i < n; i++)
		xpt_str_addf(&key, "%s%u/0000:40:%02x.%x", i ? "," : "", i, i / 8, i % 8);
	xpt_vmpci_done(&vm->pci);
	scene_claims(vm, xpt_str_text(&key));
}

static void the_number_of_slots_depends_on_the_firmware(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	fill_key(&s->vms[0], 23);
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
	fill_key(&s->vms[0], 24);
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!too-many-devices@vm" SNAPSHOT);
	s->vms[0].device_model = XPT_TEXT("qemu-upstream-compat");
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "no-snapshot@vm");
	s->vms[0].device_model = XPT_TEXT("qemu-upstream-uefi");
	s->vms[0].is_uefi = false;
	fill_key(&s->vms[0], 27);
	scene_attach(s, "0000:86:00.0");
	scene_expect(s, "!too-many-devices@vm" SNAPSHOT);
}

static void what_the_vm_loses_by_it_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	s->devices[DISK].can_reset = false;
	s->pool.n_hosts = 2;
	s->vms[0].memory_dynamic_min = 2 * GIB;
	s->vms[0].ha_restart_priority = XPT_TEXT("restart");
	scene_attach(s, "0000:86:00.0");
	scene_expect(
		s, "no-reset@0000:86:00.0 other-host@vm dynamic-memory@vm ha-restart@vm" SNAPSHOT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_hidden_device_may_be_given_to_a_vm),
		TEST(a_device_with_a_driver_that_dom0_can_spare_warns),
		TEST(reserved_memory_that_devices_share_warns_while_xenopsd_quarantines),
		TEST(a_device_that_dom0_uses_is_not_given_to_a_vm),
		TEST(what_another_vm_claims_on_this_host_is_refused),
		TEST(what_a_vm_of_another_host_claims_is_its_own_device_there),
		TEST(templates_and_snapshots_claim_nothing),
		TEST(what_the_vm_itself_holds_is_no_obstacle),
		TEST(without_an_iommu_and_without_knowing_nothing_is_given),
		TEST(the_number_of_slots_depends_on_the_firmware),
		TEST(what_the_vm_loses_by_it_is_worth_a_warning),
		TEST(what_dom0_keeps_of_a_group_is_told_of_all_that_the_vm_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
