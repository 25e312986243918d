/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pool.h"

#include <errno.h>
#include <string.h>

bool xpt_pool_is_null(const char *ref)
{
	return !ref || !*ref || !strcmp(ref, "OpaqueRef:NULL");
}

bool xpt_vm_is_guest(const struct xpt_vm *vm)
{
	return !vm->is_template && !vm->is_snapshot && !vm->is_control_domain;
}

/* ---- by reference ---- */

/* The item whose ref, at that offset, is ref. */
static const void *find_ref(const void *array, size_t n, size_t size, size_t offset,
			    const char *ref)
{
	const char *item = array;

	if (xpt_pool_is_null(ref))
		return NULL;
	for (; n; n--, item += size) {
		if (!strcmp(*(char *const *)(const void *)(item + offset), ref))
			return item;
	}
	return NULL;
}

#define FIND_REF(array, n, ref_) \
	find_ref((array), (n), sizeof(*(array)), offsetof(__typeof__(*(array)), ref), (ref_))

const struct xpt_pool_host *xpt_pool_host(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->hosts, pool->n_hosts, ref);
}

const struct xpt_pif *xpt_pool_pif(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->pifs, pool->n_pifs, ref);
}

const struct xpt_bond *xpt_pool_bond(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->bonds, pool->n_bonds, ref);
}

const struct xpt_vlan *xpt_pool_vlan(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->vlans, pool->n_vlans, ref);
}

const struct xpt_network *xpt_pool_network(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->networks, pool->n_networks, ref);
}

const struct xpt_sr *xpt_pool_sr(const struct xpt_pool *pool, const char *ref)
{
	return FIND_REF(pool->srs, pool->n_srs, ref);
}

const struct xpt_pci_record *xpt_pool_pci_at(const struct xpt_pool *pool,
					     const struct xpt_bdf *addr)
{
	for (size_t i = 0; pool->here && i < pool->n_pcis; i++) {
		const struct xpt_pci_record *pci = &pool->pcis[i];

		if (xpt_bdf_equal(&pci->addr, addr) && !strcmp(pci->host, pool->here->ref))
			return pci;
	}
	return NULL;
}

/* ---- by what people write ---- */

/* What a search by uuid or name has found. */
struct search {
	const char *kind; /* "VM", "host" */
	const char *hint; /* for a name that nothing has */
	const char *name;
	const void *by_uuid;
	const void *by_name;
	struct xpt_strv uuids; /* of all that bear the name */
};

static void look_at(struct search *s, const void *item, const char *uuid, const char *name)
{
	if (*uuid && !strcmp(uuid, s->name))
		s->by_uuid = item;
	if (!strcmp(name, s->name)) {
		s->by_name = item;
		xpt_strv_add(&s->uuids, uuid);
	}
}

/* The item, or NULL with *ret_rc and err set. Empties s. */
static const void *end_search(struct search *s, int *ret_rc, struct xpt_err *err)
{
	XPT_FREE char *uuids = xpt_strv_join(&s->uuids, ", ");
	XPT_FREE char *name = xpt_clean(s->name, strlen(s->name));
	size_t n = s->uuids.n;

	xpt_strv_done(&s->uuids);
	*ret_rc = 0;
	if (s->by_uuid || n == 1)
		return s->by_uuid ? s->by_uuid : s->by_name;
	if (n)
		*ret_rc = xpt_err_set(err, XPT_AMBIGUOUS, ENOTUNIQ, name, "name it by its uuid",
				      "%zu %ss are called '%s': %s", n, s->kind, name, uuids);
	else
		*ret_rc =
			xpt_err_set(err, XPT_NOT_FOUND, ENOENT, name, s->hint,
				    "the pool has no %s with the uuid or name '%s'", s->kind, name);
	return NULL;
}

int xpt_pool_find_vm(const struct xpt_pool *pool, const char *name, const struct xpt_vm **ret,
		     struct xpt_err *err)
{
	struct search s = {.kind = "VM", .hint = "'xe vm-list' shows the VMs", .name = name};
	const struct xpt_vm *found;
	int rc;

	for (size_t i = 0; i < pool->n_vms; i++) {
		const struct xpt_vm *vm = &pool->vms[i];

		if (xpt_vm_is_guest(vm))
			look_at(&s, vm, vm->uuid, vm->name);
	}
	found = end_search(&s, &rc, err);
	if (found)
		*ret = found;
	return rc;
}

int xpt_pool_find_host(const struct xpt_pool *pool, const char *name,
		       const struct xpt_pool_host **ret, struct xpt_err *err)
{
	struct search s = {.kind = "host", .hint = "'xe host-list' shows the hosts", .name = name};
	const struct xpt_pool_host *found;
	int rc;

	for (size_t i = 0; i < pool->n_hosts; i++)
		look_at(&s, &pool->hosts[i], pool->hosts[i].uuid, pool->hosts[i].name);
	found = end_search(&s, &rc, err);
	if (found)
		*ret = found;
	return rc;
}
