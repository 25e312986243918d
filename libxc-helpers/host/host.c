/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

int xpt_host_open(const char *root, struct xpt_host *ret, struct xpt_err *err)
{
	XPT_CLOSE int fd = -1;
	char real[PATH_MAX];

	if (!root)
		root = secure_getenv("XE_PASSTHROUGH_ROOT");
	if (!root || !*root)
		root = "/";
	if (!realpath(root, real))
		return xpt_err_set(err, XPT_USAGE, errno, root,
				   "name a directory that holds a host's files",
				   "'%s' cannot be used as root: %s", root, strerror(errno));
	fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return xpt_err_set(err, XPT_USAGE, errno, root,
				   "name a directory that holds a host's files",
				   "'%s' cannot be used as root: %s", root, strerror(errno));
	ret->is_live = !strcmp(real, "/");
	ret->root = xpt_strdup(ret->is_live ? "" : real);
	ret->root_fd = fd;
	fd = -1;
	return 0;
}

void xpt_host_close(struct xpt_host *host)
{
	if (!host->root)
		return;
	close(host->root_fd);
	free(host->root);
	*host = (struct xpt_host){.root_fd = -1};
}

char *xpt_host_path(const struct xpt_host *host, const char *path)
{
	while (*path == '/')
		path++;
	return xpt_fmt("%s/%s", host->root, path);
}
