/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A helper process that serves until it is told to end: it says when it is ready, dies with us,
 * and is out of reach of the terminal's signals.
 */
#ifndef XPT_TESTS_SUPPORT_SERVER_H
#define XPT_TESTS_SUPPORT_SERVER_H

#include <sys/types.h>

#include "base/err.h"

struct xpt_server {
	pid_t pid; /* 0: not running */
};

/*
 * Start args[0] with args and "--ready-fd N", stdout and stderr at the end of the file log, and
 * wait for one byte on N. XPT_SYSTEM when it ends before that (the sentence tells the last line of
 * log) or says nothing for timeout_ms; it does not run then.
 */
int xpt_server_start(struct xpt_server *server, const struct xpt_strv *args, const char *log,
		     unsigned timeout_ms, struct xpt_err *err);

/* SIGTERM, and SIGKILL when that does not help within 5 s. A server that does not run is fine. */
void xpt_server_stop(struct xpt_server *server);

#endif
