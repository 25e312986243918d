/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of a changing request: selectors resolved, siblings added, names for people. */
#ifndef XPT_PLUGIN_PLAN_DEVICES_H
#define XPT_PLUGIN_PLAN_DEVICES_H

#include "change.h"

/* What devices are asked for: decides which are "the first N" of a selector. */
enum xpt_purpose {
	XPT_FOR_HIDE,   /* free ones, those hidden already first */
	XPT_FOR_UNHIDE, /* those hidden */
	XPT_FOR_ATTACH, /* free ones, the VM's own first */
	XPT_FOR_VM      /* the VM's own */
};

/*
 * The request's `devices`, in order, with the other functions of their slots when `siblings` is set. A
 * device is free when dom0 does not use it and no other VM claims or holds it. vm is NULL where there is none.
 */
int xpt_plan_devices(struct xpt_ctx *ctx, const struct xpt_snapshot *s, enum xpt_purpose purpose,
		     const struct xpt_vm *vm, struct xpt_bdfs *ret, struct xpt_err *err);

/* Name devices in the plan's operation. */
void xpt_plan_name_devices(struct xpt_plan *plan, const struct xpt_bdfs *devices);

#endif
