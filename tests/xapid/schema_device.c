/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI, GPU and USB devices, and storage. */
#include "schema_table.h"

#include "base/macro.h"

static const struct xd_field PCI_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"class_id", XD_STRING, XD_RO, NULL},
	{"class_name", XD_STRING, XD_RO, NULL},
	{"vendor_id", XD_STRING, XD_RO, NULL},
	{"vendor_name", XD_STRING, XD_RO, NULL},
	{"device_id", XD_STRING, XD_RO, NULL},
	{"device_name", XD_STRING, XD_RO, NULL},
	{"host", XD_REF, XD_RO, NULL},
	{"pci_id", XD_STRING, XD_RO, NULL},
	{"dependencies", XD_SET, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"subsystem_vendor_id", XD_STRING, XD_RO, NULL},
	{"subsystem_vendor_name", XD_STRING, XD_RO, NULL},
	{"subsystem_device_id", XD_STRING, XD_RO, NULL},
	{"subsystem_device_name", XD_STRING, XD_RO, NULL},
	{"driver_name", XD_STRING, XD_RO, NULL},
	{"attached_VMs", XD_SET, XD_INTERNAL, NULL},
	{"functions", XD_INT, XD_INTERNAL, NULL},
	{"physical_function", XD_REF, XD_INTERNAL, NULL},
	{"scheduled_to_be_attached_to", XD_REF, XD_INTERNAL, NULL},
	{"virtual_functions", XD_SET, XD_INTERNAL, NULL},
};

static const struct xd_field PGPU_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"PCI", XD_REF, XD_RO, NULL},
	{"GPU_group", XD_REF, XD_RO, NULL},
	{"host", XD_REF, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"supported_VGPU_types", XD_SET, XD_RO, NULL},
	{"enabled_VGPU_types", XD_SET, XD_RO, NULL},
	{"resident_VGPUs", XD_SET, XD_RO, NULL},
	{"supported_VGPU_max_capacities", XD_MAP, XD_RO, NULL},
	{"dom0_access", XD_STRING, XD_RO, NULL},
	{"is_system_display_device", XD_BOOL, XD_RO, NULL},
	{"compatibility_metadata", XD_MAP, XD_RO, NULL},
};

static const struct xd_field GPU_GROUP_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"name__label", XD_STRING, XD_RW, NULL},
	{"name__description", XD_STRING, XD_RW, NULL},
	{"PGPUs", XD_SET, XD_RO, NULL},
	{"VGPUs", XD_SET, XD_RO, NULL},
	{"GPU_types", XD_SET, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"allocation_algorithm", XD_STRING, XD_RW, NULL},
	{"supported_VGPU_types", XD_SET, XD_RO, NULL},
	{"enabled_VGPU_types", XD_SET, XD_RO, NULL},
};

static const struct xd_field VGPU_TYPE_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"vendor_name", XD_STRING, XD_RO, NULL},
	{"model_name", XD_STRING, XD_RO, NULL},
	{"framebuffer_size", XD_INT, XD_RO, NULL},
	{"max_heads", XD_INT, XD_RO, NULL},
	{"max_resolution_x", XD_INT, XD_RO, NULL},
	{"max_resolution_y", XD_INT, XD_RO, NULL},
	{"supported_on_PGPUs", XD_SET, XD_RO, NULL},
	{"enabled_on_PGPUs", XD_SET, XD_RO, NULL},
	{"VGPUs", XD_SET, XD_RO, NULL},
	{"supported_on_GPU_groups", XD_SET, XD_RO, NULL},
	{"enabled_on_GPU_groups", XD_SET, XD_RO, NULL},
	{"implementation", XD_STRING, XD_RO, NULL},
	{"identifier", XD_STRING, XD_RO, NULL},
	{"experimental", XD_BOOL, XD_RO, NULL},
	{"compatible_types_in_vm", XD_SET, XD_RO, NULL},
	{"compatible_types_on_pgpu", XD_SET, XD_INTERNAL, NULL},
};

static const struct xd_field PUSB_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},        {"USB_group", XD_REF, XD_RO, NULL},
	{"host", XD_REF, XD_RO, NULL},           {"path", XD_STRING, XD_RO, NULL},
	{"vendor_id", XD_STRING, XD_RO, NULL},   {"vendor_desc", XD_STRING, XD_RO, NULL},
	{"product_id", XD_STRING, XD_RO, NULL},  {"product_desc", XD_STRING, XD_RO, NULL},
	{"serial", XD_STRING, XD_RO, NULL},      {"version", XD_INT, XD_RO, NULL},
	{"description", XD_STRING, XD_RO, NULL}, {"passthrough_enabled", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},   {"speed", XD_FLOAT, XD_RO, NULL},
};

static const struct xd_field USB_GROUP_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"name__label", XD_STRING, XD_RW, NULL},
	{"name__description", XD_STRING, XD_RW, NULL},
	{"PUSBs", XD_SET, XD_RO, NULL},
	{"VUSBs", XD_SET, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
};

static const struct xd_field VUSB_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"allowed_operations", XD_SET, XD_RO, NULL},
	{"current_operations", XD_MAP, XD_RO, NULL},
	{"VM", XD_REF, XD_RO, NULL},
	{"USB_group", XD_REF, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"currently_attached", XD_BOOL, XD_RO, NULL},
};

static const struct xd_field VGPU_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"VM", XD_REF, XD_RO, NULL},
	{"GPU_group", XD_REF, XD_RO, NULL},
	{"device", XD_STRING, XD_RO, NULL},
	{"currently_attached", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"type", XD_REF, XD_RO, NULL},
	{"resident_on", XD_REF, XD_RO, NULL},
	{"scheduled_to_be_resident_on", XD_REF, XD_RO, NULL},
	{"extra_args", XD_STRING, XD_RW, NULL},
	{"compatibility_metadata", XD_MAP, XD_RO, NULL},
	{"PCI", XD_REF, XD_RO, NULL},
};

static const struct xd_field PBD_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"host", XD_REF, XD_RO, NULL},
	{"SR", XD_REF, XD_RO, NULL},
	{"device_config", XD_MAP, XD_RO, NULL},
	{"currently_attached", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
};

static const struct xd_field SR_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"name__label", XD_STRING, XD_RW, NULL},
	{"name__description", XD_STRING, XD_RW, NULL},
	{"allowed_operations", XD_SET, XD_RO, NULL},
	{"current_operations", XD_MAP, XD_RO, NULL},
	{"VDIs", XD_SET, XD_RO, NULL},
	{"PBDs", XD_SET, XD_RO, NULL},
	{"virtual_allocation", XD_INT, XD_RO, NULL},
	{"physical_utilisation", XD_INT, XD_RO, NULL},
	{"physical_size", XD_INT, XD_RO, NULL},
	{"type", XD_STRING, XD_RO, NULL},
	{"content_type", XD_STRING, XD_RO, NULL},
	{"shared", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"tags", XD_SET, XD_RW, NULL},
	{"sm_config", XD_MAP, XD_RO, NULL},
	{"blobs", XD_MAP, XD_RO, NULL},
	{"local_cache_enabled", XD_BOOL, XD_RO, NULL},
	{"introduced_by", XD_REF, XD_RO, NULL},
	{"clustered", XD_BOOL, XD_RO, NULL},
	{"is_tools_sr", XD_BOOL, XD_RO, NULL},
};

static const struct xd_field VBD_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"allowed_operations", XD_SET, XD_RO, NULL},
	{"current_operations", XD_MAP, XD_RO, NULL},
	{"VM", XD_REF, XD_RO, NULL},
	{"VDI", XD_REF, XD_RO, NULL},
	{"device", XD_STRING, XD_RO, NULL},
	{"userdevice", XD_STRING, XD_RW, NULL},
	{"bootable", XD_BOOL, XD_RW, NULL},
	{"mode", XD_STRING, XD_RO, "RW"},
	{"type", XD_STRING, XD_RW, NULL},
	{"unpluggable", XD_BOOL, XD_RO, "true"},
	{"storage_lock", XD_BOOL, XD_RO, NULL},
	{"empty", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"currently_attached", XD_BOOL, XD_RO, NULL},
	{"status_code", XD_INT, XD_RO, NULL},
	{"status_detail", XD_STRING, XD_RO, NULL},
	{"runtime_properties", XD_MAP, XD_RO, NULL},
	{"qos__algorithm_type", XD_STRING, XD_RW, NULL},
	{"qos__algorithm_params", XD_MAP, XD_RW, NULL},
	{"qos__supported_algorithms", XD_SET, XD_RO, NULL},
	{"metrics", XD_REF, XD_RO, NULL},
};

static const struct xd_field VDI_FIELDS[] = {
	{"uuid", XD_STRING, XD_RO, NULL},
	{"name__label", XD_STRING, XD_RW, NULL},
	{"name__description", XD_STRING, XD_RW, NULL},
	{"allowed_operations", XD_SET, XD_RO, NULL},
	{"current_operations", XD_MAP, XD_RO, NULL},
	{"SR", XD_REF, XD_RO, NULL},
	{"VBDs", XD_SET, XD_RO, NULL},
	{"crash_dumps", XD_SET, XD_RO, NULL},
	{"virtual_size", XD_INT, XD_RO, NULL},
	{"physical_utilisation", XD_INT, XD_RO, NULL},
	{"type", XD_STRING, XD_RO, "user"},
	{"sharable", XD_BOOL, XD_RO, NULL},
	{"read_only", XD_BOOL, XD_RO, NULL},
	{"other_config", XD_MAP, XD_RW, NULL},
	{"storage_lock", XD_BOOL, XD_RO, NULL},
	{"location", XD_STRING, XD_RO, NULL},
	{"managed", XD_BOOL, XD_RO, "true"},
	{"missing", XD_BOOL, XD_RO, NULL},
	{"parent", XD_REF, XD_RO, NULL},
	{"xenstore_data", XD_MAP, XD_RW, NULL},
	{"sm_config", XD_MAP, XD_RO, NULL},
	{"is_a_snapshot", XD_BOOL, XD_RO, NULL},
	{"snapshot_of", XD_REF, XD_RO, NULL},
	{"snapshots", XD_SET, XD_RO, NULL},
	{"snapshot_time", XD_DATE, XD_RO, NULL},
	{"tags", XD_SET, XD_RW, NULL},
	{"allow_caching", XD_BOOL, XD_RO, NULL},
	{"on_boot", XD_STRING, XD_RO, "persist"},
	{"metadata_of_pool", XD_REF, XD_RO, NULL},
	{"metadata_latest", XD_BOOL, XD_RO, NULL},
	{"is_tools_iso", XD_BOOL, XD_RO, NULL},
	{"cbt_enabled", XD_BOOL, XD_RO, NULL},
};

#define CLASS(name, fields, writers, is_volatile) \
	{ \
		name, fields, XPT_ARRAY_SIZE(fields), writers, is_volatile \
	}

const struct xd_class xd_schema_device[] = {
	CLASS("PCI", PCI_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("PGPU", PGPU_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("GPU_group", GPU_GROUP_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("VGPU", VGPU_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("VGPU_type", VGPU_TYPE_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("PUSB", PUSB_FIELDS, XD_ROLE_POOL_ADMIN, false),
	CLASS("USB_group", USB_GROUP_FIELDS, XD_ROLE_POOL_ADMIN, false),
	CLASS("VUSB", VUSB_FIELDS, XD_ROLE_POOL_ADMIN, false),
	CLASS("PBD", PBD_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("SR", SR_FIELDS, XD_ROLE_POOL_OPERATOR, false),
	CLASS("VBD", VBD_FIELDS, XD_ROLE_VM_ADMIN, false),
	CLASS("VDI", VDI_FIELDS, XD_ROLE_VM_ADMIN, false),
	{NULL, NULL, 0, XD_ROLE_READ_ONLY, false},
};
