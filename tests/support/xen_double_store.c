/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xen_double_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define STORE_FILE XEN_DOUBLE_DIR "/xenstore"
#define LOCK_FILE XEN_DOUBLE_DIR "/xenstore.lock"
#define SEPARATOR " = "

static int make_directory(const char *root, struct xpt_err *err)
{
	static const char *const STEPS[] = {"/var", "/var/lib", XEN_DOUBLE_DIR};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(STEPS); i++) {
		XPT_FREE char *path = xpt_fmt("%s%s", root, STEPS[i]);

		if (mkdir(path, 0755) && errno != EEXIST)
			return xpt_err_sys(err, errno, path, "%s cannot be made", path);
	}
	return 0;
}

int xen_double_store_lock(const char *root, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_fmt("%s%s", root, LOCK_FILE);
	int rc = make_directory(root, err);
	int fd;

	if (rc)
		return rc;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || flock(fd, LOCK_EX)) {
		rc = xpt_err_sys(err, errno, path, "%s cannot be locked", path);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	return fd;
}

static void read_line(struct xen_double_store *store, char *line)
{
	char *separator = strstr(line, SEPARATOR);

	line[strcspn(line, "\n")] = '\0';
	if (!separator)
		return;
	*separator = '\0';
	xen_double_store_set(store, line, separator + strlen(SEPARATOR));
}

int xen_double_store_load(const char *root, struct xen_double_store *ret, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_fmt("%s%s", root, STORE_FILE);
	XPT_FREE char *line = NULL;
	size_t cap = 0;
	FILE *f = fopen(path, "re");

	if (!f && errno == ENOENT)
		return 0;
	if (!f)
		return xpt_err_sys(err, errno, path, "%s cannot be read", path);
	while (getline(&line, &cap, f) > 0)
		read_line(ret, line);
	fclose(f);
	return 0;
}

int xen_double_store_save(const char *root, const struct xen_double_store *store,
			  struct xpt_err *err)
{
	XPT_FREE char *path = xpt_fmt("%s%s", root, STORE_FILE);
	XPT_FREE char *temporary = xpt_fmt("%s.new", path);
	FILE *f = fopen(temporary, "we");
	bool ok;

	if (!f)
		return xpt_err_sys(err, errno, path, "%s cannot be written", temporary);
	for (size_t i = 0; i + 1 < store->node.n; i += 2)
		fprintf(f, "%s" SEPARATOR "%s\n", store->node.v[i], store->node.v[i + 1]);
	ok = !ferror(f);
	ok = !fclose(f) && ok;
	if (!ok || rename(temporary, path))
		return xpt_err_sys(err, errno, path, "%s cannot be written", path);
	return 0;
}

void xen_double_store_done(struct xen_double_store *store)
{
	xpt_strv_done(&store->node);
}

const char *xen_double_store_get(const struct xen_double_store *store, const char *path)
{
	for (size_t i = 0; i + 1 < store->node.n; i += 2)
		if (!strcmp(store->node.v[i], path))
			return store->node.v[i + 1];
	return NULL;
}

/* What is left of node after path and a slash; NULL when it is not below path. */
static const char *below(const char *node, const char *path)
{
	size_t n = strlen(path);

	if (n && path[n - 1] == '/')
		n--;
	return !strncmp(node, path, n) && node[n] == '/' ? node + n + 1 : NULL;
}

bool xen_double_store_list(const struct xen_double_store *store, const char *path,
			   struct xpt_strv *ret)
{
	bool is_there = xen_double_store_get(store, path) != NULL;

	for (size_t i = 0; i + 1 < store->node.n; i += 2) {
		const char *rest = below(store->node.v[i], path);
		XPT_FREE char *name = rest ? xpt_strndup(rest, strcspn(rest, "/")) : NULL;

		is_there = is_there || name;
		if (name && !xpt_strv_has(ret, name))
			xpt_strv_add(ret, name);
	}
	return is_there;
}

void xen_double_store_set(struct xen_double_store *store, const char *path, const char *value)
{
	struct xpt_strv all = {0};
	bool is_done = false;

	for (size_t i = 0; i + 1 < store->node.n; i += 2) {
		int order = strcmp(store->node.v[i], path);

		if (order >= 0 && !is_done) {
			xpt_strv_add(&all, path);
			xpt_strv_add(&all, value);
			is_done = true;
		}
		if (order) {
			xpt_strv_add(&all, store->node.v[i]);
			xpt_strv_add(&all, store->node.v[i + 1]);
		}
	}
	if (!is_done) {
		xpt_strv_add(&all, path);
		xpt_strv_add(&all, value);
	}
	xpt_strv_done(&store->node);
	store->node = all;
}

void xen_double_store_remove(struct xen_double_store *store, const char *path)
{
	struct xpt_strv rest = {0};

	for (size_t i = 0; i + 1 < store->node.n; i += 2) {
		if (!strcmp(store->node.v[i], path) || below(store->node.v[i], path))
			continue;
		xpt_strv_add(&rest, store->node.v[i]);
		xpt_strv_add(&rest, store->node.v[i + 1]);
	}
	xpt_strv_done(&store->node);
	store->node = rest;
}
