/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

/* The path of a printf-like call in a local array of that name; leaves the function when it is too long. */
#define FORMAT_PATH(path, fmt, failure) \
	char path[XPT_TREE_PATH_MAX]; \
	do { \
		va_list ap_; \
		int len_; \
		va_start(ap_, fmt); \
		len_ = vsnprintf(path, sizeof(path), fmt, ap_); \
		va_end(ap_); \
		if (len_ < 0 || (size_t)len_ >= sizeof(path)) \
			return failure; \
	} while (0)

static ssize_t read_path(int dir, void *buf, size_t cap, const char *path)
{
	XPT_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;

	if (fd < 0)
		return -errno;
	while (done < cap) {
		ssize_t n = read(fd, (char *)buf + done, cap - done);

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

ssize_t xpt_tree_read(int dir, void *buf, size_t cap, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return read_path(dir, buf, cap, path);
}

int xpt_tree_line(int dir, char *buf, size_t cap, const char *fmt, ...)
{
	ssize_t n;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	n = read_path(dir, buf, cap - 1, path);
	buf[n < 0 ? 0 : n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return n < 0 ? (int)n : 0;
}

int xpt_tree_lines(int dir, struct xpt_strv *ret, const char *fmt, ...)
{
	enum { max = 1 << 20 };
	XPT_FREE char *text = xpt_alloc(max + 1);
	ssize_t n;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	n = read_path(dir, text, max, path);
	if (n < 0)
		return n == -ENOENT ? 0 : (int)n;
	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	xpt_strv_split(ret, text, '\n');
	return 0;
}

int xpt_tree_link(int dir, char *buf, size_t cap, const char *fmt, ...)
{
	ssize_t n;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	buf[0] = '\0';
	n = readlinkat(dir, path, buf, cap - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return 0;
}

static int names_path(int dir, struct xpt_strv *ret, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	DIR *stream;

	if (fd < 0)
		return -errno;
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			xpt_strv_add(ret, entry->d_name);
	}
	closedir(stream);
	xpt_strv_sort(ret);
	return 0;
}

int xpt_tree_names(int dir, struct xpt_strv *ret, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return names_path(dir, ret, path);
}

bool xpt_tree_has(int dir, const char *fmt, ...)
{
	struct stat st;

	FORMAT_PATH(path, fmt, false);
	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int mkdir_path(int dir, char *path)
{
	for (char *slash = path; slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdirat(dir, path, 0755) < 0 && errno != EEXIST)
			return -errno;
		if (slash)
			*slash = '/';
	}
	return 0;
}

int xpt_tree_mkdir(int dir, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return mkdir_path(dir, path);
}

static int mkdir_above(int dir, char *path)
{
	char *slash = strrchr(path, '/');
	int rc;

	if (!slash)
		return 0;
	*slash = '\0';
	rc = mkdir_path(dir, path);
	*slash = '/';
	return rc;
}

static int write_path(int dir, const void *data, size_t len, mode_t mode, int flags, char *path)
{
	XPT_CLOSE int fd = -1;
	int rc = mkdir_above(dir, path);

	if (rc)
		return rc;
	fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
	if (fd < 0)
		return -errno;
	return xpt_file_write_fd(fd, data, len);
}

int xpt_tree_write(int dir, const void *data, size_t len, mode_t mode, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return write_path(dir, data, len, mode, O_TRUNC, path);
}

int xpt_tree_write_text(int dir, const char *text, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return write_path(dir, text, strlen(text), 0644, O_TRUNC, path);
}

int xpt_tree_write_lines(int dir, const struct xpt_strv *lines, const char *fmt, ...)
{
	XPT_STR text = {0};

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	for (size_t i = 0; i < lines->n; i++)
		xpt_str_addf(&text, "%s\n", lines->v[i]);
	return write_path(dir, xpt_str_text(&text), text.len, 0644, O_TRUNC, path);
}

int xpt_tree_append(int dir, const char *text, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return write_path(dir, text, strlen(text), 0644, O_APPEND, path);
}

int xpt_tree_symlink(int dir, const char *target, const char *fmt, ...)
{
	int rc;

	FORMAT_PATH(path, fmt, -ENAMETOOLONG);
	rc = mkdir_above(dir, path);
	if (rc)
		return rc;
	if (unlinkat(dir, path, 0) < 0 && errno != ENOENT)
		return -errno;
	return symlinkat(target, dir, path) < 0 ? -errno : 0;
}

static int remove_path(int dir, const char *path);

static int empty_path(int dir, const char *path)
{
	XPT_STRV names = {0};
	int rc = names_path(dir, &names, path);

	for (size_t i = 0; !rc && i < names.n; i++) {
		XPT_FREE char *child = xpt_fmt("%s/%s", path, names.v[i]);

		rc = remove_path(dir, child);
	}
	return rc == -ENOENT ? 0 : rc;
}

static int remove_path(int dir, const char *path)
{
	int rc;

	if (unlinkat(dir, path, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return -errno;
	rc = empty_path(dir, path);
	if (rc)
		return rc;
	return unlinkat(dir, path, AT_REMOVEDIR) < 0 ? -errno : 0;
}

int xpt_tree_remove(int dir, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return remove_path(dir, path);
}

int xpt_tree_empty(int dir, const char *fmt, ...)
{
	FORMAT_PATH(path, fmt, -ENAMETOOLONG);

	return empty_path(dir, path);
}
