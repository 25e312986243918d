/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Isolation groups of small invented machines, of the machines of tests/hosts (tests/golden/groups-MACHINE.txt,
 * "make golden" writes them anew), and, where a host's tree with Linux' own groups is at hand
 * (XPT_IOMMU_ROOT: its root), compared with those.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "expand.h"
#include "file.h"
#include "host/fs.h"
#include "model/isolation.h"

#define MAX_FUNCTIONS 16
#define MAX_GOLDEN (1u << 20)
#define IOMMU_GROUPS "/sys/kernel/iommu_groups"

/* ---- small machines ---- */

enum {
	BRIDGE = 1 << 0,
	MULTI = 1 << 1,
	ACS_ON = 1 << 2,  /* has all of ACS, what is needed is on */
	ACS_OFF = 1 << 3, /* has all of ACS, nothing is on */
	ACS_PART = 1 << 4 /* has redirection only, and it is on */
};

enum { PCI = XPT_PCIE_TYPE_NONE, END = 0, ROOT = 4, UP = 5, DOWN = 6, TO_PCI = 7, RC = 9 };

struct fn {
	const char *addr, *above; /* above: NULL on a root bus */
	uint8_t type;
	unsigned flags;
	const char *physfn;
	uint16_t vendor, device;
};

/* FN(address, above, type, flags, .physfn = "...") */
#define FN(addr_, above_, type_, flags_, ...) \
	{ \
		.addr = (addr_), .above = (above_), .type = (type_), .flags = (flags_), \
		##__VA_ARGS__ \
	}

static struct xpt_bdf parse(const char *text)
{
	struct xpt_bdf addr;

	assert_int_equal(xpt_bdf_parse(text, &addr), 0);
	return addr;
}

static int find_index(const struct xpt_pci *pci, const char *text)
{
	struct xpt_bdf addr;
	const struct xpt_pci_device *d;

	if (!text)
		return XPT_PCI_NONE;
	addr = parse(text);
	d = xpt_pci_find(pci, &addr);
	assert_non_null(d);
	return (int)xpt_pci_index(pci, d);
}

static void add_function(struct xpt_pci *pci, const struct fn *fn)
{
	struct xpt_pci_device *d = &pci->v[pci->n];

	*d = (struct xpt_pci_device){.addr = parse(fn->addr),
				     .vendor = fn->vendor,
				     .device = fn->device,
				     .parent = find_index(pci, fn->above),
				     .physfn = find_index(pci, fn->physfn)};
	d->cap.valid = true;
	d->cap.pcie_type = fn->type;
	d->cap.header_type = fn->flags & BRIDGE ? 1 : 0;
	d->cap.multifunction = fn->flags & MULTI;
	d->cap.has_acs = fn->flags & (ACS_ON | ACS_OFF | ACS_PART);
	if (fn->flags & (ACS_ON | ACS_OFF))
		d->cap.acs_caps = 0x7f;
	if (fn->flags & ACS_ON)
		d->cap.acs_ctl = 0x1d;
	if (fn->flags & ACS_PART)
		d->cap.acs_caps = d->cap.acs_ctl = 0x0c;
	pci->n++;
}

struct machine {
	struct xpt_pci_device devices[MAX_FUNCTIONS];
	struct xpt_pci pci;
	struct xpt_isolation isolation;
};

static void make(struct machine *m, const struct fn *fns, size_t n)
{
	*m = (struct machine){.pci = {.v = m->devices}};
	assert_true(n <= MAX_FUNCTIONS);
	for (size_t i = 0; i < n; i++)
		add_function(&m->pci, &fns[i]);
	xpt_isolation_find(&m->pci, &m->isolation);
}

/* "0000:00:01.0+0000:01:00.0 0000:00:02.0": members joined with +, groups with blanks. */
static char *list_groups(const struct xpt_isolation *s)
{
	struct xpt_str text = {0};
	char addr[XPT_BDF_SIZE];

	for (size_t g = 0; g < s->n_groups; g++) {
		for (size_t i = s->groups[g].first; i != XPT_ISOLATION_END; i = s->next[i]) {
			assert_ptr_equal(xpt_isolation_group(s, &s->pci->v[i]), &s->groups[g]);
			if (text.len)
				xpt_str_addc(&text, i == s->groups[g].first ? ' ' : '+');
			xpt_str_add(&text, xpt_bdf_format(&s->pci->v[i].addr, addr));
		}
	}
	return xpt_str_take(&text);
}

/* wanted has short addresses ("01:00.0") for those of domain 0. */
static void expect(const struct fn *fns, size_t n, const char *wanted)
{
	XPT_FREE char *groups = NULL;
	XPT_STR brief = {0};
	struct machine m;

	make(&m, fns, n);
	groups = list_groups(&m.isolation);
	for (const char *c = groups; *c; c++) {
		if (xpt_has_prefix(c, "0000:") && (c == groups || c[-1] == ' ' || c[-1] == '+'))
			c += strlen("0000:");
		xpt_str_addc(&brief, *c);
	}
	assert_string_equal(xpt_str_text(&brief), wanted);
	xpt_isolation_done(&m.isolation);
}

#define EXPECT(fns, wanted) expect((fns), XPT_ARRAY_SIZE(fns), (wanted))

/* The sentence of the first group that is not isolated. */
static void explains(const struct fn *fns, size_t n, const char *wanted)
{
	static const char tail[] = ": these devices can reach each other's memory by DMA that the "
				   "IOMMU does not see or cannot tell apart";
	XPT_FREE char *text = NULL, *full = xpt_fmt("%s%s", wanted, tail);
	struct machine m;

	make(&m, fns, n);
	for (size_t i = 0; i < m.isolation.n_groups && !text; i++)
		text = xpt_isolation_explain(&m.isolation, &m.isolation.groups[i]);
	assert_string_equal(text, full);
	xpt_isolation_done(&m.isolation);
}

#define EXPLAINS(fns, wanted) explains((fns), XPT_ARRAY_SIZE(fns), (wanted))

/* ---- ports and switches ---- */

static void what_is_below_a_port_with_acs_stands_alone(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("00:02.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, 0),
		FN("02:00.0", "00:02.0", END, 0),
	};

	(void)state;
	EXPECT(fns, "00:01.0 00:02.0 01:00.0 02:00.0");
}

static void a_port_without_acs_is_one_with_what_is_below_it(void **state)
{
	static const struct fn none[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE),
		FN("00:02.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI | ACS_ON),
		FN("01:00.1", "00:01.0", END, MULTI | ACS_ON),
		FN("02:00.0", "00:02.0", END, 0),
	};
	static const struct fn off[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_OFF),
		FN("01:00.0", "00:01.0", END, MULTI | ACS_ON),
		FN("01:00.1", "00:01.0", END, MULTI | ACS_ON),
	};

	(void)state;
	EXPECT(none, "00:01.0+01:00.0+01:00.1 00:02.0 02:00.0");
	EXPLAINS(none, "bridge 0000:00:01.0 has no ACS");
	EXPECT(off, "00:01.0+01:00.0+01:00.1");
	EXPLAINS(off, "bridge 0000:00:01.0 has its ACS switched off");
}

static void what_a_port_cannot_switch_needs_no_switching(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_PART),
		FN("01:00.0", "00:01.0", END, 0),
	};

	(void)state;
	EXPECT(fns, "00:01.0 01:00.0");
}

static void every_bit_that_is_required_must_be_on(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, 0),
	};

	(void)state;
	for (unsigned bit = 0; bit < 7; bit++) {
		bool is_required = 0x1d & 1 << bit;
		struct machine m;

		make(&m, fns, XPT_ARRAY_SIZE(fns));
		xpt_isolation_done(&m.isolation);
		m.devices[0].cap.acs_ctl = (uint16_t)(0x7f & ~(1u << bit));
		xpt_isolation_find(&m.pci, &m.isolation);
		assert_int_equal(m.isolation.n_groups, is_required ? 1 : 2);
		xpt_isolation_done(&m.isolation);
	}
}

#define SWITCH(root_flags, down_flags) \
	FN("00:01.0", NULL, ROOT, BRIDGE | (root_flags)), FN("01:00.0", "00:01.0", UP, BRIDGE), \
		FN("02:00.0", "01:00.0", DOWN, BRIDGE | (down_flags)), \
		FN("02:01.0", "01:00.0", DOWN, BRIDGE | ACS_ON), FN("03:00.0", "02:00.0", END, 0), \
		FN("04:00.0", "02:01.0", END, 0)

static void a_switch_keeps_apart_what_its_ports_keep_apart(void **state)
{
	static const struct fn on[] = {SWITCH(ACS_ON, ACS_ON)};
	static const struct fn one_without[] = {SWITCH(ACS_ON, 0)};

	(void)state;
	EXPECT(on, "00:01.0 01:00.0 02:00.0 02:01.0 03:00.0 04:00.0");
	EXPECT(one_without, "00:01.0 01:00.0 02:00.0+03:00.0 02:01.0 04:00.0");
}

static void one_port_without_acs_above_undoes_all_below(void **state)
{
	static const struct fn fns[] = {SWITCH(0, ACS_ON)};

	(void)state;
	EXPECT(fns, "00:01.0+01:00.0+02:00.0+02:01.0+03:00.0+04:00.0");
	EXPLAINS(fns, "bridge 0000:00:01.0 has no ACS");
}

static void ports_of_one_slot_without_acs_are_one(void **state)
{
	static const struct fn fns[] = {
		FN("00:1c.0", NULL, ROOT, BRIDGE | MULTI),
		FN("00:1c.4", NULL, ROOT, BRIDGE | MULTI),
		FN("00:1c.5", NULL, ROOT, BRIDGE | MULTI | ACS_ON),
		FN("01:00.0", "00:1c.0", END, 0),
		FN("02:00.0", "00:1c.4", END, 0),
		FN("03:00.0", "00:1c.5", END, 0),
	};

	(void)state;
	EXPECT(fns, "00:1c.0+00:1c.4+01:00.0+02:00.0 00:1c.5 03:00.0");
	EXPLAINS(fns,
		 "bridge 0000:00:1c.0 has no ACS, the functions of slot 0000:00:1c have no ACS "
		 "between them, bridge 0000:00:1c.4 has no ACS");
}

/* ---- slots ---- */

static void functions_of_a_slot_need_acs_to_stand_alone(void **state)
{
	static const struct fn without[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI),
		FN("01:00.1", "00:01.0", END, 0),
	};
	static const struct fn with[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI | ACS_ON),
		FN("01:00.1", "00:01.0", END, MULTI | ACS_ON),
	};
	static const struct fn mixed[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI),
		FN("01:00.1", "00:01.0", END, MULTI | ACS_ON),
		FN("01:00.2", "00:01.0", END, MULTI),
	};

	(void)state;
	EXPECT(without, "00:01.0 01:00.0+01:00.1");
	EXPLAINS(without, "the functions of slot 0000:01:00 have no ACS between them");
	EXPECT(with, "00:01.0 01:00.0 01:00.1");
	EXPECT(mixed, "00:01.0 01:00.0+01:00.2 01:00.1");
}

static void a_vendors_word_counts_for_acs(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI, .vendor = 0x8086, .device = 0x1521),
		FN("01:00.1", "00:01.0", END, MULTI, .vendor = 0x8086, .device = 0x1521),
		FN("01:00.2", "00:01.0", END, MULTI, .vendor = 0x8086, .device = 0x1525),
		FN("01:00.3", "00:01.0", END, MULTI, .vendor = 0x8086, .device = 0x1525),
	};

	(void)state;
	EXPECT(fns, "00:01.0 01:00.0 01:00.1 01:00.2+01:00.3");
}

static void intel_keeps_the_parts_of_its_root_complex_apart(void **state)
{
	static const struct fn fns[] = {
		FN("00:04.0", NULL, RC, MULTI, .vendor = 0x8086, .device = 0x2021),
		FN("00:04.1", NULL, RC, MULTI, .vendor = 0x8086, .device = 0x2021),
		FN("00:05.0", NULL, RC, MULTI, .vendor = 0x1022, .device = 0x2021),
		FN("00:05.1", NULL, RC, MULTI, .vendor = 0x1022, .device = 0x2021),
	};

	(void)state;
	EXPECT(fns, "00:04.0 00:04.1 00:05.0+00:05.1");
}

static void a_virtual_function_is_no_function_of_a_slot(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI),
		FN("01:00.1", "00:01.0", END, MULTI),
		FN("01:00.2", "00:01.0", END, 0, .physfn = "01:00.0"),
		FN("01:10.1", "00:01.0", END, 0, .physfn = "01:00.1"),
		FN("02:00.1", "00:01.0", END, 0, .physfn = "01:00.1"),
	};

	(void)state;
	EXPECT(fns, "00:01.0 01:00.0+01:00.1 01:00.2 01:10.1 02:00.1");
}

static void virtual_functions_below_a_port_without_acs_are_one_with_the_rest(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE),
		FN("01:00.0", "00:01.0", END, ACS_ON),
		FN("01:10.0", "00:01.0", END, ACS_ON, .physfn = "01:00.0"),
		FN("02:00.0", "00:01.0", END, ACS_ON, .physfn = "01:00.0"),
	};

	(void)state;
	EXPECT(fns, "00:01.0+01:00.0+01:10.0+02:00.0");
}

/* ---- one name for several ---- */

static void conventional_devices_behind_one_bridge_are_one(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", TO_PCI, BRIDGE),
		FN("02:00.0", "01:00.0", PCI, 0),
		FN("02:01.0", "01:00.0", PCI, 0),
	};
	static const struct fn on_board[] = {
		FN("00:1e.0", NULL, PCI, BRIDGE),
		FN("00:1f.0", NULL, PCI, 0),
		FN("05:00.0", "00:1e.0", PCI, 0),
		FN("05:01.0", "00:1e.0", PCI, 0),
	};

	(void)state;
	EXPECT(fns, "00:01.0 01:00.0+02:00.0+02:01.0");
	EXPLAINS(fns, "the bus behind bridge 0000:01:00.0 is conventional PCI");
	EXPECT(on_board, "00:1e.0+05:00.0+05:01.0 00:1f.0");
}

static void a_device_that_sends_under_its_neighbours_number_is_one_with_it(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("00:02.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", END, MULTI | ACS_ON, .vendor = 0x1b4b, .device = 0x9123),
		FN("01:00.1", "00:01.0", END, MULTI | ACS_ON, .vendor = 0x1b4b, .device = 0x91a4),
		FN("02:00.0", "00:02.0", END, 0, .vendor = 0x1b4b, .device = 0x9123),
	};

	(void)state;
	EXPECT(fns, "00:01.0 00:02.0 01:00.0+01:00.1 02:00.0");
	EXPLAINS(fns, "0000:01:00.0 sends under the number of 0000:01:00.1");
}

static void a_domain_of_its_own_is_one_with_its_controller(void **state)
{
	static const struct fn fns[] = {
		FN("00:0e.0", NULL, RC, 0, .vendor = 0x8086, .device = 0x201d),
		FN("10000:00:01.0", "00:0e.0", ROOT, BRIDGE | ACS_ON),
		FN("10000:01:00.0", "10000:00:01.0", END, 0),
	};

	(void)state;
	EXPECT(fns, "00:0e.0+10000:00:01.0+10000:01:00.0");
	EXPLAINS(fns, "what is below 0000:00:0e.0 sends under its number");
}

static void without_config_space_nothing_is_kept_apart(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE | ACS_ON),
		FN("01:00.0", "00:01.0", PCI, 0),
		FN("01:00.1", "00:01.0", PCI, 0),
	};

	(void)state;
	EXPECT(fns, "00:01.0 01:00.0+01:00.1");
}

/* ---- groups ---- */

static void a_group_of_one_endpoint_is_isolated_and_needs_no_reason(void **state)
{
	static const struct fn fns[] = {
		FN("00:01.0", NULL, ROOT, BRIDGE),
		FN("01:00.0", "00:01.0", END, 0),
	};
	struct machine m;

	(void)state;
	make(&m, fns, XPT_ARRAY_SIZE(fns));
	assert_int_equal(m.isolation.n_groups, 1);
	assert_int_equal(m.isolation.groups[0].n_endpoints, 1);
	assert_true(xpt_isolation_is_isolated(&m.isolation.groups[0]));
	assert_null(xpt_isolation_explain(&m.isolation, &m.isolation.groups[0]));
	xpt_isolation_done(&m.isolation);
}

static void many_reasons_are_cut_short(void **state)
{
	struct fn fns[MAX_FUNCTIONS] = {FN("00:01.0", NULL, ROOT, BRIDGE)};
	char names[MAX_FUNCTIONS][XPT_BDF_SIZE];
	size_t n = 1;

	(void)state;
	for (; n < MAX_FUNCTIONS; n++) {
		snprintf(names[n], sizeof(names[n]), "%02zx:00.0", n);
		fns[n] = (struct fn)FN(names[n], fns[n - 1].addr, TO_PCI, BRIDGE);
	}
	fns[n - 1].flags = fns[n - 2].flags = 0;
	explains(
		fns, n,
		"bridge 0000:00:01.0 has no ACS, the bus behind bridge 0000:01:00.0 is "
		"conventional PCI, the bus behind bridge 0000:02:00.0 is conventional PCI, the bus "
		"behind bridge 0000:03:00.0 is conventional PCI, and 11 more such");
}

static void a_host_without_pci_has_no_groups(void **state)
{
	struct xpt_pci none = {0};
	XPT_ISOLATION s = {0};

	(void)state;
	xpt_isolation_find(&none, &s);
	assert_int_equal(s.n_groups, 0);
}

/* ---- whole machines ---- */

static void describe_group(struct xpt_str *out, const struct xpt_isolation *s,
			   const struct xpt_group *group)
{
	XPT_FREE char *why = xpt_isolation_explain(s, group);
	char addr[XPT_BDF_SIZE];

	xpt_str_addf(out, "%s %s\n", xpt_bdf_format(&s->pci->v[group->first].addr, addr),
		     why ? why : "is isolated");
	for (size_t i = group->first; i != XPT_ISOLATION_END; i = s->next[i])
		xpt_str_addf(out, "\t%s%s\n", xpt_bdf_format(&s->pci->v[i].addr, addr),
			     xpt_pci_is_bridge(&s->pci->v[i]) ? " bridge" : "");
}

static char *describe_machine(const char *name)
{
	XPT_FREE char *file = xpt_fmt("tests/hosts/%s.host", name), *dir = NULL, *root = NULL;
	struct xpt_str text = {0};
	XPT_HOST host = {.root_fd = -1};
	XPT_PCI_LIST pci = {0};
	XPT_ISOLATION s = {0};

	assert_int_equal(xpt_file_temp_dir("xpt-isolation", &dir, NULL), 0);
	root = xpt_fmt("%s/root", dir);
	assert_int_equal(xpt_expand(file, root, NULL), 0);
	assert_int_equal(xpt_host_open(root, &host, NULL), 0);
	assert_int_equal(xpt_pci_scan(&host, &pci, NULL), 0);
	xpt_isolation_find(&pci, &s);
	for (size_t i = 0; i < s.n_groups; i++)
		describe_group(&text, &s, &s.groups[i]);
	assert_int_equal(xpt_file_remove_tree(dir, NULL), 0);
	return xpt_str_take(&text);
}

static void the_groups_of_a_machine_are_those_that_were_reviewed(void **state)
{
	XPT_FREE char *path = xpt_fmt("tests/golden/groups-%s.txt", (const char *)*state);
	XPT_FREE char *text = describe_machine(*state), *golden = NULL;

	if (getenv("XPT_GOLDEN"))
		assert_int_equal(xpt_file_write(path, text, strlen(text), 0644, NULL), 0);
	assert_int_equal(xpt_file_read(path, MAX_GOLDEN, &golden, NULL, NULL), 0);
	assert_string_equal(text, golden);
}

/* ---- Linux' own groups ---- */

/* A line of addresses for each group, sorted, as list_groups writes them. */
static char *read_linux_groups(const struct xpt_host *host)
{
	XPT_STRV groups = {0}, lines = {0};

	assert_int_equal(xpt_fs_names(host, &groups, IOMMU_GROUPS), 0);
	for (size_t i = 0; i < groups.n; i++) {
		XPT_STRV members = {0};

		assert_int_equal(
			xpt_fs_names(host, &members, IOMMU_GROUPS "/%s/devices", groups.v[i]), 0);
		xpt_strv_sort(&members);
		xpt_strv_take(&lines, xpt_strv_join(&members, "+"));
	}
	xpt_strv_sort(&lines);
	return xpt_strv_join(&lines, " ");
}

/* For a captured host without Xen, where the kernel shows its own groups: XPT_IOMMU_ROOT names its root. */
static void linux_makes_the_same_groups(void **state)
{
	const char *root = getenv("XPT_IOMMU_ROOT");
	XPT_FREE char *theirs = NULL, *ours = NULL;
	XPT_HOST host = {.root_fd = -1};
	XPT_PCI_LIST pci = {0};
	XPT_ISOLATION s = {0};

	(void)state;
	assert_int_equal(xpt_host_open(root, &host, NULL), 0);
	assert_int_equal(xpt_pci_scan(&host, &pci, NULL), 0);
	xpt_isolation_find(&pci, &s);
	theirs = read_linux_groups(&host);
	ours = list_groups(&s);
	assert_string_equal(ours, theirs);
}

#define MACHINE_TEST(name) \
	{ \
		name ": its groups are those reviewed", \
			the_groups_of_a_machine_are_those_that_were_reviewed, NULL, NULL, \
			(void *)name \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_below_a_port_with_acs_stands_alone),
		cmocka_unit_test(a_port_without_acs_is_one_with_what_is_below_it),
		cmocka_unit_test(what_a_port_cannot_switch_needs_no_switching),
		cmocka_unit_test(every_bit_that_is_required_must_be_on),
		cmocka_unit_test(a_switch_keeps_apart_what_its_ports_keep_apart),
		cmocka_unit_test(one_port_without_acs_above_undoes_all_below),
		cmocka_unit_test(ports_of_one_slot_without_acs_are_one),
		cmocka_unit_test(functions_of_a_slot_need_acs_to_stand_alone),
		cmocka_unit_test(a_vendors_word_counts_for_acs),
		cmocka_unit_test(intel_keeps_the_parts_of_its_root_complex_apart),
		cmocka_unit_test(a_virtual_function_is_no_function_of_a_slot),
		cmocka_unit_test(virtual_functions_below_a_port_without_acs_are_one_with_the_rest),
		cmocka_unit_test(conventional_devices_behind_one_bridge_are_one),
		cmocka_unit_test(a_device_that_sends_under_its_neighbours_number_is_one_with_it),
		cmocka_unit_test(a_domain_of_its_own_is_one_with_its_controller),
		cmocka_unit_test(without_config_space_nothing_is_kept_apart),
		cmocka_unit_test(a_group_of_one_endpoint_is_isolated_and_needs_no_reason),
		cmocka_unit_test(many_reasons_are_cut_short),
		cmocka_unit_test(a_host_without_pci_has_no_groups),
		MACHINE_TEST("server"),
		MACHINE_TEST("desktop"),
		MACHINE_TEST("qemu-q35"),
	};
	const struct CMUnitTest on_linux[] = {cmocka_unit_test(linux_makes_the_same_groups)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (getenv("XPT_IOMMU_ROOT"))
		failed += cmocka_run_group_tests(on_linux, NULL, NULL);
	return failed;
}
