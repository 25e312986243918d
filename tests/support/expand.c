/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expand.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "codec/hostfile.h"
#include "derive.h"
#include "file.h"

/* A host file that is being read, and the one that includes it. */
struct source {
	const struct source *includer;
	const char *name; /* as it was written */
	char *real;       /* canonical */
};

static int take_file(struct xpt_nodes *tree, const struct source *includer, const char *name,
		     struct xpt_err *err);

/* A name beside a file. Caller frees. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return slash ? xpt_fmt("%.*s/%s", (int)(slash - file), file, name) : xpt_strdup(name);
}

static int put_copy(struct xpt_nodes *tree, const char *path, const struct xpt_node_spec *copy,
		    struct xpt_err *err)
{
	if (access(copy->value, R_OK) < 0)
		return xpt_err_sys(err, errno, copy->value, "%s: cannot open %s", copy->where,
				   (const char *)copy->value);
	return xpt_nodes_put(tree, NULL, path, copy, err);
}

static int take_entry(struct xpt_nodes *tree, const struct source *source,
		      const struct xpt_hostfile_entry *e, struct xpt_err *err)
{
	XPT_FREE char *where = xpt_fmt("%s:%u", source->name, e->line);
	XPT_FREE char *file = beside(source->name, e->value ? e->value : "");
	struct xpt_node_spec data = {.kind = XPT_NODE_DATA,
				     .mode = 0644,
				     .value = e->value,
				     .len = e->len,
				     .where = where};
	struct xpt_node_spec copy = {.kind = XPT_NODE_COPY,
				     .mode = 0644,
				     .value = file,
				     .len = strlen(file),
				     .where = where};

	switch (e->kind) {
	case XPT_HOSTFILE_INCLUDE:
		return take_file(tree, source, file, err);
	case XPT_HOSTFILE_POOL:
		return put_copy(tree, XPT_EXPAND_POOL, &copy, err);
	case XPT_HOSTFILE_XEN:
		return put_copy(tree, XPT_EXPAND_XEN, &copy, err);
	case XPT_HOSTFILE_PROGRAM:
		copy.mode = 0755;
		return put_copy(tree, e->path, &copy, err);
	case XPT_HOSTFILE_FILE:
		return put_copy(tree, e->path, &copy, err);
	case XPT_HOSTFILE_LINK:
		data.kind = XPT_NODE_LINK;
		break;
	case XPT_HOSTFILE_DIR:
		data.kind = XPT_NODE_DIR;
		break;
	case XPT_HOSTFILE_TEXT:
	case XPT_HOSTFILE_BYTES:
	case XPT_HOSTFILE_KINDS:
		break;
	}
	return xpt_nodes_put(tree, NULL, e->path, &data, err);
}

static int take_lines(struct xpt_nodes *tree, const struct source *source, struct xpt_err *err)
{
	XPT_HOSTFILE list = {0};
	XPT_FREE char *text = NULL;
	size_t len = 0;
	int ret = xpt_file_read(source->name, XPT_HOSTFILE_MAX_TEXT, &text, &len, err);

	if (ret < 0)
		return ret;
	ret = xpt_hostfile_parse(text, len, &list, err);
	if (ret < 0) {
		xpt_err_prefix(err, "%s: ", source->name);
		return ret;
	}
	for (size_t i = 0; i < list.n && ret == 0; i++)
		ret = take_entry(tree, source, &list.v[i], err);
	return ret;
}

static int take_file(struct xpt_nodes *tree, const struct source *includer, const char *name,
		     struct xpt_err *err)
{
	XPT_FREE char *real = realpath(name, NULL);
	struct source source = {.includer = includer, .name = name, .real = real};

	if (!real)
		return xpt_err_sys(err, errno, name, "cannot open %s", name);
	for (const struct source *s = includer; s; s = s->includer)
		if (!strcmp(s->real, real))
			return xpt_err_set(err, XPT_MALFORMED, ELOOP, name, NULL,
					   "%s: %s includes itself", includer->name, name);
	return take_lines(tree, &source, err);
}

int xpt_expand_read(const char *host_file, struct xpt_nodes *tree, struct xpt_err *err)
{
	int ret = take_file(tree, NULL, host_file, err);

	if (ret == 0)
		ret = xpt_derive(tree, err);
	return ret < 0 ? ret : xpt_nodes_check_links(tree, err);
}

int xpt_expand(const char *host_file, const char *dir, struct xpt_err *err)
{
	XPT_NODES tree;
	int ret;

	xpt_nodes_init(&tree);
	ret = xpt_expand_read(host_file, &tree, err);
	return ret < 0 ? ret : xpt_nodes_write(&tree, dir, err);
}
