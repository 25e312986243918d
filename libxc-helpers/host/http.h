/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1.x as a client speaks it on a connection that is open already: requests out, replies in.
 *
 * Replies may be length-delimited, chunked or end with the connection; interim replies (1xx) are passed over.
 * Each wait for the peer is limited, the body is limited by the caller, a head to XPT_HTTP_MAX_HEAD. No call
 * raises SIGPIPE. After an error the connection is of no more use. Sentences begin with the peer's name.
 * Source: RFC 9112.
 */
#ifndef XPT_HOST_HTTP_H
#define XPT_HOST_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

#define XPT_HTTP_MAX_HEAD (64u << 10)
#define XPT_HTTP_BUFFER (16u << 10)

struct xpt_http {
	int fd;              /* owned; -1 when there is no connection */
	const char *peer;    /* as sentences name it; static text */
	unsigned timeout_ms; /* of each wait */
	size_t start, end;   /* what is in buf and not taken yet */
	char buf[XPT_HTTP_BUFFER];
};

struct xpt_http_reply {
	int status;
	char *reason; /* the status line's text, cleaned */
	struct xpt_str body;
	bool keeps_open; /* the connection can carry another request */
};

/* fd may also be a file or pipe that holds a reply. */
void xpt_http_init(struct xpt_http *h, int fd, const char *peer, unsigned timeout_ms);
void xpt_http_done(struct xpt_http *h); /* closes */

/* Nothing came and the peer has not closed since the last reply? */
bool xpt_http_is_idle(const struct xpt_http *h);

/*
 * Send bytes. -EPIPE: the peer had closed before it took the first one, so it has not seen the request;
 * -ECONNRESET: it closed later; XPT_TIMEOUT: it did not take them in time.
 */
int xpt_http_send(struct xpt_http *h, const void *bytes, size_t len, struct xpt_err *err);

/*
 * Read one reply, whatever its status; release *ret with xpt_http_reply_done. XPT_SYSTEM: closed or failed;
 * XPT_TIMEOUT; XPT_MALFORMED: not HTTP (-EPROTO), or a body of more than max_body bytes (-EFBIG).
 */
int xpt_http_read_reply(struct xpt_http *h, size_t max_body, struct xpt_http_reply *ret,
			struct xpt_err *err);
void xpt_http_reply_done(struct xpt_http_reply *r);
#define XPT_HTTP_REPLY XPT_CLEANUP(xpt_http_reply_done) struct xpt_http_reply

#endif
