/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sandbox_host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "expand.h"
#include "file.h"

#define MOUNT_MS 20000
#define MAX_INVENTORY (64u << 10)

/* What the build has, and where it goes on a host. */
static const struct {
	const char *from;
	const char *dir;
	const char *name;
	bool is_needed;
} programs[] = {
	{"passthrough", "/etc/xapi.d/plugins", "passthrough", true},
	{"xe-passthrough", "/opt/xensource/bin", "xe-passthrough", true},
	{"tests/xen-4.17.so", "/usr/lib64/xe-passthrough", "xen-4.17.so", false},
};

/* KEY of /etc/xensource-inventory, quotes removed; NULL when it has none. Caller frees. */
static char *inventory_value(const char *root, const char *key)
{
	XPT_FREE char *path = xpt_fmt("%s/etc/xensource-inventory", root);
	XPT_FREE char *text = NULL;
	XPT_FREE char *start = xpt_fmt("%s='", key);
	XPT_STRV lines = {0};

	if (xpt_file_read(path, MAX_INVENTORY, &text, NULL, NULL) < 0)
		return NULL;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *value = lines.v[i] + strlen(start);

		if (xpt_has_prefix(lines.v[i], start))
			return xpt_strndup(value, strcspn(value, "'"));
	}
	return NULL;
}

static int place_programs(const char *root, const char *build, struct xpt_err *err)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(programs); i++) {
		XPT_FREE char *from = xpt_fmt("%s/%s", build, programs[i].from);
		XPT_FREE char *dir = xpt_fmt("%s%s", root, programs[i].dir);
		XPT_FREE char *to = xpt_fmt("%s/%s", dir, programs[i].name);
		int ret;

		if (!programs[i].is_needed && access(from, F_OK) < 0)
			continue;
		ret = xpt_file_mkdir(dir, err);
		if (ret == 0)
			ret = xpt_file_copy(from, to, 0755, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}

int xpt_sandbox_host_make(struct xpt_sandbox_host *host, const char *host_file, const char *root,
			  const char *build, struct xpt_err *err)
{
	int ret = xpt_expand(host_file, root, err);

	if (ret < 0)
		return ret;
	host->root = realpath(root, NULL);
	host->sys = xpt_fmt("%s/sys", host->root);
	host->uuid = inventory_value(host->root, "INSTALLATION_UUID");
	ret = xpt_file_mkdir(host->sys, err);
	return ret < 0 ? ret : place_programs(host->root, build, err);
}

static void move_back(struct xpt_sandbox_host *host)
{
	XPT_FREE char *place = xpt_fmt("%s/sys", host->root);

	if (!host->is_moved)
		return;
	if (rmdir(place) < 0 || rename(host->sys, place) < 0) {
		fprintf(stderr, "sandbox: cannot move %s back to %s: %s\n", host->sys, place,
			strerror(errno));
		return;
	}
	free(host->sys);
	host->sys = XPT_TAKE(place);
	host->is_moved = false;
}

/* Move ROOT/sys beside the root and leave an empty directory to mount on. */
static int move_aside(struct xpt_sandbox_host *host, struct xpt_err *err)
{
	XPT_FREE char *aside = xpt_fmt("%s.sys", host->root);

	if (rename(host->sys, aside) < 0)
		return xpt_err_sys(err, errno, host->sys, "cannot move %s to %s", host->sys, aside);
	if (mkdir(host->sys, 0755) < 0)
		return xpt_err_sys(err, errno, host->sys, "cannot make %s", host->sys);
	free(host->sys);
	host->sys = XPT_TAKE(aside);
	host->is_moved = true;
	return 0;
}

int xpt_sandbox_host_mount(struct xpt_sandbox_host *host, const char *build, const char *faults,
			   const char *log, struct xpt_err *err)
{
	XPT_STRV args = {0};
	int ret = move_aside(host, err);

	if (ret < 0)
		return ret;
	xpt_strv_addf(&args, "%s/tests/kernelfs", build);
	xpt_strv_add(&args, host->root);
	xpt_strv_add(&args, host->sys);
	xpt_strv_add(&args, "--faults");
	xpt_strv_add(&args, faults);
	ret = xpt_server_start(&host->kernel, &args, log, MOUNT_MS, err);
	if (ret < 0)
		move_back(host);
	return ret;
}

static bool is_mounted(const char *root)
{
	XPT_FREE char *sys = xpt_fmt("%s/sys", root);
	struct stat above, at;

	if (stat(root, &above) < 0)
		return false;
	/* a file system whose server died answers ENOTCONN: it is still mounted */
	return stat(sys, &at) < 0 ? errno == ENOTCONN : at.st_dev != above.st_dev;
}

/* Detach the mount by ourselves, or by the helper that may when we may not. */
static void force_unmount(const char *root)
{
	XPT_FREE char *sys = xpt_fmt("%s/sys", root);
	pid_t pid;

	if (umount2(sys, MNT_DETACH) == 0)
		return;
	pid = fork();
	if (pid == 0) {
		execlp("fusermount3", "fusermount3", "-u", "-z", sys, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void xpt_sandbox_host_end(struct xpt_sandbox_host *host, bool keep)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (!host->root)
		return;
	xpt_server_stop(&host->kernel);
	if (host->is_moved && is_mounted(host->root))
		force_unmount(host->root);
	if (host->is_moved && is_mounted(host->root))
		fprintf(stderr, "sandbox: %s/sys is still mounted\n", host->root);
	else
		move_back(host);
	if (!keep && xpt_file_remove_tree(host->root, &err) < 0)
		fprintf(stderr, "sandbox: %s\n", err.sentence);
	free(host->root);
	free(host->sys);
	free(host->uuid);
	*host = (struct xpt_sandbox_host){0};
}
