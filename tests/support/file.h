/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the machine that runs the tests: reading, copying, temporary trees. The product's own
 * reading and writing (host/fs) is below a host's root and is what the tests test.
 */
#ifndef XPT_TESTS_SUPPORT_FILE_H
#define XPT_TESTS_SUPPORT_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* A whole file of at most max bytes, NUL-terminated; caller frees. -EFBIG when it is larger. */
int xpt_file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct xpt_err *err);

/* Write all of it. 0 or -errno. */
int xpt_file_write_fd(int fd, const void *data, size_t len);

/* Make a file with this content and mode; what is there is replaced. */
int xpt_file_write(const char *path, const void *data, size_t len, mode_t mode,
		   struct xpt_err *err);

/* Copy a file's bytes to a path; what is there is replaced. */
int xpt_file_copy(const char *from, const char *to, mode_t mode, struct xpt_err *err);

/* A fresh directory, mode 0700, below TMPDIR, else /dev/shm where programs may run, else /tmp.
 * Caller frees the name. */
int xpt_file_temp_dir(const char *prefix, char **ret, struct xpt_err *err);

/* Make a directory and its parents, 0755 where made. */
int xpt_file_mkdir(const char *path, struct xpt_err *err);

/* Remove a tree; symlinks are removed, not followed, and mount points are not entered. */
int xpt_file_remove_tree(const char *path, struct xpt_err *err);

/* Names in a directory, sorted, without . and .. (appended). */
int xpt_file_names(const char *path, struct xpt_strv *ret, struct xpt_err *err);

#endif
