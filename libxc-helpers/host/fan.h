/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same work for several hosts at once, each in a process of its own: whoever hangs or dies takes
 * nobody along, and what is not safe to share between threads need not be.
 */
#ifndef XPT_HOST_FAN_H
#define XPT_HOST_FAN_H

#include "base/err.h"
#include "base/str.h"

#define XPT_FAN_MAX 256

/* Work for the i-th; runs in a child and leaves its result in out. Must end by itself. */
typedef void (*xpt_fan_work)(size_t i, void *data, struct xpt_str *out);

/*
 * Run work for 0 to n-1 and wait for all. results[i] (zeroed, n of them; released by the caller) gets
 * what the i-th left, at most max_output bytes; it stays empty where the child died or said more.
 * XPT_SYSTEM when processes cannot be made (those that were made are waited for), XPT_USAGE when n is
 * beyond XPT_FAN_MAX.
 */
int xpt_fan(size_t n, xpt_fan_work work, void *data, size_t max_output, struct xpt_str *results,
	    struct xpt_err *err);

#endif
