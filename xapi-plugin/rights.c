/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rights.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

/* The right to call plugins is the right to call this one. */
#define PERMISSION "host.call_plugin"
#define DIRECT_KEY "xe-passthrough:direct"

static int deny(struct xpt_ctx *ctx, const char *why, struct xpt_err *err)
{
	const char *host = ctx->host_uuid ? ctx->host_uuid : "<uuid of this host>";
	XPT_FREE char *hint =
		xpt_fmt("as a pool admin: xe host-call-plugin plugin=passthrough fn=%s "
			"host-uuid=<uuid of the coordinator> args:host=%s ...",
			ctx->request.function->name, host);

	return xpt_err_set(err, XPT_DENIED, EACCES, ctx->request.function->name, hint,
			   "%s may not be called here: %s", ctx->request.function->name, why);
}

static int ask_session(struct xpt_ctx *ctx, const char *method, struct xpt_value **ret,
		       struct xpt_err *err)
{
	return xpt_xapi_calls(ctx->xapi, method, XPT_XAPI_STRS(ctx->request.session), ret, err);
}

static int check_session(struct xpt_ctx *ctx, struct xpt_err *err)
{
	XPT_VALUE *superuser = NULL, *permissions = NULL, *name = NULL;
	int failed = ask_session(ctx, "session.get_is_local_superuser", &superuser, err);

	if (failed)
		return failed;
	if (ask_session(ctx, "session.get_auth_user_name", &name, NULL) == 0 &&
	    xpt_value_text(name) && *xpt_value_text(name))
		ctx->who = xpt_strdup(xpt_value_text(name));
	if (superuser->type == XPT_V_BOOL && superuser->num)
		return 0;
	failed = ask_session(ctx, "session.get_rbac_permissions", &permissions, err);
	if (failed)
		return failed;
	for (size_t i = 0; i < permissions->n; i++) {
		const char *permission = xpt_value_text(permissions->item[i]);

		if (permission && !strcasecmp(permission, PERMISSION))
			return 0;
	}
	return deny(ctx, "the session lacks the permission " PERMISSION " (role pool-admin)", err);
}

/* Before 25.22 only a pool-admin's host.call_plugin leads to a supporter's plugin. */
static bool is_before_call_host_plugin(const struct xpt_pool *pool)
{
	unsigned major, minor;

	return pool->here && pool->here->xapi_version &&
	       sscanf(pool->here->xapi_version, "%u.%u", &major, &minor) == 2 &&
	       (major < 25 || (major == 25 && minor < 22)) && major != 0;
}

static int check_supporter(struct xpt_ctx *ctx, struct xpt_err *err)
{
	struct xpt_pool pool = {0};
	int failed = xpt_pool_load(ctx->xapi, &ctx->host, 0, &pool, err);
	const char *direct;

	if (failed)
		return failed;
	direct = xpt_value_get_text(pool.other_config, DIRECT_KEY);
	if (xpt_request_get(&ctx->request, "token"))
		failed = xpt_token_spend(ctx, &pool, err);
	else if (!is_before_call_host_plugin(&pool) && !xpt_streq(direct, "true"))
		failed = deny(ctx,
			      "on a host that is not the coordinator callers cannot be told apart",
			      err);
	xpt_pool_done(&pool);
	return failed;
}

static int check(struct xpt_ctx *ctx, struct xpt_err *err)
{
	bool is_coordinator = false;

	if (!ctx->xapi)
		return deny(ctx, "the toolstack cannot be asked who is calling", err);
	if (xpt_pool_is_coordinator(&ctx->host, &is_coordinator) == 0 && is_coordinator)
		return check_session(ctx, err);
	return check_supporter(ctx, err);
}

int xpt_rights_check(struct xpt_ctx *ctx, struct xpt_err *err)
{
	int failed;

	if (ctx->request.function->effect == XPT_READS)
		return 0;
	if (xpt_ctx_is_local(ctx)) {
		ctx->who = xpt_strdup("root on this host");
		return 0;
	}
	failed = check(ctx, err);
	if (!failed && !ctx->who)
		ctx->who = xpt_strdup("a pool admin by way of xapi");
	return failed;
}
