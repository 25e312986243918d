/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of block devices as people and xapi write them ("/dev/disk/by-id/...", a SCSI id, LVM's
 * "group/volume"), looked up in sysfs and in udev's database (<root>/run/udev/data/bMAJ:MIN: "S:" link
 * below /dev, "E:" property), never in /dev. Source: systemd src/libsystemd/sd-device.
 */
#include "model/inuse_scan.h"

#include <string.h>

#include "host/fs.h"

#define MAX_RECORD (256u << 10)

static char *udev_record(const struct xpt_inuse *s, const struct xpt_block *b)
{
	XPT_FREE char *path = NULL;
	char *text = NULL;
	char dev[32];

	if (xpt_fs_line(s->host, dev, sizeof(dev), "%s/dev", b->path) < 0)
		return NULL;
	path = xpt_fmt("/run/udev/data/b%s", dev);
	return xpt_fs_read_file(s->host, path, MAX_RECORD, &text, NULL, NULL) == 0 ? text : NULL;
}

static bool has_line(const char *text, const char *line)
{
	XPT_STRV lines = {0};

	xpt_strv_split(&lines, text, '\n');
	return xpt_strv_has(&lines, line);
}

static const struct xpt_block *find_by_link(const struct xpt_inuse *s, const char *dev)
{
	XPT_FREE char *line = xpt_fmt("S:%s", dev);

	for (size_t i = 0; i < s->blocks.n; i++) {
		XPT_FREE char *record = udev_record(s, &s->blocks.v[i]);

		if (record && has_line(record, line))
			return &s->blocks.v[i];
	}
	return NULL;
}

static const struct xpt_block *find_dm(const struct xpt_inuse *s, const char *name)
{
	for (size_t i = 0; i < s->blocks.n; i++) {
		if (s->blocks.v[i].dm_name && !strcmp(s->blocks.v[i].dm_name, name))
			return &s->blocks.v[i];
	}
	return NULL;
}

/* LVM's mapping of "vg/lv" to a device-mapper name: a dash in either is doubled. */
static char *dm_name_of_volume(const char *dev)
{
	struct xpt_str name = {0};

	for (; *dev; dev++) {
		if (*dev == '-')
			xpt_str_add(&name, "--");
		else
			xpt_str_addc(&name, *dev == '/' ? '-' : *dev);
	}
	return xpt_str_take(&name);
}

char *xpt_inuse_volume_of(const struct xpt_block *b)
{
	struct xpt_str volume = {0};
	bool has_slash = false;

	if (!b->dm_name || !b->dm_uuid || !xpt_has_prefix(b->dm_uuid, "LVM-"))
		return NULL;
	for (const char *p = b->dm_name; *p; p++) {
		bool is_doubled = p[0] == '-' && p[1] == '-';
		bool ends_group = p[0] == '-' && !is_doubled && !has_slash;

		xpt_str_addc(&volume, ends_group ? '/' : *p);
		has_slash |= ends_group;
		p += is_doubled;
	}
	return xpt_str_take(&volume);
}

char *xpt_inuse_group_of(const struct xpt_block *b)
{
	XPT_FREE char *volume = xpt_inuse_volume_of(b);

	return volume ? xpt_strndup(volume, strcspn(volume, "/")) : NULL;
}

/* sysfs writes the slash of "cciss/c0d0" as an exclamation mark. */
static char *sysfs_name(const char *dev)
{
	char *name = xpt_strdup(dev);

	for (char *p = name; *p; p++) {
		if (*p == '/')
			*p = '!';
	}
	return name;
}

const struct xpt_block *xpt_inuse_find_devname(const struct xpt_inuse *s, const char *dev)
{
	XPT_FREE char *name = sysfs_name(dev);
	XPT_FREE char *volume = dm_name_of_volume(dev);
	const struct xpt_block *b = xpt_blocks_find(&s->blocks, name);

	if (!b && xpt_has_prefix(dev, "mapper/"))
		b = find_dm(s, dev + strlen("mapper/"));
	if (!b)
		b = find_dm(s, volume);
	return b ? b : find_by_link(s, dev);
}

static bool is_disk_with_id(const struct xpt_inuse *s, const struct xpt_block *b, const char *id)
{
	XPT_FREE char *mpath = xpt_fmt("mpath-%s", id);
	XPT_FREE char *serial = xpt_fmt("E:ID_SERIAL=%s", id);
	XPT_FREE char *link = xpt_fmt("S:disk/by-id/scsi-%s", id);
	XPT_FREE char *record = NULL;

	if (b->is_partition)
		return false;
	if (xpt_streq(b->dm_uuid, mpath))
		return true;
	record = udev_record(s, b);
	return record && (has_line(record, serial) || has_line(record, link));
}

void xpt_inuse_find_scsi_id(const struct xpt_inuse *s, const char *id, struct xpt_strv *ret)
{
	XPT_STRV disks = {0}, paths = {0};

	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct xpt_block *b = &s->blocks.v[i];

		if (!is_disk_with_id(s, b, id))
			continue;
		xpt_strv_add(&disks, b->name);
		xpt_blocks_slaves(s->host, b, &paths);
	}
	for (size_t i = 0; i < disks.n; i++) {
		if (!xpt_strv_has(&paths, disks.v[i]))
			xpt_strv_add(ret, disks.v[i]);
	}
}
