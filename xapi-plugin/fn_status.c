/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status: IOMMU, hidden devices now and next, pending reboot, unfinished changes, VMs with devices. */
#include "handlers.h"
#include "host/fs.h"
#include "model/devname.h"
#include "opfile.h"
#include "snapshot.h"

struct view {
	const struct xpt_snapshot *s;
	struct xpt_world world;
	struct xpt_pciids *ids;
};

static void write_flag(struct xpt_jsonw *w, const char *key, bool is_known, bool value)
{
	if (is_known)
		xpt_jsonw_bool(w, key, value);
	else
		xpt_jsonw_null(w, key);
}

static void write_name(struct xpt_jsonw *w, const struct view *v, const struct xpt_bdf *addr)
{
	const struct xpt_pci_device *d = xpt_pci_find(&v->s->pci, addr);
	XPT_FREE char *name = d ? xpt_devname_of(v->ids, d) : NULL;

	xpt_jsonw_str(w, "name", name);
}

static void write_iommu(struct xpt_jsonw *w, const struct xpt_snapshot *s)
{
	xpt_jsonw_object(w, "iommu");
	write_flag(w, "enabled", s->iommu != XPT_IOMMU_UNKNOWN, s->iommu == XPT_IOMMU_ON);
	xpt_jsonw_str(w, "source", s->iommu_source);
	xpt_jsonw_end(w);
}

static void write_hide_list(struct xpt_jsonw *w, const struct xpt_bootcfg *b)
{
	xpt_jsonw_object(w, "hide_list");
	xpt_jsonw_str(w, "now", b->now.known ? b->now.value : NULL);
	xpt_jsonw_str(w, "next", b->next.known ? b->next.value : NULL);
	write_flag(w, "now_canonical", b->now.known, xpt_bootcfg_is_canonical(&b->now));
	write_flag(w, "next_canonical", b->next.known, xpt_bootcfg_is_canonical(&b->next));
	xpt_jsonw_str(w, "grub_cfg", b->path);
	if (b->next.known)
		xpt_jsonw_int(w, "line_bytes", (long long)b->next.line_len);
	else
		xpt_jsonw_null(w, "line_bytes");
	xpt_jsonw_int(w, "line_limit_bytes", XPT_LINE_MAX);
	xpt_jsonw_end(w);
}

/* Every function that a list names, now or next; wildcards are resolved to what is there. */
static void collect_hidden(const struct xpt_snapshot *s, struct xpt_bdfs *ret)
{
	const struct xpt_hide_line *lines[] = {&s->boot.now, &s->boot.next};

	for (size_t l = 0; l < XPT_ARRAY_SIZE(lines); l++) {
		for (size_t i = 0; i < lines[l]->list.n; i++) {
			const struct xpt_hide_group *g = &lines[l]->list.v[i];

			if (!g->any_dev && !g->any_fn && !xpt_bdfs_has(ret, &g->addr))
				xpt_bdfs_add(ret, &g->addr);
		}
	}
	for (size_t i = 0; i < s->pci.n; i++) {
		const struct xpt_bdf *addr = &s->pci.v[i].addr;

		if ((xpt_hidelist_hides(&s->boot.now.list, addr) ||
		     xpt_hidelist_hides(&s->boot.next.list, addr)) &&
		    !xpt_bdfs_has(ret, addr))
			xpt_bdfs_add(ret, addr);
	}
	xpt_bdfs_sort(ret);
}

static void write_hidden(struct xpt_jsonw *w, const struct view *v, const struct xpt_bdfs *hidden)
{
	const struct xpt_bootcfg *b = &v->s->boot;
	char text[XPT_BDF_SIZE];

	xpt_jsonw_array(w, "hidden");
	for (size_t i = 0; i < hidden->n; i++) {
		const struct xpt_bdf *addr = &hidden->v[i];
		const struct xpt_pci_device *d = xpt_pci_find(&v->s->pci, addr);

		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "address", xpt_bdf_format(addr, text));
		write_name(w, v, addr);
		xpt_jsonw_bool(w, "present", d != NULL);
		write_flag(w, "now", b->now.known, xpt_hidelist_hides(&b->now.list, addr));
		write_flag(w, "next", b->next.known, xpt_hidelist_hides(&b->next.list, addr));
		xpt_jsonw_bool(w, "bound_to_pciback", d && xpt_pci_is_hidden(d));
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

static void write_reboot(struct xpt_jsonw *w, const struct xpt_bootcfg *b,
			 const struct xpt_bdfs *hidden)
{
	XPT_STRV reasons = {0};
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < hidden->n; i++) {
		enum xpt_dom0_access access = xpt_bootcfg_access(b, &hidden->v[i]);

		xpt_bdf_format(&hidden->v[i], text);
		if (access == XPT_DOM0_DISABLE_ON_REBOOT)
			xpt_strv_addf(&reasons, "%s will be hidden from dom0", text);
		else if (access == XPT_DOM0_ENABLE_ON_REBOOT)
			xpt_strv_addf(&reasons, "%s will be given back to dom0", text);
	}
	xpt_jsonw_object(w, "reboot");
	write_flag(w, "pending", b->now.known && b->next.known, reasons.n > 0);
	xpt_jsonw_strv(w, "reasons", &reasons);
	xpt_jsonw_end(w);
}

static void write_unfinished(struct xpt_jsonw *w, const struct xpt_op *op)
{
	xpt_jsonw_object(w, "unfinished_change");
	xpt_jsonw_str(w, "operation", op ? op->id : NULL);
	xpt_jsonw_str(w, "function", op ? op->function : NULL);
	xpt_jsonw_str(w, "started", op ? op->time : NULL);
	xpt_jsonw_int(w, "steps_done", op ? (long long)xpt_op_steps_done(op) : 0);
	xpt_jsonw_int(w, "steps", op ? (long long)op->n_steps : 0);
	xpt_jsonw_end(w);
}

static void write_unsettled(struct xpt_jsonw *w, const struct xpt_op *op)
{
	XPT_STRV objects = {0};

	xpt_strv_copy(&objects, &op->devices);
	if (op->vm)
		xpt_strv_add(&objects, op->vm);
	xpt_jsonw_object(w, NULL);
	xpt_jsonw_str(w, "operation", op->id);
	xpt_jsonw_str(w, "function", op->function);
	xpt_jsonw_str(w, "sentence", op->unsettled);
	xpt_jsonw_strv(w, "objects", &objects);
	xpt_jsonw_end(w);
}

/* A change that is under way right now looks like one that was cut short; the lock tells them apart
 * for who wants to change something, and who reads sees steps that go on. */
static void write_operations(struct xpt_ctx *ctx, struct xpt_jsonw *w)
{
	const struct xpt_op *unfinished = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	XPT_OPS ops = {0};

	if (xpt_opfile_load(ctx, &ops, &err) < 0)
		xpt_ctx_missing(ctx, "journal", err.sentence);
	for (size_t i = 0; i < ops.n && !unfinished; i++)
		unfinished = ops.v[i].unsettled ? NULL : &ops.v[i];
	write_unfinished(w, unfinished);
	xpt_jsonw_array(w, "unsettled");
	for (size_t i = 0; i < ops.n; i++) {
		if (ops.v[i].unsettled)
			write_unsettled(w, &ops.v[i]);
	}
	xpt_jsonw_end(w);
}

static void write_vm_devices(struct xpt_jsonw *w, const struct view *v, const struct xpt_vm *vm)
{
	bool is_halted = vm->power_state == XPT_VM_HALTED;
	XPT_BDFS order = {0};
	char text[XPT_BDF_SIZE];

	xpt_vmpci_order(&vm->pci, &order);
	xpt_jsonw_array(w, "devices");
	for (size_t i = 0; i < order.n; i++) {
		bool holds = xpt_safety_holder(&v->world, &order.v[i]) == vm;

		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "address", xpt_bdf_format(&order.v[i], text));
		xpt_jsonw_bool(w, "present", xpt_pci_find(&v->s->pci, &order.v[i]) != NULL);
		write_name(w, v, &order.v[i]);
		write_flag(w, "held", holds || is_halted || v->s->holders.is_known, holds);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
	xpt_jsonw_array(w, "malformed");
	for (size_t i = 0; i < vm->pci.n; i++) {
		if (!vm->pci.v[i].why)
			continue;
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "item", vm->pci.v[i].raw);
		xpt_jsonw_str(w, "why", vm->pci.v[i].why);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

/* Is this the host whose devices the VM means: where it runs, else where it would start? */
static bool is_here(const struct xpt_pool *pool, const struct xpt_pool_host *home,
		    const struct xpt_pool_host *affinity)
{
	if (!pool->here)
		return false;
	if (home || affinity)
		return (home ? home : affinity) == pool->here;
	return pool->n_hosts == 1;
}

static void write_vms(struct xpt_jsonw *w, const struct view *v)
{
	static const char *const states[] = {"halted", "paused", "running", "suspended"};
	const struct xpt_pool *pool = &v->s->pool;

	xpt_jsonw_array(w, "vms");
	for (size_t i = 0; v->s->has_pool && i < pool->n_vms; i++) {
		const struct xpt_vm *vm = &pool->vms[i];
		const struct xpt_pool_host *home = xpt_pool_host(pool, vm->resident_on);
		const struct xpt_pool_host *affinity = xpt_pool_host(pool, vm->affinity);

		if (!xpt_vm_is_guest(vm) || !vm->pci.n)
			continue;
		xpt_jsonw_object(w, NULL);
		xpt_jsonw_str(w, "uuid", vm->uuid);
		xpt_jsonw_str(w, "name", vm->name);
		xpt_jsonw_str(w, "power_state", states[vm->power_state]);
		xpt_jsonw_str(w, "resident_on", home ? home->uuid : NULL);
		xpt_jsonw_str(w, "affinity", affinity ? affinity->uuid : NULL);
		xpt_jsonw_bool(w, "is_here", is_here(pool, home, affinity));
		write_vm_devices(w, v, vm);
		xpt_jsonw_end(w);
	}
	xpt_jsonw_end(w);
}

int xpt_fn_status(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	XPT_SNAPSHOT s = {0};
	XPT_BDFS hidden = {0};
	struct view v = {.s = &s};
	int failed = xpt_snapshot_take(ctx, XPT_WANT_HOLDERS, &s, err);

	if (failed)
		return failed;
	v.world = xpt_snapshot_world(&s);
	v.ids = xpt_pciids_new(&ctx->host);
	collect_hidden(&s, &hidden);
	xpt_jsonw_str(w, "host_name", s.has_pool && s.pool.here ? s.pool.here->name : NULL);
	write_iommu(w, &s);
	xpt_jsonw_object(w, "pciback");
	xpt_jsonw_bool(w, "loaded", xpt_fs_exists(&ctx->host, "/sys/bus/pci/drivers/pciback"));
	xpt_jsonw_end(w);
	write_hide_list(w, &s.boot);
	write_hidden(w, &v, &hidden);
	write_reboot(w, &s.boot, &hidden);
	write_operations(ctx, w);
	write_vms(w, &v);
	xpt_pciids_free(v.ids);
	return 0;
}
