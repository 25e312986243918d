/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include <ctype.h>
#include <string.h>

#define COMMAND_COLUMN 20
#define OPTION_COLUMN 27
#define PAGE_WIDTH 80

char *xpt_help_usage(const struct xpt_function *fn)
{
	XPT_FREE char *command = xpt_args_command(fn->name);
	struct xpt_str s = {0};

	xpt_str_addf(&s, "xe-passthrough %s", command);
	for (size_t i = 0; i < fn->n_params; i++) {
		const struct xpt_param *p = &fn->params[i];
		XPT_FREE char *name = xpt_args_upper(p->name);
		const char *more = xpt_args_is_list(p) ? "..." : "";

		if (p->positional)
			xpt_str_addf(&s, p->required ? " %s%s" : " [%s%s]", name, more);
	}
	xpt_str_add(&s, " [OPTIONS]");
	return xpt_str_take(&s);
}

static void draw_head(struct xpt_draw *d, const char *head)
{
	xpt_draw_gap(d);
	xpt_draw_line(d, 0, XPT_BOLD, "%s", head);
}

/* ---- options ---- */

/* "keep" or "a|b" for a choice, the type's name for anything else. Caller frees. */
static char *value_word(const struct xpt_param *p)
{
	XPT_STRV choices = {0};

	for (size_t i = 0; p->choices && p->choices[i]; i++)
		xpt_strv_add(&choices, p->choices[i]);
	return choices.n ? xpt_strv_join(&choices, "|") : xpt_args_upper(xpt_type_name(p->type));
}

static void draw_param(struct xpt_draw *d, const struct xpt_param *p)
{
	XPT_FREE char *name = p->positional ? xpt_args_upper(p->name) : xpt_args_spell(p->name);
	XPT_FREE char *value = value_word(p);
	XPT_FREE char *label = NULL;

	if (p->positional)
		label = xpt_strdup(name);
	else if (p->type == XPT_T_BOOL)
		label = xpt_fmt("    --%s", name);
	else
		label = xpt_fmt("    --%s %s", name, value);
	xpt_draw_entry(d, 2, OPTION_COLUMN, label, XPT_PLAIN, p->help);
}

static void draw_params(struct xpt_draw *d, const struct xpt_param *list, size_t n, bool positional)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].positional == positional && xpt_args_is_option(&list[i]))
			draw_param(d, &list[i]);
	}
}

/* Those that only changes heed are left out of a reading function's page; fn may be NULL. */
static void draw_globals(struct xpt_draw *d, const struct xpt_function *fn)
{
	for (size_t i = 0; i < xpt_args_n_globals; i++) {
		const struct xpt_args_global *g = &xpt_args_globals[i];
		XPT_STR label = {0};

		if (g->for_changes && fn && fn->effect != XPT_CHANGES)
			continue;
		if (g->letter)
			xpt_str_addf(&label, "-%c, ", g->letter);
		else
			xpt_str_add(&label, "    ");
		xpt_str_addf(&label, "--%s%s%s", g->param.name, g->value ? " " : "",
			     g->value ? g->value : "");
		xpt_draw_entry(d, 2, OPTION_COLUMN, label.s, XPT_PLAIN, g->param.help);
	}
}

/* ---- commands ---- */

static bool is_of_noun(const struct xpt_function *fn, const char *noun)
{
	size_t n = strlen(noun);

	return !strncmp(fn->name, noun, n) && (!fn->name[n] || fn->name[n] == '_');
}

static void draw_command(struct xpt_draw *d, const struct xpt_function *fn)
{
	XPT_FREE char *command = xpt_args_command(fn->name);

	xpt_draw_entry(d, 2, COMMAND_COLUMN, command, XPT_PLAIN, fn->summary);
}

static void draw_examples(struct xpt_draw *d, const struct xpt_function *fn)
{
	for (size_t i = 0; fn->examples && fn->examples[i]; i++)
		xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough %s", fn->examples[i]);
}

static void draw_exits(struct xpt_draw *d)
{
	draw_head(d, "Exit status:");
	xpt_draw_line(d, 2, XPT_PLAIN,
		      "0 done; 1 failed; 2 wrong usage; 3 refused; 4 not found or ambiguous; 5 "
		      "busy or conflict; 6 toolstack or host out of reach");
}

static void help_all(struct xpt_draw *d)
{
	xpt_draw_line(d, 0, XPT_PLAIN, "Give hardware of a host to VMs: PCI devices and more.");
	draw_head(d, "Usage:");
	xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough COMMAND [OPTIONS]");
	xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough COMMAND --help");
	draw_head(d, "Commands:");
	for (size_t i = 0; i < xpt_n_functions; i++)
		draw_command(d, &xpt_functions[i]);
	xpt_draw_entry(d, 2, COMMAND_COLUMN, "completion bash", XPT_PLAIN,
		       "print what makes bash complete commands, devices and VMs");
	draw_head(d, "Options:");
	draw_globals(d, NULL);
	draw_head(d, "Examples:");
	xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough status --host all");
	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (xpt_functions[i].effect == XPT_CHANGES && xpt_functions[i].examples)
			xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough %s",
				      xpt_functions[i].examples[0]);
	}
	draw_exits(d);
}

static void help_noun(const char *noun, struct xpt_draw *d)
{
	XPT_FREE char *typed = xpt_args_command(noun);

	draw_head(d, "Usage:");
	xpt_draw_line(d, 2, XPT_PLAIN, "xe-passthrough %s COMMAND [OPTIONS]", typed);
	draw_head(d, "Commands:");
	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (is_of_noun(&xpt_functions[i], noun))
			draw_command(d, &xpt_functions[i]);
	}
	draw_head(d, "Examples:");
	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (is_of_noun(&xpt_functions[i], noun))
			draw_examples(d, &xpt_functions[i]);
	}
}

static bool has_positional(const struct xpt_function *fn)
{
	for (size_t i = 0; i < fn->n_params; i++) {
		if (fn->params[i].positional)
			return true;
	}
	return false;
}

static void help_function(const struct xpt_function *fn, struct xpt_draw *d)
{
	XPT_FREE char *usage = xpt_help_usage(fn);
	XPT_FREE char *summary = xpt_strdup(fn->summary);

	summary[0] = (char)toupper((unsigned char)summary[0]);
	xpt_draw_line(d, 0, XPT_PLAIN, "%s.", summary);
	draw_head(d, "Usage:");
	xpt_draw_line(d, 2, XPT_PLAIN, "%s", usage);
	if (fn->text)
		xpt_draw_paragraphs(d, 0, fn->text);
	if (fn->effect == XPT_CHANGES)
		xpt_draw_paragraphs(d, 0, "Shows its plan and asks before it changes anything.");
	if (has_positional(fn)) {
		draw_head(d, "Arguments:");
		draw_params(d, fn->params, fn->n_params, true);
	}
	draw_head(d, "Options:");
	draw_params(d, fn->params, fn->n_params, false);
	if (fn->effect == XPT_CHANGES)
		draw_params(d, xpt_change_params, xpt_n_change_params, false);
	draw_globals(d, fn);
	if (fn->examples) {
		draw_head(d, "Examples:");
		draw_examples(d, fn);
	}
}

void xpt_help(const struct xpt_args *a, struct xpt_draw *d)
{
	/* A page is as wide in a file as on a terminal. */
	if (!d->width || d->width > PAGE_WIDTH)
		d->width = PAGE_WIDTH;
	if (a->fn)
		help_function(a->fn, d);
	else if (a->command)
		help_noun(a->command, d);
	else
		help_all(d);
}
