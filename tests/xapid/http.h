/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors: unix sockets, HTTP/1.0 and 1.1, and the loop that serves them all.
 *
 * A connection has one request at a time; further ones wait in its buffer until the answer is out.
 * Source: xen-api ocaml/libs/http-lib; limits and headers as recorded.
 */
#ifndef XAPID_HTTP_H
#define XAPID_HTTP_H

#include "xapid.h"

#define XD_HTTP_MAX_BODY (300u << 10)

struct xd_server;

/* Open both doors of every host. Returns NULL with err set. */
struct xd_server *xd_http_open(struct xd *x, struct xpt_err *err);
void xd_http_close(struct xd_server *s);
/* Serve until x->is_stopping. */
void xd_http_serve(struct xd_server *s);

/* The call that conn waits for; its conn becomes NULL when the client goes away first. */
void xd_http_expect(struct xd_conn *conn, struct xd_call *call);
/* Answer 200 with an XML body; nobody is expected any more. */
void xd_http_answer(struct xd_conn *conn, const struct xpt_str *body);

#endif
