/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_list and pci_show: the same facts, for all devices or for some. */
#include <string.h>

#include "handlers.h"
#include "model/devname.h"
#include "model/isolation.h"
#include "model/select.h"
#include "snapshot.h"

struct view {
	const struct xpt_snapshot *s;
	struct xpt_world world;
	struct xpt_isolation isolation;
	struct xpt_pciids *ids;
	const struct xpt_vm **vms; /* those with devices */
	size_t n_vms;
};

static void write_ids(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	uint16_t class_id = (uint16_t)(d->class_code >> 8);
	XPT_FREE char *name = xpt_devname_of(v->ids, d);

	xpt_jsonw_str(w, "name", name);
	xpt_jsonw_strf(w, "class_id", "%04x", class_id);
	xpt_jsonw_str(w, "class_name", xpt_pciids_class(v->ids, class_id));
	xpt_jsonw_strf(w, "vendor_id", "%04x", d->vendor);
	xpt_jsonw_str(w, "vendor_name", xpt_pciids_vendor(v->ids, d->vendor));
	xpt_jsonw_strf(w, "device_id", "%04x", d->device);
	xpt_jsonw_str(w, "device_name", xpt_pciids_device(v->ids, d->vendor, d->device));
	xpt_jsonw_strf(w, "subsystem_vendor_id", "%04x", d->subvendor);
	xpt_jsonw_strf(w, "subsystem_device_id", "%04x", d->subdevice);
	xpt_jsonw_str(
		w, "subsystem_name",
		xpt_pciids_subsystem(v->ids, d->vendor, d->device, d->subvendor, d->subdevice));
	xpt_jsonw_strf(w, "revision", "%02x", d->revision);
	if (d->cap.has_serial)
		xpt_jsonw_strf(w, "serial", "%016llx", (unsigned long long)d->cap.serial);
	else
		xpt_jsonw_null(w, "serial");
}

static void write_address(struct xpt_jsonw *w, const char *key, const struct xpt_pci_device *d)
{
	char text[XPT_BDF_SIZE];

	xpt_jsonw_str(w, key, xpt_bdf_format(&d->addr, text));
}

static void write_place(struct xpt_jsonw *w, const struct xpt_pci *pci,
			const struct xpt_pci_device *d)
{
	size_t at = xpt_pci_index(pci, d), first = at;

	xpt_jsonw_array(w, "bridges");
	for (int up = d->parent; up != XPT_PCI_NONE; up = pci->v[up].parent)
		write_address(w, NULL, &pci->v[up]);
	xpt_jsonw_end(w);
	xpt_jsonw_array(w, "siblings");
	while (first > 0 && xpt_bdf_same_slot(&pci->v[first - 1].addr, &d->addr))
		first--;
	for (; first < pci->n && xpt_bdf_same_slot(&pci->v[first].addr, &d->addr); first++) {
		if (first != at)
			write_address(w, NULL, &pci->v[first]);
	}
	xpt_jsonw_end(w);
}

static void write_uses(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	const struct xpt_use *use;
	size_t at = 0;

	xpt_jsonw_array(w, "uses");
	while ((use = xpt_uses_next(&v->s->uses, &d->addr, &at))) {
		XPT_FREE char *chain = xpt_use_chain(use);

		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "reason", xpt_reason_name(use->reason));
		xpt_jsonw_str(w, "chain", chain);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

static void write_vms(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	const struct xpt_vm *holder = xpt_safety_holder(&v->world, &d->addr);

	xpt_jsonw_array(w, "vms");
	for (size_t i = 0; i < v->n_vms; i++) {
		const struct xpt_vm *vm = v->vms[i];
		bool claims = xpt_vmpci_has(&vm->pci, &d->addr);

		if (!claims && vm != holder)
			continue;
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "uuid", vm->uuid);
		xpt_jsonw_str(w, "name", vm->name);
		xpt_jsonw_bool(w, "claims", claims);
		if (vm == holder || v->s->holders.is_known || vm->power_state == XPT_VM_HALTED)
			xpt_jsonw_bool(w, "holds", vm == holder);
		else
			xpt_jsonw_null(w, "holds");
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

/* A PF's virtual functions always stand behind it in the list. */
static void write_vfs(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	const struct xpt_pci *pci = &v->s->pci;
	size_t pf = xpt_pci_index(pci, d);

	xpt_jsonw_array(w, "virtual_function_list");
	for (size_t i = pf + 1; d->vf_count && i < pci->n; i++) {
		if (pci->v[i].physfn != (int)pf)
			continue;
		xpt_jsonw_object(w, NULL);
		write_address(w, "address", &pci->v[i]);
		write_vms(w, v, &pci->v[i]);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

static void write_abilities(struct xpt_jsonw *w, const struct xpt_pci *pci,
			    const struct xpt_pci_device *d)
{
	xpt_jsonw_int(w, "msi_vectors", d->cap.msi_vectors);
	xpt_jsonw_int(w, "msix_vectors", d->cap.msix_vectors);
	xpt_jsonw_bool(w, "reset", d->can_reset);
	xpt_jsonw_array(w, "reset_methods");
	if (d->cap.has_flr)
		xpt_jsonw_str(w, NULL, "flr");
	if (d->cap.has_pm_reset)
		xpt_jsonw_str(w, NULL, "pm");
	xpt_jsonw_end(w);
	if (d->physfn == XPT_PCI_NONE)
		xpt_jsonw_null(w, "physical_function");
	else
		write_address(w, "physical_function", &pci->v[d->physfn]);
	xpt_jsonw_int(w, "virtual_functions", d->vf_count);
	xpt_jsonw_int(w, "virtual_functions_max", d->cap.vf_total);
	if (d->node == XPT_PCI_NONE)
		xpt_jsonw_null(w, "numa_node");
	else
		xpt_jsonw_int(w, "numa_node", d->node);
}

/* Whom an IVMD is for is a range of addresses: no one there matters to the others. */
static void write_sharers(struct xpt_jsonw *w, const struct view *v,
			  const struct xpt_reserved_region *region, size_t device)
{
	xpt_jsonw_array(w, "with");
	for (size_t i = 0; region->kind == XPT_RESERVED_RMRR && i < region->n; i++) {
		if (region->devices[i] != device)
			write_address(w, NULL, &v->s->pci.v[region->devices[i]]);
	}
	xpt_jsonw_end(w);
}

static void write_reserved(struct xpt_jsonw *w, const struct view *v,
			   const struct xpt_pci_device *d)
{
	size_t device = xpt_pci_index(&v->s->pci, d), at = 0;
	const struct xpt_reserved_region *region;

	xpt_jsonw_array(w, "reserved_memory");
	while ((region = xpt_reserved_next(&v->s->reserved, device, &at))) {
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "kind", xpt_reserved_kind_name(region->kind));
		xpt_jsonw_strf(w, "base", "0x%llx", (unsigned long long)region->base);
		xpt_jsonw_strf(w, "limit", "0x%llx", (unsigned long long)region->limit);
		xpt_jsonw_bool(w, "shared", region->is_shared);
		write_sharers(w, v, region, device);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
	xpt_jsonw_str(w, "reserved_memory_means", xpt_reserved_means(&v->s->reserved, device));
}

static void write_device(struct xpt_jsonw *w, const struct view *v, const struct xpt_pci_device *d)
{
	xpt_jsonw_object(w, NULL);
	write_address(w, "address", d);
	write_ids(w, v, d);
	xpt_jsonw_str(w, "driver", *d->driver ? d->driver : NULL);
	xpt_jsonw_bool(w, "is_bridge", xpt_pci_is_bridge(d));
	xpt_jsonw_str(w, "dom0_access",
		      xpt_dom0_access_name(xpt_bootcfg_access(&v->s->boot, &d->addr)));
	xpt_jsonw_bool(w, "bound_to_pciback", xpt_pci_is_hidden(d));
	write_place(w, &v->s->pci, d);
	write_address(w, "group", &v->s->pci.v[xpt_isolation_group(&v->isolation, d)->first]);
	write_uses(w, v, d);
	write_vms(w, v, d);
	write_abilities(w, &v->s->pci, d);
	write_reserved(w, v, d);
	write_vfs(w, v, d);
	xpt_jsonw_end(w);
}

/* VMs that could claim or hold a device, so that each device is compared with these only. */
static void find_vms(struct view *v)
{
	const struct xpt_pool *pool = &v->s->pool;

	for (size_t i = 0; v->s->has_pool && i < pool->n_vms; i++) {
		const struct xpt_vm *vm = &pool->vms[i];

		if (!xpt_vm_is_guest(vm) || (!vm->pci.n && vm->power_state == XPT_VM_HALTED))
			continue;
		v->vms = xpt_grow(v->vms, v->n_vms + 1, sizeof(*v->vms));
		v->vms[v->n_vms++] = vm;
	}
}

static int write_selected(struct xpt_jsonw *w, const struct view *v, const char *text,
			  struct xpt_err *err)
{
	XPT_BDFS wanted = {0};
	const struct xpt_pci_device *d;
	int failed = xpt_select(&v->s->pci, text, NULL, NULL, &wanted, err);

	for (size_t i = 0; i < wanted.n && !failed; i++) {
		failed = xpt_snapshot_find(v->s, &wanted.v[i], &d, err);
		if (!failed)
			write_device(w, v, d);
	}
	return failed;
}

static int write_devices(struct xpt_ctx *ctx, const struct xpt_snapshot *s, struct xpt_jsonw *w,
			 struct xpt_err *err)
{
	const char *wanted = xpt_request_get(&ctx->request, "devices");
	bool bridges = xpt_request_is_set(&ctx->request, "bridges");
	struct view v = {.s = s, .world = xpt_snapshot_world(s)};
	int failed = 0;

	v.ids = xpt_pciids_new(&ctx->host);
	xpt_isolation_find(&s->pci, &v.isolation);
	find_vms(&v);
	xpt_jsonw_array(w, "devices");
	if (wanted)
		failed = write_selected(w, &v, wanted, err);
	for (size_t i = 0; !wanted && i < s->pci.n; i++) {
		if (bridges || !xpt_pci_is_bridge(&s->pci.v[i]))
			write_device(w, &v, &s->pci.v[i]);
	}
	xpt_jsonw_end(w);
	free(v.vms);
	xpt_isolation_done(&v.isolation);
	xpt_pciids_free(v.ids);
	return failed;
}

int xpt_fn_pci_list(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	XPT_SNAPSHOT s = {0};
	int failed = xpt_snapshot_take(ctx, XPT_WANT_USES | XPT_WANT_HOLDERS, &s, err);

	return failed ? failed : write_devices(ctx, &s, w, err);
}

int xpt_fn_pci_show(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_fn_pci_list(ctx, w, err);
}
