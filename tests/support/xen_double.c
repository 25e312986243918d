/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Xen double: the module that a test root has in place of libxenctrl's. It answers from files
 * below the root: the xenstore of support/xen_double_store.h, and
 * var/lib/xen-double/topology.json, {"iommu": true, "pci_nodes": {"0000:3b:00.0": 0}}. Without
 * that file there is an IOMMU and no node is known.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/bdf.h"
#include "codec/json.h"
#include "host/xen.h"
#include "xen_double_store.h"

#define TOPOLOGY_FILE XEN_DOUBLE_DIR "/topology.json"
#define MAX_TOPOLOGY (1u << 20)

struct handle {
	char *root;
};

static int double_open(const char *root, void **ret_handle, struct xpt_err *err XPT_UNUSED)
{
	struct handle *h = xpt_alloc(sizeof(*h));

	h->root = xpt_strdup(root);
	*ret_handle = h;
	return 0;
}

static void double_close(void *handle)
{
	struct handle *h = handle;

	free(h->root);
	free(h);
}

static int no_such_node(const char *path, struct xpt_err *err)
{
	return xpt_err_set(err, XPT_NOT_FOUND, ENOENT, path, NULL, "xenstore has no %s", path);
}

static int double_xs_list(void *handle, const char *path, struct xpt_strv *ret, struct xpt_err *err)
{
	const struct handle *h = handle;
	XEN_DOUBLE_STORE store = {{0}};
	int rc = xen_double_store_load(h->root, &store, err);

	if (rc)
		return rc;
	return xen_double_store_list(&store, path, ret) ? 0 : no_such_node(path, err);
}

static int double_xs_read(void *handle, const char *path, char **ret, struct xpt_err *err)
{
	const struct handle *h = handle;
	XEN_DOUBLE_STORE store = {{0}};
	int rc = xen_double_store_load(h->root, &store, err);
	const char *value = rc ? NULL : xen_double_store_get(&store, path);

	if (rc)
		return rc;
	if (!value)
		return no_such_node(path, err);
	*ret = xpt_strdup(value);
	return 0;
}

/* *ret stays NULL when there is no such file. */
static int read_topology(const struct handle *h, struct xpt_json **ret, struct xpt_err *err)
{
	XPT_FREE char *path = xpt_fmt("%s%s", h->root, TOPOLOGY_FILE);
	XPT_FREE char *text = xpt_alloc(MAX_TOPOLOGY);
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return errno == ENOENT ? 0
				       : xpt_err_sys(err, errno, path, "%s cannot be read", path);
	n = fread(text, 1, MAX_TOPOLOGY, f);
	fclose(f);
	return xpt_json_parse(text, n, ret, err);
}

static int double_has_iommu(void *handle, bool *ret, struct xpt_err *err)
{
	XPT_JSON *topology = NULL;
	int rc = read_topology(handle, &topology, err);

	if (!rc)
		*ret = !topology || xpt_json_get_bool(topology, "iommu");
	return rc;
}

static int double_pci_nodes(void *handle, struct xpt_xen_pci *devices, size_t n,
			    struct xpt_err *err)
{
	XPT_JSON *topology = NULL;
	int rc = read_topology(handle, &topology, err);
	const struct xpt_json *nodes = topology ? xpt_json_get(topology, "pci_nodes") : NULL;

	for (size_t i = 0; !rc && i < n; i++) {
		struct xpt_bdf address = {devices[i].domain, devices[i].bus, devices[i].devfn >> 3,
					  devices[i].devfn & 7};
		char name[XPT_BDF_SIZE];
		const struct xpt_json *node =
			nodes ? xpt_json_get(nodes, xpt_bdf_format(&address, name)) : NULL;

		devices[i].node = node ? (int)xpt_json_int(node) : XPT_XEN_NO_NODE;
	}
	return rc;
}

extern const struct xpt_xen_ops xpt_xen_ops;

__attribute__((visibility("default"))) const struct xpt_xen_ops xpt_xen_ops = {
	.version = XPT_XEN_OPS_VERSION,
	.open = double_open,
	.close = double_close,
	.xs_list = double_xs_list,
	.xs_read = double_xs_read,
	.has_iommu = double_has_iommu,
	.pci_nodes = double_pci_nodes,
};
