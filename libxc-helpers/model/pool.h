/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What xapi's database says, as far as we use it: hosts, VMs with their pci keys, PCI records, networks
 * and storage. Loaded class by class with get_all_records, so that the number of calls does
 * not grow with the pool.
 *
 * References between objects are xapi's opaque refs, looked up by the finders below; a ref that leads
 * nowhere (deleted meanwhile) gives NULL and is for the caller to treat as unknown.
 *
 * Strings are never NULL where not said so: a field that a record lacks is "", false, 0 or an empty list. A PCI
 * record without a readable address is left out.
 * Source: xen-api ocaml/idl/datamodel*.ml; host-installer backend.py (xensource-inventory).
 */
#ifndef XPT_MODEL_POOL_H
#define XPT_MODEL_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/vmpci.h"
#include "codec/xmlrpc.h"
#include "host/xapi.h"

enum xpt_power_state { XPT_VM_HALTED, XPT_VM_PAUSED, XPT_VM_RUNNING, XPT_VM_SUSPENDED };

struct xpt_pool_host {
	char *ref, *uuid, *name;
	char *xapi_version;                   /* software_version:xapi, NULL when absent */
	bool has_iommu;                       /* chipset_info:iommu */
	const struct xpt_value *other_config; /* a struct, or NULL */
};

struct xpt_vm {
	char *ref, *uuid, *name;
	bool is_template, is_snapshot, is_control_domain;
	enum xpt_power_state power_state; /* running also where it is none of these */
	char *resident_on, *affinity;     /* host refs; "OpaqueRef:NULL" for none */
	long long domid;                  /* -1 when not running */
	bool is_uefi;                     /* HVM_boot_params:firmware */
	char *device_model;               /* platform:device-model, NULL when absent */
	long long memory_static_max, memory_dynamic_min, memory_dynamic_max; /* bytes */
	char *ha_restart_priority;     /* "", "restart", "best-effort" */
	struct xpt_vmpci pci;          /* other_config:pci as xapi reads it */
	struct xpt_strv attached_pcis; /* refs of PCI records */
	const struct xpt_value *other_config;
};

struct xpt_pci_record {
	char *ref, *uuid, *host;
	struct xpt_bdf addr;
};

struct xpt_pif {
	char *ref, *uuid, *host, *network, *device;
	bool management, currently_attached, has_ip;
	char *bond_slave_of;            /* Bond ref or OpaqueRef:NULL */
	char *vlan_master_of;           /* VLAN ref or OpaqueRef:NULL */
	struct xpt_strv bond_master_of; /* Bond refs */
	long long vlan;                 /* -1: none */
};

struct xpt_bond {
	char *ref, *master;     /* master: PIF ref */
	struct xpt_strv slaves; /* PIF refs */
};

struct xpt_vlan {
	char *ref, *tagged_pif;
};

struct xpt_network {
	char *ref, *name, *bridge;
	bool has_vifs; /* VMs have interfaces on it */
};

struct xpt_sr {
	char *ref, *uuid, *name, *type;
};

struct xpt_pbd {
	char *ref, *host, *sr;
	bool currently_attached;
	const struct xpt_value *device_config;
};

/* What to load; hosts, pool and this host are always there. */
enum {
	XPT_POOL_VMS = 1 << 0,
	XPT_POOL_PCIS = 1 << 1,
	XPT_POOL_NETWORKS = 1 << 2, /* PIF, Bond, VLAN, network */
	XPT_POOL_STORAGE = 1 << 3,  /* PBD, SR */
};

struct xpt_pool {
	unsigned loaded;
	char *ref, *uuid, *coordinator; /* coordinator: host ref */
	const struct xpt_value *other_config;
	const struct xpt_pool_host *here; /* the host whose INSTALLATION_UUID is ours, or NULL */
	struct xpt_pool_host *hosts;
	size_t n_hosts;
	struct xpt_vm *vms;
	size_t n_vms;
	struct xpt_pci_record *pcis;
	size_t n_pcis;
	struct xpt_pif *pifs;
	size_t n_pifs;
	struct xpt_bond *bonds;
	size_t n_bonds;
	struct xpt_vlan *vlans;
	size_t n_vlans;
	struct xpt_network *networks;
	size_t n_networks;
	struct xpt_sr *srs;
	size_t n_srs;
	struct xpt_pbd *pbds;
	size_t n_pbds;
	struct xpt_value **replies; /* what the const pointers above point into */
	size_t n_replies;
};

/* The uuid of this host from <root>/etc/xensource-inventory, NULL when there is none. Caller frees. */
char *xpt_pool_host_uuid(const struct xpt_host *host);
/* <root>/etc/xensource/pool.conf says "master"? -ENOENT and the like when it cannot be read. */
int xpt_pool_is_coordinator(const struct xpt_host *host, bool *ret);

/*
 * Load the classes that what names; release *ret with xpt_pool_done. Errors are xpt_xapi_call's, and
 * XPT_MALFORMED for answers that are no records. host is where this host's uuid is read.
 */
int xpt_pool_load(struct xpt_xapi *x, const struct xpt_host *host, unsigned what,
		  struct xpt_pool *ret, struct xpt_err *err);
void xpt_pool_done(struct xpt_pool *pool);

/* A VM that devices are for: no template, snapshot or control domain. */
bool xpt_vm_is_guest(const struct xpt_vm *vm);
bool xpt_pool_is_null(const char *ref); /* NULL, "" or OpaqueRef:NULL */
const struct xpt_pool_host *xpt_pool_host(const struct xpt_pool *pool, const char *ref);
/* The record of an address on this host. */
const struct xpt_pci_record *xpt_pool_pci_at(const struct xpt_pool *pool,
					     const struct xpt_bdf *addr);
const struct xpt_pif *xpt_pool_pif(const struct xpt_pool *pool, const char *ref);
const struct xpt_bond *xpt_pool_bond(const struct xpt_pool *pool, const char *ref);
const struct xpt_vlan *xpt_pool_vlan(const struct xpt_pool *pool, const char *ref);
const struct xpt_network *xpt_pool_network(const struct xpt_pool *pool, const char *ref);
const struct xpt_sr *xpt_pool_sr(const struct xpt_pool *pool, const char *ref);

/*
 * A VM by uuid or by a unique name-label, among guests.
 * XPT_NOT_FOUND, or XPT_AMBIGUOUS with the uuids in the sentence.
 */
int xpt_pool_find_vm(const struct xpt_pool *pool, const char *name, const struct xpt_vm **ret,
		     struct xpt_err *err);
int xpt_pool_find_host(const struct xpt_pool *pool, const char *name,
		       const struct xpt_pool_host **ret, struct xpt_err *err);

#endif
