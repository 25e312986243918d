/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices from the top down, by sysfs (Documentation/ABI: testing/sysfs-block, stable/sysfs-block-*):
 * partitions lie on the device above them in the path, dm and md on their slaves, a loop device on a
 * file, an NVMe multipath head on the controllers of its subsystem, an iSCSI disk on a network.
 */
#include "model/inuse_scan.h"

#include <limits.h>
#include <string.h>

#include "host/fs.h"

/* ---- the table ---- */

static char *read_attribute(const struct xpt_host *host, const char *path, const char *name)
{
	char line[512];

	return xpt_fs_line(host, line, sizeof(line), "%s/%s", path, name) == 0 ? xpt_strdup(line)
									       : NULL;
}

static bool has_entries(const struct xpt_host *host, const char *path, const char *dir)
{
	XPT_STRV names = {0};

	return xpt_fs_names(host, &names, "%s/%s", path, dir) == 0 && names.n;
}

static void read_block(const struct xpt_host *host, const char *name, struct xpt_blocks *ret)
{
	XPT_FREE char *link = xpt_fmt("/sys/class/block/%s", name);
	char *path = xpt_inuse_resolve(host, link);
	struct xpt_block b = {0};

	if (!path)
		return;
	b.name = xpt_strdup(name);
	b.path = path;
	b.is_partition = xpt_fs_exists(host, "%s/partition", path);
	b.has_slaves = has_entries(host, path, "slaves");
	b.has_holders = has_entries(host, path, "holders");
	if (xpt_has_prefix(name, "dm-")) {
		b.dm_name = read_attribute(host, path, "dm/name");
		b.dm_uuid = read_attribute(host, path, "dm/uuid");
	}
	ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
	ret->v[ret->n++] = b;
}

void xpt_blocks_read(const struct xpt_host *host, struct xpt_blocks *ret)
{
	XPT_STRV names = {0};

	if (xpt_fs_names(host, &names, "/sys/class/block") < 0)
		return;
	for (size_t i = 0; i < names.n; i++)
		read_block(host, names.v[i], ret);
}

void xpt_blocks_done(struct xpt_blocks *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->v[i].name);
		free(b->v[i].path);
		free(b->v[i].dm_name);
		free(b->v[i].dm_uuid);
	}
	free(b->v);
	*b = (struct xpt_blocks){0};
}

const struct xpt_block *xpt_blocks_find(const struct xpt_blocks *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++) {
		if (!strcmp(b->v[i].name, name))
			return &b->v[i];
	}
	return NULL;
}

void xpt_blocks_slaves(const struct xpt_host *host, const struct xpt_block *b, struct xpt_strv *ret)
{
	XPT_STRV names = {0};

	xpt_fs_names(host, &names, "%s/slaves", b->path);
	for (size_t i = 0; i < names.n; i++) {
		if (!xpt_strv_has(ret, names.v[i]))
			xpt_strv_add(ret, names.v[i]);
	}
}

/* ---- one step down ---- */

/* Each of these says whether the device is of its kind; the trail is then ended or handed on. */
typedef bool (*walk_kind)(struct xpt_inuse *s, const struct xpt_trail *t,
			  const struct xpt_block *b);

static bool walk_slaves(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	XPT_STRV slaves = {0};

	xpt_blocks_slaves(s->host, b, &slaves);
	for (size_t i = 0; i < slaves.n; i++)
		xpt_inuse_walk_block(s, t, slaves.v[i]);
	return slaves.n > 0;
}

static bool walk_loop(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	char file[PATH_MAX];

	if (xpt_fs_line(s->host, file, sizeof(file), "%s/loop/backing_file", b->path) < 0)
		return false;
	xpt_inuse_walk_file(s, t, file);
	return true;
}

/* "traddr=192.168.7.9,trsvcid=4420": a controller that is reached over a network. */
static bool walk_fabric(struct xpt_inuse *s, const struct xpt_trail *t, const char *controller)
{
	static const char key[] = "traddr=";
	char address[512];
	const char *at;

	if (!strstr(controller, "/nvme-fabrics/") ||
	    xpt_fs_line(s->host, address, sizeof(address), "%s/address", controller) < 0)
		return false;
	at = strstr(address, key);
	if (at) {
		XPT_FREE char *server =
			xpt_strndup(at + strlen(key), strcspn(at + strlen(key), ","));

		xpt_inuse_walk_server(s, t, server);
	} else {
		xpt_inuse_add_unknown_network(s, t);
	}
	return true;
}

static bool walk_fabric_disk(struct xpt_inuse *s, const struct xpt_trail *t,
			     const struct xpt_block *b)
{
	const char *slash = strrchr(b->path, '/');
	XPT_FREE char *controller = xpt_strndup(b->path, (size_t)(slash - b->path));

	return walk_fabric(s, t, controller);
}

static void walk_controller(struct xpt_inuse *s, const struct xpt_trail *t, const char *link)
{
	XPT_FREE char *path = xpt_inuse_resolve(s->host, link);

	if (path && (walk_fabric(s, t, path) || xpt_inuse_add_path(s, t, path)))
		return;
	xpt_inuse_add_unknown_storage(s, t);
}

/* The head is a child of its subsystem, which links its controllers (drivers/nvme/host/multipath.c). */
static bool walk_nvme_head(struct xpt_inuse *s, const struct xpt_trail *t,
			   const struct xpt_block *b)
{
	const char *slash = strrchr(b->path, '/');
	XPT_FREE char *subsystem = xpt_strndup(b->path, (size_t)(slash - b->path));
	XPT_STRV names = {0};
	size_t controllers = 0;

	if (!strstr(b->path, "/nvme-subsystem/"))
		return false;
	xpt_fs_names(s->host, &names, "%s", subsystem);
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *link = xpt_fmt("%s/%s", subsystem, names.v[i]);
		size_t n = strlen("nvme");

		if (!xpt_has_prefix(names.v[i], "nvme") || !names.v[i][n] ||
		    names.v[i][n + strspn(names.v[i] + n, "0123456789")])
			continue;
		walk_controller(s, t, link);
		controllers++;
	}
	if (!controllers)
		xpt_inuse_add_unknown_storage(s, t);
	return true;
}

static bool walk_path(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	return xpt_inuse_add_path(s, t, b->path);
}

/* A software initiator's session goes over an interface of its own, or by the route. */
static bool walk_iscsi(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	XPT_FREE char *id = xpt_inuse_component(b->path, "/session");
	XPT_FREE char *session = id ? xpt_fmt("session%s", id) : NULL;
	XPT_FREE char *host = xpt_inuse_component(b->path, "/host");
	struct xpt_trail at;
	char text[256];

	if (!session)
		return false;
	at = xpt_trail_on(t, session);
	if (host &&
	    xpt_fs_line(s->host, text, sizeof(text), "/sys/class/iscsi_host/host%s/netdev", host) ==
		    0 &&
	    text[0] && xpt_fs_exists(s->host, "/sys/class/net/%s", text)) {
		xpt_inuse_walk_netdev(s, &at, text);
		return true;
	}
	if (xpt_fs_line(s->host, text, sizeof(text),
			"/sys/class/iscsi_connection/connection%s:0/address", id) < 0 &&
	    xpt_fs_line(s->host, text, sizeof(text),
			"/sys/class/iscsi_connection/connection%s:0/persistent_address", id) < 0)
		xpt_inuse_add_unknown_network(s, &at);
	else
		xpt_inuse_walk_server(s, &at, text);
	return true;
}

/* Software FCoE hangs its disks below a network interface without hardware of its own (a VLAN). */
static bool walk_fcoe(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	XPT_FREE char *netdev = xpt_inuse_component(b->path, "/virtual/net/");

	if (!netdev)
		return false;
	xpt_inuse_walk_netdev(s, t, netdev);
	return true;
}

static bool is_memory(const struct xpt_host *host, const struct xpt_block *b)
{
	char backing[256];

	if (xpt_has_prefix(b->name, "ram"))
		return true;
	return xpt_has_prefix(b->name, "zram") &&
	       (xpt_fs_line(host, backing, sizeof(backing), "%s/backing_dev", b->path) < 0 ||
		!strcmp(backing, "none"));
}

/* Neither memory nor a virtual disk of an SR, whose own uses cover it, has hardware of its own. */
static bool walk_nothing(struct xpt_inuse *s, const struct xpt_trail *t XPT_UNUSED,
			 const struct xpt_block *b)
{
	return is_memory(s->host, b) || (s->pool && strstr(b->path, "/devices/vbd-"));
}

static void walk_whole(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_block *b)
{
	static const walk_kind kinds[] = {walk_slaves, walk_loop,  walk_fabric_disk, walk_nvme_head,
					  walk_path,   walk_iscsi, walk_fcoe,        walk_nothing};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(kinds); i++) {
		if (kinds[i](s, t, b))
			return;
	}
	xpt_inuse_add_unknown_storage(s, t);
}

/* The device that a partition is part of: the directory above it. */
static const struct xpt_block *whole_of(const struct xpt_inuse *s, const struct xpt_block *b)
{
	XPT_FREE char *parent = NULL;
	const char *end = strrchr(b->path, '/'), *start = end;

	while (start > b->path && start[-1] != '/')
		start--;
	parent = xpt_strndup(start, (size_t)(end - start));
	return xpt_blocks_find(&s->blocks, parent);
}

static void note_walked(struct xpt_inuse *s, const struct xpt_block *b)
{
	if (b && !xpt_strv_has(&s->walked, b->name))
		xpt_strv_add(&s->walked, b->name);
}

/* As people know it: a volume by LVM's name, what device-mapper made by that. */
static char *label_of(const struct xpt_block *b)
{
	char *volume = xpt_inuse_volume_of(b);

	return volume ? volume : xpt_strdup(b->dm_name ? b->dm_name : b->name);
}

void xpt_inuse_walk_block(struct xpt_inuse *s, const struct xpt_trail *t, const char *name)
{
	const struct xpt_block *b = xpt_blocks_find(&s->blocks, name);
	XPT_FREE char *label = b ? label_of(b) : xpt_strdup(name);
	/* The SR's name is in the chain already. */
	bool is_told = b && t->sr && xpt_inuse_is_volume_of_sr(b, t->sr);
	struct xpt_trail at = is_told ? xpt_trail_past(t) : xpt_trail_on(t, label);

	note_walked(s, b);
	if (b && b->is_partition) {
		b = whole_of(s, b);
		note_walked(s, b);
	}
	if (!b || xpt_trail_is_too_long(&at))
		xpt_inuse_add_unknown_storage(s, &at);
	else
		walk_whole(s, &at, b);
}

void xpt_inuse_walk_devnum(struct xpt_inuse *s, const struct xpt_trail *t, unsigned major,
			   unsigned minor)
{
	char name[256];

	if (xpt_fs_link_name(s->host, name, sizeof(name), "/sys/dev/block/%u:%u", major, minor) < 0)
		xpt_inuse_add_unknown_storage(s, t);
	else
		xpt_inuse_walk_block(s, t, name);
}
