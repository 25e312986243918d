/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_groups: which functions must travel together. */
#include "handlers.h"
#include "model/devname.h"
#include "model/isolation.h"
#include "model/select.h"
#include "snapshot.h"

struct view {
	const struct xpt_snapshot *s;
	struct xpt_isolation isolation;
	struct xpt_pciids *ids;
	bool *is_wanted; /* by group */
};

static void write_member(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	XPT_FREE char *name = xpt_devname_of(v->ids, d);
	char addr[XPT_BDF_SIZE];

	xpt_jsonw_object(w, NULL);
	xpt_jsonw_str(w, "address", xpt_bdf_format(&d->addr, addr));
	xpt_jsonw_str(w, "name", name);
	xpt_jsonw_bool(w, "is_bridge", xpt_pci_is_bridge(d));
	xpt_jsonw_str(w, "driver", *d->driver ? d->driver : NULL);
	xpt_jsonw_str(w, "dom0_access",
		      xpt_dom0_access_name(xpt_bootcfg_access(&v->s->boot, &d->addr)));
	xpt_jsonw_end(w);
}

static void write_group(struct xpt_jsonw *w, const struct view *v, const struct xpt_group *group)
{
	const struct xpt_pci_device *devices = v->s->pci.v;
	XPT_FREE char *why = xpt_isolation_explain(&v->isolation, group);
	char id[XPT_BDF_SIZE];

	xpt_jsonw_object(w, NULL);
	xpt_jsonw_str(w, "id", xpt_bdf_format(&devices[group->first].addr, id));
	xpt_jsonw_bool(w, "is_isolated", xpt_isolation_is_isolated(group));
	xpt_jsonw_str(w, "why", why);
	xpt_jsonw_array(w, "members");
	for (size_t i = group->first; i != XPT_ISOLATION_END; i = v->isolation.next[i])
		write_member(w, v, &devices[i]);
	xpt_jsonw_end(w);
	xpt_jsonw_end(w);
}

/* Mark the groups of the devices that are asked for. */
static int select_groups(struct view *v, const char *text, struct xpt_err *err)
{
	const struct xpt_pci_device *d;
	XPT_BDFS wanted = {0};
	int failed = xpt_select(&v->s->pci, text, NULL, NULL, &wanted, err);

	for (size_t i = 0; i < wanted.n && !failed; i++) {
		failed = xpt_snapshot_find(v->s, &wanted.v[i], &d, err);
		if (!failed)
			v->is_wanted[v->isolation.group_of[xpt_pci_index(&v->s->pci, d)]] = true;
	}
	return failed;
}

static void write_groups(struct xpt_jsonw *w, const struct view *v, bool all)
{
	xpt_jsonw_array(w, "groups");
	for (size_t i = 0; i < v->isolation.n_groups; i++) {
		if (all || v->is_wanted[i])
			write_group(w, v, &v->isolation.groups[i]);
	}
	xpt_jsonw_end(w);
}

int xpt_fn_pci_groups(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	const char *wanted = xpt_request_get(&ctx->request, "devices");
	XPT_SNAPSHOT s = {0};
	struct view v = {.s = &s};
	int failed = xpt_snapshot_take(ctx, 0, &s, err);

	if (failed)
		return failed;
	xpt_isolation_find(&s.pci, &v.isolation);
	v.is_wanted = xpt_alloc(v.isolation.n_groups * sizeof(*v.is_wanted));
	if (wanted)
		failed = select_groups(&v, wanted, err);
	if (!failed) {
		v.ids = xpt_pciids_new(&ctx->host);
		write_groups(w, &v, !wanted);
		xpt_pciids_free(v.ids);
	}
	free(v.is_wanted);
	xpt_isolation_done(&v.isolation);
	return failed;
}
