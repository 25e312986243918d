/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/bootline.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "codec/cmdline.h"
#include "codec/grubdiff.h"
#include "codec/hidelist.h"
#include "host/bootfile.h"
#include "host/fs.h"
#include "host/run.h"

#define PROGRAM "/opt/xensource/libexec/xen-cmdline"
#define PROGRAM_TIMEOUT_MS 30000
#define PROGRAM_MAX_OUTPUT (64 * 1024)
#define MAX_SHOWN 200 /* bytes of what it says in a sentence */
#define STATE_DIR "/var/lib/xe-passthrough"

struct edit {
	const struct xpt_host *host;
	int lock_fd;
	xpt_bootline_editor editor;
	void *data;
	const char *word;           /* "xen-pciback.hide=...", NULL to remove it */
	const struct xpt_bdf *addr; /* not NULL: the word is whatever has this device as asked */
	bool hide;
	struct xpt_bootfile before;
	struct stat was; /* of the file before */
};

static const char program_hint[] =
	"Check that " PROGRAM " works: its option --get-dom0 " XPT_HIDE_KEY
	" prints the present value.";

/* ---- what the program did ---- */

static bool same_bytes(const struct xpt_bootfile *a, const char *text, size_t len)
{
	return a->len == len && (!len || !memcmp(a->text, text, len));
}

/* Would an edit to this word change anything? */
static bool is_needed(const struct edit *e, const char *word)
{
	for (size_t i = 0; i < e->before.grub.n; i++) {
		const struct xpt_grub_entry *entry = &e->before.grub.v[i];
		XPT_FREE char *line = NULL;

		if (!entry->is_edited || !entry->kernel_args)
			continue;
		line = xpt_cmdline_edit(entry->kernel_args, XPT_HIDE_KEY, word);
		if (strcmp(line, entry->kernel_args) != 0)
			return true;
	}
	return false;
}

/* Canonical, and the device is as was asked for; the rest of the list is others' affair. */
static bool is_as_asked(const char *value, const struct xpt_bdf *addr, bool hide)
{
	struct xpt_hidelist list;
	bool is_it;

	xpt_hidelist_parse(value, &list);
	is_it = (!*value || list.is_canonical) && xpt_hidelist_hides(&list, addr) == hide;
	xpt_hidelist_done(&list);
	return is_it;
}

/* The word that the file must have now. *ret is NULL where there must be none; caller frees. */
static int wanted_word(const struct edit *e, const struct xpt_grubcfg *after, char **ret,
		       struct xpt_err *err)
{
	const char *line = xpt_grubcfg_default(after)->kernel_args;
	XPT_STRV words = {0}, values = {0};

	if (!e->addr) {
		*ret = xpt_strdup(e->word);
		return 0;
	}
	xpt_cmdline_words_exact(line ? line : "", &words);
	xpt_cmdline_values_exact(&words, XPT_HIDE_KEY, &values);
	if (values.n > 1 || !is_as_asked(values.n ? values.v[0] : "", e->addr, e->hide))
		return xpt_err_set(err, XPT_SYSTEM, EPROTO, XPT_HIDE_KEY, NULL,
				   "the hide list is '%s' now, which is not what was asked for",
				   values.n ? values.v[0] : "");
	*ret = values.n ? xpt_fmt(XPT_HIDE_KEY "=%s", values.v[0]) : NULL;
	return 0;
}

static int check_result(const struct edit *e, struct xpt_err *err)
{
	XPT_BOOTFILE after = {0};
	XPT_FREE char *word = NULL;
	int failed = xpt_fs_sync(e->host, e->before.path, err);

	if (failed == 0)
		failed = xpt_bootfile_read(e->host, &after, err);
	if (failed < 0) {
		xpt_err_prefix(err, "xen-cmdline left a file that cannot be used: ");
		xpt_err_hint(err, "%s", program_hint);
		return failed;
	}
	failed = wanted_word(e, &after.grub, &word, err);
	if (failed)
		return failed;
	if (is_needed(e, word) && same_bytes(&e->before, after.text, after.len))
		return xpt_err_set(err, XPT_SYSTEM, EIO, PROGRAM, program_hint,
				   "xen-cmdline reported success and changed nothing");
	failed = xpt_grubdiff_check(&e->before.grub, &after.grub, XPT_HIDE_KEY, word, err);
	if (failed < 0) {
		xpt_err_prefix(err, "xen-cmdline wrote something else than it was asked to: ");
		xpt_err_hint(err, "%s", program_hint);
	}
	return failed;
}

/* ---- putting the old file back ---- */

static bool is_unchanged(const struct edit *e)
{
	XPT_FREE char *text = NULL;
	size_t len;

	return xpt_fs_read_file(e->host, e->before.path, e->before.len, &text, &len, NULL) == 0 &&
	       same_bytes(&e->before, text, len);
}

/* xpt_fs_write_file gives the file to us; it belongs to whom it belonged to. */
static int restore_owner(const struct edit *e, struct xpt_err *err)
{
	const char *path = e->before.path + 1;
	struct stat st;

	if (fstatat(e->host->root_fd, path, &st, 0) == 0 &&
	    (st.st_uid != e->was.st_uid || st.st_gid != e->was.st_gid) &&
	    fchownat(e->host->root_fd, path, e->was.st_uid, e->was.st_gid, 0) < 0)
		return xpt_err_sys(err, errno, e->before.path, "cannot give %s back to its owner",
				   e->before.path);
	return 0;
}

/* After a failure, whose sentence in err is told what became of the file. */
static void put_back(const struct edit *e, struct xpt_err *err)
{
	XPT_ERR second = XPT_ERR_INIT;

	if (is_unchanged(e)) {
		xpt_err_prefix(err, "the boot parameters are unchanged: ");
		return;
	}
	if (xpt_fs_write_file(e->host, e->before.path, e->before.text, e->before.len,
			      e->was.st_mode & 07777, &second) < 0 ||
	    restore_owner(e, &second) < 0) {
		xpt_err_prefix(err, "%s could not be put back (%s) after this: ", e->before.path,
			       second.sentence);
		xpt_err_hint(err, "Before this host is rebooted, copy %s to %s.", XPT_BOOTLINE_COPY,
			     e->before.path);
		return;
	}
	xpt_err_prefix(err, "the boot parameters were put back: ");
}

/* ---- the edit ---- */

static int check_value(const char *value, struct xpt_err *err)
{
	struct xpt_hidelist list;
	bool is_good;

	if (!value)
		return 0;
	xpt_hidelist_parse(value, &list);
	is_good = *value && list.is_canonical;
	xpt_hidelist_done(&list);
	if (is_good)
		return 0;
	return xpt_err_set(err, XPT_USAGE, EINVAL, XPT_HIDE_KEY,
			   "Write every device as (0000:04:00.0), one after the other, in lower "
			   "case and without blanks.",
			   "the hide list is not in the form that the kernel and xapi share");
}

static bool has_xe_entry(const struct xpt_grubcfg *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (!strcmp(g->v[i].label, "xe") && g->v[i].kernel_args)
			return true;
	}
	return false;
}

static int read_before(struct edit *e, struct xpt_err *err)
{
	int failed = xpt_bootfile_read(e->host, &e->before, err);

	if (failed < 0)
		return failed;
	if (!has_xe_entry(&e->before.grub))
		return xpt_err_set(err, XPT_UNSUPPORTED, ENOTSUP, e->before.path,
				   "Give the menu entry that this host boots the title that "
				   "PRODUCT_BRAND has in /etc/xensource-inventory.",
				   "no menu entry of %s has the product's name as its title, and "
				   "xen-cmdline edits no other",
				   e->before.path);
	if (fstatat(e->host->root_fd, e->before.path + 1, &e->was, AT_SYMLINK_NOFOLLOW) < 0)
		return xpt_err_sys(err, errno, e->before.path, "cannot look at %s", e->before.path);
	if (S_ISLNK(e->was.st_mode))
		return xpt_err_set(
			err, XPT_UNSUPPORTED, ELOOP, e->before.path,
			"Put the file itself in its place.",
			"%s is a symlink, which xen-cmdline would replace and leave the file "
			"that is booted from as it is",
			e->before.path);
	return 0;
}

static int copy_aside(const struct edit *e, struct xpt_err *err)
{
	int failed = xpt_fs_mkdir(e->host, STATE_DIR, err);

	if (failed < 0)
		return failed;
	return xpt_fs_write_file(e->host, XPT_BOOTLINE_COPY, e->before.text, e->before.len, 0600,
				 err);
}

/* The last line that a program printed, fit to be shown; "" when there is none. Caller frees. */
static char *last_line(const struct xpt_str *output)
{
	XPT_STRV lines = {0};

	xpt_strv_split(&lines, xpt_str_text(output), '\n');
	for (size_t i = lines.n; i > 0; i--) {
		if (*lines.v[i - 1])
			return xpt_clean_cut(lines.v[i - 1], MAX_SHOWN);
	}
	return xpt_strdup("");
}

static int run_program(void *data, struct xpt_err *err)
{
	const struct edit *e = data;
	const char *const argv[] = {PROGRAM, e->word ? "--set-dom0" : "--delete-dom0",
				    e->word ? e->word : XPT_HIDE_KEY, NULL};
	const struct xpt_run run = {
		.argv = argv,
		.timeout_ms = PROGRAM_TIMEOUT_MS,
		.max_output = PROGRAM_MAX_OUTPUT,
		.keep_fd = e->lock_fd,
	};
	XPT_RUN_RESULT result = {0};
	XPT_FREE char *why = NULL;
	int failed = xpt_run(e->host, &run, &result, err);

	if (failed < 0) {
		xpt_err_hint(err, "%s", program_hint);
		return failed;
	}
	if (result.status == 0)
		return 0;
	why = last_line(&result.err);
	return xpt_err_set(err, XPT_SYSTEM, EIO, PROGRAM, program_hint,
			   result.status > 128 ? "xen-cmdline was killed by signal %d%s%s"
					       : "xen-cmdline ended with status %d%s%s",
			   result.status > 128 ? result.status - 128 : result.status,
			   *why ? ": " : "", why);
}

static int apply(struct edit *e, struct xpt_err *err)
{
	int failed = read_before(e, err);

	if (failed < 0)
		return failed;
	failed = copy_aside(e, err);
	if (failed < 0)
		return failed;
	failed = e->editor(e->data, err);
	if (failed == 0)
		failed = check_result(e, err);
	if (failed < 0)
		put_back(e, err);
	return failed;
}

int xpt_bootline_set_hide(const struct xpt_host *host, int lock_fd, const char *value,
			  struct xpt_err *err)
{
	XPT_FREE char *word = value ? xpt_fmt(XPT_HIDE_KEY "=%s", value) : NULL;
	struct edit e = {
		.host = host, .lock_fd = lock_fd, .editor = run_program, .data = &e, .word = word};
	int failed = check_value(value, err);

	if (failed == 0)
		failed = apply(&e, err);
	xpt_bootfile_done(&e.before);
	return failed;
}

int xpt_bootline_guard(const struct xpt_host *host, const struct xpt_bdf *addr, bool hide,
		       xpt_bootline_editor editor, void *data, struct xpt_err *err)
{
	struct edit e = {.host = host, .editor = editor, .data = data, .addr = addr, .hide = hide};
	int failed = apply(&e, err);

	xpt_bootfile_done(&e.before);
	return failed;
}
