/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of a changing request: selectors resolved, siblings added, names for people. */
#ifndef XPT_PLUGIN_PLAN_DEVICES_H
#define XPT_PLUGIN_PLAN_DEVICES_H

#include "change.h"

/*
 * The request's `devices`, in order, with the other functions of their slots when `siblings` is set.
 * "The first N" of a selector are those that dom0 does not use and no VM claims.
 */
int xpt_plan_devices(struct xpt_ctx *ctx, const struct xpt_snapshot *s, struct xpt_bdfs *ret,
		     struct xpt_err *err);

/* Name devices in the plan's operation. */
void xpt_plan_name_devices(struct xpt_plan *plan, const struct xpt_bdfs *devices);

#endif
