/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dom0_access.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "host/fs.h"
#include "host/run.h"

#define XEN_CMDLINE "/opt/xensource/libexec/xen-cmdline"
#define LOCK_FILE "/var/lib/xcp/xapid-dom0-access.lock"
#define HIDE "xen-pciback.hide"
#define HIDE_WORD HIDE "="
#define GROUP_LEN 14 /* (DDDD:BB:DD.F) */
#define TIMEOUT_MS 60000
#define MAX_FILE (1u << 20)

static int fail(const char *code, const char *what)
{
	printf("%s\n%s\n", code, what);
	return -1;
}

/* ---- now ---- */

static bool is_hidden_now(const struct xpt_host *host, const char *address)
{
	XPT_FREE char *line = NULL;
	XPT_STRV words = {0};

	if (xpt_fs_read_file(host, "/proc/cmdline", MAX_FILE, &line, NULL, NULL))
		return false;
	xpt_strv_split(&words, line, ' ');
	for (size_t i = 0; i < words.n; i++)
		if (xpt_has_prefix(words.v[i], HIDE_WORD))
			return strstr(words.v[i], address) != NULL;
	return false;
}

/* ---- after the next boot ---- */

/*
 * Run xen-cmdline with one option and its value; what it printed, NULL after the failure. Caller
 * frees.
 */
static char *xen_cmdline(const struct xpt_host *host, const char *option, const char *value)
{
	const char *const argv[] = {XEN_CMDLINE, option, value, NULL};
	struct xpt_run run = {
		.argv = argv, .timeout_ms = TIMEOUT_MS, .max_output = MAX_FILE, .keep_fd = -1};
	XPT_RUN_RESULT result = {0};
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_run(host, &run, &result, &err)) {
		fail("INTERNAL_ERROR", err.sentence);
		return NULL;
	}
	if (result.status) {
		fail("INTERNAL_ERROR", "Forkhelpers.Spawn_internal_error");
		return NULL;
	}
	return xpt_str_take(&result.out);
}

static bool is_group(const char *s)
{
	static const char SHAPE[] = "(xxxx:xx:xx.x)";

	for (size_t i = 0; i < GROUP_LEN; i++) {
		bool is_hex = s[i] && strchr("0123456789abcdefABCDEF", s[i]);

		if (SHAPE[i] == 'x' ? !is_hex : s[i] != SHAPE[i])
			return false;
	}
	return true;
}

static int scan_failure(size_t at)
{
	XPT_FREE char *what = xpt_fmt("Stdlib.Scanf.Scan_failure(\"scanf: bad input at char "
				      "number %zu: looking for ')'\")",
				      at);

	return fail("INTERNAL_ERROR", what);
}

/*
 * Groups of the list for the next boot, with their parentheses, appended. 0 or -1 after the
 * failure.
 */
static int read_groups(const struct xpt_host *host, struct xpt_strv *ret)
{
	XPT_FREE char *out = xen_cmdline(host, "--get-dom0", HIDE);
	const char *at = out;

	if (!out)
		return -1;
	while (strlen(out) && strchr(" \t\r\n", out[strlen(out) - 1]))
		out[strlen(out) - 1] = '\0';
	if (!*at)
		return 0;
	if (!xpt_has_prefix(at, HIDE_WORD))
		return scan_failure(0);
	for (at += strlen(HIDE_WORD); *at; at += GROUP_LEN) {
		if (!is_group(at))
			return scan_failure((size_t)(at - out));
		xpt_strv_take(ret, xpt_strndup(at, GROUP_LEN));
	}
	return 0;
}

static bool has_address(const struct xpt_strv *groups, const char *address)
{
	XPT_FREE char *group = xpt_fmt("(%s)", address);

	return xpt_strv_has(groups, group);
}

/* ---- changes ---- */

static int write_groups(const struct xpt_host *host, const struct xpt_strv *groups)
{
	XPT_FREE char *list = xpt_strv_join(groups, "");
	XPT_FREE char *word = xpt_fmt(HIDE_WORD "%s", list);
	XPT_FREE char *out = groups->n ? xen_cmdline(host, "--set-dom0", word)
				       : xen_cmdline(host, "--delete-dom0", HIDE);

	return out ? 0 : -1;
}

/* In front of the list. */
static int hide(const struct xpt_host *host, const char *address, const struct xpt_strv *groups)
{
	XPT_STRV list = {0};

	if (has_address(groups, address))
		return 0;
	xpt_strv_addf(&list, "(%s)", address);
	xpt_strv_copy(&list, groups);
	return write_groups(host, &list);
}

static int show(const struct xpt_host *host, const char *address, const struct xpt_strv *groups)
{
	XPT_FREE char *group = xpt_fmt("(%s)", address);
	XPT_STRV rest = {0};

	for (size_t i = 0; i < groups->n; i++)
		if (strcmp(groups->v[i], group))
			xpt_strv_add(&rest, groups->v[i]);
	return rest.n == groups->n ? 0 : write_groups(host, &rest);
}

/* ---- the boot device ---- */

/* Device number and source of what is mounted on /; false when that cannot be told. */
static bool find_root_mount(const struct xpt_host *host, char device[32], char source[256])
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};

	if (xpt_fs_read_file(host, "/proc/self/mountinfo", MAX_FILE, &text, NULL, NULL))
		return false;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *rest = strstr(lines.v[i], " - ");
		char point[256];

		if (rest && sscanf(lines.v[i], "%*s %*s %31s %*s %255s", device, point) == 2 &&
		    !strcmp(point, "/") && sscanf(rest, " - %*s %255s", source) == 1)
			return true;
	}
	return false;
}

/* xapi looks at the device directly below the root bus, and at no other. */
static bool is_above(const struct xpt_host *host, const char *device, const char *address)
{
	char target[PATH_MAX];
	const char *bus, *first;

	if (xpt_fs_link(host, target, sizeof(target), "/sys/dev/block/%s", device))
		return false;
	bus = strstr(target, "/pci");
	first = bus ? strchr(bus + 1, '/') : NULL;
	return first && !strncmp(first + 1, address, strlen(address)) &&
	       first[1 + strlen(address)] == '/';
}

static int check_boot_device(const struct xpt_host *host, const struct xd_dom0_access *a)
{
	char device[32], source[256];

	if (a->guards_boot_device && a->change == XD_DOM0_HIDE &&
	    find_root_mount(host, device, source) && is_above(host, device, a->address))
		return fail("BOOT_DEVICE_PASSTHROUGH_DISALLOWED", source);
	return 0;
}

/* ---- all of it ---- */

static const char *status_of(bool hidden_now, bool hidden_later)
{
	if (hidden_now)
		return hidden_later ? "disabled" : "enable_on_reboot";
	return hidden_later ? "disable_on_reboot" : "enabled";
}

static int run(const struct xpt_host *host, const struct xd_dom0_access *a)
{
	XPT_STRV before = {0};
	XPT_STRV after = {0};
	int rc = check_boot_device(host, a);

	if (!rc)
		rc = read_groups(host, &before);
	if (!rc && a->change == XD_DOM0_HIDE)
		rc = hide(host, a->address, &before);
	if (!rc && a->change == XD_DOM0_SHOW)
		rc = show(host, a->address, &before);
	if (!rc)
		rc = read_groups(host, &after);
	if (!rc)
		printf("%s\n",
		       status_of(is_hidden_now(host, a->address), has_address(&after, a->address)));
	return rc;
}

int xd_dom0_access_work(const struct xd_dom0_access *a)
{
	XPT_HOST host = {0};
	XPT_FREE char *path = xpt_fmt("%s" LOCK_FILE, a->root);
	XPT_CLOSE int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (lock < 0 || flock(lock, LOCK_EX) ||
	    xpt_host_open(*a->root ? a->root : "/", &host, NULL)) {
		fail("INTERNAL_ERROR", "the host's root cannot be opened");
		return 1;
	}
	return run(&host, a) ? 1 : 0;
}
