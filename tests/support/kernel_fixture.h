/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the kernel model share: the machine of pcitree.h with its kernel opened, stores, and
 * assertions of what came of them. Only for cmocka programs.
 */
#ifndef XPT_TESTS_KERNEL_FIXTURE_H
#define XPT_TESTS_KERNEL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "kernel.h"
#include "pcitree.h"
#include "tree.h"

#define PCIBACK "bus/pci/drivers/pciback/"
#define GPU "0000:01:00.0"
#define AUDIO "0000:01:00.1"
#define NIC "0000:02:00.0"
#define HIDDEN "0000:03:00.0"
#define IDLE "0000:00:1f.0"
#define NIC_DIR "devices/pci0000:00/0000:00:1d.0/" NIC

#define MACHINE_TEST(f) cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)

struct machine {
	struct xpt_pcitree tree;
	struct xpt_kernel kernel;
};

int machine_setup(void **state);
int machine_teardown(void **state);

/* A store of text. Returns what write() would: 0 or -errno. */
int store(struct machine *m, const char *path, const char *text);
/* Is there something at a path below /sys, links followed? */
bool in_sys(const struct machine *m, const char *path);
/* Take a function from its driver and give it to pciback. */
void to_pciback(struct machine *m, const char *drv, const char *name);

void assert_file(int dir, const char *path, const char *expected);
void assert_sys(const struct machine *m, const char *path, const char *expected);
/* The log of resets, all of it. */
void assert_resets(const struct machine *m, const char *expected);
void assert_driver(const struct machine *m, const char *name, const char *expected);

#endif
