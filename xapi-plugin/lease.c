/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lease.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#define LEASE_KEY "xe-passthrough:lease"
#define LEASE_SECONDS 60
/* How far the clocks of two hosts of a pool may be apart. */
#define CLOCK_SKEW 30
#define RETRY_MS 50

static int read_lease(struct xpt_ctx *ctx, const char *vm, char **ret, struct xpt_err *err)
{
	XPT_VALUE *config = NULL;
	int failed =
		xpt_xapi_calls(ctx->xapi, "VM.get_other_config", XPT_XAPI_STRS(vm), &config, err);

	if (!failed)
		*ret = xpt_strdup(xpt_value_get_text(config, LEASE_KEY));
	return failed;
}

static void remove_lease(struct xpt_ctx *ctx, const char *vm)
{
	(void)xpt_xapi_calls(ctx->xapi, "VM.remove_from_other_config", XPT_XAPI_STRS(vm, LEASE_KEY),
			     NULL, NULL);
}

static bool is_of_this_host(const struct xpt_ctx *ctx, const char *lease)
{
	return ctx->host_uuid && xpt_has_prefix(lease, ctx->host_uuid);
}

/* A lease that nobody could have written, or whose time is over, holds nothing. */
static bool is_expired(const char *lease)
{
	const char *blank = strrchr(lease, ' ');
	long long now = (long long)time(NULL);
	uint64_t expiry;

	if (!blank || xpt_parse_uint(blank + 1, 10, INT64_MAX, &expiry) < 0)
		return true;
	return (long long)expiry < now || (long long)expiry > now + LEASE_SECONDS + CLOCK_SKEW;
}

/* -EAGAIN when there is one. */
static int add_lease(struct xpt_ctx *ctx, const char *vm, const char *value, struct xpt_err *err)
{
	int failed = xpt_xapi_calls(ctx->xapi, "VM.add_to_other_config",
				    XPT_XAPI_STRS(vm, LEASE_KEY, value), NULL, err);

	if (!failed || !xpt_xapi_is_error(err, "MAP_DUPLICATE_KEY"))
		return failed;
	xpt_err_done(err);
	return -EAGAIN;
}

static int try_once(struct xpt_ctx *ctx, const char *vm, const char *value, char **ret_holder,
		    struct xpt_err *err)
{
	XPT_FREE char *holder = NULL;
	int failed = add_lease(ctx, vm, value, err);

	if (failed != -EAGAIN)
		return failed;
	failed = read_lease(ctx, vm, &holder, err);
	if (failed)
		return failed;
	free(*ret_holder);
	*ret_holder = xpt_strdup(holder);
	if (holder && !is_expired(holder) && !is_of_this_host(ctx, holder))
		return -EAGAIN;
	if (holder)
		remove_lease(ctx, vm);
	return add_lease(ctx, vm, value, err);
}

void xpt_lease_sweep(struct xpt_ctx *ctx, const struct xpt_pool *pool)
{
	for (size_t i = 0; i < pool->n_vms; i++) {
		const char *lease = xpt_value_get_text(pool->vms[i].other_config, LEASE_KEY);

		if (lease && is_of_this_host(ctx, lease))
			remove_lease(ctx, pool->vms[i].ref);
	}
}

int xpt_lease_take(struct xpt_ctx *ctx, const char *vm_ref, unsigned wait_seconds,
		   struct xpt_lease *ret, struct xpt_err *err)
{
	time_t end = time(NULL) + (time_t)wait_seconds;
	XPT_FREE char *holder = NULL;
	XPT_FREE char *value = xpt_fmt("%s %d %lld", ctx->host_uuid ? ctx->host_uuid : "unknown",
				       (int)getpid(), (long long)time(NULL) + LEASE_SECONDS);

	for (;;) {
		XPT_ERR why = XPT_ERR_INIT;
		int failed = try_once(ctx, vm_ref, value, &holder, &why);

		if (!failed) {
			ret->vm = xpt_strdup(vm_ref);
			ret->value = XPT_TAKE(value);
			return 0;
		}
		if (failed != -EAGAIN) {
			xpt_err_move(err, &why);
			return failed;
		}
		if (time(NULL) >= end)
			return xpt_err_set(
				err, XPT_BUSY, EBUSY, "vm", "try again in a minute",
				"the passthrough plugin is busy: the VM is being changed by "
				"another host (%s)",
				holder ? holder : "unknown");
		(void)poll(NULL, 0, RETRY_MS);
	}
}

void xpt_lease_drop(struct xpt_ctx *ctx, struct xpt_lease *lease)
{
	XPT_FREE char *now = NULL;

	if (!lease->vm)
		return;
	if (read_lease(ctx, lease->vm, &now, NULL) == 0 && xpt_streq(now, lease->value))
		remove_lease(ctx, lease->vm);
	free(lease->vm);
	free(lease->value);
	*lease = (struct xpt_lease){0};
}
