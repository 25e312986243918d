/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/fs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A path of the machine as one relative to its root; "." for the root itself. */
static const char *relative(const char *path)
{
	while (*path == '/')
		path++;
	return *path ? path : ".";
}

static bool format_path(char *buf, size_t cap, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, cap, fmt, ap);

	return n >= 0 && (size_t)n < cap;
}

/* Expand the caller's format into path, or return too_long. */
#define FORMAT_PATH(path, fmt, too_long) \
	do { \
		va_list ap_; \
		bool fits_; \
		va_start(ap_, fmt); \
		fits_ = format_path((path), sizeof(path), (fmt), ap_); \
		va_end(ap_); \
		if (!fits_) \
			return too_long; \
	} while (0)

ssize_t xpt_fs_read_at(int dir_fd, const char *path, void *buf, size_t cap)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, buf, cap);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}

static int read_line(const struct xpt_host *host, char *buf, size_t cap, const char *path)
{
	ssize_t n = xpt_fs_read_at(host->root_fd, relative(path), buf, cap);
	char *end;

	if (n < 0)
		return (int)n;
	end = memchr(buf, '\n', (size_t)n);
	if (!end && (size_t)n == cap)
		return -ENAMETOOLONG;
	*(end ? end : buf + n) = '\0';
	for (n = (ssize_t)strlen(buf); n > 0 && isspace((unsigned char)buf[n - 1]); n--)
		buf[n - 1] = '\0';
	return 0;
}

int xpt_fs_line(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
{
	char path[PATH_MAX];

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	return read_line(host, buf, cap, path);
}

int xpt_fs_number(const struct xpt_host *host, long long *ret, const char *fmt, ...)
{
	char path[PATH_MAX], text[32] = "";
	const char *digits = text;
	bool is_negative, is_hex;
	uint64_t value;
	int failed;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	failed = read_line(host, text, sizeof(text), path);
	if (failed)
		return failed;
	is_negative = *digits == '-';
	digits += is_negative;
	is_hex = digits[0] == '0' && digits[1] == 'x';
	digits += is_hex ? 2 : 0;
	failed = xpt_parse_uint(digits, is_hex ? 16 : 10, LLONG_MAX, &value);
	if (failed)
		return failed;
	*ret = is_negative ? -(long long)value : (long long)value;
	return 0;
}

static int read_link(const struct xpt_host *host, char *buf, size_t cap, const char *path)
{
	ssize_t n = readlinkat(host->root_fd, relative(path), buf, cap);

	if (n < 0)
		return -errno;
	if ((size_t)n == cap)
		return -ENAMETOOLONG;
	buf[n] = '\0';
	return 0;
}

int xpt_fs_link(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
{
	char path[PATH_MAX];

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	return read_link(host, buf, cap, path);
}

int xpt_fs_link_name(const struct xpt_host *host, char *buf, size_t cap, const char *fmt, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *name;
	int failed;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	failed = read_link(host, target, sizeof(target), path);
	if (failed)
		return failed;
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if (strlen(name) >= cap)
		return -ENAMETOOLONG;
	strcpy(buf, name);
	return 0;
}

bool xpt_fs_exists(const struct xpt_host *host, const char *fmt, ...)
{
	char path[PATH_MAX];

	FORMAT_PATH(path, fmt, false);
	return faccessat(host->root_fd, relative(path), F_OK, 0) == 0;
}

int xpt_fs_open_dir(const struct xpt_host *host, const char *path)
{
	int fd = openat(host->root_fd, relative(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int xpt_fs_names(const struct xpt_host *host, struct xpt_strv *ret, const char *fmt, ...)
{
	XPT_STRV names = {0};
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int fd, failed;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	fd = xpt_fs_open_dir(host, path);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		failed = -errno;
		close(fd);
		return failed;
	}
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			xpt_strv_add(&names, entry->d_name);
	}
	failed = -errno;
	closedir(dir);
	if (failed)
		return failed;
	xpt_strv_sort(&names);
	for (size_t i = 0; i < names.n; i++)
		xpt_strv_take(ret, XPT_TAKE(names.v[i]));
	return 0;
}

/* Read to the end, at most max bytes. 0, -EFBIG or another errno; *ret is set on success. */
static int read_all(int fd, size_t max, struct xpt_str *ret)
{
	char buf[16384];

	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		if (ret->len + (size_t)n > max)
			return -EFBIG;
		xpt_str_addn(ret, buf, (size_t)n);
	}
}

int xpt_fs_read_file(const struct xpt_host *host, const char *path, size_t max, char **ret,
		     size_t *ret_len, struct xpt_err *err)
{
	XPT_CLOSE int fd =
		openat(host->root_fd, relative(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	XPT_STR text = {0};
	struct stat st;
	int failed;

	if (fd < 0)
		return xpt_err_sys(err, errno, path, "cannot open %s", path);
	if (fstat(fd, &st) < 0)
		return xpt_err_sys(err, errno, path, "cannot look at %s", path);
	if (!S_ISREG(st.st_mode))
		return xpt_err_set(err, XPT_SYSTEM, EINVAL, path, NULL, "%s is not a regular file",
				   path);
	failed = read_all(fd, max, &text);
	if (failed == -EFBIG)
		return xpt_err_set(err, XPT_SYSTEM, EFBIG, path, NULL,
				   "%s is larger than %zu bytes", path, max);
	if (failed)
		return xpt_err_sys(err, -failed, path, "cannot read %s", path);
	if (ret_len)
		*ret_len = text.len;
	*ret = xpt_str_take(&text);
	return 0;
}
