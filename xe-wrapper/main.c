/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xe-passthrough, the admin command: argv becomes the request that xapi would send to the plugin, and the
 * answer is drawn. The command itself changes nothing and knows nothing that the plugin does not.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "confirm.h"
#include "complete.h"
#include "help.h"
#include "host/run.h"

/* ---- what needs no host ---- */

static int finish(enum xpt_exit status)
{
	return fflush(stdout) && !status ? XPT_EXIT_FAILED : (int)status;
}

static int run_complete(size_t n, char *const *words)
{
	XPT_STR out = {0};

	xpt_complete(n, words, &out);
	fputs(xpt_str_text(&out), stdout);
	return finish(XPT_EXIT_DONE);
}

static int run_completion(size_t n, char *const *words)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (n == 1 && !strcmp(words[0], "bash")) {
		fputs(xpt_complete_script(), stdout);
		return finish(XPT_EXIT_DONE);
	}
	xpt_err_set(&err, XPT_USAGE, EINVAL, n ? words[0] : NULL, "xe-passthrough completion bash",
		    "completion is there for bash only");
	return xpt_report_error(&err, false, NULL);
}

static int run_help(const struct xpt_args *args)
{
	XPT_DRAW d = {.width = 0};

	xpt_draw_init(&d, STDOUT_FILENO);
	xpt_help(args, &d);
	return xpt_draw_flush(&d, STDOUT_FILENO) ? XPT_EXIT_FAILED : XPT_EXIT_DONE;
}

/* ---- what asks one ---- */

static int check_args(const struct xpt_args *args, const struct xpt_host *host, struct xpt_err *err)
{
	XPT_FREE char *command = xpt_args_command(args->fn->name);

	if (host->is_live && geteuid() != 0)
		return xpt_err_set(err, XPT_DENIED, EPERM, NULL, "sudo xe-passthrough ...",
				   "only root may look into this host and change it");
	if (args->host && !args->fn->local)
		return xpt_err_set(err, XPT_USAGE, EINVAL, "host", "leave out --host",
				   "%s is about the whole pool, not about one host", command);
	return 0;
}

static enum xpt_exit read_all(const struct xpt_command *c)
{
	struct xpt_question q = {c->args->fn, &c->args->names, &c->args->values, false};
	struct xpt_outcome *outcomes = xpt_outcomes_new(c->targets->n);
	enum xpt_exit status;

	xpt_call_all(&c->caller, &q, c->targets, outcomes);
	status = xpt_report(c, outcomes);
	xpt_outcomes_free(outcomes, c->targets->n);
	return status;
}

static int run_function(const struct xpt_args *args)
{
	XPT_HOST host = {.root_fd = -1};
	XPT_TARGETS targets = {0};
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_command c = {args, &targets, {.host = &host, .is_verbose = args->verbose}};
	int failed = xpt_host_open(args->root, &host, &err);

	if (!failed)
		failed = check_args(args, &host, &err);
	if (!failed)
		failed = xpt_targets_find(&host, args->host, &targets, &err);
	if (failed)
		return xpt_report_error(&err, args->json, NULL);
	return args->fn->effect == XPT_CHANGES ? xpt_confirm(&c) : read_all(&c);
}

/* Of a line that could not be read to its end. */
static bool wants_json(size_t n, char *const *words)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(words[i], "--json"))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? (size_t)argc - 1 : 0;
	char **words = argv + 1;
	XPT_ERR err = XPT_ERR_INIT;
	XPT_ARGS args = {0};

	xpt_run_settle();
	if (n && !strcmp(words[0], "__complete"))
		return run_complete(n - 1, words + 1);
	if (n && !strcmp(words[0], "completion"))
		return run_completion(n - 1, words + 1);
	if (xpt_args_parse(n, words, &args, &err) < 0)
		return xpt_report_error(&err, wants_json(n, words), NULL);
	if (args.version) {
		puts("xe-passthrough " XPT_VERSION);
		return finish(XPT_EXIT_DONE);
	}
	return args.help ? run_help(&args) : run_function(&args);
}
