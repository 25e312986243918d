/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_attach, pci_detach, pci_reorder: what VM.other_config:pci is to be. */
#include <errno.h>
#include <string.h>

#include "change.h"
#include "handlers.h"
#include "plan_devices.h"

#define PCI_KEY "pci"
#define MSITRANSLATE_KEY "msitranslate"

static void add_key_step(struct xpt_plan *plan, const struct xpt_vm *vm, const char *key,
			 const char *from, const char *to)
{
	XPT_FREE char *subject = xpt_fmt("other-config:%s of VM '%s'", key, vm->name);
	XPT_FREE char *object = xpt_fmt("%s %s", vm->uuid, key);

	if (xpt_streq(from, to))
		return;
	xpt_op_add_step(&plan->op, "vm_key", subject, object, from, to);
	plan->needs_vm_restart = vm->power_state != XPT_VM_HALTED;
}

static void set_devices(struct xpt_plan *plan, const struct xpt_vm *vm, const struct xpt_bdfs *all)
{
	XPT_FREE char *to = xpt_vmpci_emit(all);

	add_key_step(plan, vm, PCI_KEY, vm->pci.raw, to);
}

/* Writing the list anew would drop what xapi ignores, and with it what somebody meant. */
static int check_key(const struct xpt_vm *vm, struct xpt_err *err)
{
	for (size_t i = 0; i < vm->pci.n; i++) {
		const struct xpt_vmpci_item *item = &vm->pci.v[i];
		XPT_FREE char *hint = NULL;

		if (!item->why)
			continue;
		hint = xpt_fmt("take all devices from the VM and give it the right ones: "
			       "xe-passthrough pci detach %s",
			       vm->uuid);
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, vm->uuid, hint,
				   "the pci key of VM '%s' has a part that names no device, "
				   "'%s': %s",
				   vm->name, item->raw, item->why);
	}
	return 0;
}

static void plan_msitranslate(struct xpt_ctx *ctx, const struct xpt_vm *vm, struct xpt_plan *plan)
{
	const char *from = xpt_value_get_text(vm->other_config, MSITRANSLATE_KEY);

	if (xpt_request_get(&ctx->request, "msitranslate"))
		add_key_step(plan, vm, MSITRANSLATE_KEY, from,
			     xpt_request_is_set(&ctx->request, "msitranslate") ? "1" : "0");
}

static int plan_attach(struct xpt_ctx *ctx, const struct xpt_snapshot *s, const struct xpt_vm *vm,
		       struct xpt_plan *plan, struct xpt_err *err)
{
	struct xpt_world world = xpt_snapshot_world(s);
	XPT_BDFS asked = {0}, added = {0}, all = {0};
	int failed = xpt_plan_devices(ctx, s, XPT_FOR_ATTACH, vm, &asked, err);

	if (!failed)
		failed = check_key(vm, err);
	if (failed)
		return failed;
	xpt_plan_name_devices(plan, &asked);
	xpt_vmpci_order(&vm->pci, &all);
	for (size_t i = 0; i < asked.n; i++) {
		if (xpt_bdfs_has(&all, &asked.v[i]))
			continue;
		xpt_bdfs_add(&added, &asked.v[i]);
		xpt_bdfs_add(&all, &asked.v[i]);
	}
	if (added.n) {
		xpt_safety_attach(&world, vm, &added, &all, &plan->verdicts);
		set_devices(plan, vm, &all);
	}
	plan_msitranslate(ctx, vm, plan);
	return 0;
}

static int plan_detach(struct xpt_ctx *ctx, const struct xpt_snapshot *s, const struct xpt_vm *vm,
		       struct xpt_plan *plan, struct xpt_err *err)
{
	XPT_BDFS asked = {0}, all = {0}, left = {0}, gone = {0};
	bool is_everything = !xpt_request_get(&ctx->request, "devices");
	int failed = 0;

	if (!is_everything) {
		failed = xpt_plan_devices(ctx, s, XPT_FOR_VM, vm, &asked, err);
		if (!failed)
			failed = check_key(vm, err);
	}
	if (failed)
		return failed;
	xpt_vmpci_order(&vm->pci, &all);
	for (size_t i = 0; i < all.n; i++) {
		bool goes = is_everything || xpt_bdfs_has(&asked, &all.v[i]);

		xpt_bdfs_add(goes ? &gone : &left, &all.v[i]);
	}
	xpt_plan_name_devices(plan, is_everything ? &gone : &asked);
	if (gone.n || is_everything)
		set_devices(plan, vm, &left);
	return 0;
}

static int plan_reorder(struct xpt_ctx *ctx, const struct xpt_snapshot *s, const struct xpt_vm *vm,
			struct xpt_plan *plan, struct xpt_err *err)
{
	XPT_BDFS asked = {0}, all = {0};
	int failed = xpt_plan_devices(ctx, s, XPT_FOR_VM, vm, &asked, err);
	bool is_same;

	if (!failed)
		failed = check_key(vm, err);
	if (failed)
		return failed;
	xpt_vmpci_order(&vm->pci, &all);
	is_same = asked.n == all.n;
	for (size_t i = 0; is_same && i < all.n; i++)
		is_same = xpt_bdfs_has(&asked, &all.v[i]);
	if (!is_same)
		return xpt_err_set(
			err, XPT_USAGE, EINVAL, vm->uuid,
			"name each of its devices once; 'xe-passthrough status' lists them",
			"the VM '%s' has %zu device%s, and not just those named", vm->name, all.n,
			all.n == 1 ? "" : "s");
	xpt_plan_name_devices(plan, &asked);
	set_devices(plan, vm, &asked);
	return 0;
}

int xpt_fn_pci_attach(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_change_run(ctx, plan_attach, w, err);
}

int xpt_fn_pci_detach(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_change_run(ctx, plan_detach, w, err);
}

int xpt_fn_pci_reorder(struct xpt_ctx *ctx, struct xpt_jsonw *w, struct xpt_err *err)
{
	return xpt_change_run(ctx, plan_reorder, w, err);
}
