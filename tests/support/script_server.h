/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server on <root>/var/lib/xcp/xapi that follows a script: one step a request, in order, over as many
 * connections as it takes. For what a healthy toolstack never does, and for pools of a few answers.
 */
#ifndef XPT_TESTS_SUPPORT_SCRIPT_SERVER_H
#define XPT_TESTS_SUPPORT_SCRIPT_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum xpt_script_then {
	XPT_SCRIPT_KEEP,  /* read the next request from the same connection */
	XPT_SCRIPT_CLOSE, /* close and accept the next connection */
	XPT_SCRIPT_HANG,  /* do nothing any more, keep everything open */
};

struct xpt_script_step {
	const char *reply; /* sent as it is; NULL: nothing */
	size_t len;        /* of reply, 0: its strlen */
	enum xpt_script_then then;
	bool unread;      /* close a new connection at once; the request is not read */
	unsigned drip_us; /* send byte by byte with this pause, 0: at once */
};

#define XPT_SCRIPT_MAX 32

/* What happened so far; written by the server's process. */
struct xpt_script_log {
	volatile int n_accepted;
	volatile int n_closed; /* connections that the server closed */
	volatile int n_requests;
	char method[XPT_SCRIPT_MAX][64];
	char first_param[XPT_SCRIPT_MAX][64];
	char head[XPT_SCRIPT_MAX][512];
};

struct xpt_script;

/* Listen below root (an existing directory) and follow steps, which must live as long. */
struct xpt_script *xpt_script_start(const char *root, const struct xpt_script_step *steps,
				    size_t n);
const struct xpt_script_log *xpt_script_log(const struct xpt_script *s);
/* Wait until the server closed n connections, at most 5 seconds. */
bool xpt_script_wait_closed(const struct xpt_script *s, int n);
void xpt_script_stop(struct xpt_script *s);

/* An HTTP/1.1 reply with this body; it asks to keep the connection, or to close it. Caller frees. */
char *xpt_script_http(const char *body, bool keeps_open);
/* The same with xapi's success, whose Value is a string. */
char *xpt_script_success(const char *text, bool keeps_open);

#endif
