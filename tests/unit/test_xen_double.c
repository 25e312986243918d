/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "host/xen.h"
#include "program.h"
#include "scratch.h"
#include "tree.h"
#include "xen_double_store.h"

struct world {
	struct xpt_host host;
	struct xpt_xen xen;
};

/* A root with the double where a host has the module of its Xen. */
static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));
	XPT_FREE char *module = xpt_program_path("xen-4.17.so");
	XPT_ERR err = XPT_ERR_INIT;

	*state = w;
	xpt_scratch_open(&w->host);
	xpt_scratch_put(&w->host, "/sys/hypervisor/version/major", "4\n", 0644);
	xpt_scratch_put(&w->host, "/sys/hypervisor/version/minor", "17\n", 0644);
	assert_int_equal(
		xpt_tree_symlink(w->host.root_fd, module, "usr/lib64/xe-passthrough/xen-4.17.so"),
		0);
	if (xpt_xen_open(&w->host, &w->xen, &err))
		fail_msg("%s", err.sentence);
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_xen_close(&w->xen);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

static void put(struct world *w, const char *path, const char *value)
{
	XPT_CLOSE int lock = xen_double_store_lock(w->host.root, NULL);
	XEN_DOUBLE_STORE store = {{0}};

	assert_true(lock >= 0);
	assert_int_equal(xen_double_store_load(w->host.root, &store, NULL), 0);
	if (value)
		xen_double_store_set(&store, path, value);
	else
		xen_double_store_remove(&store, path);
	assert_int_equal(xen_double_store_save(w->host.root, &store, NULL), 0);
}

static void a_store_without_a_file_is_empty(void **state)
{
	struct world *w = *state;
	XPT_STRV names = {0};
	char *value = NULL;

	assert_int_equal(w->xen.ops->xs_list(w->xen.handle, "/local", &names, NULL), -ENOENT);
	assert_int_equal(w->xen.ops->xs_read(w->xen.handle, "/local", &value, NULL), -ENOENT);
	assert_null(value);
}

static void what_was_stored_is_listed_and_read(void **state)
{
	struct world *w = *state;
	XPT_STRV names = {0};
	XPT_FREE char *list = NULL;
	XPT_FREE char *value = NULL;

	put(w, "/a/10/dev-1", "0000:03:00.1 = odd");
	put(w, "/a/10/dev-0", "0000:03:00.0");
	put(w, "/a/2", "");
	put(w, "/a/10/dev-0", "0000:03:00.7");
	assert_int_equal(w->xen.ops->xs_list(w->xen.handle, "/a", &names, NULL), 0);
	assert_int_equal(w->xen.ops->xs_list(w->xen.handle, "/a/10", &names, NULL), 0);
	list = xpt_strv_join(&names, " ");
	assert_string_equal(list, "10 2 dev-0 dev-1");
	assert_int_equal(w->xen.ops->xs_read(w->xen.handle, "/a/10/dev-1", &value, NULL), 0);
	assert_string_equal(value, "0000:03:00.1 = odd");
}

static void removing_takes_what_is_below_and_no_neighbour(void **state)
{
	struct world *w = *state;
	XPT_STRV names = {0};

	put(w, "/a/1/x", "1");
	put(w, "/a/1", "1");
	put(w, "/a/10", "1");
	put(w, "/a/1", NULL);
	assert_int_equal(w->xen.ops->xs_list(w->xen.handle, "/a", &names, NULL), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], "10");
}

static void a_machine_without_topology_has_an_iommu_and_no_nodes(void **state)
{
	struct world *w = *state;
	struct xpt_xen_pci device = {.bus = 0x3b, .node = 7};
	bool has_iommu = false;

	assert_int_equal(w->xen.ops->has_iommu(w->xen.handle, &has_iommu, NULL), 0);
	assert_true(has_iommu);
	assert_int_equal(w->xen.ops->pci_nodes(w->xen.handle, &device, 1, NULL), 0);
	assert_int_equal(device.node, XPT_XEN_NO_NODE);
}

static void topology_tells_iommu_and_nodes(void **state)
{
	static const char TOPOLOGY[] = "{\"iommu\": false, \"pci_nodes\": {\"0000:3b:01.2\": 1}}";
	struct world *w = *state;
	struct xpt_xen_pci devices[] = {{.bus = 0x3b, .devfn = 0x0a}, {.bus = 0x3b}};
	bool has_iommu = true;

	xpt_scratch_put(&w->host, "/var/lib/xen-double/topology.json", TOPOLOGY, 0644);
	assert_int_equal(w->xen.ops->has_iommu(w->xen.handle, &has_iommu, NULL), 0);
	assert_false(has_iommu);
	assert_int_equal(w->xen.ops->pci_nodes(w->xen.handle, devices, 2, NULL), 0);
	assert_int_equal(devices[0].node, 1);
	assert_int_equal(devices[1].node, XPT_XEN_NO_NODE);
}

static void a_broken_topology_is_an_error(void **state)
{
	struct world *w = *state;
	XPT_ERR err = XPT_ERR_INIT;
	bool has_iommu = true;

	xpt_scratch_put(&w->host, "/var/lib/xen-double/topology.json", "{", 0644);
	assert_true(w->xen.ops->has_iommu(w->xen.handle, &has_iommu, &err) < 0);
	assert_non_null(err.sentence);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(a_store_without_a_file_is_empty),
		IN_A_WORLD(what_was_stored_is_listed_and_read),
		IN_A_WORLD(removing_takes_what_is_below_and_no_neighbour),
		IN_A_WORLD(a_machine_without_topology_has_an_iommu_and_no_nodes),
		IN_A_WORLD(topology_tells_iommu_and_nodes),
		IN_A_WORLD(a_broken_topology_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
