/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calling functions of the contract: the plugin is run as xapi would run it, with one methodCall as its
 * argument, but with an empty session, which it takes for root at the shell.
 *
 * That needs no toolstack, so that a host whose toolstack is down can be repaired. For another host of
 * the pool the same plugin gets host=, and passes the call on through xapi with a root's session; the
 * command itself never needs to tell coordinator and supporters apart.
 */
#ifndef XPT_WRAPPER_CALL_H
#define XPT_WRAPPER_CALL_H

#include "api/contract.h"
#include "codec/json.h"
#include "host/host.h"

/* Linux gives one argument at most 128 KiB; what the plugin adds on its way on is kept free. */
#define XPT_CALL_MAX (120u * 1024)

/* A host that is asked. */
struct xpt_target {
	char *host; /* as the host parameter; NULL: this one */
	char *name; /* name-label for people; NULL: it is the only one that is asked */
};

struct xpt_targets {
	struct xpt_target *v;
	size_t n;
};

/*
 * The hosts that --host means: NULL is this one, "all" every host of the pool, anything else is for the
 * plugin to resolve. Fails for "all" without a toolstack.
 */
int xpt_targets_find(const struct xpt_host *host, const char *option, struct xpt_targets *ret,
		     struct xpt_err *err);
void xpt_targets_done(struct xpt_targets *t);
#define XPT_TARGETS XPT_CLEANUP(xpt_targets_done) struct xpt_targets

struct xpt_caller {
	const struct xpt_host *host;
	unsigned timeout_ms; /* 0: long enough for any change */
	bool is_verbose;     /* say on stderr what is called */
};

struct xpt_question {
	const struct xpt_function *fn;
	const struct xpt_strv *names, *values; /* parameters, pairwise */
	bool dry_run;
};

/* What came of it: answer and doc on success, err otherwise. */
struct xpt_outcome {
	char *answer; /* JSON text as the plugin wrote it */
	struct xpt_json *doc;
	struct xpt_err err;
};

void xpt_call(const struct xpt_caller *caller, const struct xpt_question *q,
	      const struct xpt_target *target, struct xpt_outcome *ret);
/* All targets at the same time; ret has room for targets->n, zeroed. */
void xpt_call_all(const struct xpt_caller *caller, const struct xpt_question *q,
		  const struct xpt_targets *targets, struct xpt_outcome *ret);

struct xpt_outcome *xpt_outcomes_new(size_t n);
void xpt_outcomes_free(struct xpt_outcome *v, size_t n);
void xpt_outcome_done(struct xpt_outcome *o);
#define XPT_OUTCOME XPT_CLEANUP(xpt_outcome_done) struct xpt_outcome

#endif
