/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's lock: one change at a time, /run/xe-passthrough/lock, flock.
 *
 * The descriptor is inherited by a child that changes something (xpt_run's keep_fd), so that a child
 * which outlives us keeps the lock until it is done. The holder's name stands in the file.
 */
#ifndef XPT_HOST_LOCK_H
#define XPT_HOST_LOCK_H

#include "host/host.h"

/*
 * Take the lock, waiting at most wait_ms. Returns 0 with the descriptor in *ret_fd (close it to let go)
 * or XPT_BUSY, whose sentence names the holder. who is one line: function and process.
 */
int xpt_lock_take(const struct xpt_host *host, unsigned wait_ms, const char *who, int *ret_fd,
		  struct xpt_err *err);

#endif
