/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

int machine_setup(void **state)
{
	struct machine *m = xpt_alloc(sizeof(*m));

	*state = m;
	if (xpt_pcitree_make("sys", &m->tree))
		return -1;
	return xpt_kernel_open(m->tree.root, NULL, &m->kernel);
}

int machine_teardown(void **state)
{
	struct machine *m = *state;

	xpt_kernel_close(&m->kernel);
	xpt_pcitree_done(&m->tree);
	free(m);
	return 0;
}

int store(struct machine *m, const char *path, const char *text)
{
	return xpt_kernel_store(&m->kernel, path, text, strlen(text));
}

void assert_file(int dir, const char *path, const char *expected)
{
	char text[8192] = "";
	ssize_t n = xpt_tree_read(dir, text, sizeof(text) - 1, "%s", path);

	text[n < 0 ? 0 : n] = '\0';
	assert_string_equal(text, expected);
}

void assert_sys(const struct machine *m, const char *path, const char *expected)
{
	assert_file(m->tree.sys_fd, path, expected);
}

void assert_resets(const struct machine *m, const char *expected)
{
	assert_file(m->tree.root_fd, "var/lib/kernel-model/resets", expected);
}

void assert_driver(const struct machine *m, const char *name, const char *expected)
{
	assert_string_equal(xpt_pcitree_driver(&m->tree, name), expected);
}

bool in_sys(const struct machine *m, const char *path)
{
	struct stat st;

	return fstatat(m->tree.sys_fd, path, &st, 0) == 0;
}

void to_pciback(struct machine *m, const char *drv, const char *name)
{
	XPT_FREE char *unbind = xpt_fmt("bus/pci/drivers/%s/unbind", drv);

	assert_int_equal(store(m, unbind, name), 0);
	assert_int_equal(store(m, PCIBACK "new_slot", name), 0);
	assert_int_equal(store(m, PCIBACK "bind", name), 0);
	assert_driver(m, name, "pciback");
}
