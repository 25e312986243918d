/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "change.h"

#include <errno.h>

#include "apply.h"
#include "host/lock.h"
#include "lease.h"

#define LOCK_WAIT_MS 10000

static void plan_done(struct xpt_plan *plan)
{
	xpt_op_done(&plan->op);
	xpt_verdicts_done(&plan->verdicts);
}

static void write_steps(struct xpt_jsonw *w, const struct xpt_op *op)
{
	xpt_jsonw_array(w, "steps");
	for (size_t i = 0; i < op->n_steps; i++) {
		const struct xpt_step *step = &op->steps[i];

		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "do", step->kind);
		xpt_jsonw_str(w, "subject", step->subject);
		xpt_jsonw_str(w, "from", step->from);
		xpt_jsonw_str(w, "to", step->to);
		xpt_jsonw_str(w, "state", xpt_step_state_name(step->state));
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

void xpt_change_write(struct xpt_ctx *ctx, const struct xpt_plan *plan, struct xpt_jsonw *w)
{
	xpt_jsonw_str(w, "operation", plan->op.id);
	xpt_jsonw_bool(w, "dry_run", xpt_request_is_set(&ctx->request, "dry_run"));
	xpt_jsonw_bool(w, "changed", plan->op.n_steps > 0);
	xpt_jsonw_str(w, "vm", plan->op.vm);
	xpt_jsonw_str(w, "vm_name", plan->op.vm_name);
	xpt_jsonw_strv(w, "devices", &plan->op.devices);
	write_steps(w, &plan->op);
	xpt_jsonw_object(w, "needs");
	xpt_jsonw_bool(w, "host_reboot", plan->needs_host_reboot);
	xpt_jsonw_array(w, "vm_restart");
	if (plan->needs_vm_restart)
		xpt_jsonw_str(w, NULL, plan->op.vm);
	xpt_jsonw_end(w);
	xpt_jsonw_end(w);
}

/* What is decided under the lease must be read under it, so the VM is looked up first. */
static int take_lease(struct xpt_ctx *ctx, struct xpt_lease *lease, struct xpt_err *err)
{
	const char *name = xpt_request_get(&ctx->request, "vm");
	const struct xpt_vm *vm = NULL;
	struct xpt_pool pool = {0};
	int failed;

	if (!name)
		return 0;
	failed = xpt_pool_load(ctx->xapi, &ctx->host, XPT_POOL_VMS, &pool, err);
	if (failed)
		return failed;
	xpt_lease_sweep(ctx, &pool);
	failed = xpt_pool_find_vm(&pool, name, &vm, err);
	if (!failed)
		failed = xpt_lease_take(ctx, vm->ref, LOCK_WAIT_MS / 1000, lease, err);
	xpt_pool_done(&pool);
	return failed;
}

static int find_vm(struct xpt_snapshot *s, const char *name, const struct xpt_vm **ret,
		   struct xpt_err *err)
{
	if (s->has_pool)
		return xpt_pool_find_vm(&s->pool, name, ret, err);
	xpt_err_move(err, &s->pool_error);
	return -EIO;
}

static int make_plan(struct xpt_ctx *ctx, xpt_planner planner, struct xpt_plan *plan,
		     struct xpt_err *err)
{
	const char *name = xpt_request_get(&ctx->request, "vm");
	XPT_SNAPSHOT s = {0};
	const struct xpt_vm *vm = NULL;
	int failed = xpt_snapshot_take(ctx, XPT_WANT_USES | XPT_WANT_HOLDERS, &s, err);

	if (!failed && name)
		failed = find_vm(&s, name, &vm, err);
	if (!failed && vm) {
		plan->op.vm = xpt_strdup(vm->uuid);
		plan->op.vm_name = xpt_strdup(vm->name);
	}
	if (!failed)
		failed = planner(ctx, &s, vm, plan, err);
	if (!failed)
		failed = xpt_verdicts_settle(&plan->verdicts,
					     xpt_request_get(&ctx->request, "override"), err);
	for (size_t i = 0; !failed && i < plan->verdicts.n; i++)
		xpt_ctx_warn(ctx, plan->verdicts.v[i].reason, plan->verdicts.v[i].subject,
			     plan->verdicts.v[i].sentence);
	return failed;
}

static int plan_and_apply(struct xpt_ctx *ctx, xpt_planner planner, struct xpt_plan *plan,
			  struct xpt_err *err)
{
	struct xpt_lease lease = {0};
	int failed = xpt_settle(ctx, err);

	if (!failed)
		failed = take_lease(ctx, &lease, err);
	if (!failed)
		failed = make_plan(ctx, planner, plan, err);
	if (!failed)
		failed = xpt_apply_check(ctx, &plan->op, err);
	if (!failed && plan->op.n_steps)
		failed = xpt_apply(ctx, &plan->op, err);
	xpt_lease_drop(ctx, &lease);
	return failed;
}

int xpt_change_run(struct xpt_ctx *ctx, xpt_planner planner, struct xpt_jsonw *w,
		   struct xpt_err *err)
{
	struct xpt_plan plan = {.op = {0}};
	int failed = 0;

	if (xpt_request_get(&ctx->request, "vm"))
		failed = xpt_ctx_need_xapi(ctx, err);
	if (!failed && xpt_request_is_set(&ctx->request, "dry_run")) {
		failed = make_plan(ctx, planner, &plan, err);
		if (!failed)
			failed = xpt_apply_check(ctx, &plan.op, err);
	} else if (!failed) {
		failed = xpt_lock_take(&ctx->host, LOCK_WAIT_MS, ctx->request.function->name,
				       &ctx->lock_fd, err);
		if (!failed)
			failed = plan_and_apply(ctx, planner, &plan, err);
	}
	if (!failed)
		xpt_change_write(ctx, &plan, w);
	plan_done(&plan);
	return failed;
}
