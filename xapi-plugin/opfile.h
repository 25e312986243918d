/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations on disk, below /var/lib/xe-passthrough: journal/<id> while one is under way, cut short or
 * unsettled; history, one line for each that ended.
 */
#ifndef XPT_PLUGIN_OPFILE_H
#define XPT_PLUGIN_OPFILE_H

#include "codec/journal.h"
#include "ctx.h"

/* Give op its id and time, and write it down before anything is done. */
int xpt_opfile_begin(struct xpt_ctx *ctx, struct xpt_op *op, struct xpt_err *err);
/* Write down that a step reached a state, and set it in op. */
int xpt_opfile_step(struct xpt_ctx *ctx, struct xpt_op *op, size_t step, enum xpt_step_state state,
		    struct xpt_err *err);
/* Write down that op can be neither finished nor undone; it stays until op_resolve. */
int xpt_opfile_unsettled(struct xpt_ctx *ctx, const struct xpt_op *op, const char *sentence,
			 struct xpt_err *err);
/* op ended with that result: one line of history, one line of syslog, and the journal goes. */
int xpt_opfile_end(struct xpt_ctx *ctx, const struct xpt_op *op, const char *result,
		   struct xpt_err *err);

/* Operations with a journal, oldest first. */
struct xpt_ops {
	struct xpt_op *v;
	size_t n;
};
int xpt_opfile_load(struct xpt_ctx *ctx, struct xpt_ops *ret, struct xpt_err *err);
void xpt_ops_done(struct xpt_ops *ops);
#define XPT_OPS XPT_CLEANUP(xpt_ops_done) struct xpt_ops

/* The history's text, "" when there is none. Caller frees. */
int xpt_opfile_history(struct xpt_ctx *ctx, char **ret, struct xpt_err *err);

#endif
