/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "file.h"

static int write_children(const struct xpt_node *dir, int dir_fd, struct xpt_err *err);

static int node_error(const struct xpt_node *node, int errnum, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_node_path(node);

	return xpt_err_sys(err, errnum, path, "cannot make %s", path);
}

static int write_dir(const struct xpt_node *node, int dir_fd, struct xpt_err *err)
{
	XPT_CLOSE int fd = -1;

	if (mkdirat(dir_fd, node->name, 0755) < 0)
		return node_error(node, errno, err);
	fd = openat(dir_fd, node->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? node_error(node, errno, err) : write_children(node, fd, err);
}

static int write_bytes(const struct xpt_node *node, int dir_fd, const void *data, size_t len,
		       struct xpt_err *err)
{
	XPT_CLOSE int fd = openat(dir_fd, node->name,
				  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, node->mode);
	int ret;

	if (fd < 0)
		return node_error(node, errno, err);
	ret = xpt_file_write_fd(fd, data, len);
	/* whatever the umask: programs must run, files must be readable */
	if (ret == 0 && fchmod(fd, node->mode) < 0)
		ret = -errno;
	return ret < 0 ? node_error(node, -ret, err) : 0;
}

static int write_copy(const struct xpt_node *node, int dir_fd, struct xpt_err *err)
{
	XPT_FREE char *data = NULL;
	size_t len = 0;
	int ret = xpt_file_read(node->value, 256u << 20, &data, &len, err);

	if (ret < 0) {
		xpt_err_prefix(err, "%s: ", node->where ? node->where : "derived");
		return ret;
	}
	return write_bytes(node, dir_fd, data, len, err);
}

static int write_node(const struct xpt_node *node, int dir_fd, struct xpt_err *err)
{
	switch (node->kind) {
	case XPT_NODE_DIR:
		return write_dir(node, dir_fd, err);
	case XPT_NODE_DATA:
		return write_bytes(node, dir_fd, node->value, node->len, err);
	case XPT_NODE_COPY:
		return write_copy(node, dir_fd, err);
	case XPT_NODE_LINK:
		break;
	}
	return symlinkat(node->value, dir_fd, node->name) < 0 ? node_error(node, errno, err) : 0;
}

static int write_children(const struct xpt_node *dir, int dir_fd, struct xpt_err *err)
{
	for (const struct xpt_node *node = dir->first; node; node = node->next) {
		int ret = write_node(node, dir_fd, err);

		if (ret < 0)
			return ret;
	}
	return 0;
}

int xpt_nodes_write(const struct xpt_nodes *tree, const char *dir, struct xpt_err *err)
{
	XPT_STRV names = {0};
	XPT_CLOSE int fd = -1;
	int ret = xpt_file_mkdir(dir, err);

	if (ret < 0)
		return ret;
	ret = xpt_file_names(dir, &names, err);
	if (ret < 0)
		return ret;
	if (names.n)
		return xpt_err_set(err, XPT_USAGE, ENOTEMPTY, dir, NULL, "%s is not empty", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return xpt_err_sys(err, errno, dir, "cannot open %s", dir);
	return write_children(&tree->root, fd, err);
}
