/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying out a plan, all or nothing; and settling what a crash left half done.
 */
#ifndef XPT_PLUGIN_APPLY_H
#define XPT_PLUGIN_APPLY_H

#include "codec/journal.h"
#include "ctx.h"

/*
 * Do the steps in order, each written down before it is begun. When one fails, those done are undone in
 * reverse and the error says both. The host's lock must be held.
 */
int xpt_apply(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err);

/*
 * Settle operations that were cut short: one whose steps are all done is finished, any other is
 * undone, but only where the value is still ours. What cannot be settled stays, and is in the way only of
 * changes to the same objects (xpt_apply_check). The host's lock must be held.
 */
int xpt_settle(struct xpt_ctx *ctx, struct xpt_err *err);

/* XPT_CONFLICT when an unsettled operation has a device or the VM of op. */
int xpt_apply_check(struct xpt_ctx *ctx, const struct xpt_op *op, struct xpt_err *err);

#endif
