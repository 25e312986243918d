/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From argv to a function of the contract and its parameters, all of them strings.
 *
 *   pci list            the function pci_list; verbs of several words as usb policy-check or
 *                       usb policy check; pci_list itself is understood too
 *   --name value        a parameter or a global option; --name=value; `_` is written as `-`
 *   --name              a boolean that is true
 *   A B,C               positional parameters in the contract's order; a list takes several words
 *   --                  what follows are words; a lone - is a word
 *
 * Global options may stand anywhere, a function's own only behind it. Words are fed one by one, so
 * that completion can ask what a line that is not complete yet means. Everything wrong is XPT_USAGE
 * with the next step as hint. What a value must look like is the plugin's to check.
 */
#ifndef XPT_WRAPPER_ARGS_H
#define XPT_WRAPPER_ARGS_H

#include "api/contract.h"
#include "base/err.h"
#include "base/str.h"

struct xpt_args {
	/* global options */
	bool help, version, json, dry_run, yes, quiet, verbose;
	char *host, *root; /* NULL: not given */
	/* the function and its parameters: names.v[i] has values.v[i] */
	const struct xpt_function *fn; /* NULL as long as command names none */
	struct xpt_strv names, values;
	/* where the reading stands */
	char *command;                   /* words of the function so far joined by _, or NULL */
	bool is_settled;                 /* no further word belongs to command */
	bool only_words;                 /* after -- */
	const struct xpt_param *pending; /* option that still wants its value */
	struct xpt_strv words;           /* positional words, not yet given to parameters */
};

/* An option that every command takes. */
struct xpt_args_global {
	struct xpt_param param;
	char letter;       /* its short form, '\0' when it has none */
	const char *value; /* what its value is called in the help, NULL for a boolean */
	size_t offset;     /* of its bool or char * in struct xpt_args */
	bool for_changes;  /* means nothing to a function that reads */
};
extern const struct xpt_args_global xpt_args_globals[];
extern const size_t xpt_args_n_globals;

/* Read all words (without the program's name) into *ret, which is to be zeroed. */
int xpt_args_parse(size_t n, char *const *words, struct xpt_args *ret, struct xpt_err *err);
/* The next word only, for a line that is not at its end. */
int xpt_args_feed(struct xpt_args *a, const char *word, struct xpt_err *err);
void xpt_args_done(struct xpt_args *a);
#define XPT_ARGS XPT_CLEANUP(xpt_args_done) struct xpt_args

/* The value given to a parameter, NULL when none was. */
const char *xpt_args_value(const struct xpt_args *a, const char *name);
/* The positional parameter that the next word would go to, NULL when none is left. */
const struct xpt_param *xpt_args_next_positional(const struct xpt_args *a);
/* May f's parameter p be given by hand? Not the token, and not what a global option says. */
bool xpt_args_is_option(const struct xpt_param *p);
/* Does a value of this type consist of items with commas between them? */
bool xpt_args_is_list(const struct xpt_param *p);

/* "pci_list" as typed: "pci list"; "usb_policy_check": "usb policy-check". Caller frees. */
char *xpt_args_command(const char *function);
/* A parameter as typed: "dry_run" is "dry-run". Caller frees. */
char *xpt_args_spell(const char *name);
/* What stands for a value in a usage line: "devices" is "DEVICES". Caller frees. */
char *xpt_args_upper(const char *name);

#endif
