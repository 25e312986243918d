/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps "boot_line" and "dom0_access": whether devices are in xen-pciback.hide after the next boot.
 *
 * boot_line edits the line itself, for devices that xapi has no record of or while xapi is down; object is
 * "hide ADDR,ADDR" or "unhide ADDR,ADDR", from and to are the whole list before and after.
 * dom0_access asks xapi, so that Xen Orchestra and we do not lose each other's edits; object is "PCI-UUID
 * ADDR", from and to are xapi's states. Both look only at their own devices in the list, whatever
 * else is in it by then.
 */
#include <errno.h>
#include <string.h>

#include "host/bootline.h"
#include "model/bootcfg.h"
#include "step.h"

/* The next boot's list, which must be one that can be edited. */
static int read_next(struct xpt_ctx *ctx, struct xpt_bootcfg *ret, struct xpt_err *err)
{
	xpt_bootcfg_read(&ctx->host, ret);
	if (!ret->next.known)
		return xpt_err_set(err, XPT_SYSTEM, EIO, ret->path, NULL,
				   "the boot configuration cannot be read: %s",
				   ret->missing.n ? ret->missing.v[0] : "no reason known");
	if (!xpt_bootcfg_is_canonical(&ret->next))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, XPT_HIDE_KEY, NULL,
				   "the hide list '%s' is not one that kernel and xapi read alike",
				   ret->next.value);
	return 0;
}

static int parse_object(const struct xpt_step *step, bool *ret_hide, struct xpt_bdfs *ret,
			struct xpt_err *err)
{
	const char *blank = strchr(step->object, ' ');
	XPT_STRV names = {0};

	if (blank)
		xpt_strv_split(&names, blank + 1, ',');
	for (size_t i = 0; i < names.n; i++) {
		struct xpt_bdf addr;

		if (xpt_bdf_parse(names.v[i], &addr) < 0)
			break;
		xpt_bdfs_add(ret, &addr);
	}
	if (!names.n || ret->n != names.n)
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, step->subject, NULL,
				   "'%s' names no devices", step->object);
	*ret_hide = xpt_has_prefix(step->object, "hide ");
	return 0;
}

static size_t count_hidden(const struct xpt_bootcfg *boot, const struct xpt_bdfs *devices)
{
	size_t n = 0;

	for (size_t i = 0; i < devices->n; i++)
		n += xpt_hidelist_hides(&boot->next.list, &devices->v[i]);
	return n;
}

/* from or to, where all the step's devices are as that says; else the list as it is. */
static char *classify(const struct xpt_step *step, const struct xpt_bootcfg *boot,
		      const struct xpt_bdfs *devices, bool hide)
{
	size_t hidden = count_hidden(boot, devices);

	if (hidden == devices->n)
		return xpt_strdup(hide ? step->to : step->from);
	if (hidden == 0)
		return xpt_strdup(hide ? step->from : step->to);
	return xpt_strdup(boot->next.value);
}

static int read_boot_line(struct xpt_ctx *ctx, const struct xpt_step *step, char **ret,
			  struct xpt_err *err)
{
	struct xpt_bootcfg boot = {0};
	XPT_BDFS devices = {0};
	bool hide;
	int failed = parse_object(step, &hide, &devices, err);

	if (failed)
		return failed;
	failed = read_next(ctx, &boot, err);
	if (!failed)
		*ret = classify(step, &boot, &devices, hide);
	xpt_bootcfg_done(&boot);
	return failed;
}

/* The devices of the list there is now, with or without some, all else in place. */
static int list_after(struct xpt_ctx *ctx, const struct xpt_bdfs *devices, bool hide,
		      struct xpt_bdfs *ret, struct xpt_err *err)
{
	struct xpt_bootcfg boot = {0};
	int failed = read_next(ctx, &boot, err);

	for (size_t i = 0; !failed && i < boot.next.list.n; i++) {
		if (!xpt_bdfs_has(devices, &boot.next.list.v[i].addr))
			xpt_bdfs_add(ret, &boot.next.list.v[i].addr);
	}
	for (size_t i = 0; !failed && hide && i < devices->n; i++)
		xpt_bdfs_add(ret, &devices->v[i]);
	xpt_bootcfg_done(&boot);
	return failed;
}

static int edit_line(struct xpt_ctx *ctx, const struct xpt_bdfs *devices, bool hide,
		     struct xpt_err *err)
{
	XPT_FREE char *value = NULL;
	XPT_BDFS list = {0};
	int failed = list_after(ctx, devices, hide, &list, err);

	if (failed)
		return failed;
	value = xpt_hidelist_emit(&list);
	return xpt_bootline_set_hide(&ctx->host, ctx->lock_fd, value, err);
}

static int write_boot_line(struct xpt_ctx *ctx, const struct xpt_step *step, const char *value,
			   struct xpt_err *err)
{
	XPT_BDFS devices = {0};
	bool hide;
	int failed = parse_object(step, &hide, &devices, err);

	return failed ? failed : edit_line(ctx, &devices, hide == xpt_streq(value, step->to), err);
}

const struct xpt_step_kind xpt_step_boot_line = {
	.name = "boot_line", .read = read_boot_line, .write = write_boot_line};

static int parse_access(const struct xpt_step *step, char **ret_uuid, struct xpt_bdf *ret,
			struct xpt_err *err)
{
	const char *blank = strchr(step->object, ' ');

	if (!blank || xpt_bdf_parse(blank + 1, ret) < 0)
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, step->subject, NULL,
				   "'%s' is not a PCI record and an address", step->object);
	*ret_uuid = xpt_strndup(step->object, (size_t)(blank - step->object));
	return 0;
}

static bool is_hiding(const char *access)
{
	return xpt_streq(access, "disabled") || xpt_streq(access, "disable_on_reboot");
}

static int read_dom0_access(struct xpt_ctx *ctx, const struct xpt_step *step, char **ret,
			    struct xpt_err *err)
{
	struct xpt_bootcfg boot = {0};
	XPT_FREE char *uuid = NULL;
	struct xpt_bdf addr;
	int failed = parse_access(step, &uuid, &addr, err);

	if (failed)
		return failed;
	failed = read_next(ctx, &boot, err);
	/* What is hidden now changes with a boot; the step is about the list for the next one. */
	if (!failed)
		*ret = xpt_strdup(xpt_hidelist_hides(&boot.next.list, &addr) == is_hiding(step->to)
					  ? step->to
					  : step->from);
	xpt_bootcfg_done(&boot);
	return failed;
}

struct access_call {
	struct xpt_ctx *ctx;
	const char *uuid;
	bool hide;
};

static int call_xapi(void *data, struct xpt_err *err)
{
	const struct access_call *call = data;
	XPT_VALUE *ref = NULL;
	int failed = xpt_xapi_calls(call->ctx->xapi, "PCI.get_by_uuid", XPT_XAPI_STRS(call->uuid),
				    &ref, err);

	if (failed)
		return failed;
	return xpt_xapi_calls(call->ctx->xapi,
			      call->hide ? "PCI.disable_dom0_access" : "PCI.enable_dom0_access",
			      XPT_XAPI_STRS(xpt_value_text(ref)), NULL, err);
}

static int write_dom0_access(struct xpt_ctx *ctx, const struct xpt_step *step, const char *value,
			     struct xpt_err *err)
{
	bool hide = is_hiding(value);
	XPT_FREE char *uuid = NULL;
	struct xpt_bdf addr;
	struct xpt_bdfs one = {&addr, 1};
	struct access_call call;
	int failed = parse_access(step, &uuid, &addr, err);

	if (failed)
		return failed;
	/* Undoing after a crash while the toolstack is down. */
	if (!ctx->xapi)
		return edit_line(ctx, &one, hide, err);
	call = (struct access_call){ctx, uuid, hide};
	return xpt_bootline_guard(&ctx->host, &addr, hide, call_xapi, &call, err);
}

const struct xpt_step_kind xpt_step_dom0_access = {.name = "dom0_access",
						   .read = read_dom0_access,
						   .write = write_dom0_access,
						   .can_lag = true};
