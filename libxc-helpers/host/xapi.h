/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XenAPI client: XML-RPC over HTTP/1.1 on <root>/var/lib/xcp/xapi.
 *
 * One connection, kept alive where the server allows, reopened where it closed between calls (never
 * after a request was partly answered: a call is sent once). Length-delimited, chunked and
 * until-close bodies are read; replies are capped at XPT_XAPI_MAX_REPLY. Errors of xapi are XPT_XAPI with
 * code and parameters in err->detail and the code as subject; no socket, refused, closed or silent
 * toolstack is XPT_SYSTEM or XPT_TIMEOUT with a sentence that says the toolstack is not answering.
 * Source: xen-api ocaml/libs/http-lib, ocaml/xapi/api_server.ml.
 */
#ifndef XPT_HOST_XAPI_H
#define XPT_HOST_XAPI_H

#include "codec/xmlrpc.h"
#include "host/host.h"

#define XPT_XAPI_MAX_REPLY (256u << 20)
#define XPT_XAPI_TIMEOUT_MS 60000u

struct xpt_xapi;

/*
 * Connect. session is a caller's reference, used as it is, or NULL or "" to log in as root with
 * originator "xe-passthrough" (logged out again by xpt_xapi_close). timeout_ms bounds each wait
 * for the server, 0 means XPT_XAPI_TIMEOUT_MS.
 */
int xpt_xapi_open(const struct xpt_host *host, const char *session, unsigned timeout_ms,
		  struct xpt_xapi **ret, struct xpt_err *err);
void xpt_xapi_close(struct xpt_xapi *x);
void xpt_xapi_closep(struct xpt_xapi **x);
#define XPT_XAPI_CLIENT XPT_CLEANUP(xpt_xapi_closep) struct xpt_xapi

const char *xpt_xapi_session(const struct xpt_xapi *x);

/*
 * Call method with the session in front of params (an array or NULL; always consumed).
 * *ret (may be NULL) is the Value; caller frees.
 */
int xpt_xapi_call(struct xpt_xapi *x, const char *method, struct xpt_value *params,
		  struct xpt_value **ret, struct xpt_err *err);
/* The same for parameters that are all strings. */
int xpt_xapi_calls(struct xpt_xapi *x, const char *method, const char *const *strings, size_t n,
		   struct xpt_value **ret, struct xpt_err *err);
#define XPT_XAPI_STRS(...) \
	(const char *const[]){__VA_ARGS__}, \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)

/* True for an XPT_XAPI error with this code. */
bool xpt_xapi_is_error(const struct xpt_err *err, const char *code);

#endif
