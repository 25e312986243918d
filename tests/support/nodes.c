/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nodes.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* As many links as Linux follows (MAXSYMLINKS). */
#define MAX_LINKS 40

void xpt_nodes_init(struct xpt_nodes *tree)
{
	*tree = (struct xpt_nodes){.n_buckets = 1024};
	tree->buckets = xpt_alloc(tree->n_buckets * sizeof(*tree->buckets));
	tree->root.kind = XPT_NODE_DIR;
}

static void free_node(struct xpt_node *node)
{
	free(node->name);
	free(node->value);
	free(node->where);
	free(node);
}

void xpt_nodes_done(struct xpt_nodes *tree)
{
	for (size_t i = 0; i < tree->n_buckets; i++)
		for (struct xpt_node *node = tree->buckets[i], *next; node; node = next) {
			next = node->next_in_bucket;
			free_node(node);
		}
	free(tree->buckets);
	*tree = (struct xpt_nodes){.n = 0};
}

/* ---- names ---- */

/* FNV-1a over the parent's address and the name. */
static size_t hash(const struct xpt_node *parent, const char *name, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uintptr_t)parent;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

static struct xpt_node **bucket(const struct xpt_nodes *tree, const struct xpt_node *parent,
				const char *name, size_t n)
{
	return &tree->buckets[hash(parent, name, n) & (tree->n_buckets - 1)];
}

static void rehash(struct xpt_nodes *tree)
{
	struct xpt_node **old = tree->buckets;
	size_t n_old = tree->n_buckets;

	tree->n_buckets *= 4;
	tree->buckets = xpt_alloc(tree->n_buckets * sizeof(*tree->buckets));
	for (size_t i = 0; i < n_old; i++)
		for (struct xpt_node *node = old[i], *next; node; node = next) {
			struct xpt_node **b =
				bucket(tree, node->parent, node->name, strlen(node->name));

			next = node->next_in_bucket;
			node->next_in_bucket = *b;
			*b = node;
		}
	free(old);
}

static struct xpt_node *child_n(const struct xpt_nodes *tree, const struct xpt_node *dir,
				const char *name, size_t n)
{
	struct xpt_node *node = *bucket(tree, dir, name, n);

	while (node && (node->parent != dir || strncmp(node->name, name, n) != 0 || node->name[n]))
		node = node->next_in_bucket;
	return node;
}

struct xpt_node *xpt_nodes_child(const struct xpt_nodes *tree, const struct xpt_node *dir,
				 const char *name)
{
	return child_n(tree, dir, name, strlen(name));
}

static struct xpt_node *add_child(struct xpt_nodes *tree, struct xpt_node *dir, const char *name,
				  size_t n)
{
	struct xpt_node *node = xpt_alloc(sizeof(*node));
	struct xpt_node **b;

	if (++tree->n > tree->n_buckets)
		rehash(tree);
	b = bucket(tree, dir, name, n);
	node->name = xpt_strndup(name, n);
	node->parent = dir;
	node->next_in_bucket = *b;
	*b = node;
	if (dir->last)
		dir->last->next = node;
	else
		dir->first = node;
	dir->last = node;
	return node;
}

struct xpt_node *xpt_nodes_find(const struct xpt_nodes *tree, const char *path)
{
	struct xpt_node *node = (struct xpt_node *)&tree->root;

	while (node && *path) {
		size_t n = strcspn(path, "/");

		if (n)
			node = child_n(tree, node, path, n);
		path += n;
		path += *path == '/';
	}
	return node;
}

char *xpt_node_path(const struct xpt_node *node)
{
	XPT_FREE char *above = NULL;

	if (!node->parent)
		return xpt_strdup("");
	above = xpt_node_path(node->parent);
	return xpt_fmt("%s/%s", above, node->name);
}

/* ---- links ---- */

struct walk {
	const struct xpt_nodes *tree;
	unsigned links; /* followed so far */
};

static int walk_path(struct walk *w, struct xpt_node *from, const char *path,
		     struct xpt_node **ret);

/* One step of a path: name is n bytes, not empty. */
static int walk_step(struct walk *w, struct xpt_node *from, const char *name, size_t n,
		     struct xpt_node **ret_node)
{
	struct xpt_node *node;

	if (n == 1 && name[0] == '.') {
		*ret_node = from;
		return 0;
	}
	if (n == 2 && name[0] == '.' && name[1] == '.') {
		*ret_node = from->parent;
		return from->parent ? 0 : -EXDEV;
	}
	node = child_n(w->tree, from, name, n);
	if (!node)
		return -ENOENT;
	if (node->kind == XPT_NODE_LINK) {
		if (++w->links > MAX_LINKS)
			return -ELOOP;
		return walk_path(w, from, node->value, ret_node);
	}
	*ret_node = node;
	return 0;
}

static int walk_path(struct walk *w, struct xpt_node *from, const char *path,
		     struct xpt_node **ret_node)
{
	while (*path) {
		size_t n = strcspn(path, "/");
		int ret = n ? walk_step(w, from, path, n, &from) : 0;

		if (ret < 0)
			return ret;
		path += n;
		path += *path == '/';
	}
	*ret_node = from;
	return 0;
}

int xpt_nodes_resolve(const struct xpt_nodes *tree, struct xpt_node *from, const char *path,
		      struct xpt_node **ret_node)
{
	struct walk w = {.tree = tree};

	return walk_path(&w, from, path, ret_node);
}

static int check_link(const struct xpt_nodes *tree, const struct xpt_node *link,
		      struct xpt_err *err)
{
	struct xpt_node *to;
	int ret = xpt_nodes_resolve(tree, link->parent, link->value, &to);
	XPT_FREE char *path = NULL;

	if (ret == 0 || ret == -ENOENT)
		return 0;
	path = xpt_node_path(link);
	return xpt_err_set(err, XPT_MALFORMED, -ret, path, NULL, "%s: the link %s -> %s %s",
			   link->where ? link->where : "derived", path, link->value,
			   ret == -EXDEV ? "leaves the root" : "goes round in circles");
}

int xpt_nodes_check_links(const struct xpt_nodes *tree, struct xpt_err *err)
{
	for (size_t i = 0; i < tree->n_buckets; i++)
		for (const struct xpt_node *n = tree->buckets[i]; n; n = n->next_in_bucket) {
			int ret = n->kind == XPT_NODE_LINK ? check_link(tree, n, err) : 0;

			if (ret < 0)
				return ret;
		}
	return 0;
}

/* ---- putting ---- */

static int in_the_way(const struct xpt_node *node, const struct xpt_node_spec *spec,
		      const char *what, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_node_path(node);

	return xpt_err_set(err, XPT_MALFORMED, EINVAL, path, NULL, "%s: %s is %s (%s)",
			   spec->where ? spec->where : "derived", path, what,
			   node->where ? node->where : "implied");
}

static void set_node(struct xpt_node *node, const struct xpt_node_spec *spec)
{
	free(node->value);
	free(node->where);
	node->kind = spec->kind;
	node->mode = spec->mode;
	node->where = xpt_strdup(spec->where);
	node->len = spec->len;
	node->value = NULL;
	if (spec->kind == XPT_NODE_DIR)
		return;
	node->value = xpt_alloc(spec->len + 1);
	memcpy(node->value, spec->value, spec->len);
}

int xpt_nodes_put(struct xpt_nodes *tree, struct xpt_node *at, const char *path,
		  const struct xpt_node_spec *spec, struct xpt_err *err)
{
	struct xpt_node *node = at ? at : &tree->root;

	for (path += *path == '/'; *path; path += *path == '/') {
		size_t n = strcspn(path, "/");
		struct xpt_node *child = child_n(tree, node, path, n);

		if (node->kind != XPT_NODE_DIR)
			return in_the_way(node, spec, "no directory", err);
		node = child ? child : add_child(tree, node, path, n);
		path += n;
	}
	if (spec->kind != XPT_NODE_DIR && node->first)
		return in_the_way(node->first, spec, "below it already", err);
	set_node(node, spec);
	return 0;
}

int xpt_nodes_put_text(struct xpt_nodes *tree, struct xpt_node *at, const char *path,
		       struct xpt_err *err, const char *fmt, ...)
{
	struct xpt_node_spec spec = {.kind = XPT_NODE_DATA, .mode = 0644};
	va_list ap;

	if (at ? xpt_nodes_child(tree, at, path) : xpt_nodes_find(tree, path))
		return 0;
	va_start(ap, fmt);
	XPT_FREE char *text = xpt_vfmt(fmt, ap);
	va_end(ap);
	spec.value = text;
	spec.len = strlen(text);
	return xpt_nodes_put(tree, at, path, &spec, err);
}

/* The bytes up to and including the slash that two paths of directories have in common. */
static size_t common_dirs(const char *a, const char *b)
{
	size_t common = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	return common;
}

int xpt_nodes_put_link(struct xpt_nodes *tree, const char *path, const char *name,
		       const struct xpt_node *to, struct xpt_err *err)
{
	XPT_FREE char *from_path = xpt_fmt("%s/%s", path, name);
	XPT_FREE char *to_path = xpt_node_path(to);
	XPT_STR target = {0};
	size_t common = common_dirs(from_path, to_path);

	if (xpt_nodes_find(tree, from_path))
		return 0;
	for (const char *p = from_path + common; *p; p++)
		if (*p == '/')
			xpt_str_add(&target, "../");
	xpt_str_add(&target, to_path + common);
	return xpt_nodes_put(tree, NULL, from_path,
			     &(struct xpt_node_spec){
				     .kind = XPT_NODE_LINK, .value = target.s, .len = target.len},
			     err);
}
