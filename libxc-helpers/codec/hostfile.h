/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host files: a whole machine as one reviewable text file, written by hand or captured on a dom0
 * and expanded into a directory tree that a host's root can be.
 *
 * One entry a line; blank lines and lines that begin with # are skipped:
 *
 *   PATH = TEXT                 a file holding TEXT and one newline
 *   PATH := SIZE [@AT HH HH..]  a file of SIZE bytes: hex bytes at ascending offsets, else zero
 *   PATH -> TARGET              a symlink; the target is relative and stays below the root
 *   PATH ! FILE                 an executable, copied from FILE
 *   PATH < FILE                 a file, copied from FILE
 *   PATH/                       a directory
 *   %include FILE               the entries of FILE, here
 *   %xen FILE                   what the Xen double answers
 *   %pool FILE                  the pool: an xapi database file
 *
 * PATH is absolute, without "." and ".." and empty components. FILE is relative to the host file.
 * TEXT is everything after the one blank that follows the sign; elsewhere blanks separate. Escapes
 * are \n, \t, \\ and \xNN (so a blank in a path is \x20). SIZE and AT are decimal, or hex after 0x.
 * Pure: what the lines mean together (includes, later lines win) is for the reader of the list.
 */
#ifndef XPT_CODEC_HOSTFILE_H
#define XPT_CODEC_HOSTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

#define XPT_HOSTFILE_MAX_TEXT (64u << 20)  /* bytes of a host file */
#define XPT_HOSTFILE_MAX_SIZE (64u << 10)  /* SIZE of one := entry */
#define XPT_HOSTFILE_MAX_BYTES (64u << 20) /* SIZE of all of them together */
#define XPT_HOSTFILE_MAX_PATH 1024u

enum xpt_hostfile_kind {
	XPT_HOSTFILE_TEXT,
	XPT_HOSTFILE_BYTES,
	XPT_HOSTFILE_LINK,
	XPT_HOSTFILE_PROGRAM,
	XPT_HOSTFILE_FILE,
	XPT_HOSTFILE_DIR,
	XPT_HOSTFILE_INCLUDE,
	XPT_HOSTFILE_XEN,
	XPT_HOSTFILE_POOL,
	XPT_HOSTFILE_KINDS
};

struct xpt_hostfile_entry {
	enum xpt_hostfile_kind kind;
	unsigned line; /* where it stood, from 1; 0 when it was not parsed */
	char *path;    /* without the slash at the end; NULL for the % kinds */
	char *value;   /* content (TEXT: newline included), target or FILE; NULL for DIR */
	size_t len;    /* bytes of value, without the NUL that always follows them */
};

struct xpt_hostfile {
	struct xpt_hostfile_entry *v;
	size_t n;
	size_t cap;
};

#define XPT_HOSTFILE XPT_CLEANUP(xpt_hostfile_done) struct xpt_hostfile

/* How a kind is written: its sign, its directive, or the slash at the end of a directory. */
const char *xpt_hostfile_sign(enum xpt_hostfile_kind kind);

/*
 * Read a host file. *ret must be empty and is released with xpt_hostfile_done. XPT_MALFORMED
 * (-EINVAL; -EFBIG past a cap) names line, column (in bytes, from 1), what is wrong and what was
 * expected.
 */
int xpt_hostfile_parse(const char *text, size_t len, struct xpt_hostfile *ret, struct xpt_err *err);

/*
 * Append an entry; path and value are copied, either may be NULL where its kind has none. The
 * value of a TEXT ends with a newline: content that does not is a matter for BYTES.
 */
struct xpt_hostfile_entry *xpt_hostfile_add(struct xpt_hostfile *list, enum xpt_hostfile_kind kind,
					    const char *path, const void *value, size_t len);

/* The entries as text, one line each; parsing it gives the same entries. Appends to out. */
void xpt_hostfile_emit(const struct xpt_hostfile *list, struct xpt_str *out);

/* What is wrong with a path of the machine, NULL when nothing is: part of a sentence. */
const char *xpt_hostfile_path_fault(const char *path);

void xpt_hostfile_done(struct xpt_hostfile *list);

#endif
