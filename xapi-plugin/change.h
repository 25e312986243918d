/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all changing functions have in common: lock, settle, lease, snapshot, plan, verdicts, apply, answer.
 */
#ifndef XPT_PLUGIN_CHANGE_H
#define XPT_PLUGIN_CHANGE_H

#include "codec/journal.h"
#include "snapshot.h"

struct xpt_plan {
	struct xpt_op op; /* devices, VM and steps */
	struct xpt_verdicts
		verdicts; /* refusals and warnings; refusals end the change unless overridden */
	bool needs_host_reboot;
	bool needs_vm_restart; /* op.vm runs */
};

/*
 * From request and snapshot to a plan, without any effect. vm is the request's VM, NULL for functions
 * without one. Errors are for requests that make no sense; what must not be done goes into verdicts.
 */
typedef int (*xpt_planner)(struct xpt_ctx *ctx, const struct xpt_snapshot *s,
			   const struct xpt_vm *vm, struct xpt_plan *plan, struct xpt_err *err);

/* Run a changing function: with dry_run only the plan. Writes the answer's members. */
int xpt_change_run(struct xpt_ctx *ctx, xpt_planner planner, struct xpt_jsonw *w,
		   struct xpt_err *err);

/* Write the members of a change's answer. */
void xpt_change_write(struct xpt_ctx *ctx, const struct xpt_plan *plan, struct xpt_jsonw *w);

#endif
