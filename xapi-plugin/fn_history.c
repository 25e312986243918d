/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history and op_resolve: what was changed, and what is left of a change that was cut short. */
#include <errno.h>
#include <string.h>

#include "apply.h"
#include "change.h"
#include "codec/json.h"
#include "handlers.h"
#include "host/lock.h"
#include "opfile.h"

#define HISTORY_LIMIT 20
#define LOCK_WAIT_MS 10000

/* Member by member: a line of an older version lacks some, which then are null. */
static void write_change(struct xpt_jsonw *w, const struct xpt_json *change)
{
	static const char *const texts[] = {"operation", "function", "time",   "who",
					    "vm",        "vm_name",  "result", "sentence"};
	const struct xpt_json *devices = xpt_json_get(change, "devices");

	xpt_jsonw_object(w, NULL);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(texts); i++)
		xpt_jsonw_str(w, texts[i], xpt_json_get_str(change, texts[i]));
	xpt_jsonw_array(w, "devices");
	for (size_t i = 0; i < xpt_json_len(devices); i++)
		xpt_jsonw_str(w, NULL, xpt_json_str(xpt_json_at(devices, i)));
	xpt_jsonw_end(w);
	xpt_jsonw_end(w);
}

int xpt_fn_history(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	unsigned long long limit = xpt_request_number(&ctx->request, "limit", HISTORY_LIMIT);
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};
	int failed = xpt_opfile_history(ctx, &text, err);

	if (failed)
		return failed;
	xpt_strv_split(&lines, text, '\n');
	xpt_jsonw_array(w, "changes");
	for (size_t i = lines.n; i > 0 && limit > 0; i--) {
		const char *line = lines.v[i - 1];
		XPT_JSON *change = NULL;

		/* A line that a crash cut short is none. */
		if (xpt_json_parse(line, strlen(line), &change, NULL) < 0)
			continue;
		write_change(w, change);
		limit--;
	}
	xpt_jsonw_end(w);
	return 0;
}

static struct xpt_op *find_op(struct xpt_ops *ops, const char *id)
{
	for (size_t i = 0; i < ops->n; i++) {
		if (!strcmp(ops->v[i].id, id))
			return &ops->v[i];
	}
	return NULL;
}

/* What can be settled is settled first; the rest is what somebody has to decide. */
static int load_unsettled(struct xpt_ctx *ctx, struct xpt_ops *ret, struct xpt_err *err)
{
	int failed = 0;

	if (!xpt_request_is_set(&ctx->request, "dry_run")) {
		failed = xpt_lock_take(&ctx->host, LOCK_WAIT_MS, "op_resolve", &ctx->lock_fd, err);
		if (!failed)
			failed = xpt_settle(ctx, err);
	}
	return failed ? failed : xpt_opfile_load(ctx, ret, err);
}

static void write_resolved(struct xpt_ctx *ctx, const struct xpt_op *op, struct xpt_jsonw *w)
{
	bool is_dry = xpt_request_is_set(&ctx->request, "dry_run");
	struct xpt_plan plan = {.op = {0}};

	plan.op.id = is_dry ? NULL : xpt_strdup(op->id);
	plan.op.vm = xpt_strdup(op->vm);
	plan.op.vm_name = xpt_strdup(op->vm_name);
	xpt_strv_copy(&plan.op.devices, &op->devices);
	xpt_op_add_step(&plan.op, "resolve", op->id, op->id, "unsettled", "resolved");
	plan.op.steps[0].state = is_dry ? XPT_STEP_PLANNED : XPT_STEP_DONE;
	xpt_change_write(ctx, &plan, w);
	xpt_op_done(&plan.op);
}

int xpt_fn_op_resolve(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	const char *id = xpt_request_get(&ctx->request, "operation");
	XPT_VERDICTS none = {0};
	XPT_OPS ops = {0};
	struct xpt_op *op;
	int failed = xpt_verdicts_settle(&none, xpt_request_get(&ctx->request, "override"), err);

	if (!failed)
		failed = load_unsettled(ctx, &ops, err);
	if (failed)
		return failed;
	op = find_op(&ops, id);
	if (!op || !op->unsettled)
		return xpt_err_set(err, XPT_NOT_FOUND, ENOENT, id,
				   "xe-passthrough status lists those that are unsettled",
				   "there is no unsettled operation '%s'", id);
	if (!xpt_request_is_set(&ctx->request, "dry_run"))
		failed = xpt_opfile_end(ctx, op, "resolved", err);
	if (!failed)
		write_resolved(ctx, op, w);
	return failed;
}
