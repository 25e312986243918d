/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why something may not be done, or costs something: the reason codes of the contract.
 *
 * One list, so that a refusal, an override, a warning and the help all speak of the same thing. The
 * names travel to clients and never change meaning.
 */
#ifndef XPT_MODEL_REASON_H
#define XPT_MODEL_REASON_H

#include <stdbool.h>

enum xpt_reason {
	/* What dom0 itself lives on: overridden only per device. */
	XPT_REASON_BOOT_DISK,
	XPT_REASON_DOM0_FILESYSTEM,
	XPT_REASON_SWAP,
	XPT_REASON_STORAGE_REPOSITORY,
	XPT_REASON_STORAGE_UNKNOWN,
	XPT_REASON_MANAGEMENT_NIC,
	XPT_REASON_STORAGE_NIC,
	XPT_REASON_NETWORK_UNKNOWN,
	XPT_REASON_CONSOLE_GPU,
	/* What others hold or need. */
	XPT_REASON_HELD_BY_VM,
	XPT_REASON_CLAIMED_BY_VM,
	XPT_REASON_HOLDERS_UNKNOWN,
	XPT_REASON_PARENT_OF_USED_VF,
	XPT_REASON_GROUP_LEFT_BEHIND,
	/* What cannot work. */
	XPT_REASON_BRIDGE,
	XPT_REASON_ABSENT,
	XPT_REASON_NOT_HIDDEN,
	XPT_REASON_NO_IOMMU,
	XPT_REASON_TOO_MANY_DEVICES,
	XPT_REASON_LINE_TOO_LONG,
	XPT_REASON_DOMAIN_TOO_LONG,
	/* Warnings only. */
	XPT_REASON_GUEST_NETWORK,
	XPT_REASON_SLOT_LEFT_BEHIND,
	XPT_REASON_OTHER_HOST,
	XPT_REASON_DYNAMIC_MEMORY,
	XPT_REASON_HA_RESTART,
	XPT_REASON_NO_SNAPSHOT,
	XPT_REASON_NO_RESET,
	XPT_REASON_OTHER_ENTRY,
	XPT_REASON_RESERVED_MEMORY,
	XPT_REASONS
};

struct xpt_reason_info {
	const char *name; /* "boot-disk" */
	bool costs_host;  /* an override must name the device */
	bool can_override;
	const char *meaning; /* one clause for help and reference */
};

const struct xpt_reason_info *xpt_reason_info(enum xpt_reason reason);
const char *xpt_reason_name(enum xpt_reason reason);
/* XPT_REASONS when there is no such name. */
enum xpt_reason xpt_reason_of_name(const char *name);

#endif
