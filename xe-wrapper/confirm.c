/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "confirm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct xpt_question question(const struct xpt_command *c, bool dry_run)
{
	return (struct xpt_question){c->args->fn, &c->args->names, &c->args->values, dry_run};
}

/* ---- the question ---- */

static bool can_ask(const struct xpt_command *c)
{
	return !c->args->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static enum xpt_exit cannot_ask(const struct xpt_command *c)
{
	XPT_FREE char *command = xpt_args_command(c->args->fn->name);
	XPT_ERR err = XPT_ERR_INIT;

	xpt_err_set(&err, XPT_USAGE, EINVAL, NULL,
		    "--dry-run to see what it would do, --yes to do it",
		    "%s changes something, and there is no terminal to ask on", command);
	return xpt_report_error(&err, c->args->json, NULL);
}

/* Anything but a yes is a no, the end of the input too. */
static bool is_agreed(void)
{
	char line[16];

	fputs("Go on? [y/N] ", stdout);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin)) {
		putchar('\n');
		return false;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}

static enum xpt_exit declined(void)
{
	fputs("Nothing was changed.\n", stdout);
	return XPT_EXIT_FAILED;
}

/* ---- the deed ---- */

static void leave_alone(struct xpt_outcome *o, const char *failed_host)
{
	xpt_err_set(&o->err, XPT_CONFLICT, ECANCELED, NULL,
		    "look at that host, then call again: what is done stays done",
		    "left as it is, because the change failed on host '%s'", failed_host);
}

/* One host after the other; plans are those that were shown, or NULL. */
static enum xpt_exit apply(const struct xpt_command *c, const struct xpt_outcome *plans)
{
	size_t n = c->targets->n, failed_at = n;
	struct xpt_question q = question(c, false);
	struct xpt_outcome *done = xpt_outcomes_new(n);
	enum xpt_exit status = XPT_EXIT_DONE;

	for (size_t i = 0; i < n; i++) {
		if (failed_at < n) {
			leave_alone(&done[i], c->targets->v[failed_at].name);
		} else {
			xpt_call(&c->caller, &q, &c->targets->v[i], &done[i]);
			failed_at = done[i].answer ? n : i;
		}
		if (!c->args->json && !(c->args->quiet && done[i].answer))
			xpt_report_one(c, i, &done[i], plans ? &plans[i] : NULL);
	}
	if (failed_at < n)
		status = xpt_exit_of(&done[failed_at].err);
	if (c->args->json)
		xpt_report(c, done);
	xpt_outcomes_free(done, n);
	return status;
}

/* ---- the plan ---- */

static size_t count_failed(const struct xpt_outcome *plans, size_t n)
{
	size_t failed = 0;

	for (size_t i = 0; i < n; i++)
		failed += !plans[i].answer;
	return failed;
}

static bool is_any_changed(const struct xpt_outcome *plans, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (xpt_json_get_bool(plans[i].doc, "changed"))
			return true;
	}
	return false;
}

/* Show plans to someone who is to be asked: -q is not meant for what they decide on. */
static void show(const struct xpt_command *c, const struct xpt_outcome *plans)
{
	for (size_t i = 0; i < c->targets->n; i++)
		xpt_report_one(c, i, &plans[i], NULL);
}

static enum xpt_exit decide(const struct xpt_command *c, const struct xpt_outcome *plans)
{
	size_t n = c->targets->n;

	if (count_failed(plans, n)) {
		enum xpt_exit status = xpt_report(c, plans);

		if (n > 1 && !c->args->json)
			fputs("xe-passthrough: no host was changed\n", stderr);
		return status;
	}
	if (c->args->yes)
		return apply(c, NULL);
	show(c, plans);
	if (!is_any_changed(plans, n))
		return XPT_EXIT_DONE;
	return is_agreed() ? apply(c, plans) : declined();
}

enum xpt_exit xpt_confirm(const struct xpt_command *c)
{
	struct xpt_question q = question(c, true);
	struct xpt_outcome *plans;
	enum xpt_exit status;

	if (!c->args->dry_run && !c->args->yes && !can_ask(c))
		return cannot_ask(c);
	if (!c->args->dry_run && c->args->yes && c->targets->n == 1)
		return apply(c, NULL);
	plans = xpt_outcomes_new(c->targets->n);
	xpt_call_all(&c->caller, &q, c->targets, plans);
	status = c->args->dry_run ? xpt_report(c, plans) : decide(c, plans);
	xpt_outcomes_free(plans, c->targets->n);
	return status;
}
