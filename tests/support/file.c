/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "tree.h"

int xpt_file_read(const char *path, size_t max, char **ret_text, size_t *ret_len,
		  struct xpt_err *err)
{
	XPT_STR text = {0};
	XPT_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[16384];
	ssize_t n;

	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot open %s", path);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
		if (text.len + (size_t)n > max)
			return xpt_err_set(err, XPT_SYSTEM, EFBIG, path, NULL,
					   "%s has more than %zu bytes", path, max);
		xpt_str_addn(&text, chunk, (size_t)n);
	}
	if (n < 0)
		return xpt_err_sys(err, errno, path, "cannot read %s", path);
	if (ret_len)
		*ret_len = text.len;
	*ret_text = xpt_str_take(&text);
	return 0;
}

int xpt_file_write_fd(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int xpt_file_write(const char *path, const void *data, size_t len, mode_t mode, struct xpt_err *err)
{
	XPT_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	int ret;

	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot make %s", path);
	ret = xpt_file_write_fd(fd, data, len);
	if (ret == 0 && fchmod(fd, mode) < 0)
		ret = -errno;
	return ret < 0 ? xpt_err_sys(err, -ret, path, "cannot write %s", path) : 0;
}

int xpt_file_copy(const char *from, const char *to, mode_t mode, struct xpt_err *err)
{
	XPT_FREE char *data = NULL;
	size_t len = 0;
	int ret = xpt_file_read(from, 256u << 20, &data, &len, err);

	return ret < 0 ? ret : xpt_file_write(to, data, len, mode, err);
}

/* Thousands of small files take seconds on some disks; programs must run where they are put. */
static const char *temp_base(void)
{
	const char *base = getenv("TMPDIR");
	struct statvfs fs;

	if (base && *base)
		return base;
	if (statvfs("/dev/shm", &fs) == 0 && !(fs.f_flag & (ST_NOEXEC | ST_RDONLY)) &&
	    access("/dev/shm", W_OK) == 0)
		return "/dev/shm";
	return "/tmp";
}

int xpt_file_temp_dir(const char *prefix, char **ret_path, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_fmt("%s/%s.XXXXXX", temp_base(), prefix);

	if (!mkdtemp(path))
		return xpt_err_sys(err, errno, path, "cannot make a temporary directory");
	*ret_path = XPT_TAKE(path);
	return 0;
}

int xpt_file_mkdir(const char *path, struct xpt_err *err)
{
	int ret = xpt_tree_mkdir(AT_FDCWD, "%s", path);

	return ret < 0 ? xpt_err_sys(err, -ret, path, "cannot make the directory %s", path) : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int xpt_file_remove_tree(const char *path, struct xpt_err *err)
{
	if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 && errno != ENOENT)
		return xpt_err_sys(err, errno, path, "cannot remove %s", path);
	return 0;
}

int xpt_file_names(const char *path, struct xpt_strv *ret_names, struct xpt_err *err)
{
	int ret = xpt_tree_names(AT_FDCWD, ret_names, "%s", path);

	return ret < 0 ? xpt_err_sys(err, -ret, path, "cannot list %s", path) : 0;
}
