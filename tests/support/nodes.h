/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory tree in memory, where the entries of host files come together before anything is
 * written: later ones replace earlier ones, links can be followed without leaving the root, and
 * mistakes are found while the disk is still clean.
 *
 * Paths are those of the machine ("/sys/bus/pci"), valid as codec/hostfile defines it.
 */
#ifndef XPT_TESTS_SUPPORT_NODES_H
#define XPT_TESTS_SUPPORT_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

enum xpt_node_kind {
	XPT_NODE_DIR,
	XPT_NODE_DATA, /* value holds the content */
	XPT_NODE_LINK, /* value is the target */
	XPT_NODE_COPY, /* value is the path of the file to copy, on the machine that expands */
};

struct xpt_node {
	enum xpt_node_kind kind;
	mode_t mode; /* of a file: 0644, or 0755 for programs */
	char *name;
	char *value;
	size_t len;
	char *where; /* "qemu.host:12", NULL when it was derived */
	struct xpt_node *parent;
	struct xpt_node *first, *last; /* children, in the order they came */
	struct xpt_node *next;         /* sibling */
	struct xpt_node *next_in_bucket;
};

struct xpt_nodes {
	struct xpt_node root;
	struct xpt_node **buckets;
	size_t n_buckets; /* a power of two */
	size_t n;
};

#define XPT_NODES XPT_CLEANUP(xpt_nodes_done) struct xpt_nodes

void xpt_nodes_init(struct xpt_nodes *tree);
void xpt_nodes_done(struct xpt_nodes *tree);

/* What to put at a path; value and where are copied, where may be NULL. */
struct xpt_node_spec {
	enum xpt_node_kind kind;
	mode_t mode;
	const void *value;
	size_t len;
	const char *where;
};

/*
 * Put a node at a path, below an existing directory node when at is not NULL (path is then
 * relative), making the directories above it. What was there is replaced. XPT_MALFORMED when a
 * file or link is in the way of a directory, or a directory that holds something in the way of a
 * file.
 */
int xpt_nodes_put(struct xpt_nodes *tree, struct xpt_node *at, const char *path,
		  const struct xpt_node_spec *spec, struct xpt_err *err);

/* A text file at a path, unless something is there. */
int xpt_nodes_put_text(struct xpt_nodes *tree, struct xpt_node *at, const char *path,
		       struct xpt_err *err, const char *fmt, ...) XPT_PRINTF(5, 6);

/* A relative link at path/name to a node, unless something is there. */
int xpt_nodes_put_link(struct xpt_nodes *tree, const char *path, const char *name,
		       const struct xpt_node *to, struct xpt_err *err);

/* The node at an absolute path, links not followed; NULL when there is none. */
struct xpt_node *xpt_nodes_find(const struct xpt_nodes *tree, const char *path);
struct xpt_node *xpt_nodes_child(const struct xpt_nodes *tree, const struct xpt_node *dir,
				 const char *name);

/*
 * What a path leads to from a directory node, links followed. 0; -ENOENT when it leads nowhere,
 * -ELOOP when it goes round, -EXDEV when it leaves the root.
 */
int xpt_nodes_resolve(const struct xpt_nodes *tree, struct xpt_node *from, const char *path,
		      struct xpt_node **ret);

/* The absolute path of a node; caller frees. */
char *xpt_node_path(const struct xpt_node *node);

/*
 * XPT_MALFORMED for the first link that leaves the root or goes round. Dangling ones are allowed.
 */
int xpt_nodes_check_links(const struct xpt_nodes *tree, struct xpt_err *err);

/* Write the tree into an empty or absent directory. Links are never followed. */
int xpt_nodes_write(const struct xpt_nodes *tree, const char *dir, struct xpt_err *err);

#endif
