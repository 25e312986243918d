/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call of the plugin: what it may use while it lasts, and what it says beside its answer.
 */
#ifndef XPT_PLUGIN_CTX_H
#define XPT_PLUGIN_CTX_H

#include <stdbool.h>

#include "api/request.h"
#include "codec/jsonw.h"
#include "host/host.h"
#include "host/xapi.h"
#include "model/reason.h"

/* A remark: three strings, of which the middle one may be NULL. */
struct xpt_note {
	char *what, *subject, *sentence;
};

struct xpt_notes {
	struct xpt_note *v;
	size_t n;
};

struct xpt_ctx {
	struct xpt_host host;
	struct xpt_request request;
	struct xpt_xapi *xapi; /* NULL: no toolstack, see xapi_error */
	struct xpt_err xapi_error;
	char *host_uuid;           /* NULL: unknown */
	char *who;                 /* caller, for journal and log */
	int lock_fd;               /* the host's lock while a change is under way, else -1 */
	struct xpt_notes missing;  /* what / why */
	struct xpt_notes warnings; /* reason / subject / sentence */
};

/* Without a toolstack ctx->xapi stays NULL and the reason is kept; only a broken root is an error. */
int xpt_ctx_open(struct xpt_ctx *ctx, struct xpt_err *err);
/* Connect to xapi (once); failure is kept in ctx->xapi_error. */
void xpt_ctx_connect(struct xpt_ctx *ctx);
void xpt_ctx_close(struct xpt_ctx *ctx);

/* ctx->xapi_error as this call's error: for what cannot be done without the toolstack. */
int xpt_ctx_need_xapi(struct xpt_ctx *ctx, struct xpt_err *err);

/* Say in the answer that something could not be found out. */
void xpt_ctx_missing(struct xpt_ctx *ctx, const char *what, const char *why);
void xpt_ctx_warn(struct xpt_ctx *ctx, enum xpt_reason reason, const char *subject,
		  const char *sentence);

/* The caller is root on this host (an empty session), not someone whom xapi let through. */
bool xpt_ctx_is_local(const struct xpt_ctx *ctx);

#endif
