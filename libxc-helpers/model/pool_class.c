/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pool_class.h"

#include <string.h>

/* ---- fields of records: what is absent or of another type is "", false, 0 or no item ---- */

char *xpt_pool_take_text(const struct xpt_value *record, const char *key)
{
	const char *text = xpt_value_get_text(record, key);

	return xpt_strdup(text ? text : "");
}

/* A key of a map field, NULL when it is not there. */
static const char *map_text(const struct xpt_value *record, const char *map, const char *key)
{
	return xpt_value_get_text(xpt_value_get(record, map), key);
}

static struct xpt_strv take_refs(const struct xpt_value *record, const char *key)
{
	const struct xpt_value *list = xpt_value_get(record, key);
	struct xpt_strv refs = {0};

	for (size_t i = 0; list && list->type == XPT_V_ARRAY && i < list->n; i++) {
		const char *ref = xpt_value_text(list->item[i]);

		if (ref)
			xpt_strv_add(&refs, ref);
	}
	return refs;
}

/* ---- one class after the other: decode fills a zeroed item, which is dropped on false ---- */

static bool decode_host(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_pool_host *h = item;

	h->ref = xpt_strdup(ref);
	h->uuid = xpt_pool_take_text(record, "uuid");
	h->name = xpt_pool_take_text(record, "name_label");
	h->xapi_version = xpt_strdup(map_text(record, "software_version", "xapi"));
	h->has_iommu = xpt_streq(map_text(record, "chipset_info", "iommu"), "true");
	h->other_config = xpt_value_get(record, "other_config");
	return true;
}

static void done_host(void *item)
{
	struct xpt_pool_host *h = item;

	free(h->ref);
	free(h->uuid);
	free(h->name);
	free(h->xapi_version);
}

/* A state that we do not know may hold devices, as running does. */
static enum xpt_power_state power_state(const char *text)
{
	if (xpt_streq(text, "Halted"))
		return XPT_VM_HALTED;
	if (xpt_streq(text, "Paused"))
		return XPT_VM_PAUSED;
	if (xpt_streq(text, "Suspended"))
		return XPT_VM_SUSPENDED;
	return XPT_VM_RUNNING;
}

static bool decode_vm(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_vm *vm = item;

	vm->ref = xpt_strdup(ref);
	vm->uuid = xpt_pool_take_text(record, "uuid");
	vm->name = xpt_pool_take_text(record, "name_label");
	vm->is_template = xpt_value_get_bool(record, "is_a_template");
	vm->is_snapshot = xpt_value_get_bool(record, "is_a_snapshot");
	vm->is_control_domain = xpt_value_get_bool(record, "is_control_domain");
	vm->power_state = power_state(xpt_value_get_text(record, "power_state"));
	vm->resident_on = xpt_pool_take_text(record, "resident_on");
	vm->affinity = xpt_pool_take_text(record, "affinity");
	vm->domid = xpt_value_get_int_or(record, "domid", -1);
	vm->is_uefi = xpt_streq(map_text(record, "HVM_boot_params", "firmware"), "uefi");
	vm->device_model = xpt_strdup(map_text(record, "platform", "device-model"));
	vm->memory_static_max = xpt_value_get_int(record, "memory_static_max");
	vm->memory_dynamic_min = xpt_value_get_int(record, "memory_dynamic_min");
	vm->memory_dynamic_max = xpt_value_get_int(record, "memory_dynamic_max");
	vm->ha_restart_priority = xpt_pool_take_text(record, "ha_restart_priority");
	vm->other_config = xpt_value_get(record, "other_config");
	xpt_vmpci_parse(xpt_value_get_text(vm->other_config, "pci"), &vm->pci);
	vm->attached_pcis = take_refs(record, "attached_PCIs");
	return true;
}

static void done_vm(void *item)
{
	struct xpt_vm *vm = item;

	free(vm->ref);
	free(vm->uuid);
	free(vm->name);
	free(vm->resident_on);
	free(vm->affinity);
	free(vm->device_model);
	free(vm->ha_restart_priority);
	xpt_vmpci_done(&vm->pci);
	xpt_strv_done(&vm->attached_pcis);
}

static bool decode_pci(const char *ref, const struct xpt_value *record, void *item)
{
	const char *address = xpt_value_get_text(record, "pci_id");
	struct xpt_pci_record *pci = item;

	if (!address || xpt_bdf_parse(address, &pci->addr) < 0)
		return false;
	pci->ref = xpt_strdup(ref);
	pci->uuid = xpt_pool_take_text(record, "uuid");
	pci->host = xpt_pool_take_text(record, "host");
	return true;
}

static void done_pci(void *item)
{
	struct xpt_pci_record *pci = item;

	free(pci->ref);
	free(pci->uuid);
	free(pci->host);
}

/* Does the interface have or get an address, of either family? */
static bool has_ip(const struct xpt_value *record)
{
	const char *mode = xpt_value_get_text(record, "ip_configuration_mode");
	const char *mode6 = xpt_value_get_text(record, "ipv6_configuration_mode");
	const char *ip = xpt_value_get_text(record, "IP");

	return (mode && strcmp(mode, "None") != 0) || (mode6 && strcmp(mode6, "None") != 0) ||
	       (ip && *ip);
}

static bool decode_pif(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_pif *pif = item;

	pif->ref = xpt_strdup(ref);
	pif->uuid = xpt_pool_take_text(record, "uuid");
	pif->host = xpt_pool_take_text(record, "host");
	pif->network = xpt_pool_take_text(record, "network");
	pif->device = xpt_pool_take_text(record, "device");
	pif->management = xpt_value_get_bool(record, "management");
	pif->currently_attached = xpt_value_get_bool(record, "currently_attached");
	pif->has_ip = has_ip(record);
	pif->bond_slave_of = xpt_pool_take_text(record, "bond_slave_of");
	pif->vlan_master_of = xpt_pool_take_text(record, "VLAN_master_of");
	pif->bond_master_of = take_refs(record, "bond_master_of");
	pif->vlan = xpt_value_get_int_or(record, "VLAN", -1);
	return true;
}

static void done_pif(void *item)
{
	struct xpt_pif *pif = item;

	free(pif->ref);
	free(pif->uuid);
	free(pif->host);
	free(pif->network);
	free(pif->device);
	free(pif->bond_slave_of);
	free(pif->vlan_master_of);
	xpt_strv_done(&pif->bond_master_of);
}

static bool decode_bond(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_bond *bond = item;

	bond->ref = xpt_strdup(ref);
	bond->master = xpt_pool_take_text(record, "master");
	bond->slaves = take_refs(record, "slaves");
	return true;
}

static void done_bond(void *item)
{
	struct xpt_bond *bond = item;

	free(bond->ref);
	free(bond->master);
	xpt_strv_done(&bond->slaves);
}

static bool decode_vlan(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_vlan *vlan = item;

	vlan->ref = xpt_strdup(ref);
	vlan->tagged_pif = xpt_pool_take_text(record, "tagged_PIF");
	return true;
}

static void done_vlan(void *item)
{
	struct xpt_vlan *vlan = item;

	free(vlan->ref);
	free(vlan->tagged_pif);
}

static bool decode_network(const char *ref, const struct xpt_value *record, void *item)
{
	const struct xpt_value *vifs = xpt_value_get(record, "VIFs");
	struct xpt_network *network = item;

	network->ref = xpt_strdup(ref);
	network->name = xpt_pool_take_text(record, "name_label");
	network->bridge = xpt_pool_take_text(record, "bridge");
	network->has_vifs = vifs && vifs->n;
	return true;
}

static void done_network(void *item)
{
	struct xpt_network *network = item;

	free(network->ref);
	free(network->name);
	free(network->bridge);
}

static bool decode_sr(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_sr *sr = item;

	sr->ref = xpt_strdup(ref);
	sr->uuid = xpt_pool_take_text(record, "uuid");
	sr->name = xpt_pool_take_text(record, "name_label");
	sr->type = xpt_pool_take_text(record, "type");
	return true;
}

static void done_sr(void *item)
{
	struct xpt_sr *sr = item;

	free(sr->ref);
	free(sr->uuid);
	free(sr->name);
	free(sr->type);
}

static bool decode_pbd(const char *ref, const struct xpt_value *record, void *item)
{
	struct xpt_pbd *pbd = item;

	pbd->ref = xpt_strdup(ref);
	pbd->host = xpt_pool_take_text(record, "host");
	pbd->sr = xpt_pool_take_text(record, "SR");
	pbd->currently_attached = xpt_value_get_bool(record, "currently_attached");
	pbd->device_config = xpt_value_get(record, "device_config");
	return true;
}

static void done_pbd(void *item)
{
	struct xpt_pbd *pbd = item;

	free(pbd->ref);
	free(pbd->host);
	free(pbd->sr);
}

const struct xpt_pool_class xpt_pool_classes[XPT_POOL_CLASSES] = {
#define CLASS(method, when, array, count, decode, done) \
	{ \
		method, when, offsetof(struct xpt_pool, array), offsetof(struct xpt_pool, count), \
			sizeof(*((struct xpt_pool *)0)->array), decode, done \
	}
	CLASS("host.get_all_records", XPT_POOL_ALWAYS, hosts, n_hosts, decode_host, done_host),
	CLASS("VM.get_all_records", XPT_POOL_VMS, vms, n_vms, decode_vm, done_vm),
	CLASS("PCI.get_all_records", XPT_POOL_PCIS, pcis, n_pcis, decode_pci, done_pci),
	CLASS("PIF.get_all_records", XPT_POOL_NETWORKS, pifs, n_pifs, decode_pif, done_pif),
	CLASS("Bond.get_all_records", XPT_POOL_NETWORKS, bonds, n_bonds, decode_bond, done_bond),
	CLASS("VLAN.get_all_records", XPT_POOL_NETWORKS, vlans, n_vlans, decode_vlan, done_vlan),
	CLASS("network.get_all_records", XPT_POOL_NETWORKS, networks, n_networks, decode_network,
	      done_network),
	CLASS("SR.get_all_records", XPT_POOL_STORAGE, srs, n_srs, decode_sr, done_sr),
	CLASS("PBD.get_all_records", XPT_POOL_STORAGE, pbds, n_pbds, decode_pbd, done_pbd),
#undef CLASS
};
