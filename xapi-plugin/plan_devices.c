/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_devices.h"

#include "model/select.h"

static bool is_claimed(const struct xpt_pool *pool, const struct xpt_bdf *addr)
{
	for (size_t i = 0; i < pool->n_vms; i++) {
		const struct xpt_vm *vm = &pool->vms[i];

		if (!vm->is_template && !vm->is_snapshot && xpt_vmpci_has(&vm->pci, addr))
			return true;
	}
	return false;
}

static bool is_free(const struct xpt_pci_device *d, void *data)
{
	const struct xpt_snapshot *s = data;
	size_t at = 0;

	return !xpt_pci_is_bridge(d) && !xpt_uses_next(&s->uses, &d->addr, &at) &&
	       !is_claimed(&s->pool, &d->addr);
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

int xpt_plan_devices(struct xpt_ctx *ctx, const struct xpt_snapshot *s, struct xpt_bdfs *ret,
		     struct xpt_err *err)
{
	int failed = xpt_select(&s->pci, xpt_request_get(&ctx->request, "devices"), is_free,
				(void *)(uintptr_t)s, ret, err);

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
