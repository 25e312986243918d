/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plugins: how xapi finds them, runs them and reads what they print.
 * Source: xen-api ocaml/xapi/xapi_plugins.ml, ocaml/forkexecd; measured on xapi 26.1.4.
 */
#ifndef XAPID_PLUGIN_H
#define XAPID_PLUGIN_H

#include "xapid.h"

/*
 * Run plugin on host for the call, which is answered when the plugin ends. args is a struct. On
 * the coordinator the plugin gets the caller's session, on another host a superuser's own that
 * lasts as long as the call.
 */
void xd_plugin_run(struct xd_call *c, const struct xd_host *host, const char *plugin,
		   const char *function, const struct xpt_value *args);

/* Set the call's outcome from what a plugin that ended well has printed (plugin_output.c). */
void xd_plugin_read_output(struct xd_call *c, const struct xpt_str *out);

#endif
