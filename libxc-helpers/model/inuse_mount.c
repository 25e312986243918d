/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What mounts and swap lie on. <root>/proc/swaps: proc(5). */
#include "model/inuse_scan.h"

#include <string.h>

#include "host/bootfile.h"
#include "host/fs.h"

#define SWAPS "/proc/swaps"
#define MAX_SWAPS (1u << 20)

/* ---- what a mount lies on ---- */

static bool is_in(const char *const *names, const char *name)
{
	for (; *names; names++) {
		if (!strcmp(*names, name))
			return true;
	}
	return false;
}

/* File systems that live in memory or are made up by the kernel. */
static bool is_pseudo(const char *type)
{
	static const char *const types[] = {
		"autofs",    "binder",     "binfmt_misc", "bpf",      "cgroup",     "cgroup2",
		"configfs",  "debugfs",    "devpts",      "devtmpfs", "efivarfs",   "fusectl",
		"hugetlbfs", "mqueue",     "nfsd",        "nsfs",     "oprofilefs", "proc",
		"pstore",    "ramfs",      "resctrl",     "rootfs",   "rpc_pipefs", "securityfs",
		"selinuxfs", "spufs",      "sysfs",       "tmpfs",    "tracefs",    "usbfs",
		"xenfs",     "xenstorefs", NULL,
	};

	return is_in(types, type);
}

static bool is_network(const char *type)
{
	static const char *const types[] = {
		"9p",         "afs",   "ceph", "cifs", "fuse.ceph", "fuse.glusterfs", "fuse.mfs",
		"fuse.sshfs", "ncpfs", "nfs",  "nfs4", "smb3",      "smbfs",          NULL,
	};

	return is_in(types, type);
}

/* The value of "key=" in a comma-separated list; NULL when it is not there. Caller frees. */
static char *option_value(const char *options, const char *key)
{
	XPT_STRV list = {0};
	size_t n = strlen(key);

	xpt_strv_split(&list, options, ',');
	for (size_t i = 0; i < list.n; i++) {
		if (!strncmp(list.v[i], key, n) && list.v[i][n] == '=')
			return xpt_strdup(list.v[i] + n + 1);
	}
	return NULL;
}

char *xpt_inuse_server_of(const char *source)
{
	if (xpt_has_prefix(source, "//"))
		return xpt_strndup(source + 2, strcspn(source + 2, "/"));
	if (source[0] == '[')
		return xpt_strndup(source + 1, strcspn(source + 1, "]"));
	return xpt_strndup(source, strcspn(source, ":,"));
}

static void walk_network_mount(struct xpt_inuse *s, const struct xpt_trail *t,
			       const struct xpt_mount *m)
{
	XPT_FREE char *addr = option_value(m->options, "addr");
	XPT_FREE char *server = addr ? xpt_strdup(addr) : xpt_inuse_server_of(m->source);

	xpt_inuse_walk_server(s, t, server);
}

/* An overlay lies on what its directories lie on. */
static void walk_overlay(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_mount *m)
{
	XPT_FREE char *upper = option_value(m->options, "upperdir");
	XPT_FREE char *lower = option_value(m->options, "lowerdir");
	XPT_STRV dirs = {0};

	if (lower)
		xpt_strv_split(&dirs, lower, ':');
	if (upper)
		xpt_strv_add(&dirs, upper);
	for (size_t i = 0; i < dirs.n; i++)
		xpt_inuse_walk_file(s, t, dirs.v[i]);
	if (!dirs.n)
		xpt_inuse_add_unknown_storage(s, t);
}

/* A btrfs names one of its devices as source; sysfs lists them all. */
static bool walk_btrfs_members(struct xpt_inuse *s, const struct xpt_trail *t, const char *name)
{
	XPT_STRV ids = {0};

	if (xpt_fs_names(s->host, &ids, "/sys/fs/btrfs") < 0)
		return false;
	for (size_t i = 0; i < ids.n; i++) {
		XPT_STRV members = {0};

		if (xpt_fs_names(s->host, &members, "/sys/fs/btrfs/%s/devices", ids.v[i]) < 0 ||
		    !xpt_strv_has(&members, name))
			continue;
		for (size_t k = 0; k < members.n; k++)
			xpt_inuse_walk_block(s, t, members.v[k]);
		return true;
	}
	return false;
}

/* No device number of its own (btrfs, zfs, ...): the source has to say. */
static void walk_source(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_mount *m)
{
	const struct xpt_block *b = NULL;

	if (xpt_has_prefix(m->source, "/dev/"))
		b = xpt_inuse_find_devname(s, m->source + strlen("/dev/"));
	if (!b) {
		xpt_inuse_add_unknown_storage(s, t);
		if (xpt_has_prefix(m->type, "fuse"))
			xpt_inuse_add_unknown_network(s, t);
		return;
	}
	if (strcmp(m->type, "btrfs") != 0 || !walk_btrfs_members(s, t, b->name))
		xpt_inuse_walk_block(s, t, b->name);
}

void xpt_inuse_walk_mount(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_mount *m)
{
	if (xpt_trail_is_too_long(t))
		xpt_inuse_add_unknown_storage(s, t);
	else if (is_network(m->type))
		walk_network_mount(s, t, m);
	else if (m->major)
		xpt_inuse_walk_devnum(s, t, m->major, m->minor);
	else if (!strcmp(m->type, "overlay"))
		walk_overlay(s, t, m);
	else if (!is_pseudo(m->type))
		walk_source(s, t, m);
}

void xpt_inuse_walk_file(struct xpt_inuse *s, const struct xpt_trail *t, const char *path)
{
	const struct xpt_mount *m = xpt_mounts_holding(&s->mounts, path);
	struct xpt_trail file = xpt_trail_on(t, path);

	if (!m) {
		xpt_inuse_add_unknown_storage(s, &file);
		return;
	}
	struct xpt_trail mount = xpt_trail_on(&file, m->point);

	xpt_inuse_walk_mount(s, &mount, m);
}

/* ---- uses ---- */

static const struct xpt_mount *grub_mount(const struct xpt_inuse *s)
{
	const char *path = xpt_bootfile_path(s->host);

	return path ? xpt_mounts_holding(&s->mounts, path) : NULL;
}

static bool is_boot(const struct xpt_inuse *s, const struct xpt_mount *m)
{
	static const char *const points[] = {"/", "/boot", "/boot/efi", NULL};

	return is_in(points, m->point) || m == s->grub;
}

static void scan_mount(struct xpt_inuse *s, const struct xpt_mount *m)
{
	const char *sr = xpt_inuse_sr_of_mount(m->point);
	XPT_FREE char *label = sr ? xpt_inuse_sr_label(s, sr) : NULL;
	enum xpt_reason reason = sr              ? XPT_REASON_STORAGE_REPOSITORY
				 : is_boot(s, m) ? XPT_REASON_BOOT_DISK
						 : XPT_REASON_DOM0_FILESYSTEM;
	struct xpt_trail root = xpt_trail_root(reason, sr ? label : m->point);

	root.sr = sr;
	xpt_inuse_walk_mount(s, &root, m);
}

/* A bind mount shows what another mount shows: one use for each purpose is enough. */
static bool is_repeated(const struct xpt_inuse *s, size_t at)
{
	const struct xpt_mount *m = &s->mounts.v[at];

	if (is_boot(s, m) || xpt_inuse_sr_of_mount(m->point))
		return false;
	for (size_t i = 0; i < at; i++) {
		const struct xpt_mount *before = &s->mounts.v[i];

		if (before->major == m->major && before->minor == m->minor &&
		    !strcmp(before->source, m->source))
			return true;
	}
	return false;
}

/* A line of <root>/proc/swaps: "/dev/sda5 partition 1048572 0 -2". */
static void scan_swap(struct xpt_inuse *s, const char *line)
{
	XPT_FREE char *raw = xpt_strndup(line, strcspn(line, " \t"));
	XPT_FREE char *name = xpt_mounts_decode(raw);
	const char *type = line + strlen(raw);
	struct xpt_trail root = xpt_trail_root(XPT_REASON_SWAP, "swap");
	const struct xpt_block *b = NULL;

	type += strspn(type, " \t");
	if (xpt_has_prefix(type, "file")) {
		xpt_inuse_walk_file(s, &root, name);
		return;
	}
	if (xpt_has_prefix(name, "/dev/"))
		b = xpt_inuse_find_devname(s, name + strlen("/dev/"));
	if (b) {
		xpt_inuse_walk_block(s, &root, b->name);
	} else {
		struct xpt_trail on = xpt_trail_on(&root, name);

		xpt_inuse_add_unknown_storage(s, &on);
	}
}

static void scan_swaps(struct xpt_inuse *s)
{
	struct xpt_trail root = xpt_trail_root(XPT_REASON_SWAP, "swap");
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};

	if (xpt_fs_read_file(s->host, SWAPS, MAX_SWAPS, &text, NULL, NULL) < 0) {
		xpt_inuse_add_unknown_storage(s, &root);
		return;
	}
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 1; i < lines.n; i++) {
		if (lines.v[i][0])
			scan_swap(s, lines.v[i]);
	}
}

void xpt_inuse_scan_mounts(struct xpt_inuse *s)
{
	struct xpt_trail lost = xpt_trail_root(XPT_REASON_DOM0_FILESYSTEM, "file systems");
	bool has_root = false;

	s->grub = grub_mount(s);
	for (size_t i = 0; i < s->mounts.n; i++) {
		has_root = has_root || !strcmp(s->mounts.v[i].point, "/");
		if (!is_repeated(s, i))
			scan_mount(s, &s->mounts.v[i]);
	}
	if (!has_root) {
		struct xpt_trail root = xpt_trail_root(XPT_REASON_BOOT_DISK, "/");

		xpt_inuse_add_unknown_storage(s, &root);
	}
	if (!s->mounts.known)
		xpt_inuse_add_unknown_storage(s, &lost);
	scan_swaps(s);
}
