/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that hiding, unhiding and attaching share. Private to model/safety*.c. */
#ifndef XPT_MODEL_SAFETY_RULES_H
#define XPT_MODEL_SAFETY_RULES_H

#include "model/safety.h"

/* ---- safety_rules.c: the device, dom0 ---- */

/* A verdict about a device. hint may be NULL. */
void xpt_rules_add(struct xpt_verdicts *ret, enum xpt_reason reason, bool refuses,
		   const struct xpt_bdf *addr, const char *hint, const char *fmt, ...)
	XPT_PRINTF(6, 7);
/*
 * What speaks against any change to a device: absent, a bridge, a domain of more than four digits. The
 * function when there is nothing, else NULL.
 */
const struct xpt_pci_device *xpt_rules_check_device(const struct xpt_world *w,
						    const struct xpt_bdf *addr,
						    struct xpt_verdicts *ret);
/* dom0's uses of a device: one verdict a reason, with the first chain. */
void xpt_rules_check_uses(const struct xpt_world *w, const struct xpt_bdf *addr,
			  struct xpt_verdicts *ret);
/*
 * A use of addr: "/ <- sda1 <- ata1 <- 0000:00:1f.2 and 2 more"; a bridge or PF is named behind the end. The
 * more are uses of the same reason. Caller frees.
 */
char *xpt_rules_describe_chain(const struct xpt_uses *uses, const struct xpt_use *use,
			       const struct xpt_bdf *addr);
/* Memory that the firmware reserves for it and others, in the way of giving it to any VM. */
void xpt_rules_check_reserved(const struct xpt_world *w, const struct xpt_pci_device *d,
			      struct xpt_verdicts *ret);
/* Does the request leave the console without any display? */
void xpt_rules_check_displays(const struct xpt_world *w, const struct xpt_bdfs *devices,
			      struct xpt_verdicts *ret);

/* ---- safety_slot.c ---- */

/* Functions beside those of devices that dom0 keeps, neither hidden nor in the list: one warning a slot. */
void xpt_rules_check_slots(const struct xpt_world *w, const struct xpt_bdfs *devices,
			   struct xpt_verdicts *ret);
/* "0000:3b:00.1, 0000:3b:00.2 and 0000:3b:00.3" */
void xpt_rules_add_addresses(struct xpt_str *text, const struct xpt_bdfs *addrs);
/* An endpoint that dom0 has now and will have after the next boot. */
bool xpt_rules_stays_with_dom0(const struct xpt_world *w, const struct xpt_pci_device *d);
/* Does the next boot hide it? */
bool xpt_rules_is_hidden_next(const struct xpt_world *w, const struct xpt_bdf *addr);

/* ---- safety_group.c ---- */

/*
 * Endpoints outside the slots of devices that dom0 keeps and the fabric cannot keep apart from devices: one
 * verdict a group, which refuses when the pool says so.
 */
void xpt_rules_check_groups(const struct xpt_world *w, const struct xpt_bdfs *devices,
			    struct xpt_verdicts *ret);

/* ---- safety_vms.c: who has it, and who is to have it ---- */

/* "VM web (running)" for sentences; the name is cleaned. Caller frees. */
char *xpt_vms_describe(const struct xpt_vm *vm);
/* Will its devices be this host's? It runs here, or it is down and not bound elsewhere. */
bool xpt_vms_is_claim_here(const struct xpt_world *w, const struct xpt_vm *vm);
/* A running VM other than but (NULL: any) holds it, or may. */
void xpt_vms_check_holders(const struct xpt_world *w, const struct xpt_pci_device *d,
			   const struct xpt_vm *but, struct xpt_verdicts *ret);
/*
 * VMs other than but hold or claim VFs of a PF. VFs that nobody has go with their PF without a word: they
 * cost no one anything, and an SR-IOV network with VMs on it is a use of the PF.
 */
void xpt_vms_check_vfs(const struct xpt_world *w, const struct xpt_pci_device *d,
		       const struct xpt_vm *but, struct xpt_verdicts *ret);

#endif
