/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "expand.h"
#include "file.h"

/* A fresh folder: host files are written into it, its folder "root" is what they become. */
static char *folder;

static int make_folder(void **state)
{
	(void)state;
	return xpt_file_temp_dir("xpt-expand", &folder, NULL);
}

static int remove_folder(void **state)
{
	int ret = xpt_file_remove_tree(folder, NULL);

	(void)state;
	free(folder);
	folder = NULL;
	return ret;
}

static char *in_folder(const char *name)
{
	return xpt_fmt("%s/%s", folder, name);
}

static void given(const char *name, const char *text)
{
	XPT_FREE char *path = in_folder(name);

	assert_int_equal(xpt_file_write(path, text, strlen(text), 0600, NULL), 0);
}

static int expand(struct xpt_err *err)
{
	XPT_FREE char *host_file = in_folder("m.host");
	XPT_FREE char *root = in_folder("root");

	return xpt_expand(host_file, root, err);
}

static void expand_text(const char *text)
{
	XPT_ERR err = XPT_ERR_INIT;

	given("m.host", text);
	if (expand(&err) < 0)
		fail_msg("%s", err.sentence);
}

/* The host file is refused with a sentence that holds part, and nothing is made. */
static void assert_refuses(const char *text, int errnum, const char *part)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_FREE char *root = in_folder("root");

	given("m.host", text);
	assert_int_equal(expand(&err), -errnum);
	if (!strstr(err.sentence, part))
		fail_msg("\"%s\" is not in \"%s\"", part, err.sentence);
	assert_int_equal(access(root, F_OK), -1);
}

static void assert_file(const char *path, const char *want)
{
	XPT_FREE char *full = xpt_fmt("%s/root%s", folder, path);
	XPT_FREE char *text = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_file_read(full, 65536, &text, NULL, &err) < 0)
		fail_msg("%s", err.sentence);
	assert_string_equal(text, want);
}

static void assert_link(const char *path, const char *want)
{
	XPT_FREE char *full = xpt_fmt("%s/root%s", folder, path);
	char target[512] = "";

	if (readlink(full, target, sizeof(target) - 1) < 0)
		fail_msg("%s: %s", path, strerror(errno));
	assert_string_equal(target, want);
}

static void assert_mode(const char *path, mode_t want)
{
	XPT_FREE char *full = xpt_fmt("%s/root%s", folder, path);
	struct stat st;

	assert_int_equal(lstat(full, &st), 0);
	assert_int_equal(st.st_mode & 07777, want);
}

static bool is_there(const char *path)
{
	XPT_FREE char *full = xpt_fmt("%s/root%s", folder, path);

	return access(full, F_OK) == 0;
}

static void every_kind_becomes_what_it_says(void **state)
{
	mode_t mask = umask(077);

	(void)state;
	given("tool", "#!/bin/sh\n");
	given("bytes", "abc");
	given("pool.xml", "<database/>");
	given("xen.json", "{}");
	expand_text("/proc/cmdline = root=LABEL=x ro\n"
		    "/a/config := 8 @2 41\n"
		    "/a/link -> ../proc/cmdline\n"
		    "/bin/tool ! tool\n"
		    "/a/bytes < bytes\n"
		    "/var/empty/\n"
		    "%pool pool.xml\n"
		    "%xen xen.json\n");
	umask(mask);
	assert_file("/proc/cmdline", "root=LABEL=x ro\n");
	assert_file("/a/link", "root=LABEL=x ro\n");
	assert_file("/bin/tool", "#!/bin/sh\n");
	assert_mode("/bin/tool", 0755);
	assert_mode("/a/bytes", 0644);
	assert_mode("/proc/cmdline", 0644);
	assert_file("/a/bytes", "abc");
	assert_file("/var/lib/xcp/state.db", "<database/>");
	assert_file("/var/lib/xen-double/topology.json", "{}");
	assert_true(is_there("/var/empty"));
}

static void bytes_files_have_the_size_they_say(void **state)
{
	static const char want[8] = {0, 0, 'A', 0, 0, 0, 0, 0};
	XPT_FREE char *text = NULL;
	XPT_FREE char *path = in_folder("root/c");
	size_t len;

	(void)state;
	expand_text("/c := 8 @2 41\n");
	assert_int_equal(xpt_file_read(path, 64, &text, &len, NULL), 0);
	assert_int_equal(len, sizeof(want));
	assert_memory_equal(text, want, sizeof(want));
}

static void later_lines_win_over_included_ones(void **state)
{
	XPT_FREE char *sub = in_folder("sub");

	(void)state;
	assert_int_equal(xpt_file_mkdir(sub, NULL), 0);
	given("sub/base.host", "/a = base\n/b = base\n/c -> a\n%include deeper.host\n");
	given("sub/deeper.host", "/d < blob\n");
	given("sub/blob", "beside the file that names it");
	expand_text("/a = before\n%include sub/base.host\n/b = after\n/c = a file now\n");
	assert_file("/a", "base\n");
	assert_file("/b", "after\n");
	assert_file("/c", "a file now\n");
	assert_file("/d", "beside the file that names it");
}

static void the_same_file_may_be_included_twice(void **state)
{
	(void)state;
	given("common.host", "/a = common\n");
	expand_text("%include common.host\n/a = mine\n%include common.host\n");
	assert_file("/a", "common\n");
}

static void an_include_loop_is_an_error(void **state)
{
	(void)state;
	given("other.host", "%include ./m.host\n");
	assert_refuses("%include other.host\n", ELOOP, "m.host includes itself");
}

static void a_mistake_names_file_and_line(void **state)
{
	(void)state;
	given("other.host", "# fine\n/a b\n");
	assert_refuses("%include other.host\n", EINVAL, "other.host: line 2, column 4:");
	assert_refuses("/b = 1\n%include missing.host\n", ENOENT, "missing.host");
	assert_refuses("/b = 1\n/a < missing\n", ENOENT, "m.host:2: cannot open");
	assert_refuses("/b = 1\n%pool missing\n", ENOENT, "m.host:2: cannot open");
}

static void a_path_below_a_file_or_link_is_an_error(void **state)
{
	(void)state;
	assert_refuses("/a = 1\n/a/b = 2\n", EINVAL, "m.host:2: /a is no directory");
	assert_refuses("/x/\n/a -> x\n/a/b = 2\n", EINVAL, "m.host:3: /a is no directory");
	assert_refuses("/a/b = 2\n/a = 1\n", EINVAL, "m.host:2: /a/b is below it already");
}

static void links_cannot_leave_the_root_through_other_links(void **state)
{
	(void)state;
	assert_refuses("/p/q/r/up -> ../../..\n/p/q/r/out -> up/../../etc\n", EXDEV,
		       "/p/q/r/out -> up/../../etc leaves the root");
	assert_refuses("/a -> b\n/b -> a\n", ELOOP, "goes round in circles");
	expand_text("/a -> nowhere/yet\n");
	assert_link("/a", "nowhere/yet");
}

static void a_folder_that_holds_something_is_left_alone(void **state)
{
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	expand_text("/a = 1\n");
	given("m.host", "/a = 2\n");
	assert_int_equal(expand(&err), -ENOTEMPTY);
	assert_file("/a", "1\n");
}

static void ids_come_from_config(void **state)
{
	(void)state;
	expand_text("/sys/devices/pci0000:00/0000:00:03.0/config := 256 @0 36 1b 0c 00 @6 10 00 02 "
		    "00 04 06 @14 81 @52 40 @64 0d 00 00 00 f4 1a 00 11\n"
		    "/sys/devices/pci0000:00/0000:00:03.0/0000:01:00.0/config := 4096 @0 86 80 d3 "
		    "10 @8 01 00 00 02 @44 86 80 1f 00\n"
		    "/sys/devices/pci0000:00/0000:00:03.0/0000:01:00.0/device = 0xffff\n");
	assert_link("/sys/bus/pci/devices/0000:01:00.0",
		    "../../../devices/pci0000:00/0000:00:03.0/0000:01:00.0");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x8086\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/device", "0xffff\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/class", "0x020000\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/revision", "0x01\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/subsystem_vendor", "0x8086\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/subsystem_device", "0x001f\n");
	assert_file("/sys/bus/pci/devices/0000:01:00.0/driver_override", "(null)\n");
	assert_file("/sys/bus/pci/devices/0000:00:03.0/class", "0x060400\n");
	assert_file("/sys/bus/pci/devices/0000:00:03.0/subsystem_vendor", "0x1af4\n");
	assert_file("/sys/bus/pci/devices/0000:00:03.0/subsystem_device", "0x1100\n");
}

static void config_comes_from_ids(void **state)
{
	static const char gpu[16] = "\xde\x10\x36\x23\0\0\0\0\xa1\x00\x02\x03\0\0\x80";
	XPT_FREE char *path = in_folder("root/sys/bus/pci/devices/0000:01:00.0/config");
	XPT_FREE char *bridge_path = in_folder("root/sys/bus/pci/devices/0000:00:01.0/config");
	XPT_FREE char *config = NULL;
	XPT_FREE char *bridge = NULL;
	size_t len;

	(void)state;
	expand_text("/sys/devices/pci0000:00/0000:00:01.0/vendor = 0x8086\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/device = 0x1901\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/class = 0x060400\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/vendor = 0x10de\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/device = 0x2336\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/class = 0x030200\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/revision = 0xa1\n"
		    "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.1/\n");
	assert_int_equal(xpt_file_read(path, 4096, &config, &len, NULL), 0);
	assert_int_equal(len, 256);
	assert_memory_equal(config, gpu, sizeof(gpu));
	assert_file("/sys/bus/pci/devices/0000:01:00.0/subsystem_vendor", "0x0000\n");
	assert_int_equal(xpt_file_read(bridge_path, 4096, &bridge, &len, NULL), 0);
	assert_int_equal(bridge[14], 1);
	assert_int_equal(bridge[0x19], 1);
	assert_int_equal(bridge[0x1a], 1);
}

static void drivers_and_devices_link_to_each_other(void **state)
{
	(void)state;
	expand_text("/sys/devices/pci0000:00/0000:00:01.0/driver -> ../../../bus/pci/drivers/nvme\n"
		    "/sys/devices/pci0000:00/0000:00:03.0/\n"
		    "/sys/devices/pci0000:00/0000:00:02.0/\n"
		    "/sys/bus/pci/drivers/pciback/0000:00:03.0 -> "
		    "../../../../devices/pci0000:00/0000:00:03.0\n"
		    "/sys/bus/pci/drivers/pciback/0000:00:02.0 -> "
		    "../../../../devices/pci0000:00/0000:00:02.0\n");
	assert_link("/sys/bus/pci/drivers/nvme/0000:00:01.0",
		    "../../../../devices/pci0000:00/0000:00:01.0");
	assert_file("/sys/bus/pci/drivers/nvme/unbind", "");
	assert_false(is_there("/sys/bus/pci/drivers/nvme/new_slot"));
	assert_link("/sys/devices/pci0000:00/0000:00:02.0/driver",
		    "../../../bus/pci/drivers/pciback");
	assert_file("/sys/bus/pci/drivers/pciback/slots", "0000:00:02.0\n0000:00:03.0\n");
	assert_file("/sys/bus/pci/drivers/pciback/new_slot", "");
}

static void a_driver_link_to_the_wrong_place_is_an_error(void **state)
{
	(void)state;
	assert_refuses("/sys/devices/pci0000:00/0000:00:01.0/driver -> ../../bus/pci/drivers/x\n",
		       ENOENT, "leads to /sys/devices/bus/pci/drivers/x");
}

static void disks_nics_and_usb_devices_are_found_by_their_class(void **state)
{
	static const char nvme[] = "/sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0/nvme0n1";
	static const char usb[] = "/sys/devices/pci0000:00/0000:00:02.0/usb1/1-1";
	XPT_STR text = {0};

	(void)state;
	xpt_str_addf(&text, "%s/dev = 259:0\n%s/nvme0n1p1/dev = 259:1\n", nvme, nvme);
	xpt_str_addf(&text, "%s/nvme0n1p1/partition = 1\n", nvme);
	xpt_str_addf(&text, "%s/idVendor = 046d\n%s/dev = 189:1\n", usb, usb);
	xpt_str_addf(&text, "%s/1-1:1.0/bInterfaceNumber = 00\n", usb);
	xpt_str_add(&text, "/sys/devices/pci0000:00/0000:00:03.0/net/eth0/address = 0\n"
			   "/sys/devices/virtual/block/dm-0/dev = 253:0\n");
	expand_text(text.s);
	xpt_str_done(&text);
	assert_file("/sys/dev/block/259:1/partition", "1\n");
	assert_file("/sys/block/nvme0n1/dev", "259:0\n");
	assert_link("/sys/block/nvme0n1/device", "../../nvme0");
	assert_true(is_there("/sys/class/block/nvme0n1p1"));
	assert_false(is_there("/sys/block/nvme0n1p1"));
	assert_true(is_there("/sys/block/dm-0"));
	assert_false(is_there("/sys/block/dm-0/device"));
	assert_file("/sys/bus/usb/devices/1-1/idVendor", "046d\n");
	assert_true(is_there("/sys/bus/usb/devices/1-1:1.0"));
	assert_false(is_there("/sys/dev/block/189:1"));
	assert_link("/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/net/eth0");
	assert_link("/sys/class/net/eth0/device", "../../../0000:00:03.0");
}

static void the_machines_of_the_tests_expand(void **state)
{
	XPT_STRV names = {0};
	size_t machines = 0;

	(void)state;
	assert_int_equal(xpt_file_names("tests/hosts", &names, NULL), 0);
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *host_file = xpt_fmt("tests/hosts/%s", names.v[i]);
		XPT_FREE char *root = xpt_fmt("%s/%s", folder, names.v[i]);
		XPT_ERR err = XPT_ERR_INIT;

		if (!xpt_has_suffix(names.v[i], ".host"))
			continue;
		machines++;
		if (xpt_expand(host_file, root, &err) < 0)
			fail_msg("%s", err.sentence);
	}
	assert_true(machines > 0);
}

static void four_thousand_devices_expand_in_time(void **state)
{
	XPT_STR text = {0};
	struct timespec start, end;

	(void)state;
	for (unsigned i = 0; i < 4096; i++)
		xpt_str_addf(&text,
			     "/sys/devices/pci0000:00/0000:%02x:%02x.%x/config := 4096 @0 86 80\n",
			     i / 256, i / 8 % 32, i % 8);
	clock_gettime(CLOCK_MONOTONIC, &start);
	expand_text(text.s);
	clock_gettime(CLOCK_MONOTONIC, &end);
	xpt_str_done(&text);
	assert_file("/sys/bus/pci/devices/0000:0f:1f.7/vendor", "0x8086\n");
	/* a tenth of this is usual: quadratic work would take minutes */
	assert_true(end.tv_sec - start.tv_sec < 20);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(every_kind_becomes_what_it_says),
		WITH_FOLDER(bytes_files_have_the_size_they_say),
		WITH_FOLDER(later_lines_win_over_included_ones),
		WITH_FOLDER(the_same_file_may_be_included_twice),
		WITH_FOLDER(an_include_loop_is_an_error),
		WITH_FOLDER(a_mistake_names_file_and_line),
		WITH_FOLDER(a_path_below_a_file_or_link_is_an_error),
		WITH_FOLDER(links_cannot_leave_the_root_through_other_links),
		WITH_FOLDER(a_folder_that_holds_something_is_left_alone),
		WITH_FOLDER(ids_come_from_config),
		WITH_FOLDER(config_comes_from_ids),
		WITH_FOLDER(drivers_and_devices_link_to_each_other),
		WITH_FOLDER(a_driver_link_to_the_wrong_place_is_an_error),
		WITH_FOLDER(disks_nics_and_usb_devices_are_found_by_their_class),
		WITH_FOLDER(the_machines_of_the_tests_expand),
		WITH_FOLDER(four_thousand_devices_expand_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
