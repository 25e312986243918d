/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual machines: what may be done to them and when, and what a start or a shutdown changes.
 *
 * A guest has no tools unless VM.other_config:xapid-guest-tools is "true" when it starts: this key
 * is a test's, not xapi's. Source: xen-api ocaml/xapi/xapi_vm_lifecycle.ml,
 * ocaml/xapi/xapi_xenops.ml.
 */
#ifndef XAPID_VM_H
#define XAPID_VM_H

#include "xapid.h"

/* ---- vm_state.c ---- */

/*
 * May operation be done to the VM now? It must not be a template, blocked, busy, or in another
 * power state than one of states ("running" or "paused, suspended, running"). Sets the failure
 * otherwise.
 */
bool xd_vm_check(struct xd_call *c, const struct xd_row *vm, const char *operation,
		 const char *states);
/* Has its guest tools? Sets VM_LACKS_FEATURE otherwise. */
bool xd_vm_check_tools(struct xd_call *c, const struct xd_row *vm);
/* Does it hold no device that xapi knows? Sets VM_HAS_PCI_ATTACHED otherwise. */
bool xd_vm_check_no_pci(struct xd_call *c, const struct xd_row *vm);
/* Note that an operation runs, or with NULL that none does. */
void xd_vm_set_busy(struct xd *x, struct xd_row *vm, const char *operation);
void xd_vm_update_operations(struct xd *x, struct xd_row *vm);
/* It runs on host as domid and holds these devices (addresses). */
void xd_vm_started(struct xd *x, struct xd_row *vm, const struct xd_host *host,
		   unsigned long long domid, const struct xpt_strv *devices);
/* It runs no longer; power_state is Halted or Suspended. */
void xd_vm_stopped(struct xd *x, struct xd_row *vm, const char *power_state);

#endif
