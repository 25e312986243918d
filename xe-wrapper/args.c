/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "args.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "suggest.h"

#define OPTION(name, type, letter, value, field, for_changes, help) \
	{ \
		{name, type, false, false, NULL, help}, letter, value, \
			offsetof(struct xpt_args, field), for_changes \
	}

const struct xpt_args_global xpt_args_globals[] = {
	OPTION("host", XPT_T_HOST, '\0', "NAME", host, false,
	       "ask this host of the pool (name or uuid), or all of them (default: this one)"),
	OPTION("dry-run", XPT_T_BOOL, '\0', NULL, dry_run, true,
	       "show what would be done and stop there"),
	OPTION("yes", XPT_T_BOOL, 'y', NULL, yes, true, "do it without asking"),
	OPTION("json", XPT_T_BOOL, '\0', NULL, json, false,
	       "print the answer as JSON, for programs"),
	OPTION("verbose", XPT_T_BOOL, 'v', NULL, verbose, false, "say what is called"),
	OPTION("quiet", XPT_T_BOOL, 'q', NULL, quiet, false, "print errors only"),
	OPTION("root", XPT_T_STRING, '\0', "DIR", root, false,
	       "work on the host below this directory (default: /)"),
	OPTION("help", XPT_T_BOOL, 'h', NULL, help, false, "explain the command"),
	OPTION("version", XPT_T_BOOL, '\0', NULL, version, false,
	       "print the version of this command"),
};
const size_t xpt_args_n_globals = XPT_ARRAY_SIZE(xpt_args_globals);

/* ---- spelling ---- */

static void replace(char *s, char from, char to)
{
	for (; *s; s++) {
		if (*s == from)
			*s = to;
	}
}

char *xpt_args_spell(const char *name)
{
	char *s = xpt_strdup(name);

	replace(s, '_', '-');
	return s;
}

char *xpt_args_upper(const char *name)
{
	char *s = xpt_strdup(name);

	for (char *c = s; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return s;
}

char *xpt_args_command(const char *function)
{
	char *s = xpt_args_spell(function);
	char *verb = strchr(s, '-');

	if (verb)
		*verb = ' ';
	return s;
}

/* Is the first n bytes of typed the name, with - and _ taken for the same? */
static bool is_named(const char *name, const char *typed, size_t n)
{
	if (strlen(name) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (name[i] != typed[i] && !(strchr("-_", name[i]) && strchr("-_", typed[i])))
			return false;
	}
	return true;
}

bool xpt_args_is_list(const struct xpt_param *p)
{
	return p->type == XPT_T_DEVICES || p->type == XPT_T_REASONS;
}

bool xpt_args_is_option(const struct xpt_param *p)
{
	if (!strcmp(p->name, "token"))
		return false;
	for (size_t i = 0; i < xpt_args_n_globals; i++) {
		const char *name = xpt_args_globals[i].param.name;

		if (is_named(p->name, name, strlen(name)))
			return false;
	}
	return true;
}

/* ---- options ---- */

static const struct xpt_param *find_option(const struct xpt_args *a, const char *name, size_t n)
{
	const struct xpt_param *lists[] = {a->fn ? a->fn->params : NULL, xpt_change_params};
	size_t sizes[] = {a->fn ? a->fn->n_params : 0,
			  a->fn && a->fn->effect == XPT_CHANGES ? xpt_n_change_params : 0};

	for (size_t i = 0; i < xpt_args_n_globals; i++) {
		if (is_named(xpt_args_globals[i].param.name, name, n))
			return &xpt_args_globals[i].param;
	}
	for (size_t k = 0; k < XPT_ARRAY_SIZE(lists); k++) {
		for (size_t i = 0; i < sizes[k]; i++) {
			if (is_named(lists[k][i].name, name, n) && xpt_args_is_option(&lists[k][i]))
				return &lists[k][i];
		}
	}
	return NULL;
}

static const struct xpt_args_global *global_of(const struct xpt_param *p)
{
	for (size_t i = 0; i < xpt_args_n_globals; i++) {
		if (&xpt_args_globals[i].param == p)
			return &xpt_args_globals[i];
	}
	return NULL;
}

static int set_global(struct xpt_args *a, const struct xpt_args_global *g, const char *value,
		      struct xpt_err *err)
{
	void *field = (char *)a + g->offset;
	bool is_true = !strcmp(value, "true");

	if (g->param.type != XPT_T_BOOL) {
		free(*(char **)field);
		*(char **)field = xpt_strdup(value);
		return 0;
	}
	if (!is_true && strcmp(value, "false") != 0)
		return xpt_err_set(err, XPT_USAGE, EINVAL, g->param.name, "say true or false",
				   "--%s cannot be '%s'", g->param.name, value);
	*(bool *)field = is_true;
	return 0;
}

static int set_param(struct xpt_args *a, const struct xpt_param *p, const char *value,
		     struct xpt_err *err)
{
	XPT_FREE char *spelt = NULL;

	for (size_t i = 0; i < a->names.n; i++) {
		XPT_FREE char *before = NULL;

		if (strcmp(a->names.v[i], p->name) != 0)
			continue;
		if (!xpt_args_is_list(p)) {
			spelt = xpt_args_spell(p->name);
			return xpt_err_set(err, XPT_USAGE, EINVAL, spelt, "say it once",
					   "%s is given twice: '%s' and '%s'", spelt,
					   a->values.v[i], value);
		}
		before = a->values.v[i];
		a->values.v[i] = xpt_fmt("%s,%s", before, value);
		return 0;
	}
	xpt_strv_add(&a->names, p->name);
	xpt_strv_add(&a->values, value);
	return 0;
}

static int set_option(struct xpt_args *a, const struct xpt_param *p, const char *value,
		      struct xpt_err *err)
{
	const struct xpt_args_global *g = global_of(p);

	return g ? set_global(a, g, value, err) : set_param(a, p, value, err);
}

static void add_options(const struct xpt_param *list, size_t n, struct xpt_strv *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (xpt_args_is_option(&list[i]))
			xpt_strv_take(ret, xpt_args_spell(list[i].name));
	}
}

static int unknown_option(const struct xpt_args *a, const char *name, struct xpt_err *err)
{
	XPT_FREE char *command = a->command ? xpt_args_command(a->command) : NULL;
	XPT_STRV known = {0};
	XPT_FREE char *hint = NULL;
	const char *near;

	for (size_t i = 0; i < xpt_args_n_globals; i++)
		xpt_strv_add(&known, xpt_args_globals[i].param.name);
	if (a->fn)
		add_options(a->fn->params, a->fn->n_params, &known);
	if (a->fn && a->fn->effect == XPT_CHANGES)
		add_options(xpt_change_params, xpt_n_change_params, &known);
	near = xpt_suggest(name, &known);
	if (near)
		hint = xpt_fmt("--%s", near);
	else
		hint = xpt_fmt("xe-passthrough %s%s--help", command ? command : "",
			       command ? " " : "");
	if (!a->fn)
		return xpt_err_set(err, XPT_USAGE, EINVAL, name, hint,
				   "there is no global option --%s; a command's own options stand "
				   "behind it",
				   name);
	return xpt_err_set(err, XPT_USAGE, EINVAL, name, hint, "%s has no option --%s", command,
			   name);
}

static int feed_long(struct xpt_args *a, const char *text, struct xpt_err *err)
{
	size_t n = strcspn(text, "=");
	XPT_FREE char *name = xpt_strndup(text, n);
	const struct xpt_param *p = find_option(a, text, n);

	if (!p)
		return unknown_option(a, name, err);
	if (!global_of(p))
		a->is_settled = true;
	if (text[n] == '=')
		return set_option(a, p, text + n + 1, err);
	if (p->type == XPT_T_BOOL)
		return set_option(a, p, "true", err);
	a->pending = p;
	return 0;
}

static int feed_short(struct xpt_args *a, const char *letters, struct xpt_err *err)
{
	for (; *letters; letters++) {
		size_t i = 0;

		while (i < xpt_args_n_globals && xpt_args_globals[i].letter != *letters)
			i++;
		if (i == xpt_args_n_globals)
			return xpt_err_set(err, XPT_USAGE, EINVAL, letters, "xe-passthrough --help",
					   "there is no option -%c", *letters);
		*(bool *)((char *)a + xpt_args_globals[i].offset) = true;
	}
	return 0;
}

/* ---- the function ---- */

/* Is it a function's name, or the beginning of one's up to a _? */
static bool leads_to_function(const char *command)
{
	size_t n = strlen(command);

	for (size_t i = 0; i < xpt_n_functions; i++) {
		const char *name = xpt_functions[i].name;

		if (!strncmp(name, command, n) && (!name[n] || name[n] == '_'))
			return true;
	}
	return false;
}

/* The function whose name behind its first skip bytes is next to what was typed there. */
static const char *nearest_from(const char *command, size_t skip)
{
	XPT_STRV rests = {0};
	XPT_FREE char *name = NULL;
	const char *near;

	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (!strncmp(xpt_functions[i].name, command, skip))
			xpt_strv_add(&rests, xpt_functions[i].name + skip);
	}
	near = xpt_suggest(command + skip, &rests);
	if (!near)
		return NULL;
	name = xpt_fmt("%.*s%s", (int)skip, command, near);
	/* name ends here; the contract keeps the string. */
	return xpt_function_find(name)->name;
}

/* The verb alone ("list"), a noun with a slip in its verb ("pci lst"), or a slip anywhere ("stauts"). */
static const char *nearest_function(const char *noun, const char *command)
{
	XPT_FREE char *tail = xpt_fmt("_%s", command);

	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (xpt_has_suffix(xpt_functions[i].name, tail))
			return xpt_functions[i].name;
	}
	return nearest_from(command, noun ? strlen(noun) + 1 : 0);
}

static int unknown_command(const struct xpt_args *a, const char *command, struct xpt_err *err)
{
	const char *near = nearest_function(a->command, command);
	XPT_FREE char *typed = xpt_args_command(command);
	XPT_FREE char *meant = near ? xpt_args_command(near) : NULL;
	XPT_FREE char *hint = NULL;

	if (meant)
		hint = xpt_fmt("xe-passthrough %s", meant);
	else
		hint = xpt_fmt("xe-passthrough %s%s--help", a->command ? a->command : "",
			       a->command ? " " : "");
	return xpt_err_set(err, XPT_USAGE, EINVAL, typed, hint, "there is no command '%s'", typed);
}

static int feed_word(struct xpt_args *a, const char *word, struct xpt_err *err)
{
	XPT_FREE char *longer = NULL;

	if (!a->fn && !a->only_words && !strcmp(word, "help")) {
		a->help = true;
		return 0;
	}
	if (!a->is_settled && !a->only_words) {
		longer = a->command ? xpt_fmt("%s_%s", a->command, word) : xpt_strdup(word);
		replace(longer, '-', '_');
		if (leads_to_function(longer)) {
			free(a->command);
			a->command = XPT_TAKE(longer);
			a->fn = xpt_function_find(a->command);
			return 0;
		}
	}
	if (!a->fn)
		return unknown_command(a, longer ? longer : word, err);
	a->is_settled = true;
	xpt_strv_add(&a->words, word);
	return 0;
}

int xpt_args_feed(struct xpt_args *a, const char *word, struct xpt_err *err)
{
	const struct xpt_param *pending = a->pending;

	if (pending) {
		a->pending = NULL;
		return set_option(a, pending, word, err);
	}
	if (a->only_words || word[0] != '-' || !word[1])
		return feed_word(a, word, err);
	if (word[1] != '-')
		return feed_short(a, word + 1, err);
	if (word[2])
		return feed_long(a, word + 2, err);
	a->only_words = true;
	return 0;
}

/* ---- the end of the line ---- */

const char *xpt_args_value(const struct xpt_args *a, const char *name)
{
	for (size_t i = 0; i < a->names.n; i++) {
		if (!strcmp(a->names.v[i], name))
			return a->values.v[i];
	}
	return NULL;
}

const struct xpt_param *xpt_args_next_positional(const struct xpt_args *a)
{
	size_t left = a->words.n;

	for (size_t i = 0; a->fn && i < a->fn->n_params; i++) {
		const struct xpt_param *p = &a->fn->params[i];

		if (!p->positional || xpt_args_value(a, p->name))
			continue;
		if (!left || xpt_args_is_list(p))
			return p;
		left--;
	}
	return NULL;
}

/* Words that the required positional parameters behind the i-th still need. */
static size_t needed_behind(const struct xpt_args *a, size_t i)
{
	size_t n = 0;

	while (++i < a->fn->n_params) {
		const struct xpt_param *p = &a->fn->params[i];

		n += p->positional && p->required && !xpt_args_value(a, p->name);
	}
	return n;
}

static int place_words(struct xpt_args *a, struct xpt_err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < a->fn->n_params && at < a->words.n; i++) {
		const struct xpt_param *p = &a->fn->params[i];
		size_t needed = needed_behind(a, i), left = a->words.n - at, take = 1;

		if (!p->positional || xpt_args_value(a, p->name))
			continue;
		if (xpt_args_is_list(p) && left > needed)
			take = left - needed;
		for (; take; take--)
			(void)set_param(a, p, a->words.v[at++], NULL);
	}
	if (at < a->words.n) {
		XPT_FREE char *command = xpt_args_command(a->fn->name);
		XPT_FREE char *hint = xpt_fmt("xe-passthrough %s --help", command);

		return xpt_err_set(err, XPT_USAGE, EINVAL, a->words.v[at], hint,
				   "%s has no use for '%s'", command, a->words.v[at]);
	}
	return 0;
}

static int check_required(const struct xpt_args *a, struct xpt_err *err)
{
	XPT_FREE char *command = xpt_args_command(a->fn->name);

	for (size_t i = 0; i < a->fn->n_params; i++) {
		const struct xpt_param *p = &a->fn->params[i];
		XPT_FREE char *name = NULL, *hint = NULL;

		if (!p->required || xpt_args_value(a, p->name))
			continue;
		name = p->positional ? xpt_args_upper(p->name) : xpt_args_spell(p->name);
		hint = a->fn->examples ? xpt_fmt("xe-passthrough %s", a->fn->examples[0])
				       : xpt_fmt("xe-passthrough %s --help", command);
		return xpt_err_set(err, XPT_USAGE, EINVAL, name, hint, "%s needs %s%s: %s", command,
				   p->positional ? "" : "--", name, p->help);
	}
	return 0;
}

static int needs_verb(const struct xpt_args *a, struct xpt_err *err)
{
	XPT_FREE char *noun = xpt_args_command(a->command);
	XPT_FREE char *hint = xpt_fmt("xe-passthrough %s --help", noun);
	XPT_FREE char *front = xpt_fmt("%s_", a->command);
	XPT_FREE char *list = NULL;
	XPT_STRV verbs = {0};

	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (xpt_has_prefix(xpt_functions[i].name, front))
			xpt_strv_take(&verbs,
				      xpt_args_spell(xpt_functions[i].name + strlen(front)));
	}
	list = xpt_strv_join(&verbs, ", ");
	return xpt_err_set(err, XPT_USAGE, EINVAL, noun, hint, "%s what? There is: %s", noun, list);
}

static int needs_value(const struct xpt_args *a, struct xpt_err *err)
{
	XPT_FREE char *name = xpt_args_spell(a->pending->name);
	XPT_FREE char *hint = xpt_fmt("--%s VALUE: %s", name, a->pending->help);

	return xpt_err_set(err, XPT_USAGE, EINVAL, name, hint, "--%s wants a value", name);
}

static int finish(struct xpt_args *a, struct xpt_err *err)
{
	int failed;

	if (a->pending)
		return needs_value(a, err);
	if (a->help || a->version)
		return 0;
	if (!a->command) {
		a->help = true;
		return 0;
	}
	if (!a->fn)
		return needs_verb(a, err);
	failed = place_words(a, err);
	return failed ? failed : check_required(a, err);
}

int xpt_args_parse(size_t n, char *const *words, struct xpt_args *ret, struct xpt_err *err)
{
	for (size_t i = 0; i < n; i++) {
		int failed = xpt_args_feed(ret, words[i], err);

		if (failed)
			return failed;
	}
	return finish(ret, err);
}

void xpt_args_done(struct xpt_args *a)
{
	free(a->host);
	free(a->root);
	free(a->command);
	xpt_strv_done(&a->names);
	xpt_strv_done(&a->values);
	xpt_strv_done(&a->words);
	*a = (struct xpt_args){0};
}
