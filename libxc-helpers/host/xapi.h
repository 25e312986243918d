/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XenAPI client: XML-RPC over HTTP/1.1 on <root>/var/lib/xcp/xapi.
 *
 * One connection, kept alive where the server allows. A call is sent once: the connection is made anew only
 * where it proved closed before the server took a byte of the request. Length-delimited, chunked and
 * until-close bodies are read; a reply is capped at XPT_XAPI_MAX_REPLY, a request at what xapi takes.
 *
 * Errors: xapi's own are XPT_XAPI with code and parameters in err->detail and the code as subject. No socket,
 * nobody behind it, a closed connection, an HTTP status other than 200: XPT_SYSTEM; silence: XPT_TIMEOUT;
 * what is neither HTTP nor XML-RPC: XPT_MALFORMED; a request that is too large: XPT_USAGE. All name the
 * method, say whether the call may have had an effect, and hint at the next step.
 * Source: xen-api ocaml/libs/http-lib, ocaml/xapi/api_server.ml.
 */
#ifndef XPT_HOST_XAPI_H
#define XPT_HOST_XAPI_H

#include "codec/xmlrpc.h"
#include "host/host.h"

#define XPT_XAPI_SOCKET "/var/lib/xcp/xapi"
#define XPT_XAPI_MAX_REQUEST (300u << 10)
#define XPT_XAPI_MAX_REPLY (256u << 20)
#define XPT_XAPI_TIMEOUT_MS 60000u

struct xpt_xapi;

/*
 * Connect. session is a caller's reference, used as it is, or NULL or "" to log in as root with
 * originator "xe-passthrough" (logged out again by xpt_xapi_close, unless the server was lost).
 * timeout_ms bounds each wait for the server, 0 means XPT_XAPI_TIMEOUT_MS. host may be closed while the
 * client lives.
 */
int xpt_xapi_open(const struct xpt_host *host, const char *session, unsigned timeout_ms,
		  struct xpt_xapi **ret, struct xpt_err *err);
void xpt_xapi_close(struct xpt_xapi *x);
void xpt_xapi_closep(struct xpt_xapi **x);
#define XPT_XAPI_CLIENT XPT_CLEANUP(xpt_xapi_closep) struct xpt_xapi

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
