/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "xen_root.h"

static void a_store_without_a_file_is_empty(void **state)
{
	struct xpt_xen_root *r = *state;
	XPT_STRV names = {0};
	char *value = NULL;

	assert_int_equal(r->xen.ops->xs_list(r->xen.handle, "/local", &names, NULL), -ENOENT);
	assert_int_equal(r->xen.ops->xs_read(r->xen.handle, "/local", &value, NULL), -ENOENT);
	assert_null(value);
}

static void what_was_stored_is_listed_and_read(void **state)
{
	struct xpt_xen_root *r = *state;
	XPT_STRV names = {0};
	XPT_FREE char *list = NULL;
	XPT_FREE char *value = NULL;

	xpt_xen_root_put(r, "/a/10/dev-1", "0000:03:00.1 = odd");
	xpt_xen_root_put(r, "/a/10/dev-0", "0000:03:00.0");
	xpt_xen_root_put(r, "/a/2", "");
	xpt_xen_root_put(r, "/a/10/dev-0", "0000:03:00.7");
	assert_int_equal(r->xen.ops->xs_list(r->xen.handle, "/a", &names, NULL), 0);
	assert_int_equal(r->xen.ops->xs_list(r->xen.handle, "/a/10", &names, NULL), 0);
	list = xpt_strv_join(&names, " ");
	assert_string_equal(list, "10 2 dev-0 dev-1");
	assert_int_equal(r->xen.ops->xs_read(r->xen.handle, "/a/10/dev-1", &value, NULL), 0);
	assert_string_equal(value, "0000:03:00.1 = odd");
}

static void removing_takes_what_is_below_and_no_neighbour(void **state)
{
	struct xpt_xen_root *r = *state;
	XPT_STRV names = {0};

	xpt_xen_root_put(r, "/a/1/x", "1");
	xpt_xen_root_put(r, "/a/1", "1");
	xpt_xen_root_put(r, "/a/10", "1");
	xpt_xen_root_put(r, "/a/1", NULL);
	assert_int_equal(r->xen.ops->xs_list(r->xen.handle, "/a", &names, NULL), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], "10");
}

static void a_machine_without_topology_has_an_iommu_and_no_nodes(void **state)
{
	struct xpt_xen_root *r = *state;
	struct xpt_xen_pci device = {.bus = 0x3b, .node = 7};
	bool has_iommu = false;

	assert_int_equal(r->xen.ops->has_iommu(r->xen.handle, &has_iommu, NULL), 0);
	assert_true(has_iommu);
	assert_int_equal(r->xen.ops->pci_nodes(r->xen.handle, &device, 1, NULL), 0);
	assert_int_equal(device.node, XPT_XEN_NO_NODE);
}

static void topology_tells_iommu_and_nodes(void **state)
{
	static const char TOPOLOGY[] = "{\"iommu\": false, \"pci_nodes\": {\"0000:3b:01.2\": 1}}";
	struct xpt_xen_root *r = *state;
	struct xpt_xen_pci devices[] = {{.bus = 0x3b, .devfn = 0x0a}, {.bus = 0x3b}};
	bool has_iommu = true;

	xpt_scratch_put(&r->host, "/var/lib/xen-double/topology.json", TOPOLOGY, 0644);
	assert_int_equal(r->xen.ops->has_iommu(r->xen.handle, &has_iommu, NULL), 0);
	assert_false(has_iommu);
	assert_int_equal(r->xen.ops->pci_nodes(r->xen.handle, devices, 2, NULL), 0);
	assert_int_equal(devices[0].node, 1);
	assert_int_equal(devices[1].node, XPT_XEN_NO_NODE);
}

static void a_broken_topology_is_an_error(void **state)
{
	struct xpt_xen_root *r = *state;
	XPT_ERR err = XPT_ERR_INIT;
	bool has_iommu = true;

	xpt_scratch_put(&r->host, "/var/lib/xen-double/topology.json", "{", 0644);
	assert_true(r->xen.ops->has_iommu(r->xen.handle, &has_iommu, &err) < 0);
	assert_non_null(err.sentence);
}

int main(void)
{
#define IN_A_WORLD(test) \
	cmocka_unit_test_setup_teardown(test, xpt_xen_root_setup, xpt_xen_root_teardown)
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
