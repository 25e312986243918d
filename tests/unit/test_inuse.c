/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks, displays and what is unknown, as the kernel shows them. Hosts: tests/hosts/inuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine.h"
#include "model/inuse_scan.h"

static void assert_reasons(const struct xpt_machine *m, const char *address, const char *reasons)
{
	XPT_FREE char *found = xpt_machine_reasons(m, address);

	assert_string_equal(found, reasons);
}

static void an_nvme_behind_a_root_port_is_the_boot_disk_and_so_is_the_port(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "nvme-port");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- nvme0n1p1 <- nvme0 <- 0000:03:00.0",
			   "boot-disk: /boot/efi <- nvme0n1p4 <- nvme0 <- 0000:03:00.0",
			   "dom0-filesystem: /var/log <- nvme0n1p5 <- nvme0 <- 0000:03:00.0",
			   "swap: swap <- nvme0n1p6 <- nvme0 <- 0000:03:00.0");
	assert_reasons(&m, "0000:03:00.0", "boot-disk,dom0-filesystem,boot-disk,swap");
	assert_reasons(&m, "0000:00:1d.0", "boot-disk,dom0-filesystem,boot-disk,swap");
	assert_reasons(&m, "0000:00:1f.2", "");
}

static void the_file_system_with_grub_cfg_is_a_boot_disk_wherever_it_is_mounted(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "grub-apart");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "boot-disk: /boot/grub <- sda2 <- ata1 <- 0000:00:1f.2",
			   "dom0-filesystem: /home <- sda3 <- ata1 <- 0000:00:1f.2");
}

static void software_raid_leads_to_all_its_disks(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "md-raid1");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- md127p1 <- sda <- ata1 <- 0000:00:1f.2",
			   "boot-disk: / <- md127p1 <- sdb <- ata2 <- 0000:00:1f.2",
			   "dom0-filesystem: /data two <- md0 <- sda4 <- ata1 <- 0000:00:1f.2",
			   "dom0-filesystem: /data two <- md0 <- sdb4 <- ata2 <- 0000:00:1f.2");
}

static void loop_devices_swap_files_and_overlays_lead_to_their_files(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "files");
	XPT_MACHINE_EXPECT(
		&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
		"dom0-filesystem: /mnt/tools <- loop0 <- /opt/iso/tools.iso <- / <- sda1 <- ata1 "
		"<- 0000:00:1f.2",
		"dom0-filesystem: /mnt/merged <- /opt/lower <- / <- sda1 <- ata1 <- 0000:00:1f.2",
		"dom0-filesystem: /mnt/merged <- /opt/upper <- / <- sda1 <- ata1 <- 0000:00:1f.2",
		"swap: swap <- /var/swap/swap.001 <- / <- sda1 <- ata1 <- 0000:00:1f.2");
}

static void a_multipath_namespace_leads_to_every_controller(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "nvme-multipath");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- nvme0n1p1 <- nvme0 <- 0000:86:00.0",
			   "boot-disk: / <- nvme0n1p1 <- nvme1 <- 0000:87:00.0");
	assert_reasons(&m, "0000:80:03.0", "boot-disk");
}

static void a_subsystem_without_controllers_is_unknown(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "nvme-multipath");
	xpt_machine_remove(&m, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0");
	xpt_machine_remove(&m, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme1");
	XPT_MACHINE_EXPECT(&m, NULL, "storage-unknown: / <- nvme0n1p1 <- ? <- 0000:00:1f.2",
			   "storage-unknown: / <- nvme0n1p1 <- ? <- 0000:86:00.0",
			   "storage-unknown: / <- nvme0n1p1 <- ? <- 0000:87:00.0");
}

static void btrfs_leads_to_all_its_disks_and_zfs_is_unknown(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "odd-mounts");
	XPT_MACHINE_EXPECT(
		&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
		"dom0-filesystem: /data <- sda4 <- ata1 <- 0000:00:1f.2",
		"dom0-filesystem: /data <- sdb4 <- ata2 <- 0000:00:1f.2",
		"storage-unknown: /tank <- ? <- 0000:00:1f.2",
		/* Without a toolstack, arrays that nothing is known to use are used by someone. */
		"storage-unknown: storage of unknown use <- md0 <- sda4 <- ata1 <- 0000:00:1f.2",
		"storage-unknown: storage of unknown use <- md0 <- sdb4 <- ata2 <- 0000:00:1f.2",
		"storage-unknown: storage of unknown use <- md127 <- sda <- ata1 <- 0000:00:1f.2",
		"storage-unknown: storage of unknown use <- md127 <- sdb <- ata2 <- 0000:00:1f.2");
}

static void where_nothing_can_be_read_every_device_with_a_driver_may_be_in_use(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "unreadable");
	XPT_MACHINE_EXPECT(&m, NULL, "storage-unknown: / <- ? <- 0000:00:1f.2",
			   "storage-unknown: file systems <- ? <- 0000:00:1f.2",
			   "storage-unknown: swap <- ? <- 0000:00:1f.2",
			   "network-unknown: management <- ? <- eth0 <- 0000:00:19.0",
			   "network-unknown: network of dom0 <- ? <- eth0 <- 0000:00:19.0");
}

static void a_mount_that_makes_no_sense_may_be_any_disk(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "odd-line");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "storage-unknown: file systems <- ? <- 0000:00:1f.2");
}

static void the_only_display_is_the_console(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "bmc");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "console-gpu: console <- 0000:02:00.0");
	assert_reasons(&m, "0000:00:1c.0", "console-gpu");
}

/* As if the inventory had found this driver. */
static void set_driver(struct xpt_machine *m, const char *address, const char *driver)
{
	const struct xpt_pci_device *d;
	struct xpt_bdf addr;

	assert_int_equal(xpt_bdf_parse(address, &addr), 0);
	d = xpt_pci_find(&m->pci, &addr);
	assert_non_null(d);
	strcpy(m->pci.v[xpt_pci_index(&m->pci, d)].driver, driver);
}

static void a_display_that_has_no_driver_or_is_hidden_shows_no_console(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "two-displays");
	set_driver(&m, "0000:19:00.0", "");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "console-gpu: console <- 0000:02:00.0");
	set_driver(&m, "0000:19:00.0", "pciback");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "console-gpu: console <- 0000:02:00.0");
}

static void the_display_of_the_firmware_needs_no_driver(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "bmc");
	set_driver(&m, "0000:02:00.0", "");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2",
			   "console-gpu: console <- 0000:02:00.0");
}

static void a_display_beside_another_is_not_needed(void **state)
{
	XPT_MACHINE m;

	(void)state;
	xpt_machine_open(&m, "two-displays");
	XPT_MACHINE_EXPECT(&m, NULL, "boot-disk: / <- sda1 <- ata1 <- 0000:00:1f.2");
}

/* Put a link in place of what is there. */
static void relink(struct xpt_machine *m, const char *path, const char *target)
{
	xpt_machine_remove(m, path);
	assert_int_equal(symlinkat(target, m->host.root_fd, path + 1), 0);
}

static void a_block_device_whose_link_leads_nowhere_is_unknown(void **state)
{
	static const char *const targets[] = {"..", "../..", "../../..", "../../../../../.."};
	static const char *const resolved[] = {"/sys/class", "/sys", NULL, NULL};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(targets); i++) {
		XPT_FREE char *path = NULL;
		XPT_MACHINE m;

		xpt_machine_open(&m, "two-displays");
		relink(&m, "/sys/class/block/sda1", targets[i]);
		path = xpt_inuse_resolve(&m.host, "/sys/class/block/sda1");
		assert_true(xpt_streq(path, resolved[i]));
		XPT_MACHINE_EXPECT(&m, NULL, "storage-unknown: / <- sda1 <- ? <- 0000:00:1f.2");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_nvme_behind_a_root_port_is_the_boot_disk_and_so_is_the_port),
		cmocka_unit_test(
			the_file_system_with_grub_cfg_is_a_boot_disk_wherever_it_is_mounted),
		cmocka_unit_test(software_raid_leads_to_all_its_disks),
		cmocka_unit_test(loop_devices_swap_files_and_overlays_lead_to_their_files),
		cmocka_unit_test(a_multipath_namespace_leads_to_every_controller),
		cmocka_unit_test(a_subsystem_without_controllers_is_unknown),
		cmocka_unit_test(btrfs_leads_to_all_its_disks_and_zfs_is_unknown),
		cmocka_unit_test(
			where_nothing_can_be_read_every_device_with_a_driver_may_be_in_use),
		cmocka_unit_test(a_mount_that_makes_no_sense_may_be_any_disk),
		cmocka_unit_test(the_only_display_is_the_console),
		cmocka_unit_test(a_display_that_has_no_driver_or_is_hidden_shows_no_console),
		cmocka_unit_test(the_display_of_the_firmware_needs_no_driver),
		cmocka_unit_test(a_display_beside_another_is_not_needed),
		cmocka_unit_test(a_block_device_whose_link_leads_nowhere_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
