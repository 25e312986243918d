/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting and stopping. Source: xen-api ocaml/xapi/xapi_vm.ml, ocaml/xapi/message_forwarding.ml.
 */
#include "vm.h"

#include <string.h>
#include <sys/wait.h>

#include "device.h"
#include "host.h"
#include "job.h"
#include "plugin.h"

#define RUNNING_STATES "paused, suspended, running"

/* ---- where ---- */

static bool is_enabled(const struct xd *x, const char *host)
{
	const struct xd_row *row = xd_db_find(&x->db, "host", host);

	return row && xd_row_is(row, "enabled");
}

/* xapi looks at no device when it chooses: the affinity host if it can be had, else any. */
static const struct xd_host *choose_host(struct xd_call *c, const struct xd_row *vm)
{
	const struct xd_host *wanted = xd_host_of(c->x, xd_row_get(vm, "affinity"));

	if (wanted && is_enabled(c->x, wanted->ref))
		return wanted;
	for (size_t i = 0; i < c->x->n_hosts; i++)
		if (is_enabled(c->x, c->x->host[i].ref))
			return &c->x->host[i];
	xd_call_fail(c, "NO_HOSTS_AVAILABLE", NULL);
	return NULL;
}

static const struct xd_host *named_host(struct xd_call *c, const char *ref)
{
	const struct xd_host *host = xd_host_reach(c, ref);

	if (!host || is_enabled(c->x, ref))
		return host;
	xd_call_fail(c, "HOST_DISABLED", ref, NULL);
	return NULL;
}

/* ---- the work ---- */

struct transition {
	struct xd_devices *devices;
	char *vm, *host; /* references */
	bool goes_down;
	const char *power_state; /* afterwards */
	const char *message;     /* NULL: none; its body goes on with detail */
	const char *detail;
};

static void read_failure(struct xd_call *c, const struct xd_job *job)
{
	XPT_STR out = {0};
	XPT_STRV lines = {0};

	xd_job_output(job->out, &out);
	xpt_strv_split(&lines, xpt_str_text(&out), '\n');
	if (lines.n < 2)
		xd_call_fail(c, "INTERNAL_ERROR", "xenopsd internal error: the worker died", NULL);
	else
		xd_call_fail(c, lines.v[0], lines.v[1], NULL);
}

static void send_message(struct xd *x, const struct xd_row *vm, const struct transition *t)
{
	const char *uuid = xd_row_get(vm, "uuid");
	XPT_FREE char *body =
		xpt_fmt("VM '%s' (uuid: %s) %s", xd_row_get(vm, "name_label"), uuid, t->detail);

	xd_message_add(x, t->message, "5", "VM", uuid, body);
}

static void free_transition(struct transition *t)
{
	xd_devices_free(t->devices);
	free(t->vm);
	free(t->host);
	free(t);
}

static int work(void *data)
{
	struct transition *t = data;

	return xd_device_work(t->devices);
}

static void transition_done(struct xd_job *job, int status)
{
	struct transition *t = job->data;
	struct xd_call *c = job->call;
	struct xd_row *vm = xd_db_find(&c->x->db, "VM", t->vm);
	bool ok = WIFEXITED(status) && !WEXITSTATUS(status);

	if (t->goes_down || !ok)
		xd_vm_stopped(c->x, vm, ok ? t->power_state : "Halted");
	if (ok && t->devices->domid)
		xd_vm_started(c->x, vm, xd_host_of(c->x, t->host), t->devices->domid,
			      &t->devices->address);
	if (!ok)
		read_failure(c, job);
	else if (t->message)
		send_message(c->x, vm, t);
	free_transition(t);
}

/* Take the VM's domain down, set one up, or both, on host; answered when that is done. */
static void begin(struct xd_call *c, struct xd_row *vm, const struct xd_host *host,
		  const char *operation, bool goes_down, bool comes_up, struct transition what)
{
	struct transition *t = xpt_alloc(sizeof(*t));
	XPT_FREE char *pci = xd_row_map_get(vm, "other_config", "pci");
	XPT_FREE char *msitranslate = xd_row_map_get(vm, "other_config", "msitranslate");
	uint64_t domid = 0;

	*t = what;
	t->goes_down = goes_down;
	t->vm = xpt_strdup(vm->ref);
	t->host = xpt_strdup(host->ref);
	t->devices = xpt_alloc(sizeof(*t->devices));
	t->devices->root = xpt_strdup(host->root);
	t->devices->uuid = xpt_strdup(xd_row_get(vm, "uuid"));
	t->devices->msitranslate = !msitranslate || !strcmp(msitranslate, "1");
	if (goes_down && !xpt_parse_uint(xd_row_get(vm, "domid"), 10, UINT32_MAX, &domid))
		t->devices->old_domid = domid;
	if (comes_up) {
		t->devices->domid = c->x->next_domid++;
		xd_device_order(pci, &t->devices->address);
	}
	xd_vm_set_busy(c->x, vm, operation);
	xd_job_start(c, work, t, transition_done);
}

/* ---- methods ---- */

static void start_there(struct xd_call *c, struct xd_row *vm, const struct xd_host *host,
			const char *operation)
{
	begin(c, vm, host, operation, false, true,
	      (struct transition){
		      .power_state = "Running", .message = "VM_STARTED", .detail = "started"});
}

static void start(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "start", "halted"))
		return;
	host = choose_host(c, vm);
	if (host)
		start_there(c, vm, host, "start");
}

static void start_on(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "start_on", "halted"))
		return;
	host = named_host(c, xd_call_text(c, 2));
	if (host)
		start_there(c, vm, host, "start_on");
}

/* The host on which the VM runs; a suspended one has none. */
static const struct xd_host *home_of(struct xd_call *c, const struct xd_row *vm)
{
	const char *ref = xd_row_get(vm, "resident_on");

	return strcmp(ref, XD_NULL_REF) ? xd_host_reach(c, ref) : xd_coordinator(c->x);
}

static void shut_down(struct xd_call *c, struct xd_row *vm, const char *operation,
		      const char *detail)
{
	const struct xd_host *host = home_of(c, vm);

	if (!host)
		return;
	begin(c, vm, host, operation, true, false,
	      (struct transition){
		      .power_state = "Halted", .message = "VM_SHUTDOWN", .detail = detail});
}

static void hard_shutdown(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "hard_shutdown", RUNNING_STATES))
		shut_down(c, vm, "hard_shutdown", "shutdown forcibly");
}

static void clean_shutdown(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "clean_shutdown", "running") && xd_vm_check_tools(c, vm))
		shut_down(c, vm, "clean_shutdown", "shut down cleanly");
}

static void reboot_now(struct xd_call *c, struct xd_row *vm, const char *operation)
{
	const struct xd_host *host = home_of(c, vm);

	if (host)
		begin(c, vm, host, operation, true, true,
		      (struct transition){.power_state = "Running",
					  .message = "VM_REBOOTED",
					  .detail = "rebooted"});
}

static void hard_reboot(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "hard_reboot", "paused, running"))
		reboot_now(c, vm, "hard_reboot");
}

static void clean_reboot(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "clean_reboot", "running") && xd_vm_check_tools(c, vm))
		reboot_now(c, vm, "clean_reboot");
}

static void suspend(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "suspend", "running") || !xd_vm_check_tools(c, vm) ||
	    !xd_vm_check_no_pci(c, vm))
		return;
	host = home_of(c, vm);
	if (host)
		begin(c, vm, host, "suspend", true, false,
		      (struct transition){.power_state = "Suspended",
					  .message = "VM_SUSPENDED",
					  .detail = "suspended"});
}

static void resume(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "resume", "suspended"))
		return;
	host = choose_host(c, vm);
	if (host)
		begin(c, vm, host, "resume", false, true,
		      (struct transition){.power_state = "Running",
					  .message = "VM_RESUMED",
					  .detail = "resumed"});
}

/*
 * Between hosts there is nothing to move but the database's word: a guest that may move has no
 * device.
 */
static void pool_migrate(struct xd_call *c)
{
	struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "pool_migrate", "running") || !xd_vm_check_tools(c, vm) ||
	    !xd_vm_check_no_pci(c, vm))
		return;
	host = named_host(c, xd_call_text(c, 2));
	if (host)
		xd_db_set(&c->x->db, vm, "resident_on", host->ref);
}

static void call_host_plugin(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");
	const struct xd_host *host;

	if (!vm || !xd_vm_check(c, vm, "call_plugin", "running"))
		return;
	host = home_of(c, vm);
	if (host)
		xd_plugin_run(c, host, xd_call_text(c, 2), xd_call_text(c, 3), xd_call_arg(c, 4));
}

static void add_to_vcpus_params_live(struct xd_call *c)
{
	const struct xd_row *vm = xd_call_object(c, 1, "VM");

	if (vm && xd_vm_check(c, vm, "changing_VCPUs_live", "running"))
		xd_call_fail(c, "NOT_IMPLEMENTED", "add_to_VCPUs_params_live", NULL);
}

#define ADMIN XD_ROLE_VM_ADMIN
#define OPERATOR XD_ROLE_VM_OPERATOR
#define POWER XD_ROLE_VM_POWER_ADMIN

const struct xd_method xd_vm_methods[] = {
	{"VM.start", "rbb", OPERATOR, start, {0}},
	{"VM.start_on", "rrbb", POWER, start_on, {0}},
	{"VM.hard_shutdown", "r", OPERATOR, hard_shutdown, {0}},
	{"VM.clean_shutdown", "r", OPERATOR, clean_shutdown, {0}},
	{"VM.hard_reboot", "r", OPERATOR, hard_reboot, {0}},
	{"VM.clean_reboot", "r", OPERATOR, clean_reboot, {0}},
	{"VM.suspend", "r", OPERATOR, suspend, {0}},
	{"VM.resume", "rbb", OPERATOR, resume, {0}},
	{"VM.pool_migrate", "rrm", POWER, pool_migrate, {0}},
	{"VM.call_host_plugin", "rssm", OPERATOR, call_host_plugin, {25, 22}},
	{"VM.add_to_VCPUs_params_live", "rss", ADMIN, add_to_vcpus_params_live, {0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
