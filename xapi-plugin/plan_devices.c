/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_devices.h"

#include "model/select.h"

struct choice {
	struct xpt_world world;
	const struct xpt_vm *vm;
	enum xpt_purpose purpose;
};

static bool is_free(const struct choice *c, const struct xpt_bdf *addr)
{
	size_t at = 0;

	return !xpt_uses_next(c->world.uses, addr, &at) &&
	       !xpt_safety_claim(&c->world, addr, c->vm) && !xpt_safety_holder(&c->world, addr);
}

/* What the request has made of a device already comes first, so that asking twice changes nothing. */
static enum xpt_select_rank rank(const struct xpt_pci_device *d, void *data)
{
	const struct choice *c = data;
	bool is_hidden = xpt_hidelist_hides(&c->world.boot->next.list, &d->addr);
	bool is_own = c->vm && xpt_vmpci_has(&c->vm->pci, &d->addr);

	switch (c->purpose) {
	case XPT_FOR_UNHIDE:
		return is_hidden ? XPT_SELECT_FREE : XPT_SELECT_NO;
	case XPT_FOR_VM:
		return is_own ? XPT_SELECT_FREE : XPT_SELECT_NO;
	default:
		if (xpt_pci_is_bridge(d) || (!is_own && !is_free(c, &d->addr)))
			return XPT_SELECT_NO;
		return is_own || (c->purpose == XPT_FOR_HIDE && is_hidden) ? XPT_SELECT_FIRST
									   : XPT_SELECT_FREE;
	}
}

static void add_siblings(const struct xpt_pci *pci, struct xpt_bdfs *devices)
{
	for (size_t given = devices->n, i = 0; i < given; i++) {
		for (size_t d = 0; d < pci->n; d++) {
			if (xpt_bdf_same_slot(&pci->v[d].addr, &devices->v[i]) &&
			    pci->v[d].physfn == XPT_PCI_NONE &&
			    !xpt_bdfs_has(devices, &pci->v[d].addr))
				xpt_bdfs_add(devices, &pci->v[d].addr);
		}
	}
}

int xpt_plan_devices(struct xpt_ctx *ctx, const struct xpt_snapshot *s, enum xpt_purpose purpose,
		     const struct xpt_vm *vm, struct xpt_bdfs *ret, struct xpt_err *err)
{
	struct choice choice = {xpt_snapshot_world(s), vm, purpose};
	int failed = xpt_select(&s->pci, xpt_request_get(&ctx->request, "devices"), rank, &choice,
				ret, err);

	if (!failed && xpt_request_is_set(&ctx->request, "siblings"))
		add_siblings(&s->pci, ret);
	return failed;
}

void xpt_plan_name_devices(struct xpt_plan *plan, const struct xpt_bdfs *devices)
{
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < devices->n; i++)
		xpt_strv_add(&plan->op.devices, xpt_bdf_format(&devices->v[i], text));
}
