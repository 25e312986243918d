/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/bootcfg.h"

#include <string.h>

#include "codec/cmdline.h"
#include "host/bootfile.h"
#include "host/fs.h"

#define PROC_CMDLINE "/proc/cmdline"
#define PROC_CMDLINE_MAX 8192

/* What the kernel is given of a line: Xen's buffer for it has 1,024 bytes (xen/arch/x86/setup.c). */
#define XEN_LINE_MAX 1023

/* ---- one line ---- */

static void kernel_hide_values(const char *line, struct xpt_strv *ret)
{
	XPT_STRV words = {0};

	xpt_cmdline_words(line, &words);
	xpt_cmdline_values(&words, XPT_HIDE_KEY, ret);
}

static void exact_hide_values(const char *line, struct xpt_strv *ret)
{
	XPT_STRV words = {0};

	xpt_cmdline_words_exact(line, &words);
	xpt_cmdline_values_exact(&words, XPT_HIDE_KEY, ret);
}

static bool same_strings(const struct xpt_strv *a, const struct xpt_strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	}
	return true;
}

static void set_line(struct xpt_hide_line *l, const char *line)
{
	XPT_STRV kernel = {0};
	XPT_STRV exact = {0};
	XPT_FREE char *seen = xpt_strndup(line, XEN_LINE_MAX);

	kernel_hide_values(seen, &kernel);
	exact_hide_values(line, &exact);
	l->known = true;
	l->words = (unsigned)kernel.n;
	l->is_exact = same_strings(&kernel, &exact);
	l->value = xpt_strdup(kernel.n ? kernel.v[kernel.n - 1] : "");
	xpt_hidelist_parse(l->value, &l->list);
	l->line_len = strlen(line);
}

static void set_unknown(struct xpt_hide_line *l)
{
	l->value = xpt_strdup("");
	xpt_hidelist_parse(l->value, &l->list);
}

static void line_done(struct xpt_hide_line *l)
{
	free(l->value);
	xpt_hidelist_done(&l->list);
}

static bool line_hides(const char *line, const struct xpt_bdf *addr)
{
	struct xpt_hide_line l = {0};
	bool hides;

	set_line(&l, line);
	hides = xpt_hidelist_hides(&l.list, addr);
	line_done(&l);
	return hides;
}

/* ---- now and next ---- */

static void read_now(const struct xpt_host *host, struct xpt_bootcfg *b)
{
	XPT_FREE char *text = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_fs_read_file(host, PROC_CMDLINE, PROC_CMDLINE_MAX, &text, NULL, &err) < 0) {
		set_unknown(&b->now);
		xpt_strv_addf(&b->missing, "boot parameters in effect: %s", err.sentence);
		return;
	}
	text[strcspn(text, "\n")] = '\0';
	set_line(&b->now, text);
}

static void read_next(const struct xpt_host *host, struct xpt_bootcfg *b)
{
	XPT_BOOTFILE file = {0};
	XPT_ERR err = XPT_ERR_INIT;
	const struct xpt_grub_entry *entry;

	b->path = xpt_strdup(xpt_bootfile_path(host));
	if (xpt_bootfile_read(host, &file, &err) < 0) {
		set_unknown(&b->next);
		xpt_strv_addf(&b->missing, "boot parameters of the next boot: %s", err.sentence);
		return;
	}
	b->grub = file.grub;
	file.grub = (struct xpt_grubcfg){0};
	entry = xpt_grubcfg_default(&b->grub);
	if (!entry->kernel_args) {
		set_unknown(&b->next);
		xpt_strv_addf(&b->missing,
			      "boot parameters of the next boot: the default entry \"%s\" of %s "
			      "starts no kernel",
			      entry->title, b->path);
		return;
	}
	set_line(&b->next, entry->kernel_args);
}

void xpt_bootcfg_read(const struct xpt_host *host, struct xpt_bootcfg *ret)
{
	*ret = (struct xpt_bootcfg){0};
	read_now(host, ret);
	read_next(host, ret);
}

void xpt_bootcfg_done(struct xpt_bootcfg *b)
{
	line_done(&b->now);
	line_done(&b->next);
	free(b->path);
	xpt_grubcfg_done(&b->grub);
	xpt_strv_done(&b->missing);
	*b = (struct xpt_bootcfg){0};
}

/* ---- what follows ---- */

enum xpt_dom0_access xpt_bootcfg_access(const struct xpt_bootcfg *b, const struct xpt_bdf *addr)
{
	bool now, next;

	if (!b->now.known || !b->next.known)
		return XPT_DOM0_UNKNOWN;
	now = xpt_hidelist_hides(&b->now.list, addr);
	next = xpt_hidelist_hides(&b->next.list, addr);
	if (now)
		return next ? XPT_DOM0_DISABLED : XPT_DOM0_ENABLE_ON_REBOOT;
	return next ? XPT_DOM0_DISABLE_ON_REBOOT : XPT_DOM0_ENABLED;
}

const char *xpt_dom0_access_name(enum xpt_dom0_access a)
{
	switch (a) {
	case XPT_DOM0_ENABLED:
		return "enabled";
	case XPT_DOM0_DISABLE_ON_REBOOT:
		return "disable_on_reboot";
	case XPT_DOM0_DISABLED:
		return "disabled";
	case XPT_DOM0_ENABLE_ON_REBOOT:
		return "enable_on_reboot";
	case XPT_DOM0_UNKNOWN:
		break;
	}
	return NULL;
}

bool xpt_bootcfg_is_canonical(const struct xpt_hide_line *l)
{
	return l->known && l->words <= 1 && l->is_exact && l->list.is_canonical;
}

size_t xpt_bootcfg_length_with(const struct xpt_bootcfg *b, const char *value)
{
	XPT_FREE char *word = value ? xpt_fmt(XPT_HIDE_KEY "=%s", value) : NULL;
	size_t longest = 0;

	for (size_t i = 0; i < b->grub.n; i++) {
		const struct xpt_grub_entry *e = &b->grub.v[i];
		XPT_FREE char *line = NULL;

		if (!e->kernel_args || !e->is_edited)
			continue;
		line = xpt_cmdline_edit(e->kernel_args, XPT_HIDE_KEY, word);
		if (strlen(line) > longest)
			longest = strlen(line);
	}
	return longest;
}

void xpt_bootcfg_others(const struct xpt_bootcfg *b, const struct xpt_bdf *addr, bool want,
			struct xpt_strv *ret)
{
	for (size_t i = 0; i < b->grub.n; i++) {
		const struct xpt_grub_entry *e = &b->grub.v[i];

		if (e->kernel_args && !e->is_edited && line_hides(e->kernel_args, addr) != want)
			xpt_strv_add(ret, e->title);
	}
}
