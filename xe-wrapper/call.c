/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "call.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "codec/xmlrpc.h"
#include "host/fan.h"
#include "host/fs.h"
#include "host/run.h"

#define PLUGIN "/etc/xapi.d/plugins/passthrough"
#define PLUGIN_NAME "passthrough"
#define CHANGE_TIMEOUT_MS (20u * 60 * 1000)
#define ANSWER_MAX (64u << 20)
#define MAX_SHOWN 200 /* bytes of what a plugin that failed says in a sentence */

/* ---- the request ---- */

static struct xpt_value *arguments(const struct xpt_question *q, const struct xpt_target *target)
{
	struct xpt_value *args = xpt_value_struct();

	for (size_t i = 0; i < q->names->n; i++)
		xpt_value_put(args, q->names->v[i], xpt_value_str(q->values->v[i]));
	if (q->dry_run)
		xpt_value_put(args, "dry_run", xpt_value_str("true"));
	if (target->host)
		xpt_value_put(args, "host", xpt_value_str(target->host));
	return args;
}

static int write_call(const struct xpt_question *q, const struct xpt_target *target,
		      struct xpt_str *ret, struct xpt_err *err)
{
	XPT_VALUE *params = xpt_value_array();

	xpt_value_push(params, xpt_value_str(""));
	xpt_value_push(params, arguments(q, target));
	xpt_xmlrpc_write_call(ret, q->fn->name, params);
	if (ret->len > XPT_CALL_MAX)
		return xpt_err_set(err, XPT_USAGE, E2BIG, NULL, "split it into several calls",
				   "the parameters take %zu bytes, more than the %u that fit into "
				   "one call",
				   ret->len, XPT_CALL_MAX);
	return 0;
}

static void say_call(const struct xpt_question *q, const struct xpt_target *target,
		     const char *plugin)
{
	XPT_STR line = {0};

	xpt_str_addf(&line, "%s", q->fn->name);
	for (size_t i = 0; i < q->names->n; i++)
		xpt_str_addf(&line, " %s=%s", q->names->v[i], q->values->v[i]);
	if (q->dry_run)
		xpt_str_add(&line, " dry_run=true");
	if (target->host)
		xpt_str_addf(&line, " host=%s", target->host);
	fprintf(stderr, "calling %s: %s\n", plugin, xpt_str_text(&line));
}

/* ---- the plugin ---- */

/* The plugin of our own build: the file beside this program. Caller frees. */
static char *plugin_beside(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n < 0)
		return xpt_strdup(PLUGIN_NAME);
	self[n] = '\0';
	slash = strrchr(self, '/');
	return xpt_fmt("%.*s/%s", slash ? (int)(slash - self) : 0, self, PLUGIN_NAME);
}

static int check_result(const struct xpt_run_result *result, const char *plugin,
			struct xpt_err *err)
{
	const char *text = xpt_str_text(&result->err);
	XPT_FREE char *line = xpt_strndup(text, strcspn(text, "\n"));
	XPT_FREE char *said = xpt_clean_cut(line, MAX_SHOWN);

	if (!result->status)
		return 0;
	return xpt_err_set(err, XPT_SYSTEM, EIO, plugin, NULL, "%s %s %d%s%s", plugin,
			   result->status > 128 ? "was ended by signal" : "ended with status",
			   result->status > 128 ? result->status - 128 : result->status,
			   *said ? ": " : "", said);
}

/* Leaves the methodResponse in out. */
static int run_plugin(const struct xpt_caller *caller, const struct xpt_question *q,
		      const struct xpt_target *target, struct xpt_str *out, struct xpt_err *err)
{
	bool is_installed = xpt_fs_exists(caller->host, PLUGIN);
	XPT_FREE char *plugin = is_installed ? xpt_strdup(PLUGIN) : plugin_beside();
	unsigned timeout_ms = caller->timeout_ms ? caller->timeout_ms : CHANGE_TIMEOUT_MS;
	XPT_RUN_RESULT result = {0};
	XPT_STR call = {0};
	int failed = write_call(q, target, &call, err);

	if (failed)
		return failed;
	if (caller->is_verbose)
		say_call(q, target, plugin);
	failed = xpt_run(caller->host,
			 &(struct xpt_run){.argv = (const char *const[]){plugin, call.s, NULL},
					   .timeout_ms = timeout_ms,
					   .max_output = ANSWER_MAX,
					   .keep_fd = -1,
					   .is_ours = !is_installed},
			 &result, err);
	if (failed && !is_installed)
		xpt_err_hint(err, "install xe-passthrough on this host: %s is not there", PLUGIN);
	if (!failed)
		failed = check_result(&result, plugin, err);
	if (!failed)
		xpt_str_addn(out, xpt_str_text(&result.out), result.out.len);
	return failed;
}

/* ---- the answer ---- */

static int read_response(const struct xpt_str *response, struct xpt_outcome *ret)
{
	XPT_VALUE *value = NULL;
	int failed =
		xpt_xmlrpc_parse_response(xpt_str_text(response), response->len, &value, &ret->err);
	const char *text;

	if (failed) {
		if (!xpt_err_unwrap(&ret->err))
			xpt_err_prefix(&ret->err, "the plugin's answer: ");
		return failed;
	}
	text = xpt_value_text(value);
	failed = xpt_json_parse(text ? text : "", text ? strlen(text) : 0, &ret->doc, &ret->err);
	if (failed) {
		xpt_err_prefix(&ret->err, "the plugin's answer: ");
		return failed;
	}
	ret->answer = xpt_strdup(text);
	return 0;
}

void xpt_call(const struct xpt_caller *caller, const struct xpt_question *q,
	      const struct xpt_target *target, struct xpt_outcome *ret)
{
	XPT_STR response = {0};

	if (!run_plugin(caller, q, target, &response, &ret->err))
		(void)read_response(&response, ret);
}

struct fan_data {
	const struct xpt_caller *caller;
	const struct xpt_question *q;
	const struct xpt_targets *targets;
};

/* In a child: what the plugin said, or our own failure in the same form. */
static void ask_one(size_t i, void *data, struct xpt_str *out)
{
	const struct fan_data *fan = data;
	XPT_ERR err = XPT_ERR_INIT;
	XPT_STRV description = {0};

	if (!run_plugin(fan->caller, fan->q, &fan->targets->v[i], out, &err))
		return;
	xpt_err_describe(&err, &description);
	xpt_xmlrpc_write_failure(out, &description);
}

void xpt_call_all(const struct xpt_caller *caller, const struct xpt_question *q,
		  const struct xpt_targets *targets, struct xpt_outcome *ret)
{
	struct fan_data data = {caller, q, targets};
	struct xpt_str *responses;
	XPT_ERR err = XPT_ERR_INIT;

	if (targets->n == 1) {
		xpt_call(caller, q, &targets->v[0], ret);
		return;
	}
	responses = xpt_alloc(targets->n * sizeof(*responses));
	(void)xpt_fan(targets->n, ask_one, &data, 2 * ANSWER_MAX, responses, &err);
	for (size_t i = 0; i < targets->n; i++) {
		if (responses[i].len)
			(void)read_response(&responses[i], &ret[i]);
		else
			xpt_err_set(&ret[i].err, err.sentence ? err.code : XPT_SYSTEM, EIO,
				    targets->v[i].host, NULL, "%s",
				    err.sentence ? err.sentence
						 : "the call ended without an answer");
		xpt_str_done(&responses[i]);
	}
	free(responses);
}

struct xpt_outcome *xpt_outcomes_new(size_t n)
{
	return xpt_alloc(n * sizeof(struct xpt_outcome));
}

void xpt_outcome_done(struct xpt_outcome *o)
{
	free(o->answer);
	xpt_json_free(o->doc);
	xpt_err_done(&o->err);
	*o = (struct xpt_outcome){0};
}

void xpt_outcomes_free(struct xpt_outcome *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		xpt_outcome_done(&v[i]);
	free(v);
}
