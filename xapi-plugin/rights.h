/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may call what. The session decides; the command run as root on the host itself (an empty session,
 * which xapi never sends) is trusted.
 *
 * Coordinator: xapi hands over the caller's own session, so it is asked for its rights. Supporter: xapi
 * hands over an anonymous superuser's session whoever called, and since xapi 25.22 a vm-operator gets
 * there by VM.call_host_plugin. There, what changes or reveals needs a one-time token that the
 * coordinator's plugin wrote into the pool database after it had checked its caller.
 * Source: xen-api ocaml/xapi/message_forwarding.ml (call_slave_with_session), recordings of xapi 26.1.4.
 */
#ifndef XPT_PLUGIN_RIGHTS_H
#define XPT_PLUGIN_RIGHTS_H

#include "ctx.h"
#include "model/pool.h"

/* 0 when the caller may; XPT_DENIED with the call to make instead. Fills ctx->who. */
int xpt_rights_check(struct xpt_ctx *ctx, struct xpt_err *err);

/* ---- one-time tokens (token.c) ---- */

/*
 * Make a token for this very request on the host with that uuid, and leave its digest in the pool's
 * other_config for XPT_TOKEN_SECONDS. *ret is what to pass as the argument `token`; caller frees.
 */
int xpt_token_make(struct xpt_ctx *ctx, const char *pool_ref, const char *host_uuid, char **ret,
		   struct xpt_err *err);
/* Take back a token that was made, spent or not. */
void xpt_token_remove(struct xpt_ctx *ctx, const char *pool_ref, const char *token);
/* Remove tokens whose time is over, which a killed caller left behind. */
void xpt_token_sweep(struct xpt_ctx *ctx, const struct xpt_pool *pool);
/* Use up the request's token: XPT_DENIED when it is absent, foreign, used or expired. */
int xpt_token_spend(struct xpt_ctx *ctx, const struct xpt_pool *pool, struct xpt_err *err);

#define XPT_TOKEN_SECONDS 60

#endif
