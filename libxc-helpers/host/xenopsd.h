/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of xenopsd: /etc/xenopsd.conf and the files of /etc/xenopsd.conf.d, the later word counts.
 *
 * Source: xen-api ocaml/xapi-idl/lib/xcp_service.ml ("key = value" a line, # begins a comment).
 */
#ifndef XPT_HOST_XENOPSD_H
#define XPT_HOST_XENOPSD_H

#include "host/host.h"

/*
 * pci-quarantine: whether xenopsd assigns devices that VMs get to Xen's quarantine. True where nothing
 * says otherwise; absent files say nothing. XPT_SYSTEM when a file cannot be read.
 */
int xpt_xenopsd_quarantines(const struct xpt_host *host, bool *ret, struct xpt_err *err);

#endif
