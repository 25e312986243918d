/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XAPID_HOST_H
#define XAPID_HOST_H

#include "xapid.h"

/* Made by host.reboot below the host's root. */
#define XD_HOST_REBOOT_FILE "/var/lib/xcp/reboot-requested"

/* The host of a reference if it is up; NULL after HANDLE_INVALID or HOST_OFFLINE was set. */
const struct xd_host *xd_host_reach(struct xd_call *c, const char *ref);

#endif
