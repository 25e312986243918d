/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the host: reading attributes and trees, writing so that a crash leaves the old or the new.
 *
 * Paths are the machine's own ("/sys/bus/pci/devices"), resolved below host->root_fd; relative
 * symlinks work, absolute ones would leave a test root and are for the caller to mind. Probing functions return
 * a negative errno and no sentence, because absence is an ordinary answer there.
 */
#ifndef XPT_HOST_FS_H
#define XPT_HOST_FS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/str.h"
#include "host/host.h"

/* ---- probing ---- */

/* Bytes of a file, one read: at most cap. Returns the count or -errno. */
ssize_t xpt_fs_read_at(int dir_fd, const char *path, void *buf, size_t cap);
/*
 * The first line of an attribute into buf, trailing white space cut. 0 or -errno, and then buf means nothing; a
 * line that does not fit is -ENAMETOOLONG.
 */
int xpt_fs_line(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
	XPT_PRINTF(4, 5);
/* An attribute as a number: decimal, or hex after 0x. 0 or -errno. */
int xpt_fs_number(const struct xpt_host *host, long long *ret, const char *fmt, ...)
	XPT_PRINTF(3, 4);
/* A symlink's target into buf; one that does not fit is -ENAMETOOLONG. 0 or -errno. */
int xpt_fs_link(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
	XPT_PRINTF(4, 5);
/* The last component of a symlink's target into buf. 0 or -errno. */
int xpt_fs_link_name(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
	XPT_PRINTF(4, 5);
bool xpt_fs_exists(const struct xpt_host *host, const char *fmt, ...) XPT_PRINTF(2, 3);
/* Names in a directory, sorted, without . and .. (appended). 0, or -errno and none. */
int xpt_fs_names(const struct xpt_host *host, struct xpt_strv *ret, const char *fmt, ...)
	XPT_PRINTF(3, 4);
/* A directory descriptor, -errno when there is none. Caller closes. */
int xpt_fs_open_dir(const struct xpt_host *host, const char *path);

/* ---- whole files ---- */

/* Write all of it to a descriptor that blocks. 0 or -errno. */
int xpt_fs_write_all(int fd, const void *data, size_t len);

/*
 * A whole file of at most max bytes; *ret is NUL-terminated (files may hold NULs, see *ret_len, which
 * may be NULL). Caller frees. XPT_SYSTEM names the path; a larger file is -EFBIG. Only regular files:
 * a FIFO or a device where a file is expected is -EINVAL and does not hang.
 */
int xpt_fs_read_file(const struct xpt_host *host, const char *path, size_t max, char **ret,
		     size_t *ret_len, struct xpt_err *err);
/* Replace a file: temporary beside it, fsync, rename, fsync of the directory. */
int xpt_fs_write_file(const struct xpt_host *host, const char *path, const void *data, size_t len,
		      mode_t mode, struct xpt_err *err);
/*
 * Add whole lines to a file of lines (made 0600 when absent) and fsync; the directory too when it was
 * made. A last line without its newline, which a crash cut short, is cut off first; what could not be
 * written whole is taken back.
 */
int xpt_fs_append_line(const struct xpt_host *host, const char *path, const void *data, size_t len,
		       struct xpt_err *err);
/* Remove a file and fsync its directory; absence is success. */
int xpt_fs_remove(const struct xpt_host *host, const char *path, struct xpt_err *err);
/* fsync a file and its directory, both as they are. */
int xpt_fs_sync(const struct xpt_host *host, const char *path, struct xpt_err *err);
/* Make a directory and its parents, 0700 and fsynced where made. */
int xpt_fs_mkdir(const struct xpt_host *host, const char *path, struct xpt_err *err);

#endif
