/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xen, by way of a module that is loaded when it is needed.
 *
 * Xen's libraries change their interface with every version, so what links them is one shared object per
 * version, <root>/usr/lib64/xe-passthrough/xen-MAJOR.MINOR.so, chosen by
 * <root>/sys/hypervisor/version/{major,minor}. It exports one symbol, XPT_XEN_OPS_SYMBOL, a struct
 * xpt_xen_ops. Without it, facts that only Xen has are unknown, which is never a permission.
 */
#ifndef XPT_HOST_XEN_H
#define XPT_HOST_XEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "host/host.h"

#define XPT_XEN_OPS_VERSION 1
#define XPT_XEN_OPS_SYMBOL "xpt_xen_ops"

/* No NUMA node known for a PCI device. */
#define XPT_XEN_NO_NODE (-1)

struct xpt_xen_pci {
	uint32_t domain;
	uint8_t bus;
	uint8_t devfn;
	int node; /* out: node, or XPT_XEN_NO_NODE */
};

/*
 * What a module offers. Functions return 0 or a negative errno and fill err; none prints. handle is
 * what open gave; root is host->root ("" on a dom0), which only a test double looks at.
 */
struct xpt_xen_ops {
	unsigned version; /* XPT_XEN_OPS_VERSION */
	int (*open)(const char *root, void **ret_handle, struct xpt_err *err);
	void (*close)(void *handle);
	/* Names below a xenstore path (appended); -ENOENT when the path is absent. */
	int (*xs_list)(void *handle, const char *path, struct xpt_strv *ret, struct xpt_err *err);
	/* A xenstore value, malloc'ed, NUL-terminated; -ENOENT when absent. */
	int (*xs_read)(void *handle, const char *path, char **ret, struct xpt_err *err);
	/* Is an IOMMU in use (XEN_SYSCTL_PHYSCAP_directio)? */
	int (*has_iommu)(void *handle, bool *ret, struct xpt_err *err);
	/* Fill in the node of each of n devices (XEN_SYSCTL_pcitopoinfo). */
	int (*pci_nodes)(void *handle, struct xpt_xen_pci *devices, size_t n, struct xpt_err *err);
};

struct xpt_xen {
	const struct xpt_xen_ops *ops;
	void *handle;
	void *module;
};

/* Load and open. XPT_UNSUPPORTED: not under Xen, or no module for this version; XPT_SYSTEM: the
 * module or the hypervisor refused. Release with xpt_xen_close, which accepts an empty struct. */
int xpt_xen_open(const struct xpt_host *host, struct xpt_xen *ret, struct xpt_err *err);
void xpt_xen_close(struct xpt_xen *xen);

#endif
