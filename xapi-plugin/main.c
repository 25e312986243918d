/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The xapi plugin `passthrough`: one methodCall as the only argument, one methodResponse on stdout, exit
 * status 0 whatever happened, because xapi reads no answer of a plugin that exits otherwise.
 * Source: xen-api ocaml/xapi/xapi_plugins.ml.
 */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "answer.h"
#include "handlers.h"
#include "host/run.h"
#include "relay.h"
#include "rights.h"

/* Memory that is freed is kept until the end: giving it back and taking it again costs more. */
#define KEEP_FREED (64 << 20)
/* Linux gives one argument at most this much (MAX_ARG_STRLEN). */
#define ARGUMENT_MAX 131072

static void settle_process(void)
{
	xpt_run_settle();
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
}

static int run_handler(struct xpt_ctx *ctx, const struct xpt_handler *handler, struct xpt_str *out,
		       struct xpt_err *err)
{
	XPT_STR payload = {0};
	struct xpt_jsonw w;
	int failed;

	xpt_jsonw_init(&w, &payload);
	xpt_jsonw_object(&w, NULL);
	failed = handler->run(ctx, &w, err);
	if (failed)
		return failed;
	xpt_jsonw_end(&w);
	xpt_answer_frame(ctx, xpt_str_text(&payload), out);
	return 0;
}

static int serve(struct xpt_ctx *ctx, struct xpt_str *out, struct xpt_err *err)
{
	const struct xpt_handler *handler = xpt_handler_find(ctx->request.function->name);
	bool is_answered = false;
	int failed;

	if (!handler)
		return xpt_err_set(err, XPT_UNKNOWN_FUNCTION, ENOSYS, ctx->request.function->name,
				   NULL, "there is no function '%s'", ctx->request.function->name);
	if (!handler->is_offline || xpt_request_get(&ctx->request, "host"))
		xpt_ctx_connect(ctx);
	failed = xpt_relay(ctx, &is_answered, out, err);
	if (failed || is_answered)
		return failed;
	failed = xpt_rights_check(ctx, err);
	if (failed)
		return failed;
	return run_handler(ctx, handler, out, err);
}

static int answer(const char *argument, struct xpt_str *out, struct xpt_err *err)
{
	struct xpt_ctx ctx = {.lock_fd = -1};
	struct xpt_call call = {0};
	int failed = xpt_xmlrpc_parse_call(argument, strlen(argument), &call, err);

	if (failed) {
		xpt_err_prefix(err, "the plugin's argument is not a methodCall: ");
		return failed;
	}
	failed = xpt_request_check(&call, &ctx.request, err);
	if (!failed)
		failed = xpt_ctx_open(&ctx, err);
	if (!failed)
		failed = serve(&ctx, out, err);
	xpt_ctx_close(&ctx);
	xpt_call_done(&call);
	return failed;
}

int main(int argc, char **argv)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_STR out = {0};
	int failed;

	settle_process();
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_FREED);
	if (argc != 2)
		failed = xpt_err_set(&err, XPT_USAGE, EINVAL, NULL,
				     "use the command xe-passthrough, or xe host-call-plugin "
				     "plugin=passthrough",
				     "the plugin takes one argument, a methodCall");
	else if (strnlen(argv[1], ARGUMENT_MAX) >= ARGUMENT_MAX)
		failed = xpt_err_set(&err, XPT_USAGE, E2BIG, NULL, NULL,
				     "the plugin's argument is longer than %d bytes", ARGUMENT_MAX);
	else
		failed = answer(argv[1], &out, &err);
	if (failed)
		xpt_answer_print_error(&err);
	else
		xpt_answer_print(xpt_str_text(&out));
	(void)fflush(stdout);
	return 0;
}
