/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>

#include "pcitree.h"
#include "program.h"
#include "tree.h"

#define GRUB "boot/grub/grub.cfg"
#define UEFI_GRUB "boot/efi/EFI/xenserver/grub.cfg"

static int setup(void **state)
{
	struct xpt_pcitree *t = xpt_alloc(sizeof(*t));

	*state = t;
	return xpt_pcitree_make("sys", t);
}

static int teardown(void **state)
{
	struct xpt_pcitree *t = *state;

	xpt_pcitree_done(t);
	free(t);
	return 0;
}

/* A menu whose default entry gives the kernel these words. */
static void write_grub(const struct xpt_pcitree *t, const char *path, const char *words)
{
	XPT_FREE char *text = xpt_fmt("set default=1\n"
				      "menuentry 'Other' {\n"
				      "\tmultiboot2 /boot/xen.gz dom0_mem=1G\n"
				      "\tmodule2 /boot/vmlinuz other\n"
				      "\tmodule2 /boot/initrd.img\n"
				      "}\n"
				      "menuentry 'XCP-ng' {\n"
				      "\tmultiboot2 /boot/xen.gz dom0_mem=1G\n"
				      "\tmodule2 /boot/vmlinuz %s\n"
				      "\tmodule2 /boot/initrd.img\n"
				      "}\n",
				      words);

	assert_int_equal(xpt_tree_write_text(t->root_fd, text, "%s", path), 0);
}

static int reboot_machine(const struct xpt_pcitree *t)
{
	XPT_FREE char *program = xpt_program_path("reboot");
	XPT_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	return xpt_program_wait(
		xpt_program_start((const char *[]){program, t->root, NULL}, -1, null));
}

static void assert_line(const struct xpt_pcitree *t, const char *path, const char *expected)
{
	char text[4096];

	assert_int_equal(xpt_tree_line(t->root_fd, text, sizeof(text), "%s", path), 0);
	assert_string_equal(text, expected);
}

static void the_default_entry_becomes_the_command_line(void **state)
{
	struct xpt_pcitree *t = *state;

	write_grub(t, GRUB, "root=LABEL=root ro console=hvc0");
	assert_int_equal(reboot_machine(t), 0);
	assert_line(t, "proc/cmdline", "root=LABEL=root ro console=hvc0");
}

static void the_first_grub_cfg_there_is_counts(void **state)
{
	struct xpt_pcitree *t = *state;

	write_grub(t, GRUB, "bios");
	write_grub(t, UEFI_GRUB, "uefi");
	assert_int_equal(reboot_machine(t), 0);
	assert_line(t, "proc/cmdline", "uefi");
}

static void the_last_hide_word_counts_in_either_spelling(void **state)
{
	struct xpt_pcitree *t = *state;

	write_grub(t, GRUB, "xen-pciback.hide=(0000:01:00.0) xen_pciback.hide=(02:00.*)");
	assert_int_equal(reboot_machine(t), 0);
	assert_string_equal(xpt_pcitree_driver(t, "0000:01:00.0"), "nouveau");
	assert_string_equal(xpt_pcitree_driver(t, "0000:02:00.0"), "pciback");
	assert_string_equal(xpt_pcitree_driver(t, "0000:03:00.0"), "nouveau");
}

static void a_bad_list_boots_without_pciback(void **state)
{
	struct xpt_pcitree *t = *state;

	write_grub(t, GRUB, "xen-pciback.hide=(0000:01:00.0)(junk)");
	assert_int_equal(reboot_machine(t), 0);
	assert_false(xpt_tree_has(t->sys_fd, "bus/pci/drivers/pciback"));
	assert_string_equal(xpt_pcitree_driver(t, "0000:01:00.0"), "nouveau");
}

/* Xen cuts dom0's line at 1023 bytes, here in the middle of a group. */
static void a_line_that_xen_cuts_loses_its_list(void **state)
{
	struct xpt_pcitree *t = *state;
	char words[1100], line[2048];

	memset(words, 'x', sizeof(words));
	strcpy(words + 990, " xen-pciback.hide=(0000:01:00.0)");
	write_grub(t, GRUB, words);
	assert_int_equal(reboot_machine(t), 0);
	assert_int_equal(xpt_tree_line(t->root_fd, line, sizeof(line), "proc/cmdline"), 0);
	assert_int_equal(strlen(line), strlen(words) < 1023 ? strlen(words) : 1023);
	assert_string_equal(xpt_pcitree_driver(t, "0000:01:00.0"), "pciback");
	strcpy(words + 1000, " xen-pciback.hide=(0000:01:00.0)");
	write_grub(t, GRUB, words);
	assert_int_equal(reboot_machine(t), 0);
	assert_int_equal(xpt_tree_line(t->root_fd, line, sizeof(line), "proc/cmdline"), 0);
	assert_int_equal(strlen(line), 1023);
	assert_false(xpt_tree_has(t->sys_fd, "bus/pci/drivers/pciback"));
}

static void what_lived_in_memory_is_gone(void **state)
{
	struct xpt_pcitree *t = *state;
	XPT_STRV run = {0};
	char first[64], second[64];

	write_grub(t, GRUB, "ro");
	assert_int_equal(xpt_tree_write_text(t->root_fd, "1", "run/xe-passthrough/lock"), 0);
	assert_int_equal(xpt_tree_write_text(t->root_fd, "1", "var/lib/xen-double/xenstore.json"),
			 0);
	assert_int_equal(xpt_tree_write_text(t->root_fd, "1", "var/lib/xen-double/topology.json"),
			 0);
	assert_int_equal(xpt_tree_write_text(t->root_fd, "1", "var/lib/xe-passthrough/journal"), 0);
	assert_int_equal(reboot_machine(t), 0);
	assert_int_equal(xpt_tree_names(t->root_fd, &run, "run"), 0);
	assert_int_equal(run.n, 0);
	assert_false(xpt_tree_has(t->root_fd, "var/lib/xen-double/xenstore.json"));
	assert_true(xpt_tree_has(t->root_fd, "var/lib/xen-double/topology.json"));
	assert_true(xpt_tree_has(t->root_fd, "var/lib/xe-passthrough/journal"));
	xpt_tree_line(t->root_fd, first, sizeof(first), "proc/sys/kernel/random/boot_id");
	assert_int_equal(strlen(first), 36);
	assert_int_equal(reboot_machine(t), 0);
	xpt_tree_line(t->root_fd, second, sizeof(second), "proc/sys/kernel/random/boot_id");
	assert_string_not_equal(first, second);
}

static void a_machine_without_a_menu_does_not_boot(void **state)
{
	struct xpt_pcitree *t = *state;

	assert_int_equal(reboot_machine(t), 1);
	assert_int_equal(xpt_tree_write_text(t->root_fd, "nothing here\n", GRUB), 0);
	assert_int_equal(reboot_machine(t), 1);
	assert_false(xpt_tree_has(t->root_fd, "proc/cmdline"));
}

#define MACHINE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(the_default_entry_becomes_the_command_line),
		MACHINE_TEST(the_first_grub_cfg_there_is_counts),
		MACHINE_TEST(the_last_hide_word_counts_in_either_spelling),
		MACHINE_TEST(a_bad_list_boots_without_pciback),
		MACHINE_TEST(a_line_that_xen_cuts_loses_its_list),
		MACHINE_TEST(what_lived_in_memory_is_gone),
		MACHINE_TEST(a_machine_without_a_menu_does_not_boot),
	};

	return cmocka_run_group_tests_name("reboot", tests, NULL, NULL);
}
