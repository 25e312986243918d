/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pcitree.h"
#include "program.h"
#include "tree.h"

#define PCIBACK "sys/bus/pci/drivers/pciback/"
#define IXGBE "sys/bus/pci/drivers/ixgbe/"
#define NIC "0000:02:00.0"

struct mounted {
	struct xpt_pcitree tree; /* its sys is what lies behind the mount */
	pid_t fs;                /* 0: nothing is mounted */
};

static bool has_fuse(void)
{
	XPT_CLOSE int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	return fd >= 0;
}

static bool wait_ready(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	char byte;

	return poll(&p, 1, 20000) == 1 && read(fd, &byte, 1) == 1;
}

static int setup(void **state)
{
	struct mounted *m = xpt_alloc(sizeof(*m));
	XPT_FREE char *program = xpt_program_path("kernelfs");
	XPT_FREE char *plan = NULL;
	char fd[16];
	int ready[2];
	bool ok;

	*state = m;
	if (xpt_pcitree_make("sys.plain", &m->tree) || pipe(ready))
		return -1;
	if (!has_fuse())
		return 0;
	plan = xpt_fmt("%s/faults", m->tree.root);
	snprintf(fd, sizeof(fd), "%d", ready[1]);
	m->fs = xpt_program_start((const char *[]){program, "--faults", plan, "--ready-fd", fd,
						   m->tree.root, m->tree.sys, NULL},
				  -1, -1);
	close(ready[1]);
	ok = m->fs > 0 && wait_ready(ready[0]);
	close(ready[0]);
	return ok ? 0 : -1;
}

static int teardown(void **state)
{
	struct mounted *m = *state;
	XPT_STRV left = {0};
	int status = 0;

	if (m->fs) {
		kill(m->fs, SIGTERM);
		status = xpt_program_wait(m->fs);
		if (xpt_tree_names(m->tree.root_fd, &left, "sys") || left.n)
			status = -1;
	}
	xpt_pcitree_done(&m->tree);
	free(m);
	return status;
}

/* Without FUSE there is nothing to test. */
static struct mounted *mounted(void **state)
{
	struct mounted *m = *state;

	if (!m->fs)
		skip();
	return m;
}

/* One write(2), as the product does it. Returns 0 or -errno. */
static int store(const struct mounted *m, const char *path, const char *text)
{
	XPT_CLOSE int fd = openat(m->tree.root_fd, path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* The same in a process of its own. Returns its end as xpt_program_wait says it. */
static int store_by_another(const struct mounted *m, const char *path, const char *text)
{
	pid_t pid = fork();

	if (!pid)
		_exit(-store(m, path, text));
	return xpt_program_wait(pid);
}

static void plan(const struct mounted *m, const char *text)
{
	assert_int_equal(xpt_tree_write_text(m->tree.root_fd, text, "faults"), 0);
}

static void assert_driver(const struct mounted *m, const char *name, const char *expected)
{
	assert_string_equal(xpt_pcitree_driver(&m->tree, name), expected);
}

static void everything_passes_through(void **state)
{
	struct mounted *m = mounted(state);
	char text[256];
	uint8_t config[4096];
	XPT_STRV names = {0};

	assert_int_equal(xpt_tree_line(m->tree.root_fd, text, sizeof(text),
				       "sys/bus/pci/devices/" NIC "/driver/" NIC "/vendor"),
			 0);
	assert_string_equal(text, "0x8086");
	assert_int_equal(
		xpt_tree_link(m->tree.root_fd, text, sizeof(text), "sys/bus/pci/devices/" NIC), 0);
	assert_string_equal(text, "../../../devices/pci0000:00/0000:00:1d.0/" NIC);
	assert_int_equal(xpt_tree_read(m->tree.root_fd, config, sizeof(config),
				       "sys/bus/pci/devices/" NIC "/config"),
			 sizeof(config));
	assert_memory_equal(config, "\x86\x80\xfb\x10", 4);
	assert_int_equal(xpt_tree_names(m->tree.root_fd, &names, "sys/bus/pci/devices"), 0);
	assert_int_equal(names.n, 8);
}

static void a_store_has_its_effect_before_write_returns(void **state)
{
	struct mounted *m = mounted(state);
	char text[64];

	assert_int_equal(store(m, "sys/bus/pci/devices/" NIC "/driver/unbind", NIC), 0);
	assert_driver(m, NIC, "");
	assert_int_equal(store(m, PCIBACK "new_slot", NIC), 0);
	assert_int_equal(store(m, PCIBACK "bind", NIC), 0);
	assert_int_equal(xpt_tree_link(m->tree.root_fd, text, sizeof(text),
				       "sys/bus/pci/devices/" NIC "/driver"),
			 0);
	assert_string_equal(text, "../../../../bus/pci/drivers/pciback");
}

static void write_gives_the_kernels_errno(void **state)
{
	struct mounted *m = mounted(state);

	assert_int_equal(store(m, PCIBACK "bind", NIC), -ENODEV);
	assert_int_equal(store(m, PCIBACK "new_slot", "junk"), -EINVAL);
	assert_int_equal(store(m, PCIBACK "absent", "1"), -ENOENT);
}

static void a_shell_can_store(void **state)
{
	struct mounted *m = mounted(state);
	XPT_FREE char *script = xpt_fmt("echo " NIC " > %s/" IXGBE "unbind", m->tree.root);
	pid_t pid = xpt_program_start((const char *[]){"/bin/sh", "-c", script, NULL}, -1, -1);

	assert_int_equal(xpt_program_wait(pid), 0);
	assert_driver(m, NIC, "");
}

static void an_ordinary_attribute_holds_what_was_stored_last(void **state)
{
	struct mounted *m = mounted(state);
	char text[64];

	assert_int_equal(store(m, "sys/bus/pci/devices/" NIC "/vendor", "0x1\n"), 0);
	assert_int_equal(xpt_tree_line(m->tree.root_fd, text, sizeof(text),
				       "sys/bus/pci/devices/" NIC "/vendor"),
			 0);
	assert_string_equal(text, "0x1");
}

static void nobody_makes_or_removes_files(void **state)
{
	struct mounted *m = mounted(state);

	assert_int_equal(openat(m->tree.root_fd, "sys/new", O_WRONLY | O_CREAT, 0644), -1);
	assert_int_equal(errno, EACCES);
	assert_int_equal(unlinkat(m->tree.root_fd, PCIBACK "bind", 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(renameat(m->tree.root_fd, PCIBACK "bind", m->tree.root_fd, PCIBACK "b"),
			 -1);
	assert_int_equal(errno, EPERM);
}

static void a_change_behind_the_mount_is_seen_at_once(void **state)
{
	struct mounted *m = mounted(state);
	char text[64];

	assert_int_equal(xpt_tree_line(m->tree.root_fd, text, sizeof(text), PCIBACK "slots"), 0);
	assert_int_equal(
		xpt_tree_write_text(m->tree.sys_fd, "changed\n", "bus/pci/drivers/pciback/slots"),
		0);
	assert_int_equal(xpt_tree_line(m->tree.root_fd, text, sizeof(text), PCIBACK "slots"), 0);
	assert_string_equal(text, "changed");
	assert_int_equal(xpt_tree_remove(m->tree.sys_fd, "bus/pci/drivers/pciback"), 0);
	assert_false(xpt_tree_has(m->tree.root_fd, PCIBACK "slots"));
}

static void a_planned_errno_leaves_no_effect(void **state)
{
	struct mounted *m = mounted(state);

	plan(m, "2 EBUSY\n");
	assert_int_equal(store(m, PCIBACK "new_slot", NIC), 0);
	assert_int_equal(store(m, IXGBE "unbind", NIC), -EBUSY);
	assert_driver(m, NIC, "ixgbe");
	assert_int_equal(store(m, IXGBE "unbind", NIC), 0);
	assert_driver(m, NIC, "");
}

static void a_new_plan_counts_from_the_start(void **state)
{
	struct mounted *m = mounted(state);

	plan(m, "1 EIO */unbind\n");
	assert_int_equal(store(m, IXGBE "unbind", NIC), -EIO);
	plan(m, "1 EPERM */unbind\n");
	assert_int_equal(store(m, IXGBE "unbind", NIC), -EPERM);
	assert_int_equal(store(m, IXGBE "unbind", NIC), 0);
}

static void a_writer_can_be_killed_before_the_effect(void **state)
{
	struct mounted *m = mounted(state);

	plan(m, "1 kill-before\n");
	assert_int_equal(store_by_another(m, IXGBE "unbind", NIC), 128 + SIGKILL);
	assert_driver(m, NIC, "ixgbe");
}

static void a_writer_can_be_killed_after_the_effect(void **state)
{
	struct mounted *m = mounted(state);

	plan(m, "1 kill-after\n");
	assert_int_equal(store_by_another(m, IXGBE "unbind", NIC), 128 + SIGKILL);
	assert_driver(m, NIC, "");
	assert_int_equal(store_by_another(m, IXGBE "bind", NIC), 0);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_delayed_store_holds_nobody_else_up(void **state)
{
	struct mounted *m = mounted(state);
	double start = now();
	char text[64];
	pid_t pid;

	plan(m, "1 delay 3s */unbind\n");
	pid = fork();
	if (!pid)
		_exit(-store(m, IXGBE "unbind", NIC));
	assert_int_equal(xpt_tree_line(m->tree.root_fd, text, sizeof(text), PCIBACK "slots"), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", NIC), 0);
	assert_true(now() - start < 3);
	assert_driver(m, NIC, "ixgbe");
	assert_int_equal(xpt_program_wait(pid), 0);
	assert_true(now() - start >= 3);
	assert_driver(m, NIC, "");
}

static void a_wrong_plan_fails_every_store(void **state)
{
	struct mounted *m = mounted(state);

	plan(m, "once upon a time\n");
	assert_int_equal(store(m, IXGBE "unbind", NIC), -EIO);
	assert_driver(m, NIC, "ixgbe");
}

#define MOUNTED_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOUNTED_TEST(everything_passes_through),
		MOUNTED_TEST(a_store_has_its_effect_before_write_returns),
		MOUNTED_TEST(write_gives_the_kernels_errno),
		MOUNTED_TEST(a_shell_can_store),
		MOUNTED_TEST(an_ordinary_attribute_holds_what_was_stored_last),
		MOUNTED_TEST(nobody_makes_or_removes_files),
		MOUNTED_TEST(a_change_behind_the_mount_is_seen_at_once),
		MOUNTED_TEST(a_planned_errno_leaves_no_effect),
		MOUNTED_TEST(a_new_plan_counts_from_the_start),
		MOUNTED_TEST(a_writer_can_be_killed_before_the_effect),
		MOUNTED_TEST(a_writer_can_be_killed_after_the_effect),
		MOUNTED_TEST(a_delayed_store_holds_nobody_else_up),
		MOUNTED_TEST(a_wrong_plan_fails_every_store),
	};

	return cmocka_run_group_tests_name("kernelfs", tests, NULL, NULL);
}
