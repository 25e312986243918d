/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/inuse_scan.h"

#include <limits.h>
#include <net/if.h>
#include <string.h>

#include "host/fs.h"

struct xpt_trail xpt_trail_root(enum xpt_reason reason, const char *what)
{
	return (struct xpt_trail){NULL, what, reason, 0, NULL};
}

struct xpt_trail xpt_trail_on(const struct xpt_trail *up, const char *hop)
{
	return (struct xpt_trail){up, hop, up->reason, up->depth + 1, up->sr};
}

struct xpt_trail xpt_trail_past(const struct xpt_trail *up)
{
	struct xpt_trail past = *up;

	past.depth++;
	return past;
}

bool xpt_trail_is_too_long(const struct xpt_trail *t)
{
	return t->depth >= XPT_TRAIL_MAX;
}

/* Names of SRs, volumes and servers are anyone's text. */
static void add_hops(struct xpt_strv *chain, const struct xpt_trail *t)
{
	if (t->up)
		add_hops(chain, t->up);
	xpt_strv_take(chain, xpt_clean(t->hop, strlen(t->hop)));
}

static bool same_use(const struct xpt_use *a, const struct xpt_use *b)
{
	if (a->reason != b->reason || a->chain.n != b->chain.n)
		return false;
	/* Chains differ at their end, in the hardware, sooner than in what is used. */
	for (size_t i = a->chain.n; i > 0; i--) {
		if (strcmp(a->chain.v[i - 1], b->chain.v[i - 1]) != 0)
			return false;
	}
	return true;
}

static void use_done(struct xpt_use *use)
{
	xpt_strv_done(&use->chain);
	xpt_bdfs_done(&use->hops);
}

static void add_use(struct xpt_inuse *s, struct xpt_use use)
{
	struct xpt_uses *uses = s->uses;

	for (size_t i = 0; i < uses->n; i++) {
		if (same_use(&uses->v[i], &use)) {
			use_done(&use);
			return;
		}
	}
	uses->v = xpt_grow(uses->v, uses->n + 1, sizeof(*uses->v));
	uses->v[uses->n++] = use;
}

static void add_hop_once(struct xpt_bdfs *hops, const struct xpt_bdf *addr)
{
	if (!xpt_bdfs_has(hops, addr))
		xpt_bdfs_add(hops, addr);
}

static void add_with_bridges(const struct xpt_pci *pci, const struct xpt_pci_device *d,
			     struct xpt_bdfs *hops)
{
	add_hop_once(hops, &d->addr);
	for (size_t steps = 0; d->parent != XPT_PCI_NONE && steps < pci->n; steps++) {
		d = &pci->v[d->parent];
		add_hop_once(hops, &d->addr);
	}
}

/* hops: the functions of the path, endpoint first; what the inventory knows besides is added. */
static void add_hardware(struct xpt_inuse *s, const struct xpt_trail *t, struct xpt_bdfs hops)
{
	const struct xpt_pci_device *d = xpt_pci_find(s->pci, &hops.v[0]);
	struct xpt_use use = {t->reason, {0}, hops};
	char addr[XPT_BDF_SIZE];

	add_hops(&use.chain, t);
	xpt_strv_add(&use.chain, xpt_bdf_format(&use.hops.v[0], addr));
	if (d)
		add_with_bridges(s->pci, d, &use.hops);
	if (d && d->physfn != XPT_PCI_NONE)
		add_with_bridges(s->pci, &s->pci->v[d->physfn], &use.hops);
	add_use(s, use);
}

void xpt_inuse_add_function(struct xpt_inuse *s, const struct xpt_trail *t,
			    const struct xpt_bdf *addr)
{
	struct xpt_bdfs hops = {0};

	xpt_bdfs_add(&hops, addr);
	add_hardware(s, t, hops);
}

/* Directories of sysfs hold the full form only: "1-2:1.0" is a USB interface. */
static bool is_function(const char *name, struct xpt_bdf *ret)
{
	const char *colon = strchr(name, ':');

	return colon && strchr(colon + 1, ':') && strchr(colon, '.') &&
	       xpt_bdf_parse(name, ret) == 0;
}

/* "ata1": the part of a path that tells an admin which port or controller it is. */
static bool is_controller(const char *name)
{
	static const char *const kinds[] = {"ata", "host", "nvme", "virtio", "usb", "mmc"};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i]);

		if (!strncmp(name, kinds[i], len) && name[len] &&
		    strspn(name + len, "0123456789") == strlen(name + len))
			return true;
	}
	return false;
}

bool xpt_inuse_add_path(struct xpt_inuse *s, const struct xpt_trail *t, const char *path)
{
	XPT_STRV parts = {0};
	struct xpt_bdfs hops = {0};
	struct xpt_bdf addr;
	const char *controller = NULL;
	struct xpt_trail at;

	xpt_strv_split(&parts, path, '/');
	for (size_t i = parts.n; i > 0; i--) {
		if (is_function(parts.v[i - 1], &addr))
			xpt_bdfs_add(&hops, &addr);
		else if (!hops.n && is_controller(parts.v[i - 1]))
			controller = parts.v[i - 1];
	}
	if (!hops.n)
		return false;
	at = controller ? xpt_trail_on(t, controller) : *t;
	add_hardware(s, &at, hops);
	return true;
}

/* ---- what could not be followed ---- */

static bool may_carry_storage(const struct xpt_pci_device *d)
{
	bool is_storage = d->class_code >> 16 == 0x01 || d->class_code >> 8 == 0x0c04;

	return is_storage && d->driver[0] && !xpt_pci_is_hidden(d);
}

static struct xpt_trail unknown_end(const struct xpt_trail *t, enum xpt_reason reason)
{
	struct xpt_trail end = xpt_trail_on(t, "?");

	end.reason = reason;
	return end;
}

void xpt_inuse_add_unknown_storage(struct xpt_inuse *s, const struct xpt_trail *t)
{
	struct xpt_trail end = unknown_end(t, XPT_REASON_STORAGE_UNKNOWN);

	for (size_t i = 0; i < s->pci->n; i++) {
		if (may_carry_storage(&s->pci->v[i]))
			xpt_inuse_add_function(s, &end, &s->pci->v[i].addr);
	}
}

/* Interfaces that are up or belong to a bridge or bond; one whose state cannot be read counts. */
static bool may_carry_network(const struct xpt_host *host, const char *name)
{
	long long flags;

	if (xpt_fs_exists(host, "/sys/class/net/%s/master", name))
		return true;
	return xpt_fs_number(host, &flags, "/sys/class/net/%s/flags", name) < 0 || (flags & IFF_UP);
}

/* Without a list of interfaces, the functions themselves have to do. */
static void add_network_functions(struct xpt_inuse *s, const struct xpt_trail *end)
{
	for (size_t i = 0; i < s->pci->n; i++) {
		const struct xpt_pci_device *d = &s->pci->v[i];

		if (d->class_code >> 16 == 0x02 && d->driver[0] && !xpt_pci_is_hidden(d))
			xpt_inuse_add_function(s, end, &d->addr);
	}
}

void xpt_inuse_add_unknown_network(struct xpt_inuse *s, const struct xpt_trail *t)
{
	struct xpt_trail end = unknown_end(t, XPT_REASON_NETWORK_UNKNOWN);
	XPT_STRV names = {0};

	/* Where a network of VMs goes is no danger to dom0. */
	if (t->reason == XPT_REASON_GUEST_NETWORK)
		return;
	if (xpt_fs_names(s->host, &names, "/sys/class/net") < 0) {
		add_network_functions(s, &end);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *link = xpt_fmt("/sys/class/net/%s", names.v[i]);
		XPT_FREE char *path = xpt_inuse_resolve(s->host, link);
		struct xpt_trail at = xpt_trail_on(&end, names.v[i]);

		if (path && may_carry_network(s->host, names.v[i]))
			xpt_inuse_add_path(s, &at, path);
	}
}

/* ---- paths in sysfs ---- */

/* The directory of link, then target, with its ".." taken back. NULL when nothing is left. */
static char *join_link(const char *link, const char *target)
{
	XPT_STRV joined = {0};
	XPT_STRV parts = {0};

	xpt_strv_split(&joined, link, '/');
	xpt_strv_split(&parts, target, '/');
	free(joined.v[--joined.n]);
	for (size_t i = 0; i < parts.n; i++) {
		if (strcmp(parts.v[i], "..") != 0)
			xpt_strv_add(&joined, parts.v[i]);
		else if (joined.n > 1)
			free(joined.v[--joined.n]);
	}
	return joined.n > 1 ? xpt_strv_join(&joined, "/") : NULL;
}

char *xpt_inuse_resolve(const struct xpt_host *host, const char *link)
{
	char target[PATH_MAX];

	if (xpt_fs_link(host, target, sizeof(target), "%s", link) < 0 || target[0] == '/')
		return NULL;
	return join_link(link, target);
}

char *xpt_inuse_component(const char *path, const char *key)
{
	const char *at = strstr(path, key);

	if (!at)
		return NULL;
	at += strlen(key);
	return xpt_strndup(at, strcspn(at, "/"));
}
