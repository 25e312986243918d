/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply.h"

#include <errno.h>

#include "host/fs.h"
#include "lease.h"
#include "model/holders.h"
#include "opfile.h"
#include "step.h"

/* NULL when this version knows no such kind. */
static const struct xpt_step_kind *kind_of(const char *name)
{
	static const struct xpt_step_kind *const kinds[] = {
		&xpt_step_boot_line, &xpt_step_dom0_access, &xpt_step_vm_key};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(kinds); i++) {
		if (xpt_streq(kinds[i]->name, name))
			return kinds[i];
	}
	return NULL;
}

static int find_kind(const struct xpt_step *step, const struct xpt_step_kind **ret,
		     struct xpt_err *err)
{
	*ret = kind_of(step->kind);
	if (*ret)
		return 0;
	return xpt_err_set(err, XPT_UNSUPPORTED, ENOSYS, step->subject,
			   "install the version of xe-passthrough that wrote the journal",
			   "this version knows no step '%s'", step->kind);
}

static int foreign_value(const struct xpt_step *step, const char *now, struct xpt_err *err)
{
	return xpt_err_set(
		err, XPT_CONFLICT, ESTALE, step->subject, "look at it, and ask again",
		"%s was changed by someone else meanwhile: it is '%s', expected was '%s'",
		step->subject, now ? now : "(none)", step->from ? step->from : "(none)");
}

/* Take a step, provided that the value is what the plan saw. */
static int do_step(struct xpt_ctx *ctx, struct xpt_op *op, size_t i, struct xpt_err *err)
{
	const struct xpt_step *step = &op->steps[i];
	const struct xpt_step_kind *kind;
	XPT_FREE char *now = NULL;
	int failed = find_kind(step, &kind, err);

	if (!failed)
		failed = kind->read(ctx, step, &now, err);
	if (failed)
		return failed;
	if (!xpt_streq(now, step->from))
		return foreign_value(step, now, err);
	failed = xpt_opfile_step(ctx, op, i, XPT_STEP_STARTED, err);
	if (!failed)
		failed = kind->write(ctx, step, step->to, err);
	return failed ? failed : xpt_opfile_step(ctx, op, i, XPT_STEP_DONE, err);
}

/* Put back what a begun step changed, where the value is still ours. */
static int undo_step(struct xpt_ctx *ctx, struct xpt_op *op, size_t i, struct xpt_err *err)
{
	const struct xpt_step *step = &op->steps[i];
	bool is_begun = step->state == XPT_STEP_STARTED;
	const struct xpt_step_kind *kind;
	XPT_FREE char *now = NULL;
	int failed;

	if (step->state == XPT_STEP_PLANNED || step->state == XPT_STEP_UNDONE)
		return 0;
	failed = find_kind(step, &kind, err);
	if (!failed)
		failed = kind->read(ctx, step, &now, err);
	if (failed)
		return failed;
	if (xpt_streq(now, step->to) || (!now && kind->can_tear && is_begun) ||
	    (xpt_streq(now, step->from) && kind->can_lag && is_begun))
		failed = kind->write(ctx, step, step->from, err);
	else if (!xpt_streq(now, step->from))
		failed = foreign_value(step, now, err);
	return failed ? failed : xpt_opfile_step(ctx, op, i, XPT_STEP_UNDONE, err);
}

/* Undo from the last step back; what stands in the way is written down and becomes the error. */
static int undo(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err)
{
	int failed = 0;

	for (size_t i = op->n_steps; i > 0 && !failed; i--)
		failed = undo_step(ctx, op, i - 1, err);
	if (!failed)
		return xpt_opfile_end(ctx, op, "undone", err);
	(void)xpt_opfile_unsettled(ctx, op, err ? err->sentence : "unknown", NULL);
	return failed;
}

static int fail_and_undo(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err)
{
	XPT_ERR why = XPT_ERR_INIT;
	int failed = undo(ctx, op, &why);

	if (!err || !err->sentence)
		return -EIO;
	if (failed)
		xpt_err_prefix(err,
			       "operation %s could not be undone and is unsettled (%s), after this "
			       "failed: ",
			       op->id, why.sentence);
	else
		xpt_err_prefix(err, "nothing was changed (what had been begun was undone): ");
	return err->errnum ? -err->errnum : -EIO;
}

int xpt_apply(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err)
{
	int failed = xpt_opfile_begin(ctx, op, err);

	if (failed)
		return failed;
	for (size_t i = 0; i < op->n_steps; i++) {
		failed = do_step(ctx, op, i, err);
		if (failed)
			return fail_and_undo(ctx, op, err);
	}
	failed = xpt_opfile_end(ctx, op, "done", err);
	if (failed)
		xpt_err_prefix(err, "the change was made, but its journal cannot be removed: ");
	return failed;
}

/* Are all values what the operation wanted? */
static bool is_done(struct xpt_ctx *ctx, const struct xpt_op *op)
{
	for (size_t i = 0; i < op->n_steps; i++) {
		const struct xpt_step_kind *kind = kind_of(op->steps[i].kind);
		XPT_FREE char *now = NULL;

		if (!kind || kind->read(ctx, &op->steps[i], &now, NULL) < 0 ||
		    !xpt_streq(now, op->steps[i].to))
			return false;
	}
	return true;
}

/* A guest that has one of the devices now was started by what the operation wrote: hands off. */
static int check_guests(struct xpt_ctx *ctx, const struct xpt_op *op, struct xpt_err *err)
{
	XPT_HOLDERS holders = {0};
	struct xpt_xen xen = {0};
	int failed = xpt_xen_open(&ctx->host, &xen, err);

	/* A host that does not run Xen has no guests. */
	if (failed)
		return xpt_fs_exists(&ctx->host, "/sys/hypervisor/version/major") ? failed : 0;
	failed = xpt_holders_read(&xen, &holders, err);
	for (size_t i = 0; i < op->devices.n && !failed; i++) {
		struct xpt_bdf addr;

		if (xpt_bdf_parse(op->devices.v[i], &addr) == 0 &&
		    xpt_holders_find(&holders, &addr))
			failed = xpt_err_set(err, XPT_CONFLICT, EBUSY, op->devices.v[i],
					     "shut the VM down, then ask again",
					     "%s is held by a running VM now", op->devices.v[i]);
	}
	xpt_xen_close(&xen);
	return failed;
}

/* Undo what a crash left of a change of a VM, under that VM's lease and no guest's feet. */
static void undo_for_vm(struct xpt_ctx *ctx, struct xpt_op *op)
{
	struct xpt_lease lease = {0};
	XPT_ERR why = XPT_ERR_INIT;
	XPT_VALUE *ref = NULL;
	int failed = xpt_ctx_need_xapi(ctx, &why);

	if (!failed)
		failed = xpt_xapi_calls(ctx->xapi, "VM.get_by_uuid", XPT_XAPI_STRS(op->vm), &ref,
					&why);
	if (!failed)
		failed = xpt_lease_take(ctx, xpt_value_text(ref), 0, &lease, &why);
	if (!failed)
		failed = check_guests(ctx, op, &why);
	if (failed)
		(void)xpt_opfile_unsettled(ctx, op, why.sentence, NULL);
	else
		(void)undo(ctx, op, &why);
	xpt_lease_drop(ctx, &lease);
}

int xpt_settle(struct xpt_ctx *ctx, struct xpt_err *err)
{
	XPT_OPS ops = {0};
	int failed = xpt_opfile_load(ctx, &ops, err);

	for (size_t i = 0; i < ops.n && !failed; i++) {
		struct xpt_op *op = &ops.v[i];
		XPT_ERR why = XPT_ERR_INIT;

		if (is_done(ctx, op))
			failed = xpt_opfile_end(ctx, op, "finished", err);
		else if (op->vm)
			undo_for_vm(ctx, op);
		else
			(void)undo(ctx, op, &why);
	}
	return failed;
}

static bool shares_object(const struct xpt_op *a, const struct xpt_op *b)
{
	if (a->vm && xpt_streq(a->vm, b->vm))
		return true;
	for (size_t i = 0; i < a->devices.n; i++) {
		if (xpt_strv_has(&b->devices, a->devices.v[i]))
			return true;
	}
	return false;
}

int xpt_apply_check(struct xpt_ctx *ctx, const struct xpt_op *op, struct xpt_err *err)
{
	XPT_OPS ops = {0};
	int failed = xpt_opfile_load(ctx, &ops, err);

	for (size_t i = 0; i < ops.n && !failed; i++) {
		const struct xpt_op *old = &ops.v[i];
		XPT_FREE char *hint = xpt_fmt("xe-passthrough op resolve %s keep", old->id);

		if (shares_object(old, op))
			failed =
				xpt_err_set(err, XPT_CONFLICT, EBUSY, old->id, hint,
					    "operation %s on the same objects is unsettled: %s",
					    old->id, old->unsettled ? old->unsettled : "cut short");
	}
	return failed;
}
