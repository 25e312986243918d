/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storage repositories, with xapi's records and without. Hosts: tests/hosts/inuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "machine.h"
#include "scratch.h"

#define BOOT "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2"
#define SR_A "8d2a1f70-0001-4000-8000-00000000000a"
#define SR_B "8d2a1f70-0001-4000-8000-00000000000b"

/* A pool of one host with one SR that is plugged on it, and no networks unless a test adds them. */
struct one_sr {
	struct xpt_pool_host host;
	struct xpt_sr sr;
	struct xpt_pbd pbd;
	struct xpt_value *config;
	struct xpt_pool pool;
};

static void one_sr_init(struct one_sr *o, const char *type, const char *key, const char *value)
{
	*o = (struct one_sr){
		.host = {.ref = XPT_TEXT("here")},
		.sr = {.ref = XPT_TEXT("sr"),
		       .uuid = XPT_TEXT(SR_A),
		       .name = XPT_TEXT("Local storage"),
		       .type = XPT_TEXT(type)},
		.pbd = {.ref = XPT_TEXT("pbd"),
			.host = XPT_TEXT("here"),
			.sr = XPT_TEXT("sr"),
			.currently_attached = true},
		.config = xpt_value_struct(),
	};
	if (key)
		xpt_value_put(o->config, key, xpt_value_str(value));
	o->pbd.device_config = o->config;
	o->pool = (struct xpt_pool){
		.loaded = XPT_POOL_NETWORKS | XPT_POOL_STORAGE,
		.here = &o->host,
		.hosts = &o->host,
		.n_hosts = 1,
		.srs = &o->sr,
		.n_srs = 1,
		.pbds = &o->pbd,
		.n_pbds = 1,
	};
}

static void one_sr_done(struct one_sr *o)
{
	xpt_value_free(o->config);
}

#define ONE_SR XPT_CLEANUP(one_sr_done) struct one_sr
#define SDB "<- sdb <- host2 <- 0000:86:00.0"
#define SDC "<- sdc <- host2 <- 0000:86:00.0"

static void an_lvm_sr_leads_to_the_disks_of_its_volumes_and_of_its_configuration(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(
		&o, "lvm", "device",
		"/dev/disk/by-id/scsi-35000c500a0b0c0d0,/dev/disk/by-id/scsi-35000c500a0b0c0d1");
	xpt_machine_open(&m, "lvm-hba");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT, "storage-repository: SR Local storage " SDB,
			   "storage-repository: SR Local storage " SDC);
}

static void a_disk_that_a_configuration_names_and_nobody_knows_may_be_any(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvm", "device", "/dev/disk/by-id/scsi-1");
	xpt_machine_open(&m, "lvm-hba");
	XPT_MACHINE_EXPECT(
		&m, &o.pool, BOOT, "storage-repository: SR Local storage " SDB,
		"storage-unknown: SR Local storage <- /dev/disk/by-id/scsi-1 <- ? <- 0000:00:1f.2",
		"storage-unknown: SR Local storage <- /dev/disk/by-id/scsi-1 <- ? <- 0000:86:00.0");
}

static void an_sr_that_is_unplugged_or_of_another_host_uses_nothing(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvm", "device", "/dev/sdb");
	xpt_machine_open(&m, "lvm-hba");
	o.pbd.currently_attached = false;
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT);
	o.pbd.currently_attached = true;
	o.pbd.host = XPT_TEXT("there");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT);
}

static void without_xapi_a_volume_group_of_sm_is_an_sr(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "lvm-hba");
	XPT_MACHINE_EXPECT(&m, NULL, BOOT, "storage-repository: SR " SR_A " " SDB);
}

static void without_xapi_a_group_of_sm_without_a_uuid_goes_by_its_name(void **state)
{
	static const char *const groups[] = {"XSLocal", "XSLocalHome", "VG_XenStorage--"};
	static const char *const names[] = {"XSLocal", "XSLocalHome", "VG_XenStorage-"};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(groups); i++) {
		XPT_FREE char *volume = xpt_fmt("%s-images", groups[i]);
		XPT_FREE char *use = xpt_fmt("storage-repository: SR %s %s", names[i], SDB);
		XPT_MACHINE m;

		xpt_machine_open(&m, "lvm-hba");
		xpt_scratch_put(&m.host, "/sys/devices/virtual/block/dm-0/dm/name", volume, 0644);
		XPT_MACHINE_EXPECT(&m, NULL, BOOT, use);
	}
}

static void volumes_have_the_names_that_lvm_gives_them(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "lvm-names");
	/* The group of SR A is not named again, the group that SR B lies on is news. */
	XPT_MACHINE_EXPECT(
		&m, NULL, "boot-disk: / <- vg-sys/root-fs <- sda <- ata1 <- 0000:00:1f.2",
		"dom0-filesystem: /data <- vg-sys/base <- vg-sys/base-real <- sda <- ata1 "
		"<- 0000:00:1f.2",
		"dom0-filesystem: /home <- luks--home-x <- sda <- ata1 <- 0000:00:1f.2",
		"storage-repository: SR " SR_A " <- sda <- ata1 <- 0000:00:1f.2",
		"storage-repository: SR " SR_B " <- data/images <- sda <- ata1 <- "
		"0000:00:1f.2");
}

#define MPATH "3600a0980383030 "
#define PATH_B "<- sdb <- host4 <- 0000:86:00.0"
#define PATH_C "<- sdc <- host5 <- 0000:86:00.1"

static void a_scsi_id_leads_over_each_path_of_its_multipath_device_once(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvmohba", "SCSIid", "3600a0980383030");
	xpt_machine_open(&m, "multipath");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT,
			   "storage-repository: SR Local storage <- " MPATH PATH_B,
			   "storage-repository: SR Local storage <- " MPATH PATH_C);
}

static void a_scsi_id_leads_over_paths_that_nothing_joins(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvmohba", "SCSIid", "3600a0980383030");
	xpt_machine_open(&m, "multipath");
	xpt_machine_remove(&m, "/sys/class/block/dm-0");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT, "storage-repository: SR Local storage " PATH_B,
			   "storage-repository: SR Local storage " PATH_C);
}

static void an_unknown_scsi_id_may_be_any_disk(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvmohba", "SCSIid", "36001");
	xpt_machine_open(&m, "multipath");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT,
			   "storage-unknown: SR Local storage <- ? <- 0000:00:1f.2",
			   "storage-unknown: SR Local storage <- ? <- 0000:86:00.0",
			   "storage-unknown: SR Local storage <- ? <- 0000:86:00.1");
}

static void without_xapi_a_multipath_device_is_used_by_someone(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "multipath");
	XPT_MACHINE_EXPECT(&m, NULL, BOOT,
			   "storage-unknown: storage of unknown use <- " MPATH PATH_B,
			   "storage-unknown: storage of unknown use <- " MPATH PATH_C);
}

static void an_sr_of_a_type_never_heard_of_is_unknown(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "quantum", "entanglement", "/dev/sda");
	xpt_machine_open(&m, "nvme-port");
	XPT_MACHINE_EXPECT(&m, &o.pool, "boot-disk: / <- nvme0n1p1 <- nvme0 <- 0000:03:00.0",
			   "boot-disk: /boot/efi <- nvme0n1p4 <- nvme0 <- 0000:03:00.0",
			   "dom0-filesystem: /var/log <- nvme0n1p5 <- nvme0 <- 0000:03:00.0",
			   "swap: swap <- nvme0n1p6 <- nvme0 <- 0000:03:00.0",
			   "storage-unknown: SR Local storage <- ? <- 0000:00:1f.2",
			   "storage-unknown: SR Local storage <- ? <- 0000:03:00.0");
}

static void an_sr_without_a_uuid_does_not_have_every_volume_group(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvm", NULL, NULL);
	o.sr.uuid = XPT_TEXT("");
	xpt_machine_open(&m, "lvm-hba");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT,
			   "storage-unknown: SR Local storage <- ? <- 0000:00:1f.2",
			   "storage-unknown: SR Local storage <- ? <- 0000:86:00.0");
}

static void removable_media_shown_to_vms_hold_nothing(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "udev", "location", "/dev/xapi/block");
	xpt_machine_open(&m, "bmc");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT, "console-gpu: console <- 0000:02:00.0");
}

static void an_iso_library_in_a_directory_lies_on_the_disk_below(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "iso", "location", "/opt/xensource/packages/iso");
	xpt_machine_open(&m, "two-displays");
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT,
			   "storage-repository: SR Local storage <- /opt/xensource/packages/iso "
			   "<- / <- sda1 <- ata1 <- 0000:00:1f.2");
}

#define FCOE "dom0-filesystem: /mnt/fcoe <- sdc <- eth3.100 <- eth3 <- 0000:17:00.0"

static void a_linstor_group_leads_to_its_disks_and_a_disk_of_an_sr_to_nothing_else(void **state)
{
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "linstor", "group-name", "linstor_group/thin_device");
	xpt_machine_open(&m, "rare");
	/* xapi has no management PIF here, and the inventory says that there is none. */
	XPT_MACHINE_EXPECT(&m, &o.pool, BOOT, FCOE,
			   "storage-repository: SR Local storage <- sda <- ata1 <- 0000:00:1f.2");
}

static void without_xapi_a_disk_of_an_sr_may_be_on_any(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "rare");
	XPT_MACHINE_EXPECT(
		&m, NULL, BOOT, FCOE, "storage-unknown: /mnt/vdi <- xvdb <- ? <- 0000:00:1f.2",
		"storage-unknown: storage of unknown use <- linstor_group/thin_device <- "
		"sda <- ata1 <- 0000:00:1f.2");
}

/* ---- over the network: iscsi.host; xapi5 is a bridge of eth0, eth5 has an address by hand ---- */

static struct xpt_network xapi5 = {
	.ref = XPT_TEXT("net"), .name = XPT_TEXT("Management"), .bridge = XPT_TEXT("xapi5")};
static struct xpt_network xenapi = {
	.ref = XPT_TEXT("net-i"), .name = XPT_TEXT("internal"), .bridge = XPT_TEXT("xenapi")};
static struct xpt_pif eth0 = {.ref = XPT_TEXT("pif"),
			      .host = XPT_TEXT("here"),
			      .network = XPT_TEXT("net"),
			      .device = XPT_TEXT("eth0"),
			      .management = true,
			      .has_ip = true,
			      .currently_attached = true};

static void add_network(struct one_sr *o, struct xpt_network networks[2])
{
	networks[0] = xapi5;
	networks[1] = xenapi;
	o->pool.networks = networks;
	o->pool.n_networks = 2;
	o->pool.pifs = &eth0;
	o->pool.n_pifs = 1;
}

#define XAPI5 "xapi5 <- eth0 <- 0000:19:00.0"
#define ETH5 "eth5 <- 0000:1a:00.1"
#define ALWAYS \
	BOOT, "management-nic: management <- " XAPI5, "storage-nic: network of dom0 <- " ETH5, \
		"dom0-filesystem: /mnt/fabric <- nvme0n1 <- 10.10.3.4 <- " XAPI5, \
		"dom0-filesystem: /mnt/share <- 172.16.4.4 <- " ETH5, LOST("eth0", "19:00.0"), \
		LOST("eth1", "19:00.1"), LOST("eth2", "19:00.2"), LOST("eth3", "19:00.3"), \
		LOST("eth5", "1a:00.1")
#define LOST(nic, addr) "network-unknown: /mnt/lost <- filer.example <- ? <- " nic " <- 0000:" addr

static void disks_and_mounts_over_the_network_lead_by_their_route_to_a_nic(void **state)
{
	struct xpt_network networks[2];
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvmoiscsi", "SCSIid", "36001405aabbccdd");
	add_network(&o, networks);
	xpt_machine_open(&m, "iscsi");
	XPT_MACHINE_EXPECT(
		&m, &o.pool, ALWAYS,
		"storage-nic: SR Local storage <- sdb <- session1 <- 172.16.0.9 <- " ETH5,
		"storage-nic: SR " SR_B " <- fd00::20 <- " XAPI5);
}

static void an_sr_that_is_mounted_is_followed_by_its_mount(void **state)
{
	struct xpt_network networks[2];
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "nfs", "server", "filer.example");
	add_network(&o, networks);
	o.sr.uuid = XPT_TEXT(SR_B);
	xpt_machine_open(&m, "iscsi");
	XPT_MACHINE_EXPECT(&m, &o.pool, ALWAYS,
			   "storage-nic: SR Local storage <- fd00::20 <- " XAPI5);
}

static void a_target_leads_to_a_nic_while_its_disk_does_not_show(void **state)
{
	struct xpt_network networks[2];
	XPT_MACHINE m;
	ONE_SR o;

	(void)state;
	one_sr_init(&o, "lvmoiscsi", "target", "10.10.9.9,172.16.9.9");
	add_network(&o, networks);
	xpt_machine_open(&m, "iscsi");
	XPT_MACHINE_EXPECT(&m, &o.pool, ALWAYS,
			   "storage-nic: SR Local storage <- 10.10.9.9 <- " XAPI5,
			   "storage-nic: SR Local storage <- 172.16.9.9 <- " ETH5,
			   "storage-nic: SR " SR_B " <- fd00::20 <- " XAPI5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_lvm_sr_leads_to_the_disks_of_its_volumes_and_of_its_configuration),
		cmocka_unit_test(a_disk_that_a_configuration_names_and_nobody_knows_may_be_any),
		cmocka_unit_test(an_sr_that_is_unplugged_or_of_another_host_uses_nothing),
		cmocka_unit_test(without_xapi_a_volume_group_of_sm_is_an_sr),
		cmocka_unit_test(without_xapi_a_group_of_sm_without_a_uuid_goes_by_its_name),
		cmocka_unit_test(volumes_have_the_names_that_lvm_gives_them),
		cmocka_unit_test(a_scsi_id_leads_over_each_path_of_its_multipath_device_once),
		cmocka_unit_test(a_scsi_id_leads_over_paths_that_nothing_joins),
		cmocka_unit_test(an_unknown_scsi_id_may_be_any_disk),
		cmocka_unit_test(without_xapi_a_multipath_device_is_used_by_someone),
		cmocka_unit_test(an_sr_of_a_type_never_heard_of_is_unknown),
		cmocka_unit_test(an_sr_without_a_uuid_does_not_have_every_volume_group),
		cmocka_unit_test(removable_media_shown_to_vms_hold_nothing),
		cmocka_unit_test(an_iso_library_in_a_directory_lies_on_the_disk_below),
		cmocka_unit_test(
			a_linstor_group_leads_to_its_disks_and_a_disk_of_an_sr_to_nothing_else),
		cmocka_unit_test(without_xapi_a_disk_of_an_sr_may_be_on_any),
		cmocka_unit_test(disks_and_mounts_over_the_network_lead_by_their_route_to_a_nic),
		cmocka_unit_test(an_sr_that_is_mounted_is_followed_by_its_mount),
		cmocka_unit_test(a_target_leads_to_a_nic_while_its_disk_does_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
