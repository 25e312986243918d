/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making VMs out of VMs, and removing them: the database's side of it, there are no disks here.
 * Source: xen-api ocaml/xapi/xapi_vm_clone.ml, ocaml/xapi/xapi_vm_snapshot.ml.
 */
#include <string.h>

#include "vm.h"

/* What a copy does not take over. */
static const char *const OWN_FIELDS[] = {
	"uuid",
	"allowed_operations",
	"current_operations",
	"power_state",
	"resident_on",
	"scheduled_to_be_resident_on",
	"domid",
	"metrics",
	"guest_metrics",
	"attached_PCIs",
	"VBDs",
	"VIFs",
	"VUSBs",
	"VGPUs",
	"VTPMs",
	"consoles",
	"snapshots",
	"children",
	"parent",
	"snapshot_of",
	"snapshot_time",
	"is_a_snapshot",
	"ha_restart_priority",
	"ha_always_run",
	"appliance",
	"blocked_operations",
};

static bool is_own(const char *field)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(OWN_FIELDS); i++)
		if (!strcmp(OWN_FIELDS[i], field))
			return true;
	return false;
}

static struct xd_row *copy_vm(struct xd *x, const struct xd_row *from, const char *name)
{
	struct xd_row *vm = xd_db_create(&x->db, "VM");
	struct xd_row *metrics = xd_db_create(&x->db, "VM_metrics");
	XPT_FREE char *seed = xd_db_fresh_uuid();
	const struct xd_class *cls = from->table->cls;

	for (size_t i = 0; i < cls->n; i++)
		if (!is_own(cls->field[i].name))
			xd_db_set(&x->db, vm, cls->field[i].name, xd_row_at(from, i));
	xd_db_set(&x->db, vm, "name_label", name);
	xd_db_set(&x->db, vm, "metrics", metrics->ref);
	xd_db_map_put(&x->db, vm, "other_config", "mac_seed", seed);
	xd_vm_update_operations(x, vm);
	return vm;
}

static bool has_no_vusb(struct xd_call *c, const struct xd_row *vm)
{
	if (!xd_row_has(vm, "VUSBs", "()"))
		xd_call_fail(c, "VM_HAS_VUSBS", vm->ref, NULL);
	return !xd_call_failed(c);
}

static void take_snapshot(struct xd_call *c, const struct xd_row *from, const char *power_state)
{
	struct xd_row *vm = copy_vm(c->x, from, xd_call_text(c, 2));
	char now[32];

	xd_db_set(&c->x->db, vm, "is_a_snapshot", "true");
	xd_db_set(&c->x->db, vm, "is_a_template", "true");
	xd_db_set(&c->x->db, vm, "snapshot_of", from->ref);
	xd_db_set(&c->x->db, vm, "snapshot_time", xd_now(now));
	xd_db_set(&c->x->db, vm, "power_state", power_state);
	xd_vm_update_operations(c->x, vm);
	xd_call_ok_str(c, vm->ref);
}

static void clone(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "clone", "halted, suspended"))
		xd_call_ok_str(c, copy_vm(c->x, vm, xd_call_text(c, 2))->ref);
}

static void copy(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "copy", "halted, suspended"))
		xd_call_ok_str(c, copy_vm(c->x, vm, xd_call_text(c, 2))->ref);
}

static void snapshot(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "snapshot", "halted, paused, suspended, running") &&
	    has_no_vusb(c, vm))
		take_snapshot(c, vm, "Halted");
}

static void checkpoint(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "checkpoint", "running") && xd_vm_check_tools(c, vm) &&
	    xd_vm_check_no_pci(c, vm) && has_no_vusb(c, vm))
		take_snapshot(c, vm, "Suspended");
}

/* What can be written comes back as it was; name and place in the world stay. */
static void revert(struct xd_call *c)
{
	const struct xd_row *from = xd_call_object(c, 1, "VM");
	struct xd_row *vm =
		from ? xd_db_find(&c->x->db, "VM", xd_row_get(from, "snapshot_of")) : NULL;
	const struct xd_class *cls = from ? from->table->cls : NULL;

	if (from && !vm)
		xd_call_fail(c, "VM_IS_NOT_SNAPSHOT", from->ref, NULL);
	if (!vm || !xd_vm_check(c, vm, "revert", "halted"))
		return;
	for (size_t i = 0; i < cls->n; i++)
		if (cls->field[i].access == XD_RW && !is_own(cls->field[i].name) &&
		    strcmp(cls->field[i].name, "is_a_template") &&
		    strcmp(cls->field[i].name, "name__label"))
			xd_db_set(&c->x->db, vm, cls->field[i].name, xd_row_at(from, i));
	xd_vm_update_operations(c->x, vm);
}

static void provision(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (!vm)
		return;
	xd_db_set(&c->x->db, vm, "is_a_template", "false");
	xd_vm_update_operations(c->x, vm);
}

static void destroy_if(struct xd *x, const char *cls, const char *ref)
{
	struct xd_row *row = xd_db_find(&x->db, cls, ref);

	if (row)
		xd_db_destroy(&x->db, row);
}

static void destroy(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (!vm || !xd_vm_check(c, vm, "destroy", "halted"))
		return;
	destroy_if(c->x, "VM_metrics", xd_row_get(vm, "metrics"));
	destroy_if(c->x, "VM_guest_metrics", xd_row_get(vm, "guest_metrics"));
	xd_db_destroy(&c->x->db, vm);
}

const struct xd_method xd_vm_copy_methods[] = {
	{"VM.clone", "rs", XD_ROLE_VM_ADMIN, clone, {0}},
	{"VM.copy", "rsr", XD_ROLE_VM_ADMIN, copy, {0}},
	{"VM.snapshot", "rs", XD_ROLE_VM_POWER_ADMIN, snapshot, {0}},
	{"VM.checkpoint", "rs", XD_ROLE_VM_POWER_ADMIN, checkpoint, {0}},
	{"VM.revert", "r", XD_ROLE_VM_POWER_ADMIN, revert, {0}},
	{"VM.provision", "r", XD_ROLE_VM_ADMIN, provision, {0}},
	{"VM.destroy", "r", XD_ROLE_VM_ADMIN, destroy, {0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
