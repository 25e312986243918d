/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loadable module for one version of Xen (host/xen.h): the only file that includes Xen's headers.
 *
 * Xen's own logger would write to our stderr; ours drops everything, and errors come back as sentences.
 * Source: xen tools/include/xenctrl.h, xenstore.h (4.17).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <xenctrl.h>
#include <xenstore.h>

#include "host/xen.h"

struct handle {
	xc_interface *xc;
	struct xs_handle *xs;
};

static void log_nothing(struct xentoollog_logger *logger, xentoollog_level level, int errnoval,
			const char *context, const char *format, va_list al)
{
	(void)logger, (void)level, (void)errnoval, (void)context, (void)format, (void)al;
}

static void progress_nothing(struct xentoollog_logger *logger, const char *context,
			     const char *doing, int percent, unsigned long done,
			     unsigned long total)
{
	(void)logger, (void)context, (void)doing, (void)percent, (void)done, (void)total;
}

static void destroy_nothing(struct xentoollog_logger *logger)
{
	(void)logger;
}

static xentoollog_logger silent = {log_nothing, progress_nothing, destroy_nothing};

static void module_close(void *handle)
{
	struct handle *h = handle;

	if (h->xs)
		xs_close(h->xs);
	if (h->xc)
		xc_interface_close(h->xc);
	free(h);
}

static int module_open(const char *root, void **ret_handle, struct xpt_err *err)
{
	struct handle *h = xpt_alloc(sizeof(*h));
	int failed = 0;

	(void)root;
	h->xc = xc_interface_open(&silent, &silent, 0);
	if (!h->xc)
		failed = xpt_err_sys(err, errno, "/dev/xen/privcmd",
				     "the hypervisor does not answer");
	if (!failed) {
		h->xs = xs_open(0);
		if (!h->xs)
			failed = xpt_err_sys(err, errno, "xenstore", "xenstore does not answer");
	}
	if (failed) {
		module_close(h);
		return failed;
	}
	*ret_handle = h;
	return 0;
}

static int module_xs_list(void *handle, const char *path, struct xpt_strv *ret, struct xpt_err *err)
{
	struct handle *h = handle;
	unsigned n = 0;
	char **names = xs_directory(h->xs, XBT_NULL, path, &n);

	if (!names)
		return xpt_err_sys(err, errno, path, "cannot list %s in xenstore", path);
	for (unsigned i = 0; i < n; i++)
		xpt_strv_add(ret, names[i]);
	free(names);
	return 0;
}

static int module_xs_read(void *handle, const char *path, char **ret, struct xpt_err *err)
{
	struct handle *h = handle;
	unsigned len = 0;
	char *value = xs_read(h->xs, XBT_NULL, path, &len);

	if (!value)
		return xpt_err_sys(err, errno, path, "cannot read %s in xenstore", path);
	*ret = xpt_strndup(value, len);
	free(value);
	return 0;
}

static int module_has_iommu(void *handle, bool *ret, struct xpt_err *err)
{
	struct handle *h = handle;
	xc_physinfo_t info = {0};

	if (xc_physinfo(h->xc, &info) < 0)
		return xpt_err_sys(err, errno, "physinfo",
				   "the hypervisor does not tell of itself");
	*ret = info.capabilities & XEN_SYSCTL_PHYSCAP_directio;
	return 0;
}

static int module_pci_nodes(void *handle, struct xpt_xen_pci *devices, size_t n,
			    struct xpt_err *err)
{
	struct handle *h = handle;
	physdev_pci_device_t *asked = xpt_grow(NULL, n, sizeof(*asked));
	uint32_t *nodes = xpt_grow(NULL, n, sizeof(*nodes));
	int failed = 0;

	for (size_t i = 0; i < n; i++)
		asked[i] = (physdev_pci_device_t){(uint16_t)devices[i].domain, devices[i].bus,
						  devices[i].devfn};
	if (n && xc_pcitopoinfo(h->xc, (unsigned)n, asked, nodes) < 0)
		failed = xpt_err_sys(err, errno, "pcitopoinfo",
				     "the hypervisor does not tell the nodes of PCI devices");
	for (size_t i = 0; i < n && !failed; i++)
		/* Xen numbers domains with 16 bits: those of VMD past that it does not know. */
		devices[i].node = devices[i].domain > UINT16_MAX ||
						  nodes[i] == XEN_INVALID_NODE_ID ||
						  nodes[i] == XEN_INVALID_DEV
					  ? XPT_XEN_NO_NODE
					  : (int)nodes[i];
	free(asked);
	free(nodes);
	return failed;
}

/* The one symbol that the loader looks for. */
extern const struct xpt_xen_ops xpt_xen_ops;
__attribute__((visibility("default"))) const struct xpt_xen_ops xpt_xen_ops = {
	.version = XPT_XEN_OPS_VERSION,
	.open = module_open,
	.close = module_close,
	.xs_list = module_xs_list,
	.xs_read = module_xs_read,
	.has_iommu = module_has_iommu,
	.pci_nodes = module_pci_nodes,
};
