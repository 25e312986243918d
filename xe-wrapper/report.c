/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <string.h>

#include "codec/jsonw.h"
#include "drawing.h"
#include "host/xapi.h"
#include "model/reason.h"

/* The toolstack's socket did not answer, or the toolstack cannot get at the host that was asked. */
static bool is_unreachable(const struct xpt_err *err)
{
	static const char *const codes[] = {"HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST",
					    "HOST_STILL_BOOTING"};

	if (!err->subject)
		return false;
	for (size_t i = 0; err->code == XPT_XAPI && i < XPT_ARRAY_SIZE(codes); i++) {
		if (!strcmp(err->subject, codes[i]))
			return true;
	}
	return xpt_has_suffix(err->subject, XPT_XAPI_SOCKET);
}

enum xpt_exit xpt_exit_of(const struct xpt_err *err)
{
	switch (err->code) {
	case XPT_OK:
		return XPT_EXIT_DONE;
	case XPT_USAGE:
		return XPT_EXIT_USAGE;
	case XPT_REFUSED:
		return XPT_EXIT_REFUSED;
	case XPT_NOT_FOUND:
	case XPT_AMBIGUOUS:
		return XPT_EXIT_NOT_FOUND;
	case XPT_BUSY:
	case XPT_CONFLICT:
		return XPT_EXIT_BUSY;
	default:
		return is_unreachable(err) ? XPT_EXIT_UNREACHABLE : XPT_EXIT_FAILED;
	}
}

/* ---- errors for people ---- */

/* Refusals come in one sentence, "; " between them. */
static void split_refusals(const char *sentence, struct xpt_strv *ret)
{
	const char *end;

	while ((end = strstr(sentence, "; "))) {
		xpt_strv_take(ret, xpt_strndup(sentence, (size_t)(end - sentence)));
		sentence = end + 2;
	}
	xpt_strv_add(ret, sentence);
}

/* Is one of the tokens (reason or reason@address) of a reason that can cost the host its disk or network? */
static bool can_cost_host(const struct xpt_strv *tokens)
{
	for (size_t i = 0; i < tokens->n; i++) {
		XPT_FREE char *name = xpt_strndup(tokens->v[i], strcspn(tokens->v[i], "@"));
		enum xpt_reason reason = xpt_reason_of_name(name);

		if (reason != XPT_REASONS && xpt_reason_info(reason)->costs_host)
			return true;
	}
	return false;
}

static void draw_override(struct xpt_draw *d, const char *tokens, size_t n_refusals)
{
	XPT_STRV list = {0};

	xpt_strv_split(&list, tokens, ',');
	if (can_cost_host(&list))
		xpt_draw_line(
			d, 2, XPT_BAD,
			"Going on in spite of this can cost the host its disk or network: it may "
			"not boot any more, or not be reached.");
	if (list.n >= n_refusals)
		xpt_draw_line(d, 2, XPT_PLAIN, "whoever is sure: --override %s", tokens);
	else
		xpt_draw_line(d, 2, XPT_PLAIN,
			      "not all of this can be overridden; what can: --override %s", tokens);
}

static void draw_refusals(struct xpt_draw *d, const struct xpt_err *err, const char *who)
{
	XPT_STRV refusals = {0};

	split_refusals(err->sentence, &refusals);
	if (refusals.n == 1) {
		xpt_draw_line(d, 0, XPT_PLAIN, "%s%s", who, err->sentence);
	} else {
		xpt_draw_line(d, 0, XPT_PLAIN, "%srefused for %zu reasons:", who, refusals.n);
		for (size_t i = 0; i < refusals.n; i++)
			xpt_draw_line(d, 2, XPT_BAD, "%s", refusals.v[i]);
	}
	if (err->hint)
		xpt_draw_line(d, 2, XPT_PLAIN, "try: %s", err->hint);
	if (err->subject && *err->subject)
		draw_override(d, err->subject, refusals.n);
}

static void draw_error(struct xpt_draw *d, const struct xpt_err *err, const char *name)
{
	XPT_FREE char *who = xpt_fmt("xe-passthrough: %s%s", name ? name : "", name ? ": " : "");

	if (err->code == XPT_REFUSED) {
		draw_refusals(d, err, who);
		return;
	}
	xpt_draw_line(d, 0, XPT_PLAIN, "%s%s", who, err->sentence);
	if (err->hint)
		xpt_draw_line(d, 2, XPT_PLAIN, "try: %s", err->hint);
}

/* ---- JSON ---- */

static void write_error(struct xpt_jsonw *w, const struct xpt_err *err)
{
	xpt_jsonw_object(w, "error");
	xpt_jsonw_str(w, "code", xpt_code_name(err->code));
	xpt_jsonw_str(w, "sentence", err->sentence);
	xpt_jsonw_str(w, "subject", err->subject);
	xpt_jsonw_str(w, "hint", err->hint);
	xpt_jsonw_end(w);
}

static void write_hosts(struct xpt_str *out, const struct xpt_targets *targets,
			const struct xpt_outcome *outcomes)
{
	struct xpt_jsonw w;

	xpt_jsonw_init(&w, out);
	xpt_jsonw_object(&w, NULL);
	xpt_jsonw_array(&w, "hosts");
	for (size_t i = 0; i < targets->n; i++) {
		xpt_jsonw_object(&w, NULL);
		xpt_jsonw_str(&w, "host", targets->v[i].host);
		xpt_jsonw_str(&w, "name", targets->v[i].name);
		if (outcomes[i].answer)
			xpt_jsonw_raw(&w, "answer", outcomes[i].answer);
		else
			write_error(&w, &outcomes[i].err);
		xpt_jsonw_end(&w);
	}
	xpt_jsonw_end(&w);
	xpt_jsonw_end(&w);
	xpt_str_addc(out, '\n');
}

/* ---- printing ---- */

/* Nothing can be said where stdout is broken: the status says it. */
static enum xpt_exit flush(struct xpt_draw *d, int fd, enum xpt_exit status)
{
	return xpt_draw_flush(d, fd) < 0 && !status ? XPT_EXIT_FAILED : status;
}

enum xpt_exit xpt_report_error(const struct xpt_err *err, bool as_json, const char *name)
{
	int fd = as_json ? STDOUT_FILENO : STDERR_FILENO;
	struct xpt_jsonw w;
	XPT_DRAW d = {.width = 0};

	xpt_draw_init(&d, fd);
	if (as_json) {
		xpt_jsonw_init(&w, &d.out);
		xpt_jsonw_object(&w, NULL);
		write_error(&w, err);
		xpt_jsonw_end(&w);
		xpt_str_addc(&d.out, '\n');
	} else {
		draw_error(&d, err, name);
	}
	return flush(&d, fd, xpt_exit_of(err));
}

enum xpt_exit xpt_report_one(const struct xpt_command *c, size_t i, const struct xpt_outcome *o,
			     const struct xpt_outcome *plan)
{
	const char *name = c->targets->v[i].name;
	XPT_DRAW d = {.width = 0};

	if (!o->answer)
		return xpt_report_error(&o->err, false, name);
	xpt_draw_init(&d, STDOUT_FILENO);
	if (name)
		xpt_draw_line(&d, 0, XPT_BOLD, "== %s", name);
	if (plan)
		xpt_draw_change_done(&d, plan->doc, o->doc);
	else
		xpt_drawing_draw(&d, c->args->fn->name, o->doc);
	if (name && i + 1 < c->targets->n)
		xpt_draw_gap(&d);
	return flush(&d, STDOUT_FILENO, XPT_EXIT_DONE);
}

static enum xpt_exit report_json(const struct xpt_command *c, const struct xpt_outcome *outcomes)
{
	XPT_DRAW d = {.width = 0};

	if (c->targets->v[0].name)
		write_hosts(&d.out, c->targets, outcomes);
	else if (outcomes[0].answer)
		xpt_str_addf(&d.out, "%s\n", outcomes[0].answer);
	else
		return xpt_report_error(&outcomes[0].err, true, NULL);
	return flush(&d, STDOUT_FILENO, XPT_EXIT_DONE);
}

static enum xpt_exit merge(enum xpt_exit a, enum xpt_exit b)
{
	if (a == b || b == XPT_EXIT_DONE)
		return a;
	return a == XPT_EXIT_DONE ? b : XPT_EXIT_FAILED;
}

enum xpt_exit xpt_report(const struct xpt_command *c, const struct xpt_outcome *outcomes)
{
	enum xpt_exit status = XPT_EXIT_DONE;

	for (size_t i = 0; i < c->targets->n; i++) {
		if (!c->args->json && !(c->args->quiet && outcomes[i].answer))
			status = merge(status, xpt_report_one(c, i, &outcomes[i], NULL));
		else
			status = merge(status, xpt_exit_of(&outcomes[i].err));
	}
	return c->args->json ? merge(report_json(c, outcomes), status) : status;
}
