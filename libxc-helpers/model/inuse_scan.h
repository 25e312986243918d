/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the files of model/inuse work together: one scan, and the trail from a use to the hardware.
 *
 * A trail is a list on the stack, from the step being taken back to what is used ("/", "management").
 * Walkers take the next steps down and end, on every branch, in one of three calls: xpt_inuse_add_path
 * (a PCI function carries it), one of the two unknowns, or nothing, where there is no hardware below (a
 * bridge without ports, a RAM disk). What a walker does not recognise is unknown.
 *
 * Private to model/inuse*.c.
 */
#ifndef XPT_MODEL_INUSE_SCAN_H
#define XPT_MODEL_INUSE_SCAN_H

#include "model/inuse.h"

/* No real chain is that long; a corrupt pool database could make one without end. */
#define XPT_TRAIL_MAX 24

struct xpt_trail {
	const struct xpt_trail *up; /* NULL at the root */
	const char *hop;
	enum xpt_reason reason;
	unsigned depth;
	const char *sr; /* uuid of the SR that the root names, NULL when it names something else */
};

struct xpt_mount {
	unsigned major, minor;
	char *point;   /* where it is mounted, escapes decoded */
	char *type;    /* "ext4", "nfs4" */
	char *source;  /* "/dev/sda1", "server:/path" */
	char *options; /* of the super block */
};

struct xpt_mounts {
	struct xpt_mount *v; /* in the order of mountinfo: later ones lie on top */
	size_t n;
	bool known; /* all of it could be read */
};

struct xpt_block {
	char *name;              /* as in /sys/class/block */
	char *path;              /* below /sys/devices */
	char *dm_name, *dm_uuid; /* NULL when it is no device-mapper device */
	bool is_partition;
	bool has_slaves, has_holders;
};

struct xpt_blocks {
	struct xpt_block *v;
	size_t n;
};

struct xpt_route {
	uint8_t dest[16]; /* network byte order; IPv4 uses the first four */
	unsigned prefix;  /* bits */
	unsigned metric;
	bool is_v6;
	char iface[16];
};

struct xpt_routes {
	struct xpt_route *v;
	size_t n;
	bool known; /* all of it could be read (a kernel without IPv6 has one table) */
};

struct xpt_inuse {
	const struct xpt_host *host;
	const struct xpt_pci *pci;
	const struct xpt_pool *pool; /* NULL also when it does not know this host */
	struct xpt_uses *uses;
	struct xpt_mounts mounts;
	const struct xpt_mount *grub; /* the mount with grub.cfg, NULL when there is none */
	struct xpt_blocks blocks;
	struct xpt_routes routes;
	struct xpt_strv walked; /* block devices that some use lies on */
};

/* ---- inuse_scan.c ---- */

struct xpt_trail xpt_trail_root(enum xpt_reason reason, const char *what);
struct xpt_trail xpt_trail_on(const struct xpt_trail *up, const char *hop);
/* A step down that the chain does not show. */
struct xpt_trail xpt_trail_past(const struct xpt_trail *up);
bool xpt_trail_is_too_long(const struct xpt_trail *t);

/*
 * End a trail at the PCI function that a path below /sys/devices leads through, with the controller on
 * the way ("ata1", "nvme0") as a hop. False, and nothing added, when there is none on it.
 */
bool xpt_inuse_add_path(struct xpt_inuse *s, const struct xpt_trail *t, const char *path);
/* End a trail at a function and the bridges above it, and the PF of a VF. */
void xpt_inuse_add_function(struct xpt_inuse *s, const struct xpt_trail *t,
			    const struct xpt_bdf *addr);
/* End a trail nowhere: every storage function, or interface, that is in use could be meant. */
void xpt_inuse_add_unknown_storage(struct xpt_inuse *s, const struct xpt_trail *t);
void xpt_inuse_add_unknown_network(struct xpt_inuse *s, const struct xpt_trail *t);
/* The path below /sys that a symlink in sysfs means. NULL when it is no link, or one to the
 * root. Otherwise it starts with a slash and has a name after it. Caller frees. */
char *xpt_inuse_resolve(const struct xpt_host *host, const char *link);
/* What follows key (a directory name and a slash) in path, up to the next slash. NULL: no such. */
char *xpt_inuse_component(const char *path, const char *key);

/* ---- inuse_mountinfo.c ---- */

/* A name as the kernel writes it, with blank, tab, newline and backslash as \ooo. Caller frees. */
char *xpt_mounts_decode(const char *s);
/* Read <root>/proc/self/mountinfo. */
void xpt_mounts_read(const struct xpt_host *host, struct xpt_mounts *ret);
void xpt_mounts_done(struct xpt_mounts *m);
/* The mount that shows a path; NULL when none does. */
const struct xpt_mount *xpt_mounts_holding(const struct xpt_mounts *m, const char *path);

/* ---- inuse_mount.c ---- */

/* Follow what a mount (a file) lies on. */
void xpt_inuse_walk_mount(struct xpt_inuse *s, const struct xpt_trail *t,
			  const struct xpt_mount *m);
void xpt_inuse_walk_file(struct xpt_inuse *s, const struct xpt_trail *t, const char *path);
/* The server in "server:/path", "[fd00::1]:/path", "//server/share", "a:6789,b:6789:/" (a). */
char *xpt_inuse_server_of(const char *source); /* caller frees */
/* All mounts and all swap as uses. */
void xpt_inuse_scan_mounts(struct xpt_inuse *s);

/* ---- inuse_block.c ---- */

void xpt_blocks_read(const struct xpt_host *host, struct xpt_blocks *ret);
void xpt_blocks_done(struct xpt_blocks *b);
const struct xpt_block *xpt_blocks_find(const struct xpt_blocks *b, const char *name);
/* What a dm or md device lies on, names not in ret yet (appended). */
void xpt_blocks_slaves(const struct xpt_host *host, const struct xpt_block *b,
		       struct xpt_strv *ret);
/* Follow a block device by its name in /sys/class/block. */
void xpt_inuse_walk_block(struct xpt_inuse *s, const struct xpt_trail *t, const char *name);
void xpt_inuse_walk_devnum(struct xpt_inuse *s, const struct xpt_trail *t, unsigned major,
			   unsigned minor);

/* ---- inuse_devname.c ---- */

/*
 * A logical volume as LVM writes it, "group/volume", and its group alone. A layer of LVM's own is part of
 * the volume's name ("group/base-real"). NULL for any other device. Caller frees.
 */
char *xpt_inuse_volume_of(const struct xpt_block *b);
char *xpt_inuse_group_of(const struct xpt_block *b);

/* The block device that a path below /dev means, without /dev; NULL when none is known by it. */
const struct xpt_block *xpt_inuse_find_devname(const struct xpt_inuse *s, const char *dev);
/*
 * The disks (no partitions) with this SCSI id, by device-mapper and udev (appended); of a multipath device
 * and its paths, which share the id, the device alone.
 */
void xpt_inuse_find_scsi_id(const struct xpt_inuse *s, const char *id, struct xpt_strv *ret);

/* ---- inuse_storage.c ---- */

/* The uuid of the SR that is mounted there, NULL when it is no SR's mount point. Part of path. */
const char *xpt_inuse_sr_of_mount(const char *path);
/* "SR <name>", or the uuid where the name is not known. Caller frees. */
char *xpt_inuse_sr_label(const struct xpt_inuse *s, const char *uuid);
/* Is it a volume of the SR's own group? sm's names of groups end in the SR's uuid. "" is no
 * SR's. */
bool xpt_inuse_is_volume_of_sr(const struct xpt_block *b, const char *uuid);
void xpt_inuse_scan_storage(struct xpt_inuse *s);

/* ---- inuse_route.c ---- */

/* Read <root>/proc/net/route and ipv6_route. */
void xpt_routes_read(const struct xpt_host *host, struct xpt_routes *ret);
void xpt_routes_done(struct xpt_routes *r);
/*
 * The interfaces that lead to an IPv4 or IPv6 address (appended); "lo" for a loopback address, while
 * other addresses of dom0's own are looked up as any. -EINVAL when it is no
 * address, -ENETUNREACH when there is no route.
 */
int xpt_routes_find(const struct xpt_routes *r, const char *address, struct xpt_strv *ret);

/* ---- inuse_network.c ---- */

/* Follow a network interface of dom0's kernel. */
void xpt_inuse_walk_netdev(struct xpt_inuse *s, const struct xpt_trail *t, const char *name);
/* Follow the route to a server: an address, or a name, which is unknown. */
void xpt_inuse_walk_server(struct xpt_inuse *s, const struct xpt_trail *t, const char *server);
void xpt_inuse_scan_network(struct xpt_inuse *s);

/* ---- inuse_console.c ---- */

void xpt_inuse_scan_console(struct xpt_inuse *s);

#endif
