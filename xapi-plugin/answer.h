/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes to stdout: exactly one methodResponse, whatever happened.
 */
#ifndef XPT_PLUGIN_ANSWER_H
#define XPT_PLUGIN_ANSWER_H

#include "ctx.h"

/*
 * Frame a handler's payload (the members of an object, as "{...}") with schema, host, missing and
 * warnings, and append the whole answer to out.
 */
void xpt_answer_frame(const struct xpt_ctx *ctx, const char *payload, struct xpt_str *out);
/* Print Success with the answer as Value. */
void xpt_answer_print(const char *answer);
/* Print Failure: code, sentence, subject, hint; an unknown function as xapi's own plugins say it. */
void xpt_answer_print_error(const struct xpt_err *err);

#endif
