/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table from function name to handler. A handler writes the members of its answer into w, which is
 * inside an open object; what every answer has is framed by answer.c.
 */
#ifndef XPT_PLUGIN_HANDLERS_H
#define XPT_PLUGIN_HANDLERS_H

#include "ctx.h"

struct xpt_handler {
	const char *function;
	int (*run)(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
	bool is_offline; /* needs neither toolstack nor rights: about the plugin itself */
};

extern const struct xpt_handler xpt_handlers[];
extern const size_t xpt_n_handlers;

const struct xpt_handler *xpt_handler_find(const char *function);

int xpt_fn_describe(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_history(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_op_resolve(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_attach(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_detach(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_groups(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_hide(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_list(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_reorder(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_show(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_pci_unhide(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_status(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);
int xpt_fn_version(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err);

#endif
