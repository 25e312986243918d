/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dom0's access to devices, as the test xapi changes it. */
#include "tree.h"
#include "xapid_pool.h"

static void hiding_prepends_and_showing_removes(void **state)
{
	struct pool *p = *state;
	int fd = p->w->fd[0];

	assert_int_equal(xpt_tree_write_text(fd, "xen-pciback.hide=(0000:01:00.0)\n", "boot/words"),
			 0);
	assert_string_equal(pool_ask(p, "PCI.disable_dom0_access", GPU_A), "disable_on_reboot");
	assert_host_file(p, 0, "boot/words", "xen-pciback.hide=(" ADDRESS ")(0000:01:00.0)\n");
	assert_int_equal(
		xpt_tree_write_text(fd, "x xen-pciback.hide=(" ADDRESS ")\n", "proc/cmdline"), 0);
	assert_string_equal(pool_ask(p, "PCI.get_dom0_access_status", GPU_A), "disabled");
	assert_string_equal(pool_ask(p, "PCI.enable_dom0_access", GPU_A), "enable_on_reboot");
	assert_host_file(p, 0, "boot/words", "xen-pciback.hide=(0000:01:00.0)\n");
}

static void a_list_that_is_not_canonical_breaks_every_call(void **state)
{
	static const char *const LISTS[] = {"(01:00.0)", "(0000:01:00.*)",
					    "(0000:01:00.0) (0000:02:00.0)"};
	struct pool *p = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(LISTS); i++) {
		XPT_FREE char *word = xpt_fmt("xen-pciback.hide=%s\n", LISTS[i]);

		assert_int_equal(xpt_tree_write_text(p->w->fd[0], word, "boot/words"), 0);
		assert_begins(pool_ask(p, "PCI.get_dom0_access_status", GPU_A),
			      "INTERNAL_ERROR|Stdlib.Scanf.Scan_failure(");
	}
}

static void make_boot_device(struct pool *p)
{
	int fd = p->w->fd[0];

	assert_int_equal(xpt_tree_write_text(fd, "1 0 8:1 / / rw - ext3 /dev/sda1 rw\n",
					     "proc/self/mountinfo"),
			 0);
	assert_int_equal(
		xpt_tree_symlink(fd, "../../devices/pci0000:00/" ADDRESS "/ata1/block/sda/sda1",
				 "sys/dev/block/8:1"),
		0);
}

static void the_boot_device_is_guarded_since_26_16(void **state)
{
	struct pool *p = *state;

	make_boot_device(p);
	pool_serve(p, NULL, "26.16.0");
	assert_string_equal(pool_ask(p, "PCI.disable_dom0_access", GPU_A),
			    "BOOT_DEVICE_PASSTHROUGH_DISALLOWED|/dev/sda1");
	assert_string_equal(pool_ask(p, "PCI.get_dom0_access_status", GPU_A), "enabled");
}

static void before_26_16_the_boot_device_can_be_hidden(void **state)
{
	struct pool *p = *state;

	make_boot_device(p);
	pool_serve(p, NULL, "26.15.0");
	assert_string_equal(pool_ask(p, "PCI.disable_dom0_access", GPU_A), "disable_on_reboot");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(hiding_prepends_and_showing_removes),
		SERVED(a_list_that_is_not_canonical_breaks_every_call),
		UNSERVED(the_boot_device_is_guarded_since_26_16),
		UNSERVED(before_26_16_the_boot_device_can_be_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
