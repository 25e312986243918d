/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/grubcfg.h"

#include <errno.h>
#include <string.h>

#define SPACES " \t\r\n\v\f"

/* An entry being read: it joins the list when its closing brace is met. */
struct reader {
	const char *brand;
	struct xpt_grubcfg *menu;
	struct xpt_grub_entry entry;
	struct xpt_strv rest;
	bool in_entry;
	unsigned unnamed;   /* entries labelled by number so far */
	char *want_default; /* value of the last `set default=`, NULL for none */
};

static const char *skip_spaces(const char *s)
{
	return s + strspn(s, SPACES);
}

static bool is_any_of(const char *word, const char *const *names)
{
	for (; *names; names++) {
		if (!strcmp(word, *names))
			return true;
	}
	return false;
}

/* ---- words of the configuration ---- */

/*
 * The next word of a menuentry line, quotes of either kind removed; NULL at the end. Caller frees.
 */
static char *take_word(const char **line)
{
	const char *s = skip_spaces(*line);
	struct xpt_str word = {0};
	char quote = '\0';

	if (!*s)
		return NULL;
	for (; *s && (quote || !strchr(SPACES, *s)); s++) {
		if (quote ? *s == quote : *s == '\'' || *s == '"')
			quote = quote ? '\0' : *s;
		else
			xpt_str_addc(&word, *s);
	}
	*line = s;
	return xpt_str_take(&word);
}

/* The first word of a line, as it stands. Caller frees. */
static char *first_word(const char *line)
{
	return xpt_strndup(line, strcspn(line, SPACES));
}

/* Every run of white space becomes one blank. Caller frees. */
static char *collapse(const char *line)
{
	struct xpt_str s = {0};

	for (line = skip_spaces(line); *line; line = skip_spaces(line)) {
		size_t n = strcspn(line, SPACES);

		if (s.len)
			xpt_str_addc(&s, ' ');
		xpt_str_addn(&s, line, n);
		line += n;
	}
	return xpt_str_take(&s);
}

/* ---- entries ---- */

static char *label_of(struct reader *r, const char *title)
{
	static const struct {
		const char *suffix, *label;
	} suffixes[] = {
		{"(Serial) (Trusted Boot)", "xe-serial-tboot"},
		{"(Trusted Boot)", "xe-tboot"},
		{"(Serial)", "xe-serial"},
		{"Safe Mode", "safe"},
		{"upgrade", "upgrade"},
	};

	if (xpt_streq(title, r->brand))
		return xpt_strdup("xe");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(suffixes); i++) {
		if (xpt_has_suffix(title, suffixes[i].suffix))
			return xpt_strdup(suffixes[i].label);
	}
	if (strstr(title, " / "))
		return xpt_strdup(strstr(title, "(Serial,") ? "fallback-serial" : "fallback");
	return xpt_fmt("label%u", ++r->unnamed);
}

static void entry_done(struct xpt_grub_entry *e)
{
	free(e->title);
	free(e->id);
	free(e->label);
	free(e->xen_args);
	free(e->kernel_args);
	free(e->rest);
	*e = (struct xpt_grub_entry){0};
}

/* line is what follows "menuentry". */
static void open_entry(struct reader *r, const char *line)
{
	char *title = take_word(&line);
	char *word;

	while ((word = take_word(&line))) {
		bool is_id = !strcmp(word, "--id") || !strcmp(word, "$menuentry_id_option");

		free(word);
		if (is_id && !r->entry.id)
			r->entry.id = take_word(&line);
	}
	r->entry.title = title ? title : xpt_strdup("");
	r->entry.label = label_of(r, r->entry.title);
	r->entry.is_edited =
		xpt_streq(r->entry.label, "xe") || xpt_streq(r->entry.label, "xe-serial");
	r->in_entry = true;
}

static void close_entry(struct reader *r)
{
	struct xpt_grubcfg *menu = r->menu;

	xpt_strv_sort(&r->rest);
	r->entry.rest = xpt_strv_join(&r->rest, "\n");
	xpt_strv_done(&r->rest);
	menu->v = xpt_grow(menu->v, menu->n + 1, sizeof(*menu->v));
	menu->v[menu->n++] = r->entry;
	r->entry = (struct xpt_grub_entry){0};
	r->in_entry = false;
}

/* "command path args": args go to *ret_args, the rest is kept with the entry. */
static void read_program(struct reader *r, const char *line, char **ret_args)
{
	const char *path = skip_spaces(line + strcspn(line, SPACES));
	const char *end = path + strcspn(path, SPACES);
	char *program = xpt_strndup(line, (size_t)(end - line));

	xpt_strv_take(&r->rest, collapse(program));
	free(program);
	*ret_args = xpt_strdup(skip_spaces(end));
}

/* Where the arguments of the program on this line belong, NULL when it has none that matter. */
static char **args_of(struct reader *r, const char *line)
{
	static const char *const hypervisors[] = {"multiboot2", "multiboot", "xen_hypervisor",
						  NULL};
	static const char *const modules[] = {"module2", "module", "xen_module", NULL};
	static const char *const kernels[] = {"linux", "linux16", "linuxefi", NULL};
	struct xpt_grub_entry *e = &r->entry;
	XPT_FREE char *command = first_word(line);

	/* Trusted boot starts tboot, and the hypervisor is its first module. */
	if (is_any_of(command, hypervisors))
		return e->xen_args || strstr(line, "tboot") ? NULL : &e->xen_args;
	if (is_any_of(command, modules) && !e->xen_args)
		return &e->xen_args;
	if ((is_any_of(command, modules) || is_any_of(command, kernels)) && !e->kernel_args)
		return &e->kernel_args;
	return NULL;
}

static void read_entry_line(struct reader *r, const char *line)
{
	char **args = args_of(r, line);

	if (!strcmp(line, "}"))
		close_entry(r);
	else if (args)
		read_program(r, line, args);
	else if (*line)
		xpt_strv_take(&r->rest, collapse(line));
}

/* line has no white space at its end. */
static void read_line(struct reader *r, const char *line)
{
	static const char set_default[] = "set default=";
	const char *text = skip_spaces(line);

	if (xpt_has_prefix(line, set_default)) {
		line += sizeof(set_default) - 1;
		free(r->want_default);
		r->want_default = take_word(&line);
	} else if (r->in_entry) {
		read_entry_line(r, text);
	} else if (xpt_has_prefix(text, "menuentry") && strchr(SPACES, text[9]) &&
		   xpt_has_suffix(text, "{")) {
		open_entry(r, text + 9);
	} else if (*text) {
		xpt_strv_take(&r->menu->outside, collapse(text));
	}
}

/* ---- the default ---- */

static struct xpt_grub_entry *find_default(const struct xpt_grubcfg *menu, const char *want)
{
	uint64_t number;

	if (xpt_parse_uint(want, 10, UINT32_MAX, &number) == 0)
		return number < menu->n ? &menu->v[number] : NULL;
	for (size_t i = 0; i < menu->n; i++) {
		if (xpt_streq(menu->v[i].title, want) || xpt_streq(menu->v[i].id, want))
			return &menu->v[i];
	}
	return NULL;
}

static int settle_default(struct reader *r, struct xpt_err *err)
{
	const char *want = r->want_default ? r->want_default : "0";
	struct xpt_grub_entry *e = find_default(r->menu, want);

	if (!e) {
		XPT_FREE char *shown = xpt_clean(want, strlen(want));

		return xpt_err_set(
			err, XPT_MALFORMED, EINVAL, shown,
			"Write the number of a menu entry, counted from 0, into the line "
			"\"set default=\" of grub.cfg.",
			"the default entry \"%s\" is none of the %zu menu entries", shown,
			r->menu->n);
	}
	e->is_default = true;
	return 0;
}

static int check_complete(const struct reader *r, struct xpt_err *err)
{
	static const char hint[] = "Restore grub.cfg from a backup, or repair the boot loader with "
				   "the installation medium, before the host is rebooted.";

	if (r->in_entry) {
		XPT_FREE char *title = xpt_clean(r->entry.title, strlen(r->entry.title));

		return xpt_err_set(err, XPT_MALFORMED, EINVAL, title, hint,
				   "the menu entry \"%s\" has no closing brace", title);
	}
	if (!r->menu->n)
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, hint,
				   "the boot configuration has no menu entry");
	return 0;
}

/* ---- the file ---- */

static void read_lines(struct reader *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		size_t n = (size_t)(stop - text);
		char *line;

		while (n && strchr(SPACES, text[n - 1]))
			n--;
		line = xpt_strndup(text, n);
		read_line(r, line);
		free(line);
		text = newline ? newline + 1 : end;
	}
}

int xpt_grubcfg_parse(const char *text, size_t len, const char *brand, struct xpt_grubcfg *ret,
		      struct xpt_err *err)
{
	struct xpt_grubcfg menu = {0};
	struct reader r = {.brand = brand, .menu = &menu};
	int rc;

	if (memchr(text, '\0', len))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL,
				   "Restore grub.cfg from a backup before the host is rebooted.",
				   "the boot configuration has a NUL byte and is no text");
	read_lines(&r, text, len);
	rc = check_complete(&r, err);
	if (rc == 0)
		rc = settle_default(&r, err);
	entry_done(&r.entry);
	xpt_strv_done(&r.rest);
	free(r.want_default);
	if (rc < 0)
		xpt_grubcfg_done(&menu);
	else
		*ret = menu;
	return rc;
}

void xpt_grubcfg_done(struct xpt_grubcfg *g)
{
	for (size_t i = 0; i < g->n; i++)
		entry_done(&g->v[i]);
	free(g->v);
	xpt_strv_done(&g->outside);
	*g = (struct xpt_grubcfg){0};
}

const struct xpt_grub_entry *xpt_grubcfg_default(const struct xpt_grubcfg *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i].is_default)
			return &g->v[i];
	}
	return NULL;
}
