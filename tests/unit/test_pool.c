/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "../support/scratch.h"
#include "../support/script_server.h"
#include "model/pool.h"

#define RECORDINGS "recordings/xapi-26.1.4"
#define TIMEOUT_MS 5000

struct world {
	struct xpt_host host;
	struct xpt_script *server;
	struct xpt_script_step steps[XPT_SCRIPT_MAX];
	size_t n_steps;
	struct xpt_strv texts; /* what steps point into */
	struct xpt_pool pool;
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	xpt_scratch_mkdir(&w->host, "/etc/xensource");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_pool_done(&w->pool);
	xpt_script_stop(w->server);
	xpt_strv_done(&w->texts);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

/* ---- records ---- */

/* Set a field of a record: text, or a map or list given as a value. Returns the record. */
static struct xpt_value *with(struct xpt_value *record, const char *key, const char *text)
{
	return xpt_value_put(record, key, xpt_value_str(text));
}

static struct xpt_value *with_flag(struct xpt_value *record, const char *key, bool flag)
{
	return xpt_value_put(record, key, xpt_value_bool(flag));
}

/* A map of one key. */
static struct xpt_value *map_of(const char *key, const char *text)
{
	return with(xpt_value_struct(), key, text);
}

static struct xpt_value *named(const char *uuid, const char *name)
{
	return with(with(xpt_value_struct(), "uuid", uuid), "name_label", name);
}

static struct xpt_value *pool_records(void)
{
	struct xpt_value *pool = named("pool-uuid", "");

	with(pool, "master", "OpaqueRef:h1");
	xpt_value_put(pool, "other_config", map_of("k", "v"));
	return xpt_value_put(xpt_value_struct(), "OpaqueRef:pool", pool);
}

static struct xpt_value *host_records(void)
{
	struct xpt_value *one = named("uuid-1", "one"), *two = named("uuid-2", "two");

	xpt_value_put(one, "software_version", map_of("xapi", "26.1"));
	xpt_value_put(one, "chipset_info", map_of("iommu", "true"));
	return xpt_value_put(xpt_value_put(xpt_value_struct(), "OpaqueRef:h1", one), "OpaqueRef:h2",
			     two);
}

/* The server's next answer; records is consumed. */
static void add_answer(struct world *w, struct xpt_value *records)
{
	XPT_STR body = {0};
	char *reply;

	xpt_xmlrpc_write_success(&body, records);
	reply = xpt_script_http(body.s, true);
	xpt_strv_take(&w->texts, reply);
	w->steps[w->n_steps++] = (struct xpt_script_step){.reply = reply};
	xpt_value_free(records);
}

static int load(struct world *w, unsigned what, struct xpt_err *err)
{
	XPT_XAPI_CLIENT *x = NULL;

	w->server = xpt_script_start(w->host.root, w->steps, w->n_steps);
	assert_int_equal(xpt_xapi_open(&w->host, "OpaqueRef:s", TIMEOUT_MS, &x, NULL), 0);
	return xpt_pool_load(x, &w->host, what, &w->pool, err);
}

/* Load a pool of these VMs, which are consumed. */
static const struct xpt_pool *load_vms(struct world *w, struct xpt_value *vms)
{
	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, vms);
	assert_int_equal(load(w, XPT_POOL_VMS, NULL), 0);
	return &w->pool;
}

/* ---- loading ---- */

static void pool_and_hosts_are_always_loaded_and_nothing_else(void **state)
{
	struct world *w = *state;

	add_answer(w, pool_records());
	add_answer(w, host_records());
	assert_int_equal(load(w, 0, NULL), 0);
	assert_int_equal(xpt_script_log(w->server)->n_requests, 2);
	assert_string_equal(w->pool.ref, "OpaqueRef:pool");
	assert_string_equal(w->pool.uuid, "pool-uuid");
	assert_string_equal(w->pool.coordinator, "OpaqueRef:h1");
	assert_string_equal(xpt_value_get_text(w->pool.other_config, "k"), "v");
	assert_int_equal(w->pool.n_hosts, 2);
	assert_string_equal(w->pool.hosts[0].xapi_version, "26.1");
	assert_true(w->pool.hosts[0].has_iommu);
	assert_null(w->pool.hosts[1].xapi_version);
	assert_false(w->pool.hosts[1].has_iommu);
	assert_int_equal(w->pool.n_vms, 0);
	assert_null(w->pool.here);
}

static void this_host_is_found_by_its_inventory(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, "/etc/xensource-inventory",
			"PRODUCT_BRAND='XCP-ng'\nINSTALLATION_UUID='uuid-2'\nX=''\n", 0644);
	add_answer(w, pool_records());
	add_answer(w, host_records());
	assert_int_equal(load(w, 0, NULL), 0);
	assert_ptr_equal(w->pool.here, &w->pool.hosts[1]);
}

/* NULL when the pool has none of this reference. */
static const struct xpt_vm *vm_of(const struct world *w, const char *ref)
{
	for (size_t i = 0; i < w->pool.n_vms; i++) {
		if (!strcmp(w->pool.vms[i].ref, ref))
			return &w->pool.vms[i];
	}
	return NULL;
}

static void a_vm_is_read_with_all_we_use(void **state)
{
	struct world *w = *state;
	struct xpt_value *vm = named("u", "vm-a"), *other = map_of("pci", "0/0000:5e:00.0,x");
	const struct xpt_vm *read;

	with(with(with(vm, "power_state", "Paused"), "resident_on", "OpaqueRef:h1"), "affinity",
	     "OpaqueRef:NULL");
	with(with(vm, "domid", "7"), "ha_restart_priority", "restart");
	with(with(with(vm, "memory_static_max", "137438953472"), "memory_dynamic_min", "1"),
	     "memory_dynamic_max", "2");
	xpt_value_put(vm, "HVM_boot_params", map_of("firmware", "uefi"));
	xpt_value_put(vm, "platform", map_of("device-model", "qemu-upstream-uefi"));
	xpt_value_put(vm, "other_config", other);
	xpt_value_put(vm, "attached_PCIs",
		      xpt_value_push(xpt_value_array(), xpt_value_str("OpaqueRef:p")));
	load_vms(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:vm", vm));
	read = vm_of(w, "OpaqueRef:vm");
	assert_non_null(read);
	assert_int_equal(read->power_state, XPT_VM_PAUSED);
	assert_string_equal(read->resident_on, "OpaqueRef:h1");
	assert_int_equal(read->domid, 7);
	assert_true(read->is_uefi);
	assert_string_equal(read->device_model, "qemu-upstream-uefi");
	assert_true(read->memory_static_max == 1LL << 37);
	assert_int_equal(read->memory_dynamic_min, 1);
	assert_int_equal(read->memory_dynamic_max, 2);
	assert_string_equal(read->ha_restart_priority, "restart");
	assert_int_equal(read->pci.n, 2);
	assert_false(read->pci.v[0].dropped);
	assert_true(read->pci.v[1].dropped);
	assert_int_equal(read->attached_pcis.n, 1);
	assert_string_equal(read->attached_pcis.v[0], "OpaqueRef:p");
	assert_false(read->is_template || read->is_snapshot || read->is_control_domain);
}

static void a_record_without_fields_is_empty_and_not_halted(void **state)
{
	struct world *w = *state;
	struct xpt_value *vms =
		xpt_value_put(xpt_value_struct(), "OpaqueRef:bare", xpt_value_struct());
	const struct xpt_vm *vm;

	xpt_value_put(vms, "OpaqueRef:text", xpt_value_str("no record"));
	xpt_value_put(vms, "OpaqueRef:odd",
		      xpt_value_put(xpt_value_struct(), "uuid", xpt_value_array()));
	load_vms(w, vms);
	assert_int_equal(w->pool.n_vms, 2);
	vm = vm_of(w, "OpaqueRef:bare");
	assert_string_equal(vm->uuid, "");
	assert_string_equal(vm->resident_on, "");
	assert_string_equal(vm->ha_restart_priority, "");
	assert_null(vm->device_model);
	assert_null(vm->pci.raw);
	assert_null(vm->other_config);
	assert_int_equal(vm->domid, -1);
	assert_int_equal(vm->power_state, XPT_VM_RUNNING);
	assert_string_equal(vm_of(w, "OpaqueRef:odd")->uuid, "");
	assert_null(vm_of(w, "OpaqueRef:text"));
}

static void a_domain_that_is_no_number_is_none_and_not_dom0(void **state)
{
	static const char *const texts[] = {"", "7x", "0x0", " 0", "99999999999999999999"};
	struct world *w = *state;
	struct xpt_value *vms = xpt_value_struct();

	for (size_t i = 0; i < XPT_ARRAY_SIZE(texts); i++) {
		XPT_FREE char *ref = xpt_fmt("OpaqueRef:%zu", i);

		xpt_value_put(vms, ref, with(named("u", "n"), "domid", texts[i]));
	}
	load_vms(w, vms);
	assert_int_equal(w->pool.n_vms, XPT_ARRAY_SIZE(texts));
	for (size_t i = 0; i < w->pool.n_vms; i++)
		assert_int_equal(w->pool.vms[i].domid, -1);
}

static void networks_are_read(void **state)
{
	struct world *w = *state;
	struct xpt_value *pif = with(named("u", ""), "device", "eth0"), *records;
	const struct xpt_pif *read;

	with(with(pif, "host", "OpaqueRef:h1"), "network", "OpaqueRef:n");
	with(with(with(pif, "VLAN", "-1"), "bond_slave_of", "OpaqueRef:b"), "VLAN_master_of",
	     "OpaqueRef:NULL");
	with_flag(with_flag(pif, "management", true), "currently_attached", true);
	with(with(pif, "ip_configuration_mode", "DHCP"), "IP", "");
	records = xpt_value_put(xpt_value_struct(), "OpaqueRef:pif", pif);
	xpt_value_put(records, "OpaqueRef:plain",
		      with(with(named("v", ""), "ip_configuration_mode", "None"), "IP", ""));
	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, records);
	records = with(xpt_value_struct(), "master", "OpaqueRef:pif");
	xpt_value_put(records, "slaves",
		      xpt_value_push(xpt_value_array(), xpt_value_str("OpaqueRef:x")));
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:b", records));
	records = with(xpt_value_struct(), "tagged_PIF", "t");
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:v", records));
	records = with(named("nu", "net"), "bridge", "xenbr0");
	xpt_value_put(records, "VIFs",
		      xpt_value_push(xpt_value_array(), xpt_value_str("OpaqueRef:vif")));
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:n", records));
	assert_int_equal(load(w, XPT_POOL_NETWORKS, NULL), 0);
	read = xpt_pool_pif(&w->pool, "OpaqueRef:pif");
	assert_string_equal(read->device, "eth0");
	assert_true(read->management && read->currently_attached && read->has_ip);
	assert_int_equal(read->vlan, -1);
	assert_string_equal(xpt_pool_bond(&w->pool, read->bond_slave_of)->slaves.v[0],
			    "OpaqueRef:x");
	assert_null(xpt_pool_vlan(&w->pool, read->vlan_master_of));
	assert_string_equal(xpt_pool_network(&w->pool, read->network)->bridge, "xenbr0");
	assert_true(xpt_pool_network(&w->pool, read->network)->has_vifs);
	assert_string_equal(xpt_pool_vlan(&w->pool, "OpaqueRef:v")->tagged_pif, "t");
	assert_false(xpt_pool_pif(&w->pool, "OpaqueRef:plain")->has_ip);
}

static void storage_is_read(void **state)
{
	struct world *w = *state;
	struct xpt_value *pbd = with(xpt_value_struct(), "host", "OpaqueRef:h1");
	struct xpt_value *sr = with(named("su", "Local"), "type", "ext");

	with_flag(with(pbd, "SR", "OpaqueRef:sr"), "currently_attached", true);
	xpt_value_put(pbd, "device_config", map_of("device", "/dev/sda3"));
	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:sr", sr));
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:pbd", pbd));
	assert_int_equal(load(w, XPT_POOL_STORAGE, NULL), 0);
	assert_int_equal(w->pool.n_pbds, 1);
	assert_true(w->pool.pbds[0].currently_attached);
	assert_string_equal(xpt_value_get_text(w->pool.pbds[0].device_config, "device"),
			    "/dev/sda3");
	assert_string_equal(xpt_pool_sr(&w->pool, w->pool.pbds[0].sr)->type, "ext");
}

static void a_device_is_found_on_this_host_only(void **state)
{
	struct world *w = *state;
	struct xpt_bdf addr = {0, 0x5e, 0, 0}, odd = {0, 0, 0, 0};
	struct xpt_value *records = xpt_value_struct();

	xpt_value_put(records, "OpaqueRef:there",
		      with(with(named("a", ""), "pci_id", "0000:5e:00.0"), "host", "OpaqueRef:h2"));
	xpt_value_put(records, "OpaqueRef:here",
		      with(with(named("b", ""), "pci_id", "0000:5e:00.0"), "host", "OpaqueRef:h1"));
	xpt_value_put(records, "OpaqueRef:odd",
		      with(with(named("c", ""), "pci_id", "nowhere"), "host", "OpaqueRef:h1"));
	xpt_scratch_put(&w->host, "/etc/xensource-inventory", "INSTALLATION_UUID='uuid-1'\n", 0644);
	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, records);
	assert_int_equal(load(w, XPT_POOL_PCIS, NULL), 0);
	assert_string_equal(xpt_pool_pci_at(&w->pool, &addr)->ref, "OpaqueRef:here");
	assert_null(xpt_pool_pci_at(&w->pool, &odd));
	assert_int_equal(w->pool.n_pcis, 2);
	w->pool.here = NULL;
	assert_null(xpt_pool_pci_at(&w->pool, &addr));
}

static void a_failing_class_fails_the_load_and_leaves_the_pool_alone(void **state)
{
	struct world *w = *state;
	XPT_ERR err = XPT_ERR_INIT;

	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, xpt_value_str("no records"));
	assert_true(load(w, XPT_POOL_VMS, &err) < 0);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_string_equal(err.subject, "VM.get_all_records");
	assert_null(w->pool.ref);
	assert_null(w->pool.hosts);
}

static void a_database_has_one_pool(void **state)
{
	struct world *w = *state;
	XPT_ERR err = XPT_ERR_INIT;

	add_answer(w, xpt_value_struct());
	assert_true(load(w, 0, &err) < 0);
	assert_int_equal(err.code, XPT_MALFORMED);
}

/* ---- finding ---- */

static void null_references_lead_nowhere(void **state)
{
	struct world *w = *state;

	add_answer(w, pool_records());
	add_answer(w, host_records());
	add_answer(w, xpt_value_put(xpt_value_struct(), "OpaqueRef:NULL", named("u", "n")));
	add_answer(w, xpt_value_struct());
	assert_int_equal(load(w, XPT_POOL_STORAGE, NULL), 0);
	assert_int_equal(w->pool.n_srs, 1);
	assert_true(xpt_pool_is_null(NULL));
	assert_true(xpt_pool_is_null(""));
	assert_true(xpt_pool_is_null("OpaqueRef:NULL"));
	assert_false(xpt_pool_is_null("OpaqueRef:1"));
	assert_null(xpt_pool_sr(&w->pool, "OpaqueRef:NULL"));
	assert_null(xpt_pool_sr(&w->pool, NULL));
	assert_null(xpt_pool_host(&w->pool, "OpaqueRef:gone"));
	assert_string_equal(xpt_pool_host(&w->pool, "OpaqueRef:h2")->name, "two");
}

static void a_vm_is_found_by_uuid_or_unique_name(void **state)
{
	struct world *w = *state;
	struct xpt_value *vms = xpt_value_struct();
	const struct xpt_vm *vm = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	xpt_value_put(vms, "OpaqueRef:1", named("u1", "web"));
	xpt_value_put(vms, "OpaqueRef:2", named("u2", "db"));
	xpt_value_put(vms, "OpaqueRef:3", named("u3", "db"));
	xpt_value_put(vms, "OpaqueRef:4", with_flag(named("u4", "web"), "is_a_template", true));
	xpt_value_put(vms, "OpaqueRef:5", with_flag(named("u5", "web"), "is_a_snapshot", true));
	xpt_value_put(vms, "OpaqueRef:6",
		      with_flag(named("u6", "dom0"), "is_control_domain", true));
	load_vms(w, vms);
	assert_int_equal(xpt_pool_find_vm(&w->pool, "web", &vm, &err), 0);
	assert_string_equal(vm->uuid, "u1");
	assert_int_equal(xpt_pool_find_vm(&w->pool, "u3", &vm, &err), 0);
	assert_string_equal(vm->ref, "OpaqueRef:3");
	assert_int_equal(xpt_pool_find_vm(&w->pool, "db", &vm, &err), -ENOTUNIQ);
	assert_int_equal(err.code, XPT_AMBIGUOUS);
	assert_non_null(strstr(err.sentence, "u2, u3"));
	assert_string_equal(vm->ref, "OpaqueRef:3");
	assert_int_equal(xpt_pool_find_vm(&w->pool, "dom0", &vm, &err), -ENOENT);
	assert_int_equal(err.code, XPT_NOT_FOUND);
	assert_int_equal(xpt_pool_find_vm(&w->pool, "u4", &vm, &err), -ENOENT);
	assert_int_equal(xpt_pool_find_vm(&w->pool, "", &vm, &err), -ENOENT);
}

static void a_uuid_wins_over_a_name_that_looks_like_it(void **state)
{
	struct world *w = *state;
	struct xpt_value *vms = xpt_value_struct();
	const struct xpt_vm *vm = NULL;

	xpt_value_put(vms, "OpaqueRef:1", named("u1", "u2"));
	xpt_value_put(vms, "OpaqueRef:2", named("u2", "other"));
	load_vms(w, vms);
	assert_int_equal(xpt_pool_find_vm(&w->pool, "u2", &vm, NULL), 0);
	assert_string_equal(vm->ref, "OpaqueRef:2");
}

static void a_host_is_found_by_uuid_or_name(void **state)
{
	struct world *w = *state;
	const struct xpt_pool_host *host = NULL;

	load_vms(w, xpt_value_struct());
	assert_int_equal(xpt_pool_find_host(&w->pool, "two", &host, NULL), 0);
	assert_string_equal(host->uuid, "uuid-2");
	assert_int_equal(xpt_pool_find_host(&w->pool, "uuid-1", &host, NULL), 0);
	assert_string_equal(host->name, "one");
	assert_int_equal(xpt_pool_find_host(&w->pool, "three", &host, NULL), -ENOENT);
}

/* ---- files of this host ---- */

static void the_uuid_is_read_from_the_inventory(void **state)
{
	static const struct {
		const char *text, *uuid;
	} cases[] = {
		{"INSTALLATION_UUID='abc'\n", "abc"},
		{"X=1\nINSTALLATION_UUID=\"abc\"\n", "abc"},
		{"INSTALLATION_UUID=abc", "abc"},
		{"XINSTALLATION_UUID='abc'\n", NULL},
		{"INSTALLATION_UUID=''\n", NULL},
		{"INSTALLATION_UUID", NULL},
		{"", NULL},
	};
	struct world *w = *state;

	assert_null(xpt_pool_host_uuid(&w->host));
	for (size_t i = 0; i < XPT_ARRAY_SIZE(cases); i++) {
		XPT_FREE char *uuid = NULL;

		xpt_scratch_put(&w->host, "/etc/xensource-inventory", cases[i].text, 0644);
		uuid = xpt_pool_host_uuid(&w->host);
		assert_true(xpt_streq(uuid, cases[i].uuid));
	}
}

static void the_coordinator_knows_itself(void **state)
{
	struct world *w = *state;
	bool is_coordinator = false;

	assert_int_equal(xpt_pool_is_coordinator(&w->host, &is_coordinator), -ENOENT);
	xpt_scratch_put(&w->host, "/etc/xensource/pool.conf", "master\n", 0644);
	assert_int_equal(xpt_pool_is_coordinator(&w->host, &is_coordinator), 0);
	assert_true(is_coordinator);
	xpt_scratch_put(&w->host, "/etc/xensource/pool.conf", "slave:192.0.2.1", 0644);
	assert_int_equal(xpt_pool_is_coordinator(&w->host, &is_coordinator), 0);
	assert_false(is_coordinator);
}

/* ---- what xapi really answers ---- */

static void add_recording(struct world *w, const struct xpt_host *folder, const char *name)
{
	XPT_FREE char *path = xpt_fmt("/%s.response.http", name);
	char *bytes = NULL;
	size_t len;

	assert_int_equal(xpt_fs_read_file(folder, path, 16u << 20, &bytes, &len, NULL), 0);
	xpt_strv_take(&w->texts, bytes);
	w->steps[w->n_steps++] =
		(struct xpt_script_step){.reply = bytes, .len = len, .then = XPT_SCRIPT_CLOSE};
}

static bool has_pci(const struct world *w, const char *ref)
{
	for (size_t i = 0; i < w->pool.n_pcis; i++) {
		if (!strcmp(w->pool.pcis[i].ref, ref))
			return true;
	}
	return false;
}

static void a_recorded_pool_is_read(void **state)
{
	struct world *w = *state;
	XPT_FREE char *path = xpt_corpus_shared(RECORDINGS);
	XPT_HOST folder = {.root_fd = -1};
	const struct xpt_vm *vm = NULL;

	if (!path)
		skip();
	assert_int_equal(xpt_host_open(path, &folder, NULL), 0);
	add_recording(w, &folder, "002-get_all_records-pool");
	add_recording(w, &folder, "003-get_all_records-host");
	add_recording(w, &folder, "005-get_all_records-VM");
	add_recording(w, &folder, "007-get_all_records-PCI");
	assert_int_equal(load(w, XPT_POOL_VMS | XPT_POOL_PCIS, NULL), 0);
	assert_int_equal(w->pool.n_hosts, 1);
	assert_string_equal(w->pool.coordinator, w->pool.hosts[0].ref);
	assert_string_equal(w->pool.hosts[0].xapi_version, "26.1");
	assert_true(w->pool.hosts[0].has_iommu);
	assert_int_equal(w->pool.n_pcis, 12);
	assert_int_equal(xpt_pool_find_vm(&w->pool, "vm-a", &vm, NULL), 0);
	assert_true(vm->memory_static_max == 1LL << 30);
	for (size_t i = 0; i < w->pool.n_pcis; i++)
		assert_ptr_equal(xpt_pool_host(&w->pool, w->pool.pcis[i].host), &w->pool.hosts[0]);
	for (size_t i = 0; i < vm->attached_pcis.n; i++)
		assert_true(has_pci(w, vm->attached_pcis.v[i]));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pool_and_hosts_are_always_loaded_and_nothing_else),
		TEST(this_host_is_found_by_its_inventory),
		TEST(a_vm_is_read_with_all_we_use),
		TEST(a_record_without_fields_is_empty_and_not_halted),
		TEST(a_domain_that_is_no_number_is_none_and_not_dom0),
		TEST(networks_are_read),
		TEST(storage_is_read),
		TEST(a_device_is_found_on_this_host_only),
		TEST(a_failing_class_fails_the_load_and_leaves_the_pool_alone),
		TEST(a_database_has_one_pool),
		TEST(null_references_lead_nowhere),
		TEST(a_vm_is_found_by_uuid_or_unique_name),
		TEST(a_uuid_wins_over_a_name_that_looks_like_it),
		TEST(a_host_is_found_by_uuid_or_name),
		TEST(the_uuid_is_read_from_the_inventory),
		TEST(the_coordinator_knows_itself),
		TEST(a_recorded_pool_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
