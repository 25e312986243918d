/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/request.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Longest value of a parameter that is a name of something. */
#define NAME_MAX_BYTES 4096
#define MAX_SHOWN 100 /* bytes of the caller's text in a sentence */

/* Read true/false, 1/0, yes/no in either case. 0 or -EINVAL. */
static int parse_bool(const char *text, bool *ret)
{
	static const char *const words[][2] = {{"false", "true"}, {"0", "1"}, {"no", "yes"}};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(words); i++) {
		for (int value = 0; value < 2; value++) {
			if (!strcasecmp(text, words[i][value])) {
				*ret = value;
				return 0;
			}
		}
	}
	return -EINVAL;
}

static int check_choice(const struct xpt_param *p, const char *text, struct xpt_err *err)
{
	XPT_STR all = {0};

	for (size_t i = 0; p->choices[i]; i++) {
		if (!strcmp(p->choices[i], text))
			return 0;
		xpt_str_addf(&all, "%s%s", i ? ", " : "", p->choices[i]);
	}
	return xpt_err_set(err, XPT_USAGE, EINVAL, p->name, NULL, "'%s' is to be one of: %s",
			   p->name, xpt_str_text(&all));
}

static int wrong_type(const struct xpt_param *p, const char *text, const char *wanted,
		      struct xpt_err *err)
{
	XPT_FREE char *shown = xpt_clean_cut(text, MAX_SHOWN);

	return xpt_err_set(err, XPT_USAGE, EINVAL, p->name, NULL, "'%s' is to be %s, not '%s'",
			   p->name, wanted, shown);
}

static int check_type(const struct xpt_param *p, const char *text, struct xpt_err *err)
{
	uint64_t number;
	bool flag;

	switch (p->type) {
	case XPT_T_BOOL:
		return parse_bool(text, &flag) < 0 ? wrong_type(p, text, "true or false", err) : 0;
	case XPT_T_NUMBER:
		return xpt_parse_uint(text, 10, INT64_MAX, &number) < 0
			       ? wrong_type(p, text, "a number", err)
			       : 0;
	case XPT_T_CHOICE:
		return check_choice(p, text, err);
	default:
		return 0;
	}
}

static int check_value(const struct xpt_function *f, const char *name,
		       const struct xpt_value *value, struct xpt_err *err)
{
	const struct xpt_param *p = xpt_function_param(f, name);
	const char *text = xpt_value_text(value);
	XPT_FREE char *shown = xpt_clean_cut(name, MAX_SHOWN);

	if (!p)
		return xpt_err_set(err, XPT_USAGE, EINVAL, shown,
				   "the function 'describe' lists the parameters",
				   "%s has no parameter '%s'", f->name, shown);
	if (!text)
		return xpt_err_set(err, XPT_USAGE, EINVAL, p->name, NULL,
				   "'%s' must be given as a string", p->name);
	if (!*text)
		return xpt_err_set(err, XPT_USAGE, EINVAL, p->name,
				   p->required ? p->help : "leave it out to get the default",
				   "'%s' is empty", p->name);
	if (p->type != XPT_T_DEVICES && strlen(text) > NAME_MAX_BYTES)
		return xpt_err_set(err, XPT_USAGE, E2BIG, p->name, NULL,
				   "'%s' is longer than %d bytes", p->name, NAME_MAX_BYTES);
	return check_type(p, text, err);
}

static int check_args(const struct xpt_function *f, const struct xpt_value *args,
		      struct xpt_err *err)
{
	for (size_t i = 0; i < args->n; i++) {
		int failed = check_value(f, args->key[i], args->item[i], err);

		if (failed)
			return failed;
		if (xpt_value_get(args, args->key[i]) != args->item[i])
			return xpt_err_set(err, XPT_USAGE, EINVAL, args->key[i], NULL,
					   "'%s' is given twice", args->key[i]);
	}
	for (size_t i = 0; i < f->n_params; i++) {
		const struct xpt_param *p = &f->params[i];

		if (p->required && !xpt_value_get(args, p->name))
			return xpt_err_set(err, XPT_USAGE, EINVAL, p->name, p->help,
					   "%s needs the parameter '%s'", f->name, p->name);
	}
	return 0;
}

int xpt_request_check(const struct xpt_call *call, struct xpt_request *ret, struct xpt_err *err)
{
	const struct xpt_function *f = xpt_function_find(call->method);
	const struct xpt_value *params = call->params;
	const char *session;
	int failed;

	if (!f) {
		XPT_FREE char *shown = xpt_clean_cut(call->method, MAX_SHOWN);

		return xpt_err_set(err, XPT_UNKNOWN_FUNCTION, ENOSYS, shown, NULL,
				   "there is no function '%s'", shown);
	}
	session = params->n == 2 ? xpt_value_text(params->item[0]) : NULL;
	if (!session || params->item[1]->type != XPT_V_STRUCT)
		return xpt_err_set(
			err, XPT_USAGE, EINVAL, f->name, NULL,
			"a call has two parameters: a session and a struct of arguments");
	failed = check_args(f, params->item[1], err);
	if (failed)
		return failed;
	*ret = (struct xpt_request){f, session, params->item[1]};
	return 0;
}

const char *xpt_request_get(const struct xpt_request *r, const char *name)
{
	return xpt_value_get_text(r->args, name);
}

bool xpt_request_is_set(const struct xpt_request *r, const char *name)
{
	const char *text = xpt_request_get(r, name);
	bool value = false;

	return text && parse_bool(text, &value) == 0 && value;
}

unsigned long long xpt_request_number(const struct xpt_request *r, const char *name,
				      unsigned long long dflt)
{
	const char *text = xpt_request_get(r, name);
	uint64_t value;

	return text && xpt_parse_uint(text, 10, INT64_MAX, &value) == 0 ? value : dflt;
}
