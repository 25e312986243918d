/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Storage repositories that are plugged on this host. What an SR lies on is taken from wherever it
 * shows: its mount, the volume group that carries its uuid, and the keys of PBD.device_config. A type that
 * we never heard of is resolved in the same way, or is unknown. Source: sm drivers (LVMSR, EXTSR, NFSSR,
 * LVMoISCSISR, LVMoHBASR, ISOSR, LinstorSR).
 */
#include "model/inuse_scan.h"

#include <string.h>

static const char *const mount_dirs[] = {"/run/sr-mount/", "/var/run/sr-mount/"};

/* ---- mounts ---- */

const char *xpt_inuse_sr_of_mount(const char *path)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(mount_dirs); i++) {
		if (xpt_has_prefix(path, mount_dirs[i]))
			return path + strlen(mount_dirs[i]);
	}
	return NULL;
}

char *xpt_inuse_sr_label(const struct xpt_inuse *s, const char *uuid)
{
	for (size_t i = 0; s->pool && i < s->pool->n_srs; i++) {
		if (xpt_streq(s->pool->srs[i].uuid, uuid))
			return xpt_fmt("SR %s", s->pool->srs[i].name);
	}
	return xpt_fmt("SR %s", uuid);
}

static bool has_mount(const struct xpt_inuse *s, const char *uuid)
{
	for (size_t i = 0; i < s->mounts.n; i++) {
		const char *of = xpt_inuse_sr_of_mount(s->mounts.v[i].point);

		if (of && !strcmp(of, uuid))
			return true;
	}
	return false;
}

/* ---- volume groups ---- */

static bool is_in_group(const struct xpt_block *b, const char *group)
{
	XPT_FREE char *of = xpt_inuse_group_of(b);

	return of && !strcmp(of, group);
}

/*
 * Walk the physical volumes below all active volumes of a group, each once: an SR has hundreds of
 * volumes. False when none is active.
 */
static bool walk_group(struct xpt_inuse *s, const struct xpt_trail *t, const char *group)
{
	XPT_STRV below = {0};

	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct xpt_block *b = &s->blocks.v[i];

		if (!is_in_group(b, group))
			continue;
		xpt_strv_add(&s->walked, b->name);
		xpt_blocks_slaves(s->host, b, &below);
	}
	for (size_t i = 0; i < below.n; i++) {
		const struct xpt_block *b = xpt_blocks_find(&s->blocks, below.v[i]);

		if (!b || !is_in_group(b, group))
			xpt_inuse_walk_block(s, t, below.v[i]);
	}
	return below.n > 0;
}

/* VG_XenStorage-<uuid>, XSLocalEXT-<uuid>, ... */
bool xpt_inuse_is_volume_of_sr(const struct xpt_block *b, const char *uuid)
{
	XPT_FREE char *group = xpt_inuse_group_of(b);

	return group && *uuid && xpt_has_suffix(group, uuid);
}

static bool walk_groups_of_sr(struct xpt_inuse *s, const struct xpt_trail *t, const char *uuid)
{
	XPT_STRV groups = {0};
	bool found = false;

	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct xpt_block *b = &s->blocks.v[i];
		XPT_FREE char *group = xpt_inuse_group_of(b);

		if (xpt_inuse_is_volume_of_sr(b, uuid) && !xpt_strv_has(&groups, group))
			xpt_strv_add(&groups, group);
	}
	for (size_t i = 0; i < groups.n; i++)
		found |= walk_group(s, t, groups.v[i]);
	return found;
}

/* ---- the keys of device_config: each says whether it led anywhere, be it to an unknown ---- */

static bool walk_devices(struct xpt_inuse *s, const struct xpt_trail *t, const char *value)
{
	XPT_STRV devices = {0};

	xpt_strv_split(&devices, value, ',');
	for (size_t i = 0; i < devices.n; i++) {
		const char *dev = devices.v[i];
		struct xpt_trail at = xpt_trail_on(t, dev);
		const struct xpt_block *b;

		dev += xpt_has_prefix(dev, "/dev/") ? strlen("/dev/") : 0;
		b = xpt_inuse_find_devname(s, dev);
		if (b)
			xpt_inuse_walk_block(s, t, b->name);
		else
			xpt_inuse_add_unknown_storage(s, &at);
	}
	return devices.n > 0;
}

static bool walk_scsi_id(struct xpt_inuse *s, const struct xpt_trail *t, const char *value)
{
	XPT_STRV disks = {0};

	xpt_inuse_find_scsi_id(s, value, &disks);
	for (size_t i = 0; i < disks.n; i++)
		xpt_inuse_walk_block(s, t, disks.v[i]);
	return disks.n > 0;
}

/* linstor: "linstor_group/thin_device" */
static bool walk_group_name(struct xpt_inuse *s, const struct xpt_trail *t, const char *value)
{
	XPT_FREE char *group = xpt_strndup(value, strcspn(value, "/"));

	return walk_group(s, t, group);
}

static bool walk_servers(struct xpt_inuse *s, const struct xpt_trail *t, const char *value)
{
	XPT_STRV servers = {0};

	xpt_strv_split(&servers, value, ',');
	for (size_t i = 0; i < servers.n; i++)
		xpt_inuse_walk_server(s, t, servers.v[i]);
	return servers.n > 0;
}

static bool walk_location(struct xpt_inuse *s, const struct xpt_trail *t, const char *value)
{
	XPT_FREE char *server = NULL;

	if (value[0] == '/' && value[1] != '/') {
		xpt_inuse_walk_file(s, t, value);
		return true;
	}
	server = xpt_inuse_server_of(value);
	xpt_inuse_walk_server(s, t, server);
	return true;
}

typedef bool (*walk_value)(struct xpt_inuse *s, const struct xpt_trail *t, const char *value);

static bool walk_key(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pbd *pbd,
		     const char *key, walk_value walk)
{
	const char *value = xpt_value_get_text(pbd->device_config, key);

	return value && value[0] && walk(s, t, value);
}

static bool walk_disks(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pbd *pbd)
{
	bool found = walk_key(s, t, pbd, "device", walk_devices);

	found |= walk_key(s, t, pbd, "SCSIid", walk_scsi_id);
	found |= walk_key(s, t, pbd, "group-name", walk_group_name);
	return found;
}

/* Disks that were found show their network themselves. */
static bool walk_network(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pbd *pbd)
{
	return walk_key(s, t, pbd, "target", walk_servers) ||
	       walk_key(s, t, pbd, "server", walk_servers) ||
	       walk_key(s, t, pbd, "location", walk_location);
}

static void scan_sr(struct xpt_inuse *s, const struct xpt_sr *sr, const struct xpt_pbd *pbd)
{
	XPT_FREE char *label = xpt_fmt("SR %s", sr->name);
	struct xpt_trail root = xpt_trail_root(XPT_REASON_STORAGE_REPOSITORY, label);
	bool found;

	root.sr = sr->uuid;
	/* The mount is a use already, and whole. An SR of type udev shows removable media to VMs: it
	 * is plugged on every host and holds nothing. */
	if (has_mount(s, sr->uuid) || xpt_streq(sr->type, "udev"))
		return;
	found = walk_groups_of_sr(s, &root, sr->uuid);
	found |= walk_disks(s, &root, pbd);
	if (!found && !walk_network(s, &root, pbd))
		xpt_inuse_add_unknown_storage(s, &root);
}

static void scan_pbds(struct xpt_inuse *s)
{
	const struct xpt_pool *pool = s->pool;

	for (size_t i = 0; i < pool->n_pbds; i++) {
		const struct xpt_pbd *pbd = &pool->pbds[i];
		const struct xpt_sr *sr = xpt_pool_sr(pool, pbd->sr);
		struct xpt_trail lost =
			xpt_trail_root(XPT_REASON_STORAGE_REPOSITORY, "an SR without record");

		if (!pbd->currently_attached || !xpt_streq(pbd->host, pool->here->ref))
			continue;
		if (sr) {
			scan_sr(s, sr, pbd);
		} else {
			xpt_inuse_add_unknown_storage(s, &lost);
			xpt_inuse_add_unknown_network(s, &lost);
		}
	}
}

/* ---- without the toolstack ---- */

/* The uuid in a name like "VG_XenStorage-<uuid>"; the name itself where it has none. */
static const char *uuid_in_group(const char *group)
{
	const char *dash = strchr(group, '-');

	return dash && dash[1] ? dash + 1 : group;
}

static void scan_groups_of_sm(struct xpt_inuse *s)
{
	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct xpt_block *b = &s->blocks.v[i];
		XPT_FREE char *group = xpt_inuse_group_of(b);
		XPT_FREE char *label = NULL;
		struct xpt_trail root;
		bool is_sm = group && (xpt_has_prefix(group, "VG_XenStorage-") ||
				       xpt_has_prefix(group, "XSLocal"));

		if (!is_sm || xpt_strv_has(&s->walked, b->name))
			continue;
		label = xpt_inuse_sr_label(s, uuid_in_group(group));
		root = xpt_trail_root(XPT_REASON_STORAGE_REPOSITORY, label);
		walk_group(s, &root, group);
	}
}

/* Someone assembled these (volumes, arrays, multipath) or logged in to them (iSCSI). */
static void scan_active(struct xpt_inuse *s)
{
	struct xpt_trail root =
		xpt_trail_root(XPT_REASON_STORAGE_UNKNOWN, "storage of unknown use");

	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct xpt_block *b = &s->blocks.v[i];
		bool is_active = b->has_slaves || strstr(b->path, "/session");

		if (is_active && !b->has_holders && !b->is_partition &&
		    !xpt_strv_has(&s->walked, b->name))
			xpt_inuse_walk_block(s, &root, b->name);
	}
}

void xpt_inuse_scan_storage(struct xpt_inuse *s)
{
	if (s->pool) {
		scan_pbds(s);
		return;
	}
	scan_groups_of_sm(s);
	scan_active(s);
}
