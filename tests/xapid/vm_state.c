/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "sexpr.h"
#include "vm.h"

#define TOOLS_KEY "xapid-guest-tools"

static const char HALTED_OPERATIONS[] =
	"create_vtpm,destroy,metadata_export,export,make_into_template,changing_NVRAM,"
	"changing_shadow_memory,changing_static_range,changing_dynamic_range,migrate_send,"
	"start_on,start,copy,clone,snapshot";
static const char TEMPLATE_OPERATIONS[] =
	"metadata_export,export,changing_NVRAM,changing_shadow_memory,changing_static_range,"
	"changing_dynamic_range,provision,copy,clone";
static const char RUNNING_OPERATIONS[] = "sysprep,metadata_export,changing_dynamic_range,"
					 "hard_reboot,hard_shutdown,pause,snapshot";
static const char TOOLS_OPERATIONS[] = "clean_reboot,clean_shutdown";
static const char MOBILE_OPERATIONS[] = "pool_migrate,suspend,checkpoint";
static const char SUSPENDED_OPERATIONS[] =
	"metadata_export,export,resume_on,resume,hard_shutdown,copy,clone,snapshot";

/* What xapi gives a VM that starts without BIOS strings of its own. */
static const char BIOS_STRINGS[] =
	"(('bios-vendor' 'Xen') ('bios-version' '') ('system-manufacturer' 'Xen')"
	" ('system-product-name' 'HVM domU') ('system-version' '') ('system-serial-number' '')"
	" ('baseboard-manufacturer' '') ('baseboard-product-name' '') ('baseboard-version' '')"
	" ('baseboard-serial-number' '') ('baseboard-asset-tag' '')"
	" ('baseboard-location-in-chassis' '') ('enclosure-asset-tag' '') ('hp-rombios' '')"
	" ('oem-1' 'Xen') ('oem-2' 'MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d'))";

/* ---- checks ---- */

static bool has_tools(const struct xd *x, const struct xd_row *vm)
{
	const struct xd_row *metrics =
		xd_db_find(&x->db, "VM_guest_metrics", xd_row_get(vm, "guest_metrics"));

	return metrics && xd_row_is(metrics, "PV_drivers_detected");
}

bool xd_vm_check_tools(struct xd_call *c, const struct xd_row *vm)
{
	if (!has_tools(c->x, vm))
		xd_call_fail(c, "VM_LACKS_FEATURE", vm->ref, NULL);
	return !xd_call_failed(c);
}

bool xd_vm_check_no_pci(struct xd_call *c, const struct xd_row *vm)
{
	if (!xd_row_has(vm, "attached_PCIs", "()"))
		xd_call_fail(c, "VM_HAS_PCI_ATTACHED", vm->ref, NULL);
	return !xd_call_failed(c);
}

static bool is_state(const struct xd_row *vm, const char *states)
{
	XPT_STRV list = {0};
	const char *now = xd_row_get(vm, "power_state");

	xpt_strv_split(&list, states, ',');
	for (size_t i = 0; i < list.n; i++)
		if (!strcasecmp(list.v[i] + strspn(list.v[i], " "), now))
			return true;
	return false;
}

static void wrong_state(struct xd_call *c, const struct xd_row *vm, const char *states)
{
	XPT_FREE char *now = xpt_strdup(xd_row_get(vm, "power_state"));

	for (char *s = now; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	xd_call_fail(c, "VM_BAD_POWER_STATE", vm->ref, states, now, NULL);
}

bool xd_vm_check(struct xd_call *c, const struct xd_row *vm, const char *operation,
		 const char *states)
{
	XPT_FREE char *blocked = xd_row_map_get(vm, "blocked_operations", operation);
	XPT_STRV current = {0};

	xd_row_map(vm, "current_operations", &current);
	if (blocked)
		xd_call_fail(c, "OPERATION_BLOCKED", vm->ref, blocked, NULL);
	else if (!is_state(vm, states))
		wrong_state(c, vm, states);
	else if (xd_row_is(vm, "is_a_template") && !strncmp(operation, "start", 5))
		xd_call_fail(c, "VM_IS_TEMPLATE", vm->ref, operation, NULL);
	else if (current.n)
		xd_call_fail(c, "OTHER_OPERATION_IN_PROGRESS", "VM", vm->ref, current.v[1], NULL);
	return !xd_call_failed(c);
}

/* ---- operations ---- */

static void allow(struct xpt_strv *list, const struct xd_row *vm, const char *operations)
{
	XPT_STRV names = {0};

	xpt_strv_split(&names, operations, ',');
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *blocked = xd_row_map_get(vm, "blocked_operations", names.v[i]);

		if (!blocked)
			xpt_strv_add(list, names.v[i]);
	}
}

void xd_vm_update_operations(struct xd *x, struct xd_row *vm)
{
	XPT_STRV list = {0};
	XPT_FREE char *text = NULL;
	bool is_running = xd_row_has(vm, "power_state", "Running");
	bool is_busy = !xd_row_has(vm, "current_operations", "()");

	if (xd_row_is(vm, "is_control_domain"))
		return;
	if (is_busy)
		allow(&list, vm, "metadata_export");
	else if (xd_row_is(vm, "is_a_template"))
		allow(&list, vm, TEMPLATE_OPERATIONS);
	else if (is_running)
		allow(&list, vm, RUNNING_OPERATIONS);
	else if (xd_row_has(vm, "power_state", "Suspended"))
		allow(&list, vm, SUSPENDED_OPERATIONS);
	else
		allow(&list, vm, HALTED_OPERATIONS);
	if (is_running && !is_busy && has_tools(x, vm)) {
		allow(&list, vm, TOOLS_OPERATIONS);
		if (xd_row_has(vm, "attached_PCIs", "()"))
			allow(&list, vm, MOBILE_OPERATIONS);
	}
	text = xd_sexpr_write_set(&list);
	if (!xd_row_has(vm, "allowed_operations", text))
		xd_db_set(&x->db, vm, "allowed_operations", text);
}

void xd_vm_set_busy(struct xd *x, struct xd_row *vm, const char *operation)
{
	XPT_FREE char *task = xd_db_fresh_ref();

	xd_db_set(&x->db, vm, "current_operations", "()");
	if (operation)
		xd_db_map_put(&x->db, vm, "current_operations", task, operation);
	xd_vm_update_operations(x, vm);
}

/* ---- devices ---- */

static struct xd_row *find_pci(const struct xd *x, const char *host, const char *address)
{
	const struct xd_table *pcis = xd_db_table(&x->db, "PCI");

	for (size_t i = 0; i < pcis->n; i++)
		if (xd_row_has(pcis->row[i], "host", host) &&
		    xd_row_has(pcis->row[i], "pci_id", address))
			return pcis->row[i];
	return NULL;
}

static void attach_devices(struct xd *x, struct xd_row *vm, const char *host,
			   const struct xpt_strv *devices)
{
	for (size_t i = 0; i < devices->n; i++) {
		struct xd_row *pci = find_pci(x, host, devices->v[i]);

		if (!pci)
			continue; /* of a class that xapi keeps no records of */
		xd_db_set_add(&x->db, vm, "attached_PCIs", pci->ref);
		xd_db_set_add(&x->db, pci, "attached_VMs", vm->ref);
	}
}

static void detach_devices(struct xd *x, struct xd_row *vm)
{
	XPT_STRV pcis = {0};

	xd_row_set_of(vm, "attached_PCIs", &pcis);
	for (size_t i = 0; i < pcis.n; i++) {
		struct xd_row *pci = xd_db_find(&x->db, "PCI", pcis.v[i]);

		if (pci)
			xd_db_set_remove(&x->db, pci, "attached_VMs", vm->ref);
	}
	xd_db_set(&x->db, vm, "attached_PCIs", "()");
}

/* ---- start and stop ---- */

/* Each start has guest metrics of its own. */
static void renew_guest_metrics(struct xd *x, struct xd_row *vm)
{
	struct xd_row *old =
		xd_db_find(&x->db, "VM_guest_metrics", xd_row_get(vm, "guest_metrics"));
	struct xd_row *metrics = xd_db_create(&x->db, "VM_guest_metrics");
	XPT_FREE char *tools = xd_row_map_get(vm, "other_config", TOOLS_KEY);
	char now[32];

	if (old)
		xd_db_destroy(&x->db, old);
	xd_db_set(&x->db, metrics, "live", "true");
	xd_db_set(&x->db, metrics, "last_updated", xd_now(now));
	if (xpt_streq(tools, "true"))
		xd_db_set(&x->db, metrics, "PV_drivers_detected", "true");
	xd_db_set(&x->db, vm, "guest_metrics", metrics->ref);
}

static void note_cpu(struct xd *x, struct xd_row *vm, const struct xd_row *host)
{
	XPT_FREE char *vendor = xd_row_map_get(host, "cpu_info", "vendor");
	XPT_FREE char *features = xd_row_map_get(host, "cpu_info", "features");
	XPT_STRV flags = {0};
	XPT_FREE char *text = NULL;

	xpt_strv_add(&flags, "vendor");
	xpt_strv_add(&flags, vendor ? vendor : "");
	xpt_strv_add(&flags, "features");
	xpt_strv_add(&flags, features ? features : "");
	text = xd_sexpr_write_map(&flags);
	xd_db_set(&x->db, vm, "last_boot_CPU_flags", text);
}

void xd_vm_started(struct xd *x, struct xd_row *vm, const struct xd_host *host,
		   unsigned long long domid, const struct xpt_strv *devices)
{
	struct xd_row *metrics = xd_db_find(&x->db, "VM_metrics", xd_row_get(vm, "metrics"));
	XPT_FREE char *number = xpt_fmt("%llu", domid);
	char now[32];

	xd_db_set(&x->db, vm, "power_state", "Running");
	xd_db_set(&x->db, vm, "domid", number);
	xd_db_set(&x->db, vm, "resident_on", host->ref);
	if (xd_row_has(vm, "bios_strings", "()"))
		xd_db_set(&x->db, vm, "bios_strings", BIOS_STRINGS);
	note_cpu(x, vm, xd_db_find(&x->db, "host", host->ref));
	renew_guest_metrics(x, vm);
	if (metrics) {
		xd_db_set(&x->db, metrics, "start_time", xd_now(now));
		xd_db_set(&x->db, metrics, "VCPUs_number", xd_row_get(vm, "VCPUs_at_startup"));
	}
	attach_devices(x, vm, host->ref, devices);
	xd_vm_set_busy(x, vm, NULL);
}

void xd_vm_stopped(struct xd *x, struct xd_row *vm, const char *power_state)
{
	struct xd_row *metrics = xd_db_find(&x->db, "VM_metrics", xd_row_get(vm, "metrics"));

	detach_devices(x, vm);
	if (metrics)
		xd_db_set(&x->db, metrics, "VCPUs_number", "0");
	xd_db_set(&x->db, vm, "power_state", power_state);
	xd_db_set(&x->db, vm, "domid", "-1");
	xd_db_set(&x->db, vm, "resident_on", XD_NULL_REF);
	xd_vm_set_busy(x, vm, NULL);
}
