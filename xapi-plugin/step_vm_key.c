/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Step "vm_key": a key of VM.other_config. object is "<VM uuid> <key>".
 *
 * xapi has no call that replaces one key: it is removed and added. Adding fails when someone else added
 * it in between, and theirs then stays. set_other_config is never used: it would write back
 * every other key as we read it.
 */
#include <errno.h>
#include <string.h>

#include "step.h"

static int find_vm(struct xpt_ctx *ctx, const struct xpt_step *step, char **ret_ref,
		   const char **ret_key, struct xpt_err *err)
{
	const char *blank = strchr(step->object, ' ');
	XPT_FREE char *uuid = NULL;
	XPT_VALUE *ref = NULL;
	int failed = xpt_ctx_need_xapi(ctx, err);

	if (failed)
		return failed;
	if (!blank)
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, step->subject, NULL,
				   "'%s' is not a VM and a key", step->object);
	uuid = xpt_strndup(step->object, (size_t)(blank - step->object));
	failed = xpt_xapi_calls(ctx->xapi, "VM.get_by_uuid", XPT_XAPI_STRS(uuid), &ref, err);
	if (failed)
		return failed;
	*ret_ref = xpt_strdup(xpt_value_text(ref));
	*ret_key = blank + 1;
	return 0;
}

static int read_key(struct xpt_ctx *ctx, const char *ref, const char *key, char **ret,
		    struct xpt_err *err)
{
	XPT_VALUE *config = NULL;
	int failed =
		xpt_xapi_calls(ctx->xapi, "VM.get_other_config", XPT_XAPI_STRS(ref), &config, err);

	if (!failed)
		*ret = xpt_strdup(xpt_value_get_text(config, key));
	return failed;
}

static int read_vm_key(struct xpt_ctx *ctx, const struct xpt_step *step, char **ret,
		       struct xpt_err *err)
{
	XPT_FREE char *ref = NULL;
	const char *key;
	int failed = find_vm(ctx, step, &ref, &key, err);

	return failed ? failed : read_key(ctx, ref, key, ret, err);
}

static int conflict(const struct xpt_step *step, const char *now, struct xpt_err *err)
{
	return xpt_err_set(err, XPT_CONFLICT, ESTALE, step->subject, "look at it, and ask again",
			   "%s was written by someone else at the same time: it is '%s' now",
			   step->subject, now ? now : "(none)");
}

static int replace_key(struct xpt_ctx *ctx, const char *ref, const char *key, const char *value,
		       struct xpt_err *err)
{
	int failed = xpt_xapi_calls(ctx->xapi, "VM.remove_from_other_config",
				    XPT_XAPI_STRS(ref, key), NULL, err);

	if (failed || !value)
		return failed;
	return xpt_xapi_calls(ctx->xapi, "VM.add_to_other_config", XPT_XAPI_STRS(ref, key, value),
			      NULL, err);
}

static int write_vm_key(struct xpt_ctx *ctx, const struct xpt_step *step, const char *value,
			struct xpt_err *err)
{
	XPT_FREE char *ref = NULL, *now = NULL;
	XPT_ERR why = XPT_ERR_INIT;
	const char *key;
	int failed = find_vm(ctx, step, &ref, &key, err);

	if (failed)
		return failed;
	failed = replace_key(ctx, ref, key, value, &why);
	if (failed && !xpt_xapi_is_error(&why, "MAP_DUPLICATE_KEY")) {
		xpt_err_move(err, &why);
		return failed;
	}
	failed = read_key(ctx, ref, key, &now, err);
	if (!failed && !xpt_streq(now, value))
		failed = conflict(step, now, err);
	return failed;
}

const struct xpt_step_kind xpt_step_vm_key = {
	.name = "vm_key", .read = read_vm_key, .write = write_vm_key, .can_tear = true};
