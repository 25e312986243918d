/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writing half of host/fs.h: every function returns with the disk up to date or says why not. */
#include "host/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Open the directory of path (host/fs.h paths) and point *ret_name at its last component. */
static int open_parent(const struct xpt_host *host, const char *path, const char **ret_name,
		       struct xpt_err *err)
{
	const char *slash = strrchr(path, '/');
	XPT_FREE char *dir = slash ? xpt_strndup(path, (size_t)(slash - path)) : xpt_strdup("");
	int fd = xpt_fs_open_dir(host, dir);

	if (fd < 0)
		return xpt_err_sys(err, -fd, path, "cannot open the directory of %s", path);
	*ret_name = slash ? slash + 1 : path;
	return fd;
}

int xpt_fs_write_all(int fd, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		ssize_t n = write(fd, from, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

int xpt_fs_write_file(const struct xpt_host *host, const char *path, const void *data, size_t len,
		      mode_t mode, struct xpt_err *err)
{
	const char *name = NULL;
	XPT_CLOSE int dir = open_parent(host, path, &name, err);
	XPT_CLOSE int fd = -1;
	char temporary[NAME_MAX + 1];
	int failed;

	if (dir < 0)
		return dir;
	snprintf(temporary, sizeof(temporary), ".%.200s.%d", name, (int)getpid());
	(void)unlinkat(dir, temporary, 0);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot write beside %s", path);
	failed = fchmod(fd, mode) < 0 ? -errno : xpt_fs_write_all(fd, data, len);
	if (!failed && fsync(fd) < 0)
		failed = -errno;
	if (!failed && renameat(dir, temporary, dir, name) < 0)
		failed = -errno;
	if (failed) {
		(void)unlinkat(dir, temporary, 0);
		return xpt_err_sys(err, -failed, path, "cannot write %s", path);
	}
	if (fsync(dir) < 0)
		return xpt_err_sys(err, errno, path, "cannot sync the directory of %s", path);
	return 0;
}

/* Where the last whole line of a file ends: its size, unless a crash cut a line short. */
static off_t end_of_lines(int fd, off_t size)
{
	char block[4096];

	while (size > 0) {
		size_t want = (size_t)size < sizeof(block) ? (size_t)size : sizeof(block);
		ssize_t n = pread(fd, block, want, size - (off_t)want);
		const char *newline;

		if (n != (ssize_t)want)
			return -1;
		newline = memrchr(block, '\n', want);
		if (newline)
			return size - (off_t)want + (newline - block) + 1;
		size -= (off_t)want;
	}
	return 0;
}

int xpt_fs_append_line(const struct xpt_host *host, const char *path, const void *data, size_t len,
		       struct xpt_err *err)
{
	const char *name = NULL;
	XPT_CLOSE int dir = open_parent(host, path, &name, err);
	XPT_CLOSE int fd = -1;
	struct stat st;
	off_t end;
	int failed;

	if (dir < 0)
		return dir;
	fd = openat(dir, name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		    0600);
	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot open %s", path);
	if (fstat(fd, &st) < 0)
		return xpt_err_sys(err, errno, path, "cannot look at %s", path);
	if (!S_ISREG(st.st_mode))
		return xpt_err_set(err, XPT_SYSTEM, EINVAL, path, NULL, "%s is not a regular file",
				   path);
	end = end_of_lines(fd, st.st_size);
	if (end < 0 || (end < st.st_size && ftruncate(fd, end) < 0))
		return xpt_err_sys(err, errno ? errno : EIO, path, "cannot mend %s", path);
	failed = xpt_fs_write_all(fd, data, len);
	/* A disk that is full took a part, and what is added next would join it. */
	if (failed && ftruncate(fd, end) < 0)
		failed = -errno;
	if (!failed && fsync(fd) < 0)
		failed = -errno;
	if (!failed && st.st_size == 0 && fsync(dir) < 0)
		failed = -errno;
	if (failed)
		return xpt_err_sys(err, -failed, path, "cannot write %s", path);
	return 0;
}

int xpt_fs_remove(const struct xpt_host *host, const char *path, struct xpt_err *err)
{
	const char *name = NULL;
	XPT_CLOSE int dir = open_parent(host, path, &name, err);

	if (dir < 0)
		return dir;
	if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
		return xpt_err_sys(err, errno, path, "cannot remove %s", path);
	if (fsync(dir) < 0)
		return xpt_err_sys(err, errno, path, "cannot sync the directory of %s", path);
	return 0;
}

int xpt_fs_sync(const struct xpt_host *host, const char *path, struct xpt_err *err)
{
	const char *name = NULL;
	XPT_CLOSE int dir = open_parent(host, path, &name, err);
	XPT_CLOSE int fd = -1;

	if (dir < 0)
		return dir;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot open %s", path);
	if (fsync(fd) < 0 || fsync(dir) < 0)
		return xpt_err_sys(err, errno, path, "cannot sync %s", path);
	return 0;
}

/* Make one directory, whose parent is there, so that it lasts. */
static int make_dir(const struct xpt_host *host, const char *path, struct xpt_err *err)
{
	const char *name = NULL;
	XPT_CLOSE int parent = -1;

	if (mkdirat(host->root_fd, path, 0700) < 0)
		return errno == EEXIST ? 0
				       : xpt_err_sys(err, errno, path,
						     "cannot make the directory /%s", path);
	parent = open_parent(host, path, &name, err);
	if (parent < 0)
		return parent;
	if (fsync(parent) < 0)
		return xpt_err_sys(err, errno, path, "cannot sync the directory of /%s", path);
	return 0;
}

int xpt_fs_mkdir(const struct xpt_host *host, const char *path, struct xpt_err *err)
{
	XPT_FREE char *part = NULL;
	char *slash;
	int failed = 0;

	while (*path == '/')
		path++;
	part = xpt_strdup(path);
	slash = *part ? part : NULL;
	while (slash && !failed) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		failed = make_dir(host, part, err);
		if (slash)
			*slash = '/';
	}
	return failed;
}
