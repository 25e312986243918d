/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/grubdiff.h"

#include <errno.h>
#include <string.h>

#include "codec/cmdline.h"

static int differs(struct xpt_err *err, const char *fmt, ...) XPT_PRINTF(2, 3);
static int differs(struct xpt_err *err, const char *fmt, ...)
{
	XPT_FREE char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xpt_vfmt(fmt, ap);
	va_end(ap);
	return xpt_err_set(err, XPT_MALFORMED, EPROTO, "grub.cfg", NULL, "%s", what);
}

/* Source: python-libs xcp/bootloader.py, readGrub2 (its block about grubenv) and writeGrub2. */
static bool is_written_by_library(const char *line)
{
	static const char *const settings[] = {"set default=", "set timeout=", "serial ",
					       "terminal_input ", "terminal_output "};
	static const char *const grubenv[] = {"if [ -s $prefix/grubenv ]; then", "load_env", "fi",
					      "if [ -n \"$override_entry\" ]; then"};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(settings); i++) {
		if (xpt_has_prefix(line, settings[i]))
			return true;
	}
	for (size_t i = 0; i < XPT_ARRAY_SIZE(grubenv); i++) {
		if (!strcmp(line, grubenv[i]))
			return true;
	}
	return false;
}

static int check_outside(const struct xpt_grubcfg *before, const struct xpt_grubcfg *after,
			 struct xpt_err *err)
{
	for (size_t i = 0; i < after->outside.n; i++) {
		const char *line = after->outside.v[i];
		XPT_FREE char *shown = NULL;

		if (xpt_strv_has(&before->outside, line) || is_written_by_library(line))
			continue;
		shown = xpt_clean_cut(line, 80);
		return differs(err, "a line \"%s\" was added", shown);
	}
	return 0;
}

/* The kernel's arguments as they should be now; NULL when there are none. Caller frees. */
static char *expected_args(const struct xpt_grub_entry *before, const char *key, const char *word)
{
	if (before->is_edited && before->kernel_args)
		return xpt_cmdline_edit(before->kernel_args, key, word);
	return xpt_strdup(before->kernel_args);
}

static int check_entry(const struct xpt_grub_entry *before, const struct xpt_grub_entry *after,
		       const char *key, const char *word, struct xpt_err *err)
{
	XPT_FREE char *expected = expected_args(before, key, word);
	XPT_FREE char *title = xpt_clean(before->title, strlen(before->title));

	if (!xpt_streq(before->title, after->title) || !xpt_streq(before->id, after->id))
		return differs(err, "another menu entry stands in place of \"%s\"", title);
	if (before->is_default != after->is_default)
		return differs(err, "the default entry changed");
	if (!xpt_streq(before->rest, after->rest))
		return differs(err, "other lines of the entry \"%s\" changed", title);
	if (!xpt_streq(before->xen_args, after->xen_args))
		return differs(err, "Xen's parameters in the entry \"%s\" changed", title);
	if (!xpt_streq(expected, after->kernel_args))
		return differs(err, "the dom0 parameters of the entry \"%s\" are not as asked",
			       title);
	return 0;
}

int xpt_grubdiff_check(const struct xpt_grubcfg *before, const struct xpt_grubcfg *after,
		       const char *key, const char *word, struct xpt_err *err)
{
	if (before->n != after->n)
		return differs(err, "there were %zu menu entries and are %zu now", before->n,
			       after->n);
	for (size_t i = 0; i < before->n; i++) {
		int failed = check_entry(&before->v[i], &after->v[i], key, word, err);

		if (failed < 0)
			return failed;
	}
	return check_outside(before, after, err);
}
