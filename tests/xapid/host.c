/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host methods. Source: xen-api ocaml/xapi/xapi_host.ml, ocaml/xapi/message_forwarding.ml. */
#include "host.h"

#include <fcntl.h>
#include <string.h>

#include "plugin.h"

static bool is_live(const struct xd *x, const struct xd_row *host)
{
	const struct xd_row *m = xd_db_find(&x->db, "host_metrics", xd_row_get(host, "metrics"));

	return !m || xd_row_is(m, "live");
}

const struct xd_host *xd_host_reach(struct xd_call *c, const char *ref)
{
	const struct xd_host *host = xd_host_of(c->x, ref);
	const struct xd_row *row = xd_db_find(&c->x->db, "host", ref);

	if (!row) {
		xd_call_fail(c, "HANDLE_INVALID", "host", ref, NULL);
		return NULL;
	}
	if (!host || !is_live(c->x, row)) {
		xd_call_fail(c, "HOST_OFFLINE", ref, NULL);
		return NULL;
	}
	return host;
}

static void call_plugin(struct xd_call *c)
{
	const struct xd_host *host = xd_host_reach(c, xd_call_text(c, 1));

	if (host)
		xd_plugin_run(c, host, xd_call_text(c, 2), xd_call_text(c, 3), xd_call_arg(c, 4));
}

static void set_enabled(struct xd_call *c, const char *value)
{
	struct xd_row *host = xd_call_object(c, 1, "host");

	if (host)
		xd_db_set(&c->x->db, host, "enabled", value);
}

static void disable(struct xd_call *c)
{
	set_enabled(c, "false");
}

static void enable(struct xd_call *c)
{
	set_enabled(c, "true");
}

/* A VM other than dom0 that runs on the host, NULL when there is none. */
static const struct xd_row *find_guest(const struct xd *x, const struct xd_row *host)
{
	const struct xd_table *vms = xd_db_table(&x->db, "VM");

	for (size_t i = 0; i < vms->n; i++)
		if (xd_row_has(vms->row[i], "resident_on", host->ref) &&
		    !xd_row_is(vms->row[i], "is_control_domain"))
			return vms->row[i];
	return NULL;
}

/* The machine goes down only as far as this file says so: what brings it up again looks for it. */
static void note_reboot(const struct xd_host *host)
{
	XPT_FREE char *path = xd_host_path(host, XD_HOST_REBOOT_FILE);
	XPT_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	(void)fd;
}

static void reboot(struct xd_call *c)
{
	struct xd_row *row = xd_call_object(c, 1, "host");
	const struct xd_host *host = row ? xd_host_reach(c, row->ref) : NULL;
	const struct xd_row *guest = host ? find_guest(c->x, row) : NULL;

	if (!host)
		return;
	if (xd_row_is(row, "enabled"))
		xd_call_fail(c, "HOST_NOT_DISABLED", NULL);
	else if (guest)
		xd_call_fail(c, "HOST_IN_USE", row->ref, "VM", guest->ref, NULL);
	else
		note_reboot(host);
}

static void get_servertime(struct xd_call *c)
{
	char now[32];

	xd_call_ok(c, xpt_value_date(xd_now(now)));
}

static void set_numa_affinity_policy(struct xd_call *c)
{
	struct xd_row *host = xd_call_object(c, 1, "host");

	if (host)
		xd_db_set(&c->x->db, host, "numa_affinity_policy", xd_call_text(c, 2));
}

const struct xd_method xd_host_methods[] = {
	{"host.call_plugin", "rssm", XD_ROLE_POOL_ADMIN, call_plugin, {0}},
	{"host.disable", "r", XD_ROLE_POOL_OPERATOR, disable, {0}},
	{"host.enable", "r", XD_ROLE_POOL_OPERATOR, enable, {0}},
	{"host.reboot", "r", XD_ROLE_POOL_OPERATOR, reboot, {0}},
	{"host.get_servertime", "r", XD_ROLE_READ_ONLY, get_servertime, {0}},
	{"host.set_numa_affinity_policy",
	 "rs",
	 XD_ROLE_POOL_ADMIN,
	 set_numa_affinity_policy,
	 {24, 0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
