/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine of tests/hosts/inuse in a directory of its own, and what dom0 uses there. Fails the test
 * that runs when the machine cannot be made.
 */
#ifndef XPT_TESTS_SUPPORT_MACHINE_H
#define XPT_TESTS_SUPPORT_MACHINE_H

#include "model/inuse.h"

/* A literal in a model's struct that a test fills in itself and never releases. */
#define XPT_TEXT(literal) ((char *)(literal))

struct xpt_machine {
	struct xpt_host host;
	struct xpt_pci pci;
	struct xpt_uses uses;
};

/* name is that of a file in tests/hosts/inuse, without its end. */
void xpt_machine_open(struct xpt_machine *m, const char *name);
void xpt_machine_close(struct xpt_machine *m);
#define XPT_MACHINE XPT_CLEANUP(xpt_machine_close) struct xpt_machine

/* Remove a file of the machine. */
void xpt_machine_remove(struct xpt_machine *m, const char *path);
/* Scan with the pool (NULL: no toolstack) and check all uses, in order of text: "reason: chain". */
void xpt_machine_expect(struct xpt_machine *m, const struct xpt_pool *pool,
			const char *const *lines, size_t n);
#define XPT_MACHINE_EXPECT(m, pool, ...) \
	xpt_machine_expect((m), (pool), (const char *const[]){__VA_ARGS__}, \
			   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
/* The reasons of the uses of an address, joined with commas, in the order found. Caller frees. */
char *xpt_machine_reasons(const struct xpt_machine *m, const char *address);

#endif
