/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of steps: how to see what a value is, and how to make it another.
 *
 * A step says that one value of one object goes from `from` to `to`. That is all a kind has to know:
 * checking, doing, undoing and finding out after a crash how far it got are the same for all (apply.c).
 */
#ifndef XPT_PLUGIN_STEP_H
#define XPT_PLUGIN_STEP_H

#include "codec/journal.h"
#include "ctx.h"

struct xpt_step_kind {
	const char *name;
	/*
	 * The value there is now: a copy of step->from or step->to where it amounts to that, else what
	 * it is; NULL for none. Caller frees.
	 */
	int (*read)(struct xpt_ctx *ctx, const struct xpt_step *step, char **ret,
		    struct xpt_err *err);
	/* Make it `value` (step->from or step->to). Returns with the change on disk or in xapi. */
	int (*write)(struct xpt_ctx *ctx, const struct xpt_step *step, const char *value,
		     struct xpt_err *err);
	/* write is not one store: cut short, it may leave no value, which then is ours to mend. */
	bool can_tear;
	/* write goes on in another process when ours is killed: undoing writes even what looks undone,
	 * which that process takes its turn for. */
	bool can_lag;
};

extern const struct xpt_step_kind xpt_step_boot_line;
extern const struct xpt_step_kind xpt_step_dom0_access;
extern const struct xpt_step_kind xpt_step_vm_key;

#endif
