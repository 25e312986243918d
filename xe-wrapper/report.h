/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a call came to, printed: answers on stdout (drawn or as JSON), errors on stderr as
 *
 *   xe-passthrough: SENTENCE
 *     try: HINT
 *
 * or, with --json, as {"error":{"code","sentence","subject","hint"}} on stdout; several hosts as
 * {"hosts":[{"host","name","answer"|"error"}]}. And the exit status that goes with it.
 */
#ifndef XPT_WRAPPER_REPORT_H
#define XPT_WRAPPER_REPORT_H

#include "args.h"
#include "call.h"

enum xpt_exit {
	XPT_EXIT_DONE = 0,
	XPT_EXIT_FAILED = 1,
	XPT_EXIT_USAGE = 2,
	XPT_EXIT_REFUSED = 3,
	XPT_EXIT_NOT_FOUND = 4, /* or ambiguous */
	XPT_EXIT_BUSY = 5,      /* or in conflict */
	XPT_EXIT_UNREACHABLE = 6
};

/* What this run of the command is about. */
struct xpt_command {
	const struct xpt_args *args;
	const struct xpt_targets *targets;
	struct xpt_caller caller;
};

/* XPT_EXIT_DONE for no error. */
enum xpt_exit xpt_exit_of(const struct xpt_err *err);
/* Print an error of the command's own; name is the host it is about or NULL. */
enum xpt_exit xpt_report_error(const struct xpt_err *err, bool as_json, const char *name);
/*
 * Print what all targets answered. The status is that of the errors where they agree and
 * XPT_EXIT_FAILED where they do not.
 */
enum xpt_exit xpt_report(const struct xpt_command *c, const struct xpt_outcome *outcomes);
/* The answer of the i-th target, for people; plan is the one that was shown before, or NULL. */
enum xpt_exit xpt_report_one(const struct xpt_command *c, size_t i, const struct xpt_outcome *o,
			     const struct xpt_outcome *plan);

#endif
