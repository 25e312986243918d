/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks of dom0, by xapi's records and by the kernel alone. Hosts: tests/hosts/inuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "machine.h"

#define BOOT "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2"

/*
 * The pool of ovs.host: bond0 of eth0 and eth1, VLAN 42 on it with the management address; eth2 with an
 * address for storage, eth3 with a network of VMs; eth4 unplugged. Another host has a PIF as well.
 */
static char *bond_of_bond0[] = {XPT_TEXT("bond")};
static char *slaves[] = {XPT_TEXT("pif-eth0"), XPT_TEXT("pif-eth1")};

static struct xpt_pool_host hosts[] = {{.ref = XPT_TEXT("here")}, {.ref = XPT_TEXT("there")}};

static struct xpt_pif pifs[] = {
	{.ref = XPT_TEXT("pif-eth0"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-eth0"),
	 .device = XPT_TEXT("eth0"),
	 .currently_attached = true,
	 .bond_slave_of = XPT_TEXT("bond")},
	{.ref = XPT_TEXT("pif-eth1"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-eth1"),
	 .device = XPT_TEXT("eth1"),
	 .currently_attached = true,
	 .bond_slave_of = XPT_TEXT("bond")},
	{.ref = XPT_TEXT("pif-bond0"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-bond0"),
	 .device = XPT_TEXT("bond0"),
	 .bond_master_of = {bond_of_bond0, 1}},
	{.ref = XPT_TEXT("pif-vlan"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-mgmt"),
	 .device = XPT_TEXT("bond0"),
	 .vlan_master_of = XPT_TEXT("vlan"),
	 .vlan = 42,
	 .management = true,
	 .has_ip = true,
	 .currently_attached = true},
	{.ref = XPT_TEXT("pif-eth2"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-storage"),
	 .device = XPT_TEXT("eth2"),
	 .has_ip = true,
	 .currently_attached = true},
	{.ref = XPT_TEXT("pif-eth3"),
	 .host = XPT_TEXT("here"),
	 .network = XPT_TEXT("net-vms"),
	 .device = XPT_TEXT("eth3"),
	 .currently_attached = true},
	{
		.ref = XPT_TEXT("pif-eth4"),
		.host = XPT_TEXT("here"),
		.network = XPT_TEXT("net-idle"),
		.device = XPT_TEXT("eth4"),
	},
	{.ref = XPT_TEXT("pif-other"),
	 .host = XPT_TEXT("there"),
	 .network = XPT_TEXT("net-vms"),
	 .device = XPT_TEXT("eth4"),
	 .has_ip = true,
	 .management = true,
	 .currently_attached = true},
};

static struct xpt_bond bonds[] = {
	{.ref = XPT_TEXT("bond"), .master = XPT_TEXT("pif-bond0"), .slaves = {slaves, 2}}};
static struct xpt_vlan vlans[] = {{.ref = XPT_TEXT("vlan"), .tagged_pif = XPT_TEXT("pif-bond0")}};

static struct xpt_network networks[] = {
	{.ref = XPT_TEXT("net-mgmt"), .name = XPT_TEXT("Management"), .bridge = XPT_TEXT("xapi5")},
	{.ref = XPT_TEXT("net-storage"), .name = XPT_TEXT("Storage"), .bridge = XPT_TEXT("xenbr2")},
	{.ref = XPT_TEXT("net-vms"),
	 .name = XPT_TEXT("VMs\033[2J"),
	 .bridge = XPT_TEXT("xenbr3"),
	 .has_vifs = true},
	{.ref = XPT_TEXT("net-internal"),
	 .name = XPT_TEXT("Host internal"),
	 .bridge = XPT_TEXT("xenapi")},
};

static struct xpt_pool pool_of_ovs(void)
{
	return (struct xpt_pool){
		.loaded = XPT_POOL_NETWORKS | XPT_POOL_STORAGE,
		.here = &hosts[0],
		.hosts = hosts,
		.n_hosts = XPT_ARRAY_SIZE(hosts),
		.pifs = pifs,
		.n_pifs = XPT_ARRAY_SIZE(pifs),
		.bonds = bonds,
		.n_bonds = XPT_ARRAY_SIZE(bonds),
		.vlans = vlans,
		.n_vlans = XPT_ARRAY_SIZE(vlans),
		.networks = networks,
		.n_networks = XPT_ARRAY_SIZE(networks),
	};
}

#define MANAGEMENT(nic) "management-nic: management <- xapi5 <- VLAN 42 <- bond0 <- " nic
#define ETH0 "eth0 <- 0000:19:00.0"
#define ETH1 "eth1 <- 0000:19:00.1"
#define STORAGE "storage-nic: network Storage <- xenbr2 <- eth2 <- 0000:19:00.2"
#define GUESTS "guest-network: network VMs\\x1b[2J <- xenbr3 <- eth3 <- 0000:19:00.3"
/* An address that an admin gave by hand. */
#define BY_HAND "storage-nic: network of dom0 <- eth5 <- 0000:1a:00.1"

static void management_leads_through_bridge_vlan_and_bond_to_both_nics(void **state)
{
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;
	XPT_FREE char *of_port = NULL;
	XPT_FREE char *of_idle = NULL;

	(void)state;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, MANAGEMENT(ETH0), MANAGEMENT(ETH1), STORAGE, GUESTS,
			   BY_HAND);
	of_port = xpt_machine_reasons(&m, "0000:17:00.0");
	assert_string_equal(of_port, "management-nic,management-nic,storage-nic,guest-network,"
				     "storage-nic");
	of_idle = xpt_machine_reasons(&m, "0000:1a:00.0");
	assert_string_equal(of_idle, "");
}

#define UNKNOWN(what) \
	"network-unknown: " what " <- ? <- eth0 <- 0000:19:00.0", \
		"network-unknown: " what " <- ? <- eth1 <- 0000:19:00.1", \
		"network-unknown: " what " <- ? <- eth2 <- 0000:19:00.2", \
		"network-unknown: " what " <- ? <- eth3 <- 0000:19:00.3", \
		"network-unknown: " what " <- ? <- eth5 <- 0000:1a:00.1"

static void without_xapi_every_nic_that_is_up_may_carry_management(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, NULL, BOOT, UNKNOWN("management <- xapi5"),
			   UNKNOWN("network of dom0 <- xenapi"), BY_HAND);
}

static void a_pool_that_does_not_know_this_host_tells_nothing(void **state)
{
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	pool.here = NULL;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, UNKNOWN("management <- xapi5"),
			   UNKNOWN("network of dom0 <- xenapi"), BY_HAND);
}

static void a_pool_without_networks_tells_nothing(void **state)
{
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	pool.loaded = XPT_POOL_VMS | XPT_POOL_STORAGE;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, UNKNOWN("management <- xapi5"),
			   UNKNOWN("network of dom0 <- xenapi"), BY_HAND);
}

static void records_that_lead_nowhere_make_the_network_unknown(void **state)
{
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	pool.n_bonds = 0;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, UNKNOWN("management <- xapi5 <- VLAN 42 <- bond0"),
			   STORAGE, GUESTS, BY_HAND);
	pool.n_vlans = 0;
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, UNKNOWN("management <- xapi5 <- VLAN 42"), STORAGE,
			   GUESTS, BY_HAND);
}

static void a_bond_of_itself_ends_and_is_unknown(void **state)
{
	static char *self[] = {XPT_TEXT("pif-bond0")};
	static struct xpt_bond loop[] = {
		{.ref = XPT_TEXT("bond"), .master = XPT_TEXT("pif-bond0"), .slaves = {self, 1}}};
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	pool.bonds = loop;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT,
			   UNKNOWN("management <- xapi5 <- VLAN 42 <- bond0 <- bond0 <- bond0"),
			   STORAGE, GUESTS, BY_HAND);
}

static void a_network_that_no_vm_is_on_carries_nothing(void **state)
{
	struct xpt_network idle[XPT_ARRAY_SIZE(networks)];
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	memcpy(idle, networks, sizeof(idle));
	for (size_t i = 0; i < XPT_ARRAY_SIZE(idle); i++)
		idle[i].has_vifs = false;
	pool.networks = idle;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, MANAGEMENT(ETH0), MANAGEMENT(ETH1), STORAGE, BY_HAND);
}

static void an_interface_that_is_gone_makes_its_network_unknown(void **state)
{
	static struct xpt_pif gone[] = {
		{.ref = XPT_TEXT("pif-eth9"),
		 .host = XPT_TEXT("here"),
		 .network = XPT_TEXT("net-mgmt"),
		 .device = XPT_TEXT("eth9"),
		 .management = true,
		 .has_ip = true,
		 .currently_attached = true},
	};
	struct xpt_pool pool = pool_of_ovs();
	XPT_MACHINE m;

	(void)state;
	pool.pifs = gone;
	pool.n_pifs = 1;
	xpt_machine_open(&m, "ovs");
	XPT_MACHINE_EXPECT(&m, &pool, BOOT, UNKNOWN("management <- xapi5 <- eth9"), BY_HAND);
}

static void the_linux_bridge_shows_its_nics_without_xapi(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "linux-bridge");
	XPT_MACHINE_EXPECT(&m, NULL, BOOT,
			   "management-nic: management <- xenbr0 <- bond0.42 <- bond0 <- " ETH0,
			   "management-nic: management <- xenbr0 <- bond0.42 <- bond0 <- " ETH1);
}

static void an_address_on_a_virtual_function_counts_for_the_physical_one(void **state)
{
	XPT_MACHINE m;
	XPT_FREE char *of_pf = NULL;
	XPT_FREE char *of_vf = NULL;
	XPT_FREE char *of_port = NULL;

	(void)state;
	xpt_machine_open(&m, "vf-nic");
	XPT_MACHINE_EXPECT(&m, NULL, BOOT, "storage-nic: network of dom0 <- eth4 <- 0000:19:02.0");
	of_pf = xpt_machine_reasons(&m, "0000:19:00.0");
	assert_string_equal(of_pf, "storage-nic");
	of_vf = xpt_machine_reasons(&m, "0000:19:02.0");
	assert_string_equal(of_vf, "storage-nic");
	of_port = xpt_machine_reasons(&m, "0000:17:00.0");
	assert_string_equal(of_port, "storage-nic");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(management_leads_through_bridge_vlan_and_bond_to_both_nics),
		cmocka_unit_test(without_xapi_every_nic_that_is_up_may_carry_management),
		cmocka_unit_test(a_pool_that_does_not_know_this_host_tells_nothing),
		cmocka_unit_test(a_pool_without_networks_tells_nothing),
		cmocka_unit_test(records_that_lead_nowhere_make_the_network_unknown),
		cmocka_unit_test(a_bond_of_itself_ends_and_is_unknown),
		cmocka_unit_test(a_network_that_no_vm_is_on_carries_nothing),
		cmocka_unit_test(an_interface_that_is_gone_makes_its_network_unknown),
		cmocka_unit_test(the_linux_bridge_shows_its_nics_without_xapi),
		cmocka_unit_test(an_address_on_a_virtual_function_counts_for_the_physical_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
