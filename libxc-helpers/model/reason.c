/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/reason.h"

#include "base/str.h"

enum override { NEVER, PLAIN, PER_DEVICE };

#define REASON(name, override, meaning) \
	{ \
		name, (override) == PER_DEVICE, (override) != NEVER, meaning \
	}

static const struct xpt_reason_info reasons[XPT_REASONS] = {
	[XPT_REASON_BOOT_DISK] = REASON("boot-disk", PER_DEVICE, "the host boots from it"),
	[XPT_REASON_DOM0_FILESYSTEM] =
		REASON("dom0-filesystem", PER_DEVICE, "a mounted file system of dom0 is on it"),
	[XPT_REASON_SWAP] = REASON("swap", PER_DEVICE, "dom0 swaps to it"),
	[XPT_REASON_STORAGE_REPOSITORY] =
		REASON("storage-repository", PER_DEVICE,
		       "a storage repository that is plugged on this host is on it"),
	[XPT_REASON_STORAGE_UNKNOWN] =
		REASON("storage-unknown", PER_DEVICE,
		       "storage of dom0 that could not be followed to a device may be on it"),
	[XPT_REASON_MANAGEMENT_NIC] =
		REASON("management-nic", PER_DEVICE, "the host is managed through it"),
	[XPT_REASON_STORAGE_NIC] =
		REASON("storage-nic", PER_DEVICE,
		       "dom0 has an address on it, or reaches its storage through it"),
	[XPT_REASON_NETWORK_UNKNOWN] =
		REASON("network-unknown", PER_DEVICE,
		       "a network of dom0 that could not be followed to a device may be on it"),
	[XPT_REASON_CONSOLE_GPU] =
		REASON("console-gpu", PLAIN, "the only display that the host's console has"),
	[XPT_REASON_HELD_BY_VM] = REASON("held-by-vm", PLAIN, "a running VM has it"),
	[XPT_REASON_CLAIMED_BY_VM] =
		REASON("claimed-by-vm", PLAIN, "another VM is to have it at its next start"),
	[XPT_REASON_HOLDERS_UNKNOWN] = REASON("holders-unknown", PLAIN,
					      "a running VM may have it, Xen could not be asked"),
	[XPT_REASON_PARENT_OF_USED_VF] = REASON(
		"parent-of-used-vf", PLAIN, "a virtual function of it is held or claimed by a VM"),
	[XPT_REASON_GROUP_LEFT_BEHIND] =
		REASON("group-left-behind", PLAIN,
		       "dom0 keeps a device that the fabric cannot keep apart from it; a warning, "
		       "unless the pool's other_config:xe-passthrough:isolation is strict"),
	[XPT_REASON_BRIDGE] = REASON("bridge", NEVER, "bridges cannot be given to VMs"),
	[XPT_REASON_ABSENT] = REASON("absent", NEVER, "there is no such function on this host"),
	[XPT_REASON_NOT_HIDDEN] =
		REASON("not-hidden", NEVER,
		       "warning: the VM's start takes it away from its driver in dom0"),
	[XPT_REASON_NO_IOMMU] =
		REASON("no-iommu", PLAIN, "no IOMMU is known to be in use on this host"),
	[XPT_REASON_TOO_MANY_DEVICES] =
		REASON("too-many-devices", NEVER, "the VM has no slots left for it"),
	[XPT_REASON_LINE_TOO_LONG] =
		REASON("line-too-long", NEVER, "dom0's kernel line would be cut off at boot"),
	[XPT_REASON_DOMAIN_TOO_LONG] =
		REASON("domain-too-long", NEVER,
		       "xapi has no way to write a PCI domain of more than four digits"),
	[XPT_REASON_GUEST_NETWORK] =
		REASON("guest-network", NEVER, "warning: it carries a network of VMs"),
	[XPT_REASON_SLOT_LEFT_BEHIND] =
		REASON("slot-left-behind", NEVER,
		       "warning: dom0 keeps it while another function of its slot goes"),
	[XPT_REASON_OTHER_HOST] = REASON(
		"other-host", NEVER, "warning: on another host the same address is another device"),
	[XPT_REASON_DYNAMIC_MEMORY] =
		REASON("dynamic-memory", NEVER,
		       "warning: the VM's memory is not fixed, its start may fail"),
	[XPT_REASON_HA_RESTART] =
		REASON("ha-restart", NEVER,
		       "warning: high availability may restart the VM where the device is not"),
	[XPT_REASON_NO_SNAPSHOT] =
		REASON("no-snapshot", NEVER,
		       "warning: the running VM can no longer be suspended or migrated"),
	[XPT_REASON_NO_RESET] = REASON("no-reset", NEVER,
				       "warning: it cannot be reset between one VM and the next"),
	[XPT_REASON_OTHER_ENTRY] =
		REASON("other-entry", NEVER,
		       "warning: another entry of the boot menu hides other devices"),
	[XPT_REASON_RESERVED_MEMORY] =
		REASON("reserved-memory", NEVER,
		       "warning: the firmware reserves memory for it and others, the VM's start "
		       "fails"),
};

const struct xpt_reason_info *xpt_reason_info(enum xpt_reason reason)
{
	return &reasons[reason];
}

const char *xpt_reason_name(enum xpt_reason reason)
{
	return reasons[reason].name;
}

enum xpt_reason xpt_reason_of_name(const char *name)
{
	unsigned reason = 0;

	while (reason < XPT_REASONS && !xpt_streq(reasons[reason].name, name))
		reason++;
	return (enum xpt_reason)reason;
}
