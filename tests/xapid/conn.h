/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection: bytes in, a request, an answer, bytes out. Used by http.c only. */
#ifndef XAPID_CONN_H
#define XAPID_CONN_H

#include "xapid.h"

struct xd_conn {
	int fd;
	const struct xd_host *host;
	bool is_remote;
	struct xpt_str in, out;
	size_t sent;          /* bytes of out */
	struct xd_call *call; /* whose answer is awaited */
	bool is_http_1_1, keeps_alive;
	bool is_last; /* close when out is sent */
	bool is_dead;
};

struct xd_conn *xd_conn_new(int fd, const struct xd_host *host, bool is_remote);
void xd_conn_free(struct xd_conn *c);
/* Take what there is to read, answer what can be answered. */
void xd_conn_read(struct xd *x, struct xd_conn *c);
/* Start requests that are complete in the buffer. */
void xd_conn_run(struct xd *x, struct xd_conn *c);
void xd_conn_write(struct xd_conn *c);

#endif
