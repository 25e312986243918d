/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host=: a call for another host of the pool is passed on to the plugin there, by the plugin that can
 * tell who is calling: the coordinator's, or any when root on the host itself calls.
 */
#ifndef XPT_PLUGIN_RELAY_H
#define XPT_PLUGIN_RELAY_H

#include "ctx.h"

/*
 * When the request names another host, pass it on, put the other plugin's answer into out as it is and
 * set *ret_answered. The other plugin's error comes back as if it were ours.
 */
int xpt_relay(struct xpt_ctx *ctx, bool *ret_answered, struct xpt_str *out, struct xpt_err *err);

#endif
