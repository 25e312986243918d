/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contract, once, as data: every function of the plugin with its effect, parameters and answer.
 *
 * The plugin checks requests against it, the command parses argv and prints help from it, `describe`,
 * completion and the reference are made of it. It holds no handlers: xapi-plugin has the table name to
 * handler, xe-wrapper the table name to drawing, and a test checks that the three agree.
 *
 * Names never change meaning once shipped; XPT_CONTRACT counts additions.
 */
#ifndef XPT_API_CONTRACT_H
#define XPT_API_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>

#define XPT_CONTRACT 1
#define XPT_SCHEMA 1

enum xpt_effect { XPT_READS, XPT_READS_SENSITIVE, XPT_CHANGES };

enum xpt_type {
	XPT_T_STRING,
	XPT_T_BOOL,      /* true, false (also 1, 0, yes, no) */
	XPT_T_NUMBER,    /* decimal, not negative */
	XPT_T_CHOICE,    /* one of choices */
	XPT_T_DEVICES,   /* comma-separated device selectors (model/select.h) */
	XPT_T_VM,        /* uuid or unique name-label */
	XPT_T_HOST,      /* uuid or unique name-label */
	XPT_T_REASONS,   /* comma-separated reason codes, reason@address */
	XPT_T_OPERATION, /* operation id */
	/* answers only */
	XPT_T_OBJECT,
	XPT_T_LIST
};

struct xpt_param {
	const char *name;
	enum xpt_type type;
	bool required;
	bool positional; /* may stand without its name on the command line, in this order */
	const char *const *choices; /* XPT_T_CHOICE, NULL-terminated */
	const char *help;
};

/* A field of an answer: path as "devices[].address"; may_be_null says that null is a value of it. */
struct xpt_field {
	const char *path;
	enum xpt_type type;
	bool may_be_null;
	const char *help;
};

struct xpt_function {
	const char *name; /* noun_verb */
	enum xpt_effect effect;
	bool local;          /* a matter of one host: host= passes it on */
	const char *summary; /* one line */
	const char *text;    /* paragraphs for --help and the reference; may be NULL */
	const struct xpt_param *params;
	size_t n_params;
	const struct xpt_field *fields; /* beside those every answer has */
	size_t n_fields;
	const char *const *examples; /* command lines after "xe-passthrough ", NULL-terminated */
};

extern const struct xpt_function xpt_functions[];
extern const size_t xpt_n_functions;

/* Parameters that every function takes (host, token), and every changing one (dry_run, override). */
extern const struct xpt_param xpt_common_params[];
extern const size_t xpt_n_common_params;
extern const struct xpt_param xpt_change_params[];
extern const size_t xpt_n_change_params;
/* Fields of every answer, and of every answer of a change. */
extern const struct xpt_field xpt_common_fields[];
extern const size_t xpt_n_common_fields;
extern const struct xpt_field xpt_change_fields[];
extern const size_t xpt_n_change_fields;

/* NULL when there is none. */
const struct xpt_function *xpt_function_find(const char *name);
/* A parameter of f, own, common or for changes; NULL when there is none. */
const struct xpt_param *xpt_function_param(const struct xpt_function *f, const char *name);
const char *xpt_effect_name(enum xpt_effect effect);
const char *xpt_type_name(enum xpt_type type);

#endif
