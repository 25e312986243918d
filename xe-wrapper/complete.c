/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete.h"

#include <string.h>

#include "args.h"
#include "call.h"
#include "drawing.h"
#include "model/reason.h"
#include "names.h"

#define TIMEOUT_MS 3000u

/* The word to complete: candidates are fixed + whatever begins with typed. */
struct offer {
	struct xpt_str *out;
	const char *fixed; /* in front of every candidate: "--devices=", "3b:00.0," */
	const char *typed;
};

static void add(const struct offer *o, const char *candidate, const char *description)
{
	XPT_FREE char *clean = xpt_clean(description, strlen(description));
	XPT_FREE char *typable = xpt_clean(candidate, strlen(candidate));

	/* A name's line break would be a candidate of its own. */
	if (!xpt_has_prefix(candidate, o->typed) || strcmp(candidate, typable) != 0)
		return;
	xpt_str_addf(o->out, "%s%s%s%s\n", o->fixed, candidate, *clean ? "\t" : "", clean);
}

/* ---- from the host ---- */

/* The answer of a reading function; NULL when there is none, for whatever reason. */
static struct xpt_json *ask(const struct xpt_host *host, const struct xpt_args *a,
			    const char *function)
{
	const struct xpt_strv none = {0};
	struct xpt_caller caller = {.host = host, .timeout_ms = TIMEOUT_MS};
	struct xpt_question q = {xpt_function_find(function), &none, &none, false};
	struct xpt_target target = {.host = xpt_streq(a->host, "all") ? NULL : a->host};
	XPT_OUTCOME outcome = {0};

	xpt_call(&caller, &q, &target, &outcome);
	return XPT_TAKE(outcome.doc);
}

static void offer_devices(const struct xpt_host *host, const struct xpt_args *a,
			  const struct offer *o)
{
	XPT_JSON *answer = ask(host, a, "pci_list");
	const struct xpt_json *devices = xpt_json_get(answer, "devices");

	for (size_t i = 0; i < xpt_json_len(devices); i++) {
		const struct xpt_json *device = xpt_json_at(devices, i);
		const char *address = xpt_json_get_str(device, "address");
		const char *name = xpt_draw_or(xpt_json_get_str(device, "name"), "");

		if (!address)
			continue;
		add(o, address, name);
		if (*o->typed && !xpt_has_prefix(address, o->typed) &&
		    xpt_has_prefix(address, "0000:"))
			add(o, address + strlen("0000:"), name);
	}
}

static void offer_names(const struct xpt_names *names, const struct offer *o)
{
	for (size_t i = 0; i < names->n; i++)
		add(o, names->v[i].name, names->v[i].uuid);
}

static void offer_vms(const struct xpt_host *host, const struct offer *o)
{
	XPT_NAMES names = {0};

	if (!xpt_names_vms(host, TIMEOUT_MS, &names, NULL))
		offer_names(&names, o);
}

static void offer_hosts(const struct xpt_host *host, const struct offer *o)
{
	XPT_NAMES names = {0};

	add(o, "all", "every host of the pool");
	if (!xpt_names_hosts(host, TIMEOUT_MS, &names, NULL))
		offer_names(&names, o);
}

static void offer_operations(const struct xpt_host *host, const struct xpt_args *a,
			     const struct offer *o)
{
	XPT_JSON *answer = ask(host, a, "status");
	const struct xpt_json *unsettled = xpt_json_get(answer, "unsettled");

	for (size_t i = 0; i < xpt_json_len(unsettled); i++) {
		const struct xpt_json *op = xpt_json_at(unsettled, i);

		add(o, xpt_draw_or(xpt_json_get_str(op, "operation"), ""),
		    xpt_draw_or(xpt_json_get_str(op, "sentence"), ""));
	}
}

/* ---- from the contract ---- */

static void offer_reasons(const struct offer *o)
{
	for (int i = 0; i < XPT_REASONS; i++) {
		const struct xpt_reason_info *info = xpt_reason_info((enum xpt_reason)i);
		XPT_FREE char *token = xpt_fmt("%s%s", info->name, info->costs_host ? "@" : "");

		if (info->can_override)
			add(o, token, info->meaning);
	}
}

static void offer_live(const struct xpt_args *a, const struct xpt_param *p, const struct offer *o)
{
	XPT_HOST host = {.root_fd = -1};

	if (xpt_host_open(a->root, &host, NULL) < 0)
		return;
	switch (p->type) {
	case XPT_T_DEVICES:
		offer_devices(&host, a, o);
		break;
	case XPT_T_VM:
		offer_vms(&host, o);
		break;
	case XPT_T_HOST:
		offer_hosts(&host, o);
		break;
	case XPT_T_OPERATION:
		offer_operations(&host, a, o);
		break;
	default:
		break;
	}
}

/* Candidates for a value of p; of a list the last item is completed. */
static void offer_value(const struct xpt_args *a, const struct xpt_param *p, const char *fixed,
			const char *typed, struct xpt_str *out)
{
	const char *comma = xpt_args_is_list(p) ? strrchr(typed, ',') : NULL;
	size_t n = comma ? (size_t)(comma + 1 - typed) : 0;
	XPT_FREE char *front = xpt_fmt("%s%.*s", fixed, (int)n, typed);
	struct offer o = {out, front, typed + n};

	for (size_t i = 0; p->choices && p->choices[i]; i++)
		add(&o, p->choices[i], "");
	if (p->type == XPT_T_BOOL) {
		add(&o, "true", "");
		add(&o, "false", "");
	} else if (p->type == XPT_T_REASONS) {
		offer_reasons(&o);
	} else {
		offer_live(a, p, &o);
	}
}

static void offer_params(const struct xpt_args *a, const struct xpt_param *list, size_t n,
			 const struct offer *o)
{
	for (size_t i = 0; i < n; i++) {
		XPT_FREE char *name = xpt_args_spell(list[i].name);

		if (xpt_args_is_option(&list[i]) && !xpt_args_value(a, list[i].name))
			add(o, name, list[i].help);
	}
}

static void offer_options(const struct xpt_args *a, const char *typed, struct xpt_str *out)
{
	struct offer o = {out, "--", xpt_has_prefix(typed, "--") ? typed + 2 : ""};

	if (a->fn)
		offer_params(a, a->fn->params, a->fn->n_params, &o);
	if (a->fn && a->fn->effect == XPT_CHANGES)
		offer_params(a, xpt_change_params, xpt_n_change_params, &o);
	for (size_t i = 0; i < xpt_args_n_globals; i++) {
		const struct xpt_args_global *g = &xpt_args_globals[i];

		if (!g->for_changes || !a->fn || a->fn->effect == XPT_CHANGES)
			add(&o, g->param.name, g->param.help);
	}
}

/* The next word of the commands that begin as the line does. */
static void offer_commands(const struct xpt_args *a, const char *typed, struct xpt_str *out)
{
	XPT_FREE char *front = a->command ? xpt_fmt("%s_", a->command) : xpt_strdup("");
	struct offer o = {out, "", typed};
	XPT_STRV offered = {0};

	for (size_t i = 0; i < xpt_n_functions; i++) {
		const char *rest = xpt_functions[i].name + strlen(front);
		size_t n;
		XPT_FREE char *word = NULL;

		if (!xpt_has_prefix(xpt_functions[i].name, front))
			continue;
		/* The noun alone first, then all that is left of the name. */
		n = a->command ? strlen(rest) : strcspn(rest, "_");
		word = xpt_strndup(rest, n);
		if (!xpt_strv_has(&offered, word)) {
			XPT_FREE char *spelt = xpt_args_spell(word);

			add(&o, spelt, rest[n] ? "" : xpt_functions[i].summary);
			xpt_strv_add(&offered, word);
		}
	}
	if (a->command)
		return;
	add(&o, "completion", "print what makes bash complete");
	if (!a->help)
		add(&o, "help", "explain a command");
}

/* "--name=value" that is being typed: the option and where its value begins. */
static const struct xpt_param *typed_option(const struct xpt_args *a, const char *word)
{
	XPT_ARGS copy = {0};
	XPT_FREE char *option = xpt_strndup(word, strcspn(word, "="));

	if (!xpt_has_prefix(word, "--") || !strchr(word, '='))
		return NULL;
	copy.fn = a->fn;
	copy.command = xpt_strdup(a->command);
	return xpt_args_feed(&copy, option, NULL) ? NULL : copy.pending;
}

void xpt_complete(size_t n, char *const *words, struct xpt_str *out)
{
	const char *typed = n ? words[n - 1] : "";
	const struct xpt_param *p = NULL;
	XPT_ARGS a = {0};

	for (size_t i = 0; i + 1 < n; i++)
		(void)xpt_args_feed(&a, words[i], NULL);
	if (a.pending) {
		offer_value(&a, a.pending, "", typed, out);
		return;
	}
	p = typed_option(&a, typed);
	if (p) {
		size_t at = strcspn(typed, "=") + 1;
		XPT_FREE char *fixed = xpt_strndup(typed, at);

		offer_value(&a, p, fixed, typed + at, out);
		return;
	}
	if (*typed == '-' && !a.only_words) {
		offer_options(&a, typed, out);
		return;
	}
	if (!a.is_settled && !a.only_words)
		offer_commands(&a, typed, out);
	p = xpt_args_next_positional(&a);
	if (p)
		offer_value(&a, p, "", typed, out);
}
