/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctx.h"

#include "model/pool.h"

int xpt_ctx_open(struct xpt_ctx *ctx, struct xpt_err *err)
{
	ctx->lock_fd = -1;
	ctx->host.root_fd = -1;
	return xpt_host_open(NULL, &ctx->host, err);
}

void xpt_ctx_connect(struct xpt_ctx *ctx)
{
	ctx->host_uuid = xpt_pool_host_uuid(&ctx->host);
	if (xpt_xapi_open(&ctx->host, ctx->request.session, 0, &ctx->xapi, &ctx->xapi_error) < 0)
		xpt_ctx_missing(ctx, "toolstack", ctx->xapi_error.sentence);
}

static void free_notes(struct xpt_notes *notes)
{
	for (size_t i = 0; i < notes->n; i++) {
		free(notes->v[i].what);
		free(notes->v[i].subject);
		free(notes->v[i].sentence);
	}
	free(notes->v);
}

void xpt_ctx_close(struct xpt_ctx *ctx)
{
	xpt_xapi_close(ctx->xapi);
	xpt_host_close(&ctx->host);
	xpt_err_done(&ctx->xapi_error);
	free(ctx->host_uuid);
	free(ctx->who);
	if (ctx->lock_fd >= 0)
		close(ctx->lock_fd);
	free_notes(&ctx->missing);
	free_notes(&ctx->warnings);
}

int xpt_ctx_need_xapi(struct xpt_ctx *ctx, struct xpt_err *err)
{
	const struct xpt_err *why = &ctx->xapi_error;

	if (ctx->xapi)
		return 0;
	return xpt_err_set(err, why->code, why->errnum, why->subject, why->hint, "%s",
			   why->sentence);
}

static void add_note(struct xpt_notes *notes, const char *what, const char *subject,
		     const char *sentence)
{
	notes->v = xpt_grow(notes->v, notes->n + 1, sizeof(*notes->v));
	notes->v[notes->n++] =
		(struct xpt_note){xpt_strdup(what), xpt_strdup(subject), xpt_strdup(sentence)};
}

void xpt_ctx_missing(struct xpt_ctx *ctx, const char *what, const char *why)
{
	add_note(&ctx->missing, what, NULL, why);
}

void xpt_ctx_warn(struct xpt_ctx *ctx, enum xpt_reason reason, const char *subject,
		  const char *sentence)
{
	add_note(&ctx->warnings, xpt_reason_name(reason), subject, sentence);
}

bool xpt_ctx_is_local(const struct xpt_ctx *ctx)
{
	return !*ctx->request.session;
}
