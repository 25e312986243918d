/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "schema.h"

#include <string.h>

#include "base/macro.h"
#include "base/str.h"
#include "schema_table.h"

static const struct xd_relation RELATIONS[] = {
	{"host", "resident_VMs", "VM", "resident_on"},
	{"host", "PIFs", "PIF", "host"},
	{"host", "PBDs", "PBD", "host"},
	{"host", "PCIs", "PCI", "host"},
	{"host", "PGPUs", "PGPU", "host"},
	{"host", "PUSBs", "PUSB", "host"},
	{"host", "host_CPUs", "host_cpu", "host"},
	{"VM", "VBDs", "VBD", "VM"},
	{"VM", "VIFs", "VIF", "VM"},
	{"VM", "VUSBs", "VUSB", "VM"},
	{"VM", "VGPUs", "VGPU", "VM"},
	{"VM", "consoles", "console", "VM"},
	{"VM", "snapshots", "VM", "snapshot_of"},
	{"VM", "children", "VM", "parent"},
	{"network", "PIFs", "PIF", "network"},
	{"network", "VIFs", "VIF", "network"},
	{"PIF", "bond_master_of", "Bond", "master"},
	{"PIF", "VLAN_slave_of", "VLAN", "tagged_PIF"},
	{"Bond", "slaves", "PIF", "bond_slave_of"},
	{"SR", "PBDs", "PBD", "SR"},
	{"SR", "VDIs", "VDI", "SR"},
	{"VDI", "VBDs", "VBD", "VDI"},
	{"USB_group", "PUSBs", "PUSB", "USB_group"},
	{"USB_group", "VUSBs", "VUSB", "USB_group"},
	{"GPU_group", "PGPUs", "PGPU", "GPU_group"},
	{"GPU_group", "VGPUs", "VGPU", "GPU_group"},
	{"PGPU", "resident_VGPUs", "VGPU", "resident_on"},
};

static const struct xd_key_role KEY_ROLES[] = {
	{"VM", "other_config", "pci", XD_ROLE_POOL_ADMIN},
	{"VM", "other_config", "folder", XD_ROLE_VM_OPERATOR},
	{"VM", "other_config", "XenCenter.CustomFields.*", XD_ROLE_VM_OPERATOR},
	{"host", "other_config", "folder", XD_ROLE_VM_OPERATOR},
	{"host", "other_config", "XenCenter.CustomFields.*", XD_ROLE_VM_OPERATOR},
	{"pool", "other_config", "folder", XD_ROLE_VM_OPERATOR},
	{"pool", "other_config", "XenCenter.CustomFields.*", XD_ROLE_VM_OPERATOR},
	{"pool", "other_config", "EMPTY_FOLDERS", XD_ROLE_VM_OPERATOR},
};

static const char *const ROLE_NAMES[XD_ROLES] = {
	"read-only", "vm-operator", "vm-admin", "vm-power-admin", "pool-operator", "pool-admin",
};

const struct xd_class *xd_schema_at(size_t i)
{
	static const struct xd_class *const GROUPS[] = {xd_schema_pool, xd_schema_vm,
							xd_schema_device};

	for (size_t g = 0; g < XPT_ARRAY_SIZE(GROUPS); g++)
		for (const struct xd_class *c = GROUPS[g]; c->name; c++)
			if (!i--)
				return c;
	return NULL;
}

const struct xd_class *xd_schema_class(const char *name)
{
	const struct xd_class *cls;

	for (size_t i = 0; (cls = xd_schema_at(i)); i++)
		if (!strcmp(cls->name, name))
			return cls;
	return NULL;
}

static bool is_public_name(const char *db_name, const char *public_name)
{
	for (; *db_name && *public_name; db_name++, public_name++) {
		if (*db_name != *public_name)
			return false;
		if (db_name[0] == '_' && db_name[1] == '_')
			db_name++;
	}
	return *db_name == *public_name;
}

char *xd_schema_public_name(const char *db_name)
{
	struct xpt_str out = {0};

	for (; *db_name; db_name++) {
		xpt_str_addc(&out, *db_name);
		if (db_name[0] == '_' && db_name[1] == '_')
			db_name++;
	}
	return xpt_str_take(&out);
}

int xd_schema_field(const struct xd_class *cls, const char *name)
{
	for (size_t i = 0; i < cls->n; i++)
		if (!strcmp(cls->field[i].name, name) || is_public_name(cls->field[i].name, name))
			return (int)i;
	return -1;
}

const char *xd_schema_initial(const struct xd_field *field)
{
	if (field->initial)
		return field->initial;
	switch (field->type) {
	case XD_INT:
	case XD_FLOAT:
		return "0";
	case XD_BOOL:
		return "false";
	case XD_DATE:
		return "19700101T00:00:00Z";
	case XD_REF:
		return "OpaqueRef:NULL";
	case XD_SET:
	case XD_MAP:
	case XD_MAP_FLOAT:
		return "()";
	case XD_STRING:
		break;
	}
	return "";
}

const struct xd_relation *xd_schema_relations(size_t *ret_n)
{
	*ret_n = XPT_ARRAY_SIZE(RELATIONS);
	return RELATIONS;
}

static bool covers(const char *pattern, const char *key)
{
	size_t n = strlen(pattern);

	if (n && pattern[n - 1] == '*')
		return !strncmp(pattern, key, n - 1);
	return !strcmp(pattern, key);
}

const struct xd_key_role *xd_schema_key_role(const char *cls, const char *field, const char *key)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(KEY_ROLES); i++)
		if (!strcmp(KEY_ROLES[i].cls, cls) && !strcmp(KEY_ROLES[i].field, field) &&
		    covers(KEY_ROLES[i].key, key))
			return &KEY_ROLES[i];
	return NULL;
}

const struct xd_key_role *xd_schema_key_roles(size_t *ret_n)
{
	*ret_n = XPT_ARRAY_SIZE(KEY_ROLES);
	return KEY_ROLES;
}

const char *xd_schema_role_name(enum xd_role role)
{
	return role < XD_ROLES ? ROLE_NAMES[role] : "";
}

enum xd_role xd_schema_role(const char *name)
{
	for (int i = 0; i < XD_ROLES; i++)
		if (!strcmp(ROLE_NAMES[i], name))
			return (enum xd_role)i;
	return XD_ROLES;
}
