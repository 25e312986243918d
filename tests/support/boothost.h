/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scratch root with a boot configuration and a program that edits it, for tests of boot parameters.
 * Needs cmocka.h before it; tests run from the top of the tree.
 */
#ifndef XPT_TESTS_SUPPORT_BOOTHOST_H
#define XPT_TESTS_SUPPORT_BOOTHOST_H

#include <limits.h>
#include <sys/stat.h>

#include "host/fs.h"
#include "host/run.h"
#include "scratch.h"

#define BOOTHOST_GRUB "/boot/grub/grub.cfg"
#define BOOTHOST_PROGRAM "/opt/xensource/libexec/xen-cmdline"

struct boothost {
	struct xpt_host host;
};

static inline int boothost_setup(void **state)
{
	struct boothost *b = xpt_alloc(sizeof(*b));

	xpt_scratch_open(&b->host);
	*state = b;
	return 0;
}

static inline int boothost_teardown(void **state)
{
	struct boothost *b = *state;

	xpt_scratch_close(&b->host);
	free(b);
	return 0;
}

static inline void boothost_put(struct boothost *b, const char *path, const char *text, mode_t mode)
{
	xpt_scratch_put(&b->host, path, text, mode);
}

/* A file of the source tree. Caller frees. */
static inline char *boothost_source(const char *path)
{
	XPT_HOST here = {.root_fd = -1};
	char *text = NULL;

	assert_int_equal(xpt_host_open(".", &here, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&here, path, 1 << 20, &text, NULL, NULL), 0);
	return text;
}

/* Give the host tests/hosts/boot/NAME and the product that this file is of. */
static inline void boothost_use(struct boothost *b, const char *name)
{
	XPT_FREE char *path = xpt_fmt("tests/hosts/boot/%s", name);
	XPT_FREE char *text = boothost_source(path);

	boothost_put(b, BOOTHOST_GRUB, text, 0644);
	boothost_put(b, "/etc/xensource-inventory",
		     xpt_has_prefix(name, "xcp-ng") ? "PRODUCT_BRAND='XCP-ng'\n"
						    : "PRODUCT_BRAND='XenServer'\n",
		     0644);
}

/* The text of a file of the host. Caller frees. */
static inline char *boothost_get(struct boothost *b, const char *path)
{
	char *text = NULL;

	assert_int_equal(xpt_fs_read_file(&b->host, path, 1 << 20, &text, NULL, NULL), 0);
	return text;
}

static inline mode_t boothost_mode(struct boothost *b, const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(b->host.root_fd, path + 1, &st, 0), 0);
	return st.st_mode & 07777;
}

/* The program is the stand-in of the source tree. */
static inline void boothost_stand_in(struct boothost *b)
{
	XPT_FREE char *text = boothost_source("tests/stand-ins/xen-cmdline");

	boothost_put(b, BOOTHOST_PROGRAM, text, 0755);
}

/* The program is a shell script; $G is the grub.cfg, $0 itself. */
static inline void boothost_script(struct boothost *b, const char *body)
{
	XPT_FREE char *text =
		xpt_fmt("#!/bin/sh\nG=$XE_PASSTHROUGH_ROOT" BOOTHOST_GRUB "\n%s\n", body);

	boothost_put(b, BOOTHOST_PROGRAM, text, 0755);
}

/* Run the program with up to four arguments (NULL ends them); *ret may be used until the next call. */
static inline int boothost_run(struct boothost *b, const char *const *args,
			       struct xpt_run_result *ret)
{
	const char *argv[6] = {BOOTHOST_PROGRAM};
	const struct xpt_run run = {
		.argv = argv, .timeout_ms = 20000, .max_output = 65536, .keep_fd = -1};

	for (size_t i = 0; args[i]; i++)
		argv[i + 1] = args[i];
	assert_int_equal(xpt_run(&b->host, &run, ret, NULL), 0);
	return ret->status;
}

#endif
