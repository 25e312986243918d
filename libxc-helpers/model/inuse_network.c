/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks of dom0: the management interface, every interface with an address, and the routes to
 * servers.
 *
 * Which NICs a bridge of Open vSwitch has is known to xapi alone: in sysfs such a bridge has nothing
 * below it, and the NICs all have ovs-system as their master. VLANs and bonds are xapi's records then,
 * while with the Linux bridge, and for what an admin made by hand, sysfs shows them.
 */
#include "model/inuse_scan.h"

#include <string.h>

#include "host/fs.h"
#include "host/inventory.h"

/* Bond over VLAN over bond: deeper is a database that refers to itself. */
#define MAX_PIFS 4

/* ---- the kernel's side ---- */

/* What an interface is made of: VLAN, bond, bridge, macvlan. */
static void add_lowers(const struct xpt_host *host, const char *path, struct xpt_strv *ret)
{
	static const char prefix[] = "lower_";
	XPT_STRV names = {0};

	xpt_fs_names(host, &names, "%s", path);
	for (size_t i = 0; i < names.n; i++) {
		if (xpt_has_prefix(names.v[i], prefix))
			xpt_strv_add(ret, names.v[i] + strlen(prefix));
	}
	xpt_strv_done(&names);
	xpt_fs_names(host, &names, "%s/brif", path);
	for (size_t i = 0; i < names.n; i++) {
		if (!xpt_strv_has(ret, names.v[i]))
			xpt_strv_add(ret, names.v[i]);
	}
}

/* A guest's end of a wire, and the loopback: no hardware below. */
static bool is_virtual_end(const struct xpt_host *host, const char *name, const char *path)
{
	return !strcmp(name, "lo") || strstr(path, "/devices/vif-") ||
	       xpt_fs_exists(host, "%s/tun_flags", path);
}

static void walk_pif(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pif *pif,
		     unsigned pifs);

static bool is_here(const struct xpt_inuse *s, const struct xpt_pif *pif)
{
	return xpt_streq(pif->host, s->pool->here->ref);
}

/* A bridge of xapi's. False when xapi knows none of that name; one without PIFs is internal. */
static bool walk_bridge(struct xpt_inuse *s, const struct xpt_trail *t, const char *name)
{
	const struct xpt_pool *pool = s->pool;
	bool is_known = false;

	for (size_t i = 0; pool && i < pool->n_networks; i++) {
		if (!xpt_streq(pool->networks[i].bridge, name))
			continue;
		is_known = true;
		for (size_t k = 0; k < pool->n_pifs; k++) {
			if (is_here(s, &pool->pifs[k]) &&
			    xpt_streq(pool->pifs[k].network, pool->networks[i].ref))
				walk_pif(s, t, &pool->pifs[k], 0);
		}
	}
	return is_known;
}

/* The trail stands on the interface already. False when it is not in sysfs. */
static bool walk_interface(struct xpt_inuse *s, const struct xpt_trail *t, const char *name)
{
	XPT_FREE char *link = xpt_fmt("/sys/class/net/%s", name);
	XPT_FREE char *path = xpt_inuse_resolve(s->host, link);
	XPT_STRV lowers = {0};

	if (!path)
		return false;
	if (is_virtual_end(s->host, name, path) || xpt_inuse_add_path(s, t, path))
		return true;
	add_lowers(s->host, path, &lowers);
	for (size_t i = 0; i < lowers.n; i++)
		xpt_inuse_walk_netdev(s, t, lowers.v[i]);
	return lowers.n || xpt_fs_exists(s->host, "%s/bridge", path);
}

/* What is reached over a network costs the NIC, whatever it holds; a boot disk stays one. */
static struct xpt_trail step_to(const struct xpt_trail *t, const char *hop)
{
	struct xpt_trail at = xpt_trail_on(t, hop);

	if (at.reason == XPT_REASON_STORAGE_REPOSITORY)
		at.reason = XPT_REASON_STORAGE_NIC;
	return at;
}

void xpt_inuse_walk_netdev(struct xpt_inuse *s, const struct xpt_trail *t, const char *name)
{
	struct xpt_trail at = step_to(t, name);

	if (xpt_trail_is_too_long(&at) ||
	    (!walk_interface(s, &at, name) && !walk_bridge(s, &at, name)))
		xpt_inuse_add_unknown_network(s, &at);
}

void xpt_inuse_walk_server(struct xpt_inuse *s, const struct xpt_trail *t, const char *server)
{
	struct xpt_trail at = step_to(t, server);
	XPT_STRV ifaces = {0};

	if (xpt_routes_find(&s->routes, server, &ifaces) < 0)
		xpt_inuse_add_unknown_network(s, &at);
	for (size_t i = 0; i < ifaces.n; i++)
		xpt_inuse_walk_netdev(s, &at, ifaces.v[i]);
}

/* ---- xapi's side ---- */

static void walk_bond(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_bond *bond,
		      unsigned pifs)
{
	for (size_t i = 0; i < bond->slaves.n; i++) {
		const struct xpt_pif *slave = xpt_pool_pif(s->pool, bond->slaves.v[i]);

		if (slave)
			walk_pif(s, t, slave, pifs);
		else
			xpt_inuse_add_unknown_network(s, t);
	}
	if (!bond->slaves.n)
		xpt_inuse_add_unknown_network(s, t);
}

static void walk_bonds(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pif *pif,
		       unsigned pifs)
{
	struct xpt_trail at = xpt_trail_on(t, pif->device);

	for (size_t i = 0; i < pif->bond_master_of.n; i++) {
		const struct xpt_bond *bond = xpt_pool_bond(s->pool, pif->bond_master_of.v[i]);

		if (bond)
			walk_bond(s, &at, bond, pifs);
		else
			xpt_inuse_add_unknown_network(s, &at);
	}
}

static void walk_vlan(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pif *pif,
		      unsigned pifs)
{
	const struct xpt_vlan *vlan = xpt_pool_vlan(s->pool, pif->vlan_master_of);
	const struct xpt_pif *tagged = vlan ? xpt_pool_pif(s->pool, vlan->tagged_pif) : NULL;
	XPT_FREE char *hop = xpt_fmt("VLAN %lld", pif->vlan);
	struct xpt_trail at = xpt_trail_on(t, hop);

	if (tagged)
		walk_pif(s, &at, tagged, pifs);
	else
		xpt_inuse_add_unknown_network(s, &at);
}

/* A plain PIF, or one that shares its NIC's name (the logical PIF of an SR-IOV network). */
static void walk_nic(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pif *pif)
{
	struct xpt_trail at = xpt_trail_on(t, pif->device);

	/* Not through walk_bridge: a PIF leads to its own device or nowhere. */
	if (!walk_interface(s, &at, pif->device))
		xpt_inuse_add_unknown_network(s, &at);
}

static void walk_pif(struct xpt_inuse *s, const struct xpt_trail *t, const struct xpt_pif *pif,
		     unsigned pifs)
{
	if (pifs >= MAX_PIFS)
		xpt_inuse_add_unknown_network(s, t);
	else if (!xpt_pool_is_null(pif->vlan_master_of))
		walk_vlan(s, t, pif, pifs + 1);
	else if (pif->bond_master_of.n)
		walk_bonds(s, t, pif, pifs + 1);
	else
		walk_nic(s, t, pif);
}

/* The bridge is a hop between what is used and the PIF. seen gets its name. */
static void scan_pif(struct xpt_inuse *s, const struct xpt_trail *root, const struct xpt_pif *pif,
		     struct xpt_strv *seen)
{
	const struct xpt_network *net = xpt_pool_network(s->pool, pif->network);
	struct xpt_trail bridge;

	if (!net || !net->bridge || !net->bridge[0]) {
		walk_pif(s, root, pif, 0);
		return;
	}
	xpt_strv_add(seen, net->bridge);
	bridge = xpt_trail_on(root, net->bridge);
	walk_pif(s, &bridge, pif, 0);
}

static enum xpt_reason reason_of(const struct xpt_pif *pif)
{
	if (pif->management)
		return XPT_REASON_MANAGEMENT_NIC;
	return pif->has_ip ? XPT_REASON_STORAGE_NIC : XPT_REASON_GUEST_NETWORK;
}

/* What has no address of dom0 matters when it is plugged and VMs are on it. */
static bool is_carrier(const struct xpt_pif *pif, const struct xpt_network *net)
{
	if (pif->management || pif->has_ip)
		return true;
	return pif->currently_attached && net && net->has_vifs;
}

/* Returns whether one of them is the management interface. */
static bool scan_pifs(struct xpt_inuse *s, struct xpt_strv *seen)
{
	bool has_management = false;

	for (size_t i = 0; i < s->pool->n_pifs; i++) {
		const struct xpt_pif *pif = &s->pool->pifs[i];
		const struct xpt_network *net = xpt_pool_network(s->pool, pif->network);
		XPT_FREE char *label = xpt_fmt("network %s", net ? net->name : pif->network);
		struct xpt_trail root =
			xpt_trail_root(reason_of(pif), pif->management ? "management" : label);

		if (!is_here(s, pif) || !is_carrier(pif, net))
			continue;
		has_management = has_management || pif->management;
		scan_pif(s, &root, pif, seen);
	}
	return has_management;
}

/* ---- uses ---- */

static void scan_inventory(struct xpt_inuse *s, struct xpt_strv *seen)
{
	struct xpt_trail root = xpt_trail_root(XPT_REASON_MANAGEMENT_NIC, "management");
	XPT_FREE char *bridge = NULL;

	if (xpt_inventory_get(s->host, "MANAGEMENT_INTERFACE", &bridge) < 0) {
		xpt_inuse_add_unknown_network(s, &root);
	} else if (bridge[0]) {
		xpt_strv_add(seen, bridge);
		xpt_inuse_walk_netdev(s, &root, bridge);
	}
}

/* IPv6 gives every interface that is up a link-local route, which says nothing. */
static bool says_nothing(const struct xpt_route *r)
{
	return r->is_v6 && (r->dest[0] == 0xff || (r->dest[0] == 0xfe && r->dest[1] >= 0x80));
}

/* Addresses that xapi does not know of, or all of them where there is no xapi. */
static void scan_routes(struct xpt_inuse *s, struct xpt_strv *seen)
{
	struct xpt_trail root = xpt_trail_root(XPT_REASON_STORAGE_NIC, "network of dom0");

	if (!s->routes.known)
		xpt_inuse_add_unknown_network(s, &root);
	for (size_t i = 0; i < s->routes.n; i++) {
		const struct xpt_route *r = &s->routes.v[i];

		if (says_nothing(r) || xpt_strv_has(seen, r->iface))
			continue;
		xpt_strv_add(seen, r->iface);
		xpt_inuse_walk_netdev(s, &root, r->iface);
	}
}

void xpt_inuse_scan_network(struct xpt_inuse *s)
{
	XPT_STRV seen = {0};

	if (!s->pool || !scan_pifs(s, &seen))
		scan_inventory(s, &seen);
	scan_routes(s, &seen);
}
