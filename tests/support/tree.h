/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a machine that only the tests have: read and changed below an open directory.
 *
 * Apart from host/fs on purpose: the fakes that judge the product do not stand on its code. Paths
 * are relative to dir, without a slash in front. All functions return 0 or a negative errno unless said
 * otherwise; none follows a link out of the tree by itself, so a tree must not hold absolute links.
 */
#ifndef XPT_TESTS_TREE_H
#define XPT_TESTS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/str.h"

#define XPT_TREE_PATH_MAX 4096

/* At most cap bytes of a file. Returns the count or -errno. */
ssize_t xpt_tree_read(int dir, void *buf, size_t cap, const char *fmt, ...) XPT_PRINTF(4, 5);
/* The first line of a file into buf, cut at cap - 1 bytes; "" on failure. */
int xpt_tree_line(int dir, char *buf, size_t cap, const char *fmt, ...) XPT_PRINTF(4, 5);
/* The lines of a file (appended); an absent file has none. */
int xpt_tree_lines(int dir, struct xpt_strv *ret, const char *fmt, ...) XPT_PRINTF(3, 4);
/* A link's target into buf; "" on failure. */
int xpt_tree_link(int dir, char *buf, size_t cap, const char *fmt, ...) XPT_PRINTF(4, 5);
/* Names in a directory, sorted (appended). */
int xpt_tree_names(int dir, struct xpt_strv *ret, const char *fmt, ...) XPT_PRINTF(3, 4);
/* Is there anything at this path? Links are not followed. */
bool xpt_tree_has(int dir, const char *fmt, ...) XPT_PRINTF(2, 3);

/* Make a file or replace its content; parents are made, an existing file keeps its mode. */
int xpt_tree_write(int dir, const void *data, size_t len, mode_t mode, const char *fmt, ...)
	XPT_PRINTF(5, 6);
int xpt_tree_write_text(int dir, const char *text, const char *fmt, ...) XPT_PRINTF(3, 4);
int xpt_tree_write_lines(int dir, const struct xpt_strv *lines, const char *fmt, ...)
	XPT_PRINTF(3, 4);
int xpt_tree_append(int dir, const char *text, const char *fmt, ...) XPT_PRINTF(3, 4);
/* Make a link, in place of another one if need be; parents are made. */
int xpt_tree_symlink(int dir, const char *target, const char *fmt, ...) XPT_PRINTF(3, 4);
/* Make a directory and its parents; existence is success. */
int xpt_tree_mkdir(int dir, const char *fmt, ...) XPT_PRINTF(2, 3);
/* Remove whatever is there, directories with all they hold; absence is success. */
int xpt_tree_remove(int dir, const char *fmt, ...) XPT_PRINTF(2, 3);
/* Remove what a directory holds; absence is success. */
int xpt_tree_empty(int dir, const char *fmt, ...) XPT_PRINTF(2, 3);

#endif
