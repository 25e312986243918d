/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of a domain: what xapi makes of VM.other_config:pci and what xenopsd then does to the
 * machine.
 *
 * The work is done in a child (job.h), with real files below the host's root: pciback's in sysfs,
 * and the Xen double's xenstore for what only a hypervisor would know. Source: xen-api
 * ocaml/xapi/pciops.ml, ocaml/xenopsd/xc/device.ml, ocaml/xenopsd/xc/xenops_server_xen.ml.
 */
#ifndef XAPID_DEVICE_H
#define XAPID_DEVICE_H

#include <stdbool.h>

#include "base/str.h"

struct xd_devices {
	char *root;
	char *uuid;                   /* of the VM */
	unsigned long long old_domid; /* to be taken down first, 0 for none */
	unsigned long long domid;     /* to be set up, 0 for none */
	struct xpt_strv address;      /* in plug order */
	bool msitranslate;
};

void xd_devices_free(struct xd_devices *d);

/* The addresses that xapi takes from the key's value (NULL: no key), in plug order, appended. */
void xd_device_order(const char *value, struct xpt_strv *ret);

/*
 * Take down and set up. Returns 0, or 1 after the failure was printed on stdout: its code and what
 * xenopsd says, a line each.
 */
int xd_device_work(const struct xd_devices *d);

#endif
