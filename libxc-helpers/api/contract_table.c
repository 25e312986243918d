/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/contract.h"
#include "base/macro.h"

#define LIST(list) (list), XPT_ARRAY_SIZE(list)
#define NO_LIST NULL, 0

/* ---- what every function takes and answers ---- */

const struct xpt_param xpt_common_params[] = {
	{"host", XPT_T_HOST, false, false, NULL,
	 "the host it is about, asked of the coordinator, which passes the call on (default: the "
	 "host called)"},
	{"token", XPT_T_STRING, false, false, NULL,
	 "one-time leave that a coordinator gives to the host it passes a call on to; never given "
	 "by hand"},
};
const size_t xpt_n_common_params = XPT_ARRAY_SIZE(xpt_common_params);

const struct xpt_param xpt_change_params[] = {
	{"dry_run", XPT_T_BOOL, false, false, NULL,
	 "show the plan, change nothing (default false)"},
	{"override", XPT_T_REASONS, false, false, NULL,
	 "refusals to go on in spite of, as reason or reason@address; only those that this plan "
	 "raises"},
};
const size_t xpt_n_change_params = XPT_ARRAY_SIZE(xpt_change_params);

const struct xpt_field xpt_common_fields[] = {
	{"schema", XPT_T_NUMBER, false, "version of the answers' shape"},
	{"host", XPT_T_STRING, true, "uuid of the host that answered"},
	{"missing[].what", XPT_T_STRING, false, "what could not be found out"},
	{"missing[].why", XPT_T_STRING, false, "and why"},
	{"warnings[].reason", XPT_T_STRING, false, "reason code"},
	{"warnings[].subject", XPT_T_STRING, true, "device address or VM uuid it is about"},
	{"warnings[].sentence", XPT_T_STRING, false, "what to mind, for people"},
};
const size_t xpt_n_common_fields = XPT_ARRAY_SIZE(xpt_common_fields);

const struct xpt_field xpt_change_fields[] = {
	{"operation", XPT_T_STRING, true,
	 "id of the change; null when nothing was to be done or in a dry run"},
	{"dry_run", XPT_T_BOOL, false, "true: nothing was changed"},
	{"changed", XPT_T_BOOL, false, "whether anything was (in a dry run: would be) changed"},
	{"vm", XPT_T_STRING, true, "uuid of the VM; null: the change is not about one"},
	{"vm_name", XPT_T_STRING, true, "its name-label"},
	{"devices[]", XPT_T_STRING, false, "addresses that the request came down to"},
	{"steps[].do", XPT_T_STRING, false, "kind of step"},
	{"steps[].subject", XPT_T_STRING, false, "what it changes"},
	{"steps[].from", XPT_T_STRING, true, "value before; null: none"},
	{"steps[].to", XPT_T_STRING, true, "value after; null: none"},
	{"steps[].state", XPT_T_STRING, false, "planned or done"},
	{"needs.host_reboot", XPT_T_BOOL, false, "takes effect at the next boot of the host"},
	{"needs.vm_restart[]", XPT_T_STRING, false,
	 "uuids of VMs that run without it until they are started anew"},
};
const size_t xpt_n_change_fields = XPT_ARRAY_SIZE(xpt_change_fields);

/* ---- about the plugin ---- */

static const struct xpt_field version_fields[] = {
	{"version", XPT_T_STRING, false, "version of xe-passthrough"},
	{"contract", XPT_T_NUMBER, false, "contract number; counts additions"},
};

static const struct xpt_field describe_fields[] = {
	{"version", XPT_T_STRING, false, "version of xe-passthrough"},
	{"contract", XPT_T_NUMBER, false, "contract number; counts additions"},
	{"functions[].name", XPT_T_STRING, false, "function"},
	{"functions[].effect", XPT_T_STRING, false, "reads, reads sensitive or changes"},
	{"functions[].summary", XPT_T_STRING, false, "what it does"},
	{"functions[].parameters[].name", XPT_T_STRING, false, "parameter"},
	{"functions[].parameters[].type", XPT_T_STRING, false, "its type"},
	{"functions[].parameters[].required", XPT_T_BOOL, false, "whether it must be given"},
	{"functions[].parameters[].choices[]", XPT_T_STRING, false,
	 "values it may have; empty: any of its type"},
	{"functions[].parameters[].help", XPT_T_STRING, false, "what it means"},
	{"functions[].answer[].path", XPT_T_STRING, false, "field of the answer"},
	{"functions[].answer[].type", XPT_T_STRING, false, "its type"},
	{"functions[].answer[].may_be_null", XPT_T_BOOL, false, "null stands for unknown or none"},
	{"functions[].answer[].help", XPT_T_STRING, false, "what it means"},
	{"reasons[].name", XPT_T_STRING, false, "reason code"},
	{"reasons[].override", XPT_T_STRING, false, "never, plain or per-device"},
	{"reasons[].meaning", XPT_T_STRING, false, "what it stands for"},
};

static const char *const version_examples[] = {"version", NULL};
static const char *const describe_examples[] = {"describe --json", NULL};

/* ---- status ---- */

static const struct xpt_field status_fields[] = {
	{"host_name", XPT_T_STRING, true, "name-label of the host"},
	{"iommu.enabled", XPT_T_BOOL, true, "whether devices can be given to VMs at all"},
	{"iommu.source", XPT_T_STRING, true, "who said so: xen or xapi"},
	{"pciback.loaded", XPT_T_BOOL, false, "whether the kernel's pciback driver is there"},
	{"hide_list.now", XPT_T_STRING, true, "xen-pciback.hide of the running kernel"},
	{"hide_list.next", XPT_T_STRING, true, "xen-pciback.hide after the next boot"},
	{"hide_list.now_canonical", XPT_T_BOOL, true, "kernel and xapi read the first alike"},
	{"hide_list.next_canonical", XPT_T_BOOL, true,
	 "kernel and xapi will read the second alike"},
	{"hide_list.grub_cfg", XPT_T_STRING, true, "boot configuration the second was read from"},
	{"hide_list.line_bytes", XPT_T_NUMBER, true, "length of dom0's next kernel line"},
	{"hide_list.line_limit_bytes", XPT_T_NUMBER, false, "length that we do not go beyond"},
	{"hidden[].address", XPT_T_STRING, false,
	 "function that is hidden now or after the next boot"},
	{"hidden[].name", XPT_T_STRING, true, "what people call it; null: there is no such one"},
	{"hidden[].present", XPT_T_BOOL, false, "whether there is such a function here"},
	{"hidden[].now", XPT_T_BOOL, true, "named by the running kernel's list"},
	{"hidden[].next", XPT_T_BOOL, true, "named by the next boot's list"},
	{"hidden[].bound_to_pciback", XPT_T_BOOL, false, "held by pciback at this moment"},
	{"reboot.pending", XPT_T_BOOL, true, "whether a reboot would change what is hidden"},
	{"reboot.reasons[]", XPT_T_STRING, false, "what it would change, for people"},
	{"unfinished_change.operation", XPT_T_STRING, true,
	 "a change that was cut short; the next change settles it"},
	{"unfinished_change.function", XPT_T_STRING, true, "its function"},
	{"unfinished_change.started", XPT_T_STRING, true, "when it began (UTC)"},
	{"unfinished_change.steps_done", XPT_T_NUMBER, false, "steps that were recorded as done"},
	{"unfinished_change.steps", XPT_T_NUMBER, false, "steps in all"},
	{"unsettled[].operation", XPT_T_STRING, false,
	 "a change that could be neither finished nor undone; op_resolve"},
	{"unsettled[].function", XPT_T_STRING, true, "its function"},
	{"unsettled[].sentence", XPT_T_STRING, false, "what stands in the way"},
	{"unsettled[].objects[]", XPT_T_STRING, false,
	 "objects that no change touches until it is settled"},
	{"vms[].uuid", XPT_T_STRING, false, "VM with devices"},
	{"vms[].name", XPT_T_STRING, false, "its name-label"},
	{"vms[].power_state", XPT_T_STRING, false, "halted, paused, running or suspended"},
	{"vms[].resident_on", XPT_T_STRING, true, "uuid of the host it runs on"},
	{"vms[].affinity", XPT_T_STRING, true, "uuid of the host it prefers to start on"},
	{"vms[].is_here", XPT_T_BOOL, false,
	 "it runs here, or prefers to start here, or the pool has no other host"},
	{"vms[].devices[].address", XPT_T_STRING, false, "function it is to have, in plug order"},
	{"vms[].devices[].present", XPT_T_BOOL, false,
	 "whether there is such a function on this host"},
	{"vms[].devices[].name", XPT_T_STRING, true,
	 "what people call that function of this host; null: there is none"},
	{"vms[].devices[].held", XPT_T_BOOL, true, "whether the VM holds it now"},
	{"vms[].malformed[].item", XPT_T_STRING, false,
	 "part of the VM's pci key that names no device and is ignored in silence"},
	{"vms[].malformed[].why", XPT_T_STRING, false, "what is wrong with it"},
};

static const char *const status_examples[] = {"status", "status --host xcp2 --json", NULL};

/* ---- history and operations ---- */

static const struct xpt_param history_params[] = {
	{"limit", XPT_T_NUMBER, false, false, NULL,
	 "how many at the most, newest first (default 20)"},
};

static const struct xpt_field history_fields[] = {
	{"changes[].operation", XPT_T_STRING, false, "id"},
	{"changes[].function", XPT_T_STRING, false, "function that was called"},
	{"changes[].time", XPT_T_STRING, false, "when (UTC)"},
	{"changes[].who", XPT_T_STRING, false, "who called, as far as xapi tells"},
	{"changes[].devices[]", XPT_T_STRING, false, "addresses"},
	{"changes[].vm", XPT_T_STRING, true, "uuid of the VM"},
	{"changes[].vm_name", XPT_T_STRING, true, "its name-label at that time"},
	{"changes[].result", XPT_T_STRING, false, "done, undone, finished, unsettled or resolved"},
	{"changes[].sentence", XPT_T_STRING, false, "one line for people"},
};

static const char *const history_examples[] = {"history", "history --limit 5 --json", NULL};

static const char *const resolve_choices[] = {"keep", NULL};

static const struct xpt_param op_resolve_params[] = {
	{"operation", XPT_T_OPERATION, true, true, NULL,
	 "the unsettled operation, as status shows it"},
	{"accept", XPT_T_CHOICE, true, true, resolve_choices,
	 "keep takes what is there now as what is wanted, and lets go of the operation"},
};

static const char *const op_resolve_examples[] = {"op resolve 20261120-101500-4f2a keep", NULL};

/* ---- PCI ---- */

static const struct xpt_field pci_device_fields[] = {
	{"devices[].address", XPT_T_STRING, false, "DDDD:BB:DD.F"},
	{"devices[].name", XPT_T_STRING, false, "what people call it: short vendor and model"},
	{"devices[].class_id", XPT_T_STRING, false, "class and subclass, 4 hex digits"},
	{"devices[].class_name", XPT_T_STRING, true, "its name"},
	{"devices[].vendor_id", XPT_T_STRING, false, "4 hex digits"},
	{"devices[].vendor_name", XPT_T_STRING, true, "its name"},
	{"devices[].device_id", XPT_T_STRING, false, "4 hex digits"},
	{"devices[].device_name", XPT_T_STRING, true, "its name"},
	{"devices[].subsystem_vendor_id", XPT_T_STRING, false, "4 hex digits"},
	{"devices[].subsystem_device_id", XPT_T_STRING, false, "4 hex digits"},
	{"devices[].subsystem_name", XPT_T_STRING, true, "its name"},
	{"devices[].revision", XPT_T_STRING, false, "2 hex digits"},
	{"devices[].serial", XPT_T_STRING, true,
	 "device serial number, where config space has one"},
	{"devices[].driver", XPT_T_STRING, true, "driver that is bound in dom0"},
	{"devices[].is_bridge", XPT_T_BOOL, false, "a bridge: never given to a VM"},
	{"devices[].dom0_access", XPT_T_STRING, true,
	 "enabled, disable_on_reboot, disabled or enable_on_reboot, as xapi tells it"},
	{"devices[].bound_to_pciback", XPT_T_BOOL, false, "held by pciback at this moment"},
	{"devices[].bridges[]", XPT_T_STRING, false,
	 "addresses of the bridges above, nearest first"},
	{"devices[].siblings[]", XPT_T_STRING, false,
	 "addresses of the other functions in the slot"},
	{"devices[].group", XPT_T_STRING, false,
	 "id of its isolation group, groups[].id of pci_groups"},
	{"devices[].uses[].reason", XPT_T_STRING, false, "what dom0 uses it for, reason code"},
	{"devices[].uses[].chain", XPT_T_STRING, false, "from the use down to the device"},
	{"devices[].vms[].uuid", XPT_T_STRING, false, "VM that claims or holds it"},
	{"devices[].vms[].name", XPT_T_STRING, false, "its name-label"},
	{"devices[].vms[].claims", XPT_T_BOOL, false, "its pci key names the device"},
	{"devices[].vms[].holds", XPT_T_BOOL, true, "it has the device now; null: unknown"},
	{"devices[].msi_vectors", XPT_T_NUMBER, false, "MSI vectors, 0: none"},
	{"devices[].msix_vectors", XPT_T_NUMBER, false, "MSI-X table size, 0: none"},
	{"devices[].reset", XPT_T_BOOL, false, "whether the kernel can reset it"},
	{"devices[].reset_methods[]", XPT_T_STRING, false, "what config space offers: flr, pm"},
	{"devices[].physical_function", XPT_T_STRING, true,
	 "address of the PF, for a virtual function"},
	{"devices[].virtual_functions", XPT_T_NUMBER, false, "virtual functions there are"},
	{"devices[].virtual_functions_max", XPT_T_NUMBER, false,
	 "virtual functions there could be"},
	{"devices[].numa_node", XPT_T_NUMBER, true, "NUMA node"},
	{"devices[].reserved_memory[].kind", XPT_T_STRING, false,
	 "memory that the firmware reserves for it: rmrr (Intel) or ivmd (AMD)"},
	{"devices[].reserved_memory[].base", XPT_T_STRING, false, "its first byte, 0x and hex"},
	{"devices[].reserved_memory[].limit", XPT_T_STRING, false, "its last byte, 0x and hex"},
	{"devices[].reserved_memory[].shared", XPT_T_BOOL, false,
	 "whether it is for other devices as well"},
	{"devices[].reserved_memory[].with[]", XPT_T_STRING, false,
	 "their addresses, as far as they are there; never for ivmd"},
	{"devices[].reserved_memory_means", XPT_T_STRING, true,
	 "what that means for giving the device to a VM; null: none is reserved"},
	{"devices[].virtual_function_list[].address", XPT_T_STRING, false,
	 "a virtual function that there is"},
	{"devices[].virtual_function_list[].vms[].uuid", XPT_T_STRING, false,
	 "VM that claims or holds it"},
	{"devices[].virtual_function_list[].vms[].name", XPT_T_STRING, false, "its name-label"},
	{"devices[].virtual_function_list[].vms[].claims", XPT_T_BOOL, false,
	 "its pci key names the virtual function"},
	{"devices[].virtual_function_list[].vms[].holds", XPT_T_BOOL, true,
	 "it has the virtual function now; null: unknown"},
};

static const struct xpt_field pci_groups_fields[] = {
	{"groups[].id", XPT_T_STRING, false, "address of its first member"},
	{"groups[].is_isolated", XPT_T_BOOL, false,
	 "at most one member is more than a bridge: nothing has to go along"},
	{"groups[].why", XPT_T_STRING, true,
	 "what fails to keep its devices apart, for people; null: it is isolated"},
	{"groups[].members[].address", XPT_T_STRING, false, "DDDD:BB:DD.F"},
	{"groups[].members[].name", XPT_T_STRING, false, "what people call it"},
	{"groups[].members[].is_bridge", XPT_T_BOOL, false, "a bridge: never given to a VM"},
	{"groups[].members[].driver", XPT_T_STRING, true, "driver that is bound in dom0"},
	{"groups[].members[].dom0_access", XPT_T_STRING, true,
	 "enabled, disable_on_reboot, disabled or enable_on_reboot, as xapi tells it"},
};

static const struct xpt_param pci_groups_params[] = {
	{"devices", XPT_T_DEVICES, false, true, NULL, "only groups with these (default: all)"},
};

static const struct xpt_param pci_list_params[] = {
	{"devices", XPT_T_DEVICES, false, true, NULL, "only these (default: every PCI function)"},
	{"bridges", XPT_T_BOOL, false, false, NULL, "bridges as well (default false)"},
};

static const char which_help[] = "which: by address (3b:00.0), vendor:device (10de:2336, "
				 "10de:2336/all) or class (class:0302)";

static const struct xpt_param pci_show_params[] = {
	{"devices", XPT_T_DEVICES, true, true, NULL, which_help},
};

static const char siblings_help[] =
	"take the other functions of the same slots along, such as a GPU's audio (default false)";

static const struct xpt_param pci_hide_params[] = {
	{"devices", XPT_T_DEVICES, true, true, NULL, which_help},
	{"siblings", XPT_T_BOOL, false, false, NULL, siblings_help},
};

static const struct xpt_param pci_attach_params[] = {
	{"vm", XPT_T_VM, true, true, NULL, "VM that is to have them"},
	{"devices", XPT_T_DEVICES, true, true, NULL,
	 "which, in the order the guest is to see them"},
	{"siblings", XPT_T_BOOL, false, false, NULL, siblings_help},
	{"msitranslate", XPT_T_BOOL, false, false, NULL,
	 "sets VM.other_config:msitranslate, for all devices of the VM (default: left as it is)"},
};

static const struct xpt_param pci_detach_params[] = {
	{"vm", XPT_T_VM, true, true, NULL, "VM that has them"},
	{"devices", XPT_T_DEVICES, false, true, NULL,
	 "which (default: all); also those that are gone"},
};

static const struct xpt_param pci_reorder_params[] = {
	{"vm", XPT_T_VM, true, true, NULL, "VM"},
	{"devices", XPT_T_DEVICES, true, true, NULL,
	 "all its devices, in the order the guest is to see them"},
};

static const char *const pci_groups_examples[] = {"pci groups", "pci groups 3b:00.0", NULL};
static const char *const pci_list_examples[] = {"pci list", "pci list class:0302",
						"pci list --bridges --json", NULL};
static const char *const pci_show_examples[] = {"pci show 0000:3b:00.0", "pci show 10de:2336/all",
						NULL};
static const char *const pci_hide_examples[] = {"pci hide 0000:3b:00.0 --siblings --dry-run",
						"pci hide 3b:00.0,3b:00.1", NULL};
static const char *const pci_unhide_examples[] = {"pci unhide 0000:3b:00.0 --siblings", NULL};
static const char *const pci_attach_examples[] = {"pci attach win11 0000:3b:00.0,0000:3b:00.1",
						  "pci attach ml1 10de:2336/2 --siblings", NULL};
static const char *const pci_detach_examples[] = {"pci detach win11", "pci detach win11 3b:00.1",
						  NULL};
static const char *const pci_reorder_examples[] = {"pci reorder ml1 5e:00.0,3b:00.0", NULL};

const struct xpt_function xpt_functions[] = {
	{"describe", XPT_READS, true, "functions, parameters and answers, for programs", NULL,
	 NO_LIST, LIST(describe_fields), describe_examples},
	{"history", XPT_READS, true, "changes made on this host, newest first", NULL,
	 LIST(history_params), LIST(history_fields), history_examples},
	{"op_resolve", XPT_CHANGES, true,
	 "settle a change that could be neither finished nor undone",
	 "A change that was cut short is finished or undone by the next one. Where something else "
	 "changed\n"
	 "the same object meanwhile, neither is safe: status shows the operation as unsettled, and "
	 "changes\n"
	 "to its objects are refused until someone has looked and says so here.",
	 LIST(op_resolve_params), NO_LIST, op_resolve_examples},
	{"pci_attach", XPT_CHANGES, true, "give PCI devices to a VM, from its next start on",
	 "Writes VM.other_config:pci in xapi's canonical form, new devices behind those the VM "
	 "has. Refuses\n"
	 "what would fail or harm: a device that is not there, that another VM claims, that dom0 "
	 "uses.",
	 LIST(pci_attach_params), NO_LIST, pci_attach_examples},
	{"pci_detach", XPT_CHANGES, true, "take PCI devices from a VM, from its next start on",
	 NULL, LIST(pci_detach_params), NO_LIST, pci_detach_examples},
	{"pci_groups", XPT_READS, true, "PCI devices that the fabric cannot keep apart",
	 "Devices of one group can reach each other's memory by DMA that the IOMMU does not see or "
	 "cannot\n"
	 "tell apart, so that they should go to the same VM. Xen starts VMs with a part of a group "
	 "all the\n"
	 "same: pci_hide and pci_attach warn of it, and refuse it where the pool's\n"
	 "other_config:xe-passthrough:isolation is strict.",
	 LIST(pci_groups_params), LIST(pci_groups_fields), pci_groups_examples},
	{"pci_hide", XPT_CHANGES, true, "hide PCI devices from dom0, from the next boot on",
	 "Adds them to xen-pciback.hide, in the only form that kernel and xapi read alike. Refuses "
	 "devices\n"
	 "that dom0 boots from, stores VMs on, or is managed through, and shows the chain.",
	 LIST(pci_hide_params), NO_LIST, pci_hide_examples},
	{"pci_list", XPT_READS, true, "PCI devices: what they are, who uses them, who has them",
	 NULL, LIST(pci_list_params), LIST(pci_device_fields), pci_list_examples},
	{"pci_reorder", XPT_CHANGES, true, "change the order in which a VM sees its PCI devices",
	 NULL, LIST(pci_reorder_params), NO_LIST, pci_reorder_examples},
	{"pci_show", XPT_READS, true, "everything known of some PCI devices", NULL,
	 LIST(pci_show_params), LIST(pci_device_fields), pci_show_examples},
	{"pci_unhide", XPT_CHANGES, true,
	 "give hidden PCI devices back to dom0, from the next boot on", NULL, LIST(pci_hide_params),
	 NO_LIST, pci_unhide_examples},
	{"status", XPT_READS, true, "IOMMU, hidden devices, pending reboot, VMs with devices", NULL,
	 NO_LIST, LIST(status_fields), status_examples},
	{"version", XPT_READS, true, "version of xe-passthrough and of its contract", NULL, NO_LIST,
	 LIST(version_fields), version_examples},
};
const size_t xpt_n_functions = XPT_ARRAY_SIZE(xpt_functions);
