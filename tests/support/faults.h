/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan of what goes wrong with stores, as text. One rule a line, '#' starts a comment:
 *
 *     3 EBUSY                              the third store fails with EBUSY and has no effect
 *     5 delay 200ms                        the fifth takes 200 ms longer (also: 2s)
 *     7 kill-before                        the seventh writer gets SIGKILL and there is no effect
 *     7 kill-after                         the seventh writer gets SIGKILL once the effect is there
 *     1 EIO bus/pci/drivers/pciback/bind   the first store to paths that match the pattern
 *
 * Each rule counts for itself, from 1: all stores, or those whose path below /sys matches its pattern
 * (fnmatch, '*' crosses slashes). When several rules apply to one store the first failure or kill in the
 * plan wins, delays add up.
 */
#ifndef XPT_TESTS_FAULTS_H
#define XPT_TESTS_FAULTS_H

#include <stddef.h>

enum xpt_fault_kind {
	XPT_FAULT_NONE,
	XPT_FAULT_ERRNO,
	XPT_FAULT_KILL_BEFORE,
	XPT_FAULT_KILL_AFTER
};

struct xpt_fault_rule {
	unsigned long at;
	unsigned long seen;
	enum xpt_fault_kind kind; /* NONE: only a delay */
	int errnum;
	unsigned long delay_ms;
	char *pattern; /* NULL: every store */
};

struct xpt_faults {
	struct xpt_fault_rule *v;
	size_t n;
};

/* What happens to one store. */
struct xpt_fault {
	enum xpt_fault_kind kind;
	int errnum;
	unsigned long delay_ms;
};

/* Read a plan. Returns 0, or the number of the first line that is no rule (from 1). */
size_t xpt_faults_parse(const char *text, struct xpt_faults *ret);
void xpt_faults_done(struct xpt_faults *f);
/* Count a store and say what becomes of it. */
struct xpt_fault xpt_faults_next(struct xpt_faults *f, const char *path);

#endif
