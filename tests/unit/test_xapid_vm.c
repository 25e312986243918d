/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the test xapi does with the devices of VMs: start, shutdown, migration, snapshots. */
#include <string.h>

#include "tree.h"
#include "xapid_pool.h"

#define BACKEND "/local/domain/0/backend/pci/"

static void a_start_takes_the_devices_that_xapi_would_take(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "nvidia");
	xapid_world_device(p->w, 0, "0000:3b:00.1", NULL);
	xapid_world_device(p->w, 0, "0000:3c:00.0", NULL);
	pool_ask(p, "VM.add_to_other_config", VM1, "pci",
		 "7/0000:3c:00.0,0/0000:3B:0.0@x, "
		 "1/0000:3d:00.0,0/0000:3b:00.1,3d:00.0,0/10000:3d:00.0");
	assert_string_equal(pool_start(p, VM1), "");
	assert_node(p, 0, BACKEND "1/0/dev-0", "0000:3b:00.1");
	assert_node(p, 0, BACKEND "1/0/dev-1", ADDRESS);
	assert_node(p, 0, BACKEND "1/0/dev-2", "0000:3c:00.0");
	assert_node(p, 0, BACKEND "1/0/dev-3", NULL);
	assert_node(p, 0, BACKEND "1/0/msitranslate", "1");
	assert_node(p, 0, BACKEND "1/0/power_mgmt", "0");
	assert_host_file(p, 0, "sys/bus/pci/drivers/nvidia/unbind", ADDRESS);
	assert_host_file(p, 0, "sys/bus/pci/drivers/pciback/bind", "0000:3c:00.0");
	assert_host_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_has(pool_vm_field(p, VM1, "attached_PCIs"), GPU_A);
}

static void a_shutdown_resets_and_lets_go(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "pciback");
	pool_ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(pool_start(p, VM1), "");
	assert_int_equal(
		xpt_tree_write_text(p->w->fd[0], "", "sys/bus/pci/devices/%s/reset", ADDRESS), 0);
	assert_string_equal(pool_ask(p, "VM.hard_shutdown", VM1), "");
	assert_host_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_node(p, 0, BACKEND "1/0/dev-0", NULL);
	assert_string_equal(pool_vm_field(p, VM1, "attached_PCIs"),
			    "<value><array><data></data></array></value>");
	assert_string_equal(pool_start(p, VM1), "");
	assert_node(p, 0, BACKEND "2/0/dev-0", ADDRESS);
	assert_string_equal(pool_ask(p, "VM.hard_reboot", VM1), "");
	assert_node(p, 0, BACKEND "2/0/dev-0", NULL);
	assert_node(p, 0, BACKEND "3/0/dev-0", ADDRESS);
	assert_string_equal(pool_vm_field(p, VM1, "domid"), "3");
}

static void a_device_in_use_is_reset_before_xen_refuses_it(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "pciback");
	pool_ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(pool_start(p, VM1), "");
	assert_int_equal(
		xpt_tree_write_text(p->w->fd[0], "", "sys/bus/pci/devices/%s/reset", ADDRESS), 0);
	pool_ask(p, "VM.add_to_other_config", VM2, "pci", "0/" ADDRESS);
	assert_string_equal(pool_ask(p, "VM.start_on", VM2, HOST_A, NO, NO),
			    "INTERNAL_ERROR|xenopsd internal error: Cannot_add(" ADDRESS
			    ", Xenctrlext.Unix_error(4, \"16: Device or resource busy\"))");
	assert_host_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_string_equal(pool_vm_field(p, VM2, "power_state"), "Halted");
	assert_node(p, 0, BACKEND "1/0/dev-0", ADDRESS);
	assert_node(p, 0, BACKEND "2/0/msitranslate", NULL);
}

static void a_start_fails_where_the_machine_cannot(void **state)
{
	struct pool *p = *state;
	int fd = p->w->fd[0];

	pool_ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_has(pool_start(p, VM1), "Cannot_add(" ADDRESS ", Xenctrlext.Unix_error(19, \"19: ");
	xapid_world_device(p->w, 0, ADDRESS, NULL);
	assert_int_equal(
		xpt_tree_write_text(fd, "{\"iommu\": false}", "var/lib/xen-double/topology.json"),
		0);
	assert_has(pool_start(p, VM1), "IOMMU unavailable");
	assert_int_equal(xpt_tree_remove(fd, "var/lib/xen-double/topology.json"), 0);
	assert_int_equal(xpt_tree_remove(fd, "sys/bus/pci/drivers/pciback/bind"), 0);
	assert_has(pool_start(p, VM1), "Unix.Unix_error(Unix.ENOENT, \"write\", \"\")");
	assert_int_equal(xpt_tree_remove(fd, "sys/bus/pci/drivers/pciback"), 0);
	assert_string_equal(pool_start(p, VM1), "INTERNAL_ERROR|pciback has not loaded");
	assert_string_equal(pool_vm_field(p, VM1, "power_state"), "Halted");
}

static void a_guest_with_tools_moves_only_without_devices(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, NULL);
	pool_ask(p, "VM.add_to_other_config", VM1, "xapid-guest-tools", "true");
	assert_string_equal(pool_ask(p, "VM.start_on", VM1, HOST_A, NO, NO), "");
	assert_string_equal(pool_ask(p, "VM.pool_migrate", VM1, HOST_B, "m:"), "");
	assert_string_equal(pool_vm_field(p, VM1, "resident_on"), HOST_B);
	assert_string_equal(pool_ask(p, "VM.suspend", VM1), "");
	assert_string_equal(pool_vm_field(p, VM1, "power_state"), "Suspended");
	assert_string_equal(pool_ask(p, "VM.hard_shutdown", VM1), "");
	assert_string_equal(pool_vm_field(p, VM1, "power_state"), "Halted");
	pool_ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(pool_ask(p, "VM.start_on", VM1, HOST_A, NO, NO), "");
	assert_string_equal(pool_ask(p, "VM.suspend", VM1), "VM_HAS_PCI_ATTACHED|" VM1);
	assert_string_equal(pool_ask(p, "VM.pool_migrate", VM1, HOST_B, "m:"),
			    "VM_HAS_PCI_ATTACHED|" VM1);
	assert_string_equal(pool_ask(p, "VM.clean_shutdown", VM1), "");
}

static void a_snapshot_carries_the_key_and_brings_it_back(void **state)
{
	struct pool *p = *state;
	const char *snapshot;

	pool_ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	snapshot = pool_ask(p, "VM.snapshot", VM1, "before");
	assert_has(pool_vm_field(p, VM1, "snapshots"), snapshot);
	pool_ask(p, "VM.remove_from_other_config", VM1, "pci");
	assert_null(strstr(pool_vm_field(p, VM1, "other_config"), ADDRESS));
	assert_string_equal(pool_ask(p, "VM.revert", snapshot), "");
	assert_has(pool_vm_field(p, VM1, "other_config"), ADDRESS);
	assert_string_equal(pool_vm_field(p, VM1, "name_label"), "vm-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_start_takes_the_devices_that_xapi_would_take),
		SERVED(a_shutdown_resets_and_lets_go),
		SERVED(a_device_in_use_is_reset_before_xen_refuses_it),
		SERVED(a_start_fails_where_the_machine_cannot),
		SERVED(a_guest_with_tools_moves_only_without_devices),
		SERVED(a_snapshot_carries_the_key_and_brings_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
