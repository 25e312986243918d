/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

#include <errno.h>
#include <string.h>

#include "codec/json.h"
#include "model/pool.h"
#include "rights.h"

#define PLUGIN "passthrough"

/* The other plugin's own error is the answer; any other is about getting there. */
static int explain(struct xpt_err *err, const char *host_name)
{
	if (!xpt_err_unwrap(err))
		xpt_err_prefix(err, "cannot call the plugin on host '%s': ", host_name);
	return -EREMOTEIO;
}

static struct xpt_value *forwarded_args(const struct xpt_request *r, const char *token)
{
	struct xpt_value *args = xpt_value_struct();

	for (size_t i = 0; i < r->args->n; i++) {
		const char *key = r->args->key[i];

		if (strcmp(key, "host") != 0 && strcmp(key, "token") != 0)
			xpt_value_put(args, key, xpt_value_str(xpt_value_text(r->args->item[i])));
	}
	if (token)
		xpt_value_put(args, "token", xpt_value_str(token));
	return args;
}

/* The answer as it is, provided that it is one. */
static int take_answer(const char *text, const struct xpt_pool_host *target, struct xpt_str *out,
		       struct xpt_err *err)
{
	XPT_JSON *doc = NULL;

	if (!text || xpt_json_parse(text, strlen(text), &doc, NULL) < 0 ||
	    !xpt_json_get(doc, "schema"))
		return xpt_err_set(err, XPT_MALFORMED, EPROTO, target->uuid,
				   "install the same version of xe-passthrough on every host",
				   "what the plugin on host '%s' said is no answer", target->name);
	xpt_str_add(out, text);
	return 0;
}

static int pass_on(struct xpt_ctx *ctx, const struct xpt_pool *pool,
		   const struct xpt_pool_host *target, struct xpt_str *out, struct xpt_err *err)
{
	XPT_FREE char *token = NULL;
	XPT_VALUE *answer = NULL;
	struct xpt_value *params;
	int failed = 0;

	xpt_token_sweep(ctx, pool);
	if (ctx->request.function->effect != XPT_READS)
		failed = xpt_token_make(ctx, pool->ref, target->uuid, &token, err);
	if (failed)
		return failed;
	params = xpt_value_array();
	xpt_value_push(params, xpt_value_str(target->ref));
	xpt_value_push(params, xpt_value_str(PLUGIN));
	xpt_value_push(params, xpt_value_str(ctx->request.function->name));
	xpt_value_push(params, forwarded_args(&ctx->request, token));
	failed = xpt_xapi_call(ctx->xapi, "host.call_plugin", params, &answer, err);
	if (token)
		xpt_token_remove(ctx, pool->ref, token);
	if (failed)
		return explain(err, target->name);
	return take_answer(xpt_value_text(answer), target, out, err);
}

/* Only who can tell callers apart passes on: a supporter's plugin sees a superuser in everyone. */
static int may_pass_on(struct xpt_ctx *ctx, struct xpt_err *err)
{
	bool is_coordinator = false;

	if (xpt_ctx_is_local(ctx) || ctx->request.function->effect == XPT_READS ||
	    (xpt_pool_is_coordinator(&ctx->host, &is_coordinator) == 0 && is_coordinator))
		return xpt_rights_check(ctx, err);
	return xpt_err_set(err, XPT_DENIED, EACCES, "host",
			   "call the plugin of the coordinator with the same arguments",
			   "only the coordinator passes calls on to other hosts");
}

int xpt_relay(struct xpt_ctx *ctx, bool *ret_answered, struct xpt_str *out, struct xpt_err *err)
{
	const char *name = xpt_request_get(&ctx->request, "host");
	const struct xpt_pool_host *target = NULL;
	struct xpt_pool pool = {0};
	int failed;

	/* Our own uuid needs no toolstack to be understood. */
	if (!name || xpt_streq(name, ctx->host_uuid))
		return 0;
	failed = xpt_ctx_need_xapi(ctx, err);
	if (!failed)
		failed = xpt_pool_load(ctx->xapi, &ctx->host, 0, &pool, err);
	if (failed)
		return failed;
	failed = xpt_pool_find_host(&pool, name, &target, err);
	if (!failed && target != pool.here) {
		*ret_answered = true;
		failed = may_pass_on(ctx, err);
		if (!failed)
			failed = pass_on(ctx, &pool, target, out, err);
	}
	xpt_pool_done(&pool);
	return failed;
}
