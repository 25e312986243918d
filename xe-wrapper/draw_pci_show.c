/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drawing.h"

#include <string.h>

#define TRUNK "\xe2\x94\x82  " /* U+2502 */

static const char *get(const struct xpt_json *device, const char *key)
{
	return xpt_json_get_str(device, key);
}

static void draw_identity(struct xpt_draw *d, const struct xpt_json *device)
{
	const char *subsystem = get(device, "subsystem_name");
	const char *class_name = get(device, "class_name");
	const char *vendor = get(device, "vendor_name"), *model = get(device, "device_name");

	xpt_draw_fact(d, "class", XPT_PLAIN, "%s%s%s", xpt_draw_or(get(device, "class_id"), "????"),
		      class_name ? " " : "", xpt_draw_or(class_name, ""));
	xpt_draw_fact(d, "vendor:device", XPT_PLAIN, "%s:%s%s%s%s%s, revision %s",
		      xpt_draw_or(get(device, "vendor_id"), "????"),
		      xpt_draw_or(get(device, "device_id"), "????"), vendor ? " " : "",
		      xpt_draw_or(vendor, ""), model ? " " : "", xpt_draw_or(model, ""),
		      xpt_draw_or(get(device, "revision"), "unknown"));
	xpt_draw_fact(d, "subsystem", XPT_PLAIN, "%s:%s%s%s",
		      xpt_draw_or(get(device, "subsystem_vendor_id"), "????"),
		      xpt_draw_or(get(device, "subsystem_device_id"), "????"), subsystem ? " " : "",
		      xpt_draw_or(subsystem, ""));
	if (get(device, "serial"))
		xpt_draw_fact(d, "serial", XPT_PLAIN, "%s", get(device, "serial"));
}

/* ---- the place: bridges from the root port down, then the functions of the slot ---- */

/* ", VM router claims it" for each VM that has or is to have a virtual function. */
static char *name_vms(const struct xpt_json *vms)
{
	struct xpt_str s = {0};

	for (size_t i = 0; i < xpt_json_len(vms); i++) {
		const struct xpt_json *vm = xpt_json_at(vms, i);

		xpt_str_addf(&s, ", VM %s %s it", xpt_draw_or(get(vm, "name"), "?"),
			     xpt_json_get_bool(vm, "holds") ? "holds" : "claims");
	}
	return xpt_str_take(&s);
}

static void draw_vfs(struct xpt_draw *d, size_t indent, const char *trunk,
		     const struct xpt_json *device)
{
	const struct xpt_json *list = xpt_json_get(device, "virtual_function_list");
	size_t n = xpt_json_len(list);

	for (size_t i = 0; i < n; i++) {
		const struct xpt_json *vf = xpt_json_at(list, i);
		XPT_FREE char *vms = name_vms(xpt_json_get(vf, "vms"));

		xpt_draw_line(d, indent, XPT_PLAIN, "%s%s%s  virtual function%s", trunk,
			      i + 1 == n ? XPT_DRAW_LAST_BRANCH : XPT_DRAW_BRANCH,
			      xpt_draw_or(get(vf, "address"), "?"), xpt_draw_or(vms, ""));
	}
}

/* A line of the slot; below the device itself its virtual functions. */
static void draw_function(struct xpt_draw *d, size_t indent, bool is_last, const char *address,
			  const struct xpt_json *device)
{
	bool has_bridge = xpt_json_len(xpt_json_get(device, "bridges")) > 0;
	const char *branch = !has_bridge ? "" : is_last ? XPT_DRAW_LAST_BRANCH : XPT_DRAW_BRANCH;
	const char *trunk = !has_bridge ? "" : is_last ? "   " : TRUNK;
	bool is_self = xpt_streq(address, get(device, "address"));

	xpt_draw_line(d, indent, is_self ? XPT_BOLD : XPT_PLAIN, "%s%s%s", branch, address,
		      is_self ? "  this one" : "  same slot");
	if (is_self)
		draw_vfs(d, indent, trunk, device);
}

static void draw_place(struct xpt_draw *d, const struct xpt_json *device)
{
	const struct xpt_json *bridges = xpt_json_get(device, "bridges");
	const struct xpt_json *siblings = xpt_json_get(device, "siblings");
	size_t n = xpt_json_len(bridges), indent = 4;
	XPT_STRV slot = {0};

	xpt_draw_line(d, 2, XPT_PLAIN, "place");
	for (size_t i = n; i; i--) {
		const char *bridge = xpt_json_str(xpt_json_at(bridges, i - 1));

		xpt_draw_line(d, indent, XPT_PLAIN, "%s%s  bridge",
			      i == n ? "" : XPT_DRAW_LAST_BRANCH, xpt_draw_or(bridge, "?"));
		indent += i == n ? 0 : 3;
	}
	xpt_strv_add(&slot, xpt_draw_or(get(device, "address"), "?"));
	for (size_t i = 0; i < xpt_json_len(siblings); i++)
		xpt_strv_add(&slot, xpt_draw_or(xpt_json_str(xpt_json_at(siblings, i)), "?"));
	xpt_strv_sort(&slot);
	for (size_t i = 0; i < slot.n; i++)
		draw_function(d, indent, i == slot.n - 1, slot.v[i], device);
}

/* ---- who has it ---- */

static void draw_vm(struct xpt_draw *d, const struct xpt_json *vm)
{
	const struct xpt_json *holds = xpt_json_get(vm, "holds");
	const char *now = xpt_json_is_null(holds) ? "unknown whether it holds it now"
			  : xpt_json_bool(holds)  ? "holds it now"
						  : "does not hold it now";

	xpt_draw_line(d, 4, XPT_PLAIN, "VM %s (%s): %s, %s", xpt_draw_or(get(vm, "name"), "?"),
		      xpt_draw_or(get(vm, "uuid"), "no uuid"),
		      xpt_json_get_bool(vm, "claims") ? "claims it" : "does not claim it", now);
}

static void draw_users(struct xpt_draw *d, const struct xpt_json *device)
{
	const struct xpt_json *uses = xpt_json_get(device, "uses");
	const struct xpt_json *vms = xpt_json_get(device, "vms");

	if (!xpt_json_len(uses) && !xpt_json_len(vms)) {
		xpt_draw_fact(d, "used by", XPT_PLAIN, "nobody");
		return;
	}
	xpt_draw_line(d, 2, XPT_PLAIN, "used by");
	for (size_t i = 0; i < xpt_json_len(vms); i++)
		draw_vm(d, xpt_json_at(vms, i));
	for (size_t i = 0; i < xpt_json_len(uses); i++) {
		const struct xpt_json *use = xpt_json_at(uses, i);

		xpt_draw_line(d, 4, XPT_WARN, "dom0, %s: %s", xpt_draw_or(get(use, "reason"), "?"),
			      xpt_draw_or(get(use, "chain"), "?"));
	}
}

/* ---- what it can do ---- */

static void draw_interrupts(struct xpt_draw *d, const struct xpt_json *device)
{
	long long msi = xpt_json_get_int(device, "msi_vectors");
	long long msix = xpt_json_get_int(device, "msix_vectors");

	if (msi && msix)
		xpt_draw_fact(d, "interrupts", XPT_PLAIN, "%lld MSI, %lld MSI-X", msi, msix);
	else if (msi || msix)
		xpt_draw_fact(d, "interrupts", XPT_PLAIN, "%lld %s", msi ? msi : msix,
			      msi ? "MSI" : "MSI-X");
	else
		xpt_draw_fact(d, "interrupts", XPT_PLAIN, "no MSI");
}

static void draw_reset(struct xpt_draw *d, const struct xpt_json *device)
{
	const struct xpt_json *methods = xpt_json_get(device, "reset_methods");
	XPT_FREE char *list = xpt_draw_join(methods, ", ");
	bool has = xpt_json_get_bool(device, "reset");

	xpt_draw_fact(d, "reset", has ? XPT_PLAIN : XPT_WARN, "%s%s%s%s",
		      has ? "the kernel can" : "the kernel cannot",
		      *list ? " (the device offers " : "", list, *list ? ")" : "");
}

static void draw_virtual(struct xpt_draw *d, const struct xpt_json *device)
{
	long long most = xpt_json_get_int(device, "virtual_functions_max");

	if (get(device, "physical_function"))
		xpt_draw_fact(d, "SR-IOV", XPT_PLAIN, "virtual function of %s",
			      get(device, "physical_function"));
	if (most)
		xpt_draw_fact(d, "SR-IOV", XPT_PLAIN, "%lld of at most %lld virtual functions",
			      xpt_json_get_int(device, "virtual_functions"), most);
}

static void draw_node(struct xpt_draw *d, const struct xpt_json *device)
{
	const struct xpt_json *node = xpt_json_get(device, "numa_node");

	if (xpt_json_is_int(node))
		xpt_draw_fact(d, "NUMA node", XPT_PLAIN, "%lld", xpt_json_int(node));
	else
		xpt_draw_fact(d, "NUMA node", XPT_PLAIN, "unknown");
}

/* ---- what the firmware reserves for it ---- */

/* ", shared with 0000:00:14.0"; "" for memory of its own. Caller frees. */
static char *name_sharers(const struct xpt_json *region)
{
	XPT_FREE char *with = xpt_draw_join(xpt_json_get(region, "with"), ", ");

	if (!xpt_json_get_bool(region, "shared"))
		return xpt_strdup("");
	return xpt_fmt(", shared with %s", *with ? with : "others");
}

static void draw_reserved(struct xpt_draw *d, const struct xpt_json *device)
{
	const struct xpt_json *regions = xpt_json_get(device, "reserved_memory");
	const char *means = get(device, "reserved_memory_means");

	for (size_t i = 0; i < xpt_json_len(regions); i++) {
		const struct xpt_json *region = xpt_json_at(regions, i);
		XPT_FREE char *sharers = name_sharers(region);

		xpt_draw_fact(d, i ? "" : "reserved memory", XPT_PLAIN, "%s to %s (%s)%s",
			      xpt_draw_or(get(region, "base"), "?"),
			      xpt_draw_or(get(region, "limit"), "?"),
			      xpt_draw_or(get(region, "kind"), "?"), sharers);
	}
	if (means)
		xpt_draw_fact(d, "", XPT_PLAIN, "%s", means);
}

static void draw_device(struct xpt_draw *d, const struct xpt_json *device)
{
	bool is_bridge = xpt_json_get_bool(device, "is_bridge");

	xpt_draw_line(d, 0, XPT_BOLD, "%s  %s", xpt_draw_or(get(device, "address"), "?"),
		      xpt_draw_or(get(device, "name"), ""));
	draw_identity(d, device);
	xpt_draw_fact(d, "driver", XPT_PLAIN, "%s", xpt_draw_or(get(device, "driver"), "none"));
	xpt_draw_fact(d, "dom0", XPT_PLAIN, "%s%s", xpt_draw_dom0_access(device),
		      xpt_json_get_bool(device, "bound_to_pciback") ? ", held by pciback now" : "");
	if (is_bridge)
		xpt_draw_fact(d, "a bridge", XPT_PLAIN, "never given to a VM");
	draw_interrupts(d, device);
	draw_reset(d, device);
	draw_virtual(d, device);
	draw_node(d, device);
	draw_reserved(d, device);
	if (get(device, "group"))
		xpt_draw_fact(d, "isolation group", XPT_PLAIN, "%s", get(device, "group"));
	draw_users(d, device);
	draw_place(d, device);
}

void xpt_draw_pci_show(struct xpt_draw *d, const struct xpt_json *answer)
{
	const struct xpt_json *devices = xpt_json_get(answer, "devices");

	for (size_t i = 0; i < xpt_json_len(devices); i++) {
		xpt_draw_gap(d);
		draw_device(d, xpt_json_at(devices, i));
	}
}
