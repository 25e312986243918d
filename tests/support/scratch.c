/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "host/fs.h"

void xpt_scratch_open(struct xpt_host *ret)
{
	XPT_FREE char *dir = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_file_temp_dir("xpt-test", &dir, &err) < 0 || xpt_host_open(dir, ret, &err) < 0)
		fail_msg("%s", err.sentence);
}

void xpt_scratch_close(struct xpt_host *host)
{
	XPT_ERR err = XPT_ERR_INIT;
	int failed = xpt_file_remove_tree(host->root, &err);

	xpt_host_close(host);
	if (failed)
		fail_msg("%s", err.sentence);
}

void xpt_scratch_put(const struct xpt_host *host, const char *path, const char *text, mode_t mode)
{
	XPT_FREE char *dir = xpt_strndup(path, (size_t)(strrchr(path, '/') - path));

	if (*dir)
		xpt_scratch_mkdir(host, dir);
	assert_int_equal(xpt_fs_write_file(host, path, text, strlen(text), mode, NULL), 0);
}

void xpt_scratch_mkdir(const struct xpt_host *host, const char *path)
{
	assert_int_equal(xpt_fs_mkdir(host, path, NULL), 0);
}
