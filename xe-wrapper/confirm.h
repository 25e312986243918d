/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes, from the plan over the question to the deed.
 *
 * On a terminal the plan is shown and asked about; anything else must say --yes. Several hosts are
 * changed one after the other, and only when the plans of all of them stand: what one of them refuses
 * changes none. The first that fails ends it, and those behind it are left alone.
 */
#ifndef XPT_WRAPPER_CONFIRM_H
#define XPT_WRAPPER_CONFIRM_H

#include "report.h"

/* Carry out the changing function c->args->fn. */
enum xpt_exit xpt_confirm(const struct xpt_command *c);

#endif
