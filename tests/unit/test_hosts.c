/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machines of tests/hosts are what their comments say: each expands, hangs together, and shows the
 * product the devices, the pool and the uses it was made for. Which uses these are stands in
 * tests/golden/uses-MACHINE.txt ("make golden" writes them anew).
 */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "expand.h"
#include "file.h"
#include "host/pciids.h"
#include "model/inuse.h"
#include "model/pci.h"
#include "model/reserved.h"
#include "program.h"
#include "server.h"

#define ALL (XPT_POOL_VMS | XPT_POOL_PCIS | XPT_POOL_NETWORKS | XPT_POOL_STORAGE)
#define MAX_GOLDEN (1u << 20)
#define XAPI_MS 20000

/* What is known of one function; text is NULL and a number 0 where nothing is to be seen. */
struct fact {
	const char *addr;
	const char *driver;
	const char *above;  /* the function it hangs below */
	const char *physfn; /* of a virtual function */
	unsigned msi, msix, vf_total, vf_count;
	bool has_flr, has_acs, has_serial, can_reset, boot_vga;
};

struct machine {
	const char *name;
	const char *host;                 /* its name in the pool */
	const char *coordinator;          /* the machine that coordinates the pool, NULL: itself */
	size_t functions, hosts, records; /* records: PCI records of this host */
	const struct fact *facts;
	size_t n_facts;
	const char *reserved; /* memory: its end, then the devices it is for */
};

static const struct fact server_facts[] = {
	{"0000:00:1f.0", NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:01:00.1", "tg3", "0000:00:1c.0", NULL, 8, 17, 0, 0, 1, 0, 1, 1, 0},
	{"0000:03:00.0", "mgag200", "0000:02:00.0", NULL, 0, 0, 0, 0, 0, 0, 0, 1, 1},
	{"0000:18:00.0", "nvme", "0000:17:00.0", NULL, 32, 33, 0, 0, 1, 0, 1, 1, 0},
	{"0000:3a:00.0", "pcieport", NULL, NULL, 2, 0, 0, 0, 0, 1, 0, 0, 0},
	{"0000:3b:00.0", NULL, "0000:3a:00.0", NULL, 1, 0, 0, 0, 1, 0, 0, 1, 0},
	{"0000:3b:00.1", NULL, "0000:3a:00.0", NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:5e:00.0", "i40e", "0000:5d:00.0", NULL, 1, 129, 64, 4, 1, 1, 1, 1, 0},
	{"0000:5e:00.1", "i40e", "0000:5d:00.0", NULL, 1, 129, 64, 0, 1, 1, 1, 1, 0},
	{"0000:5e:02.3", NULL, "0000:5d:00.0", "0000:5e:00.0", 0, 5, 0, 0, 1, 1, 0, 1, 0},
	{"0000:86:00.0", "qla2xxx", "0000:85:00.0", NULL, 0, 16, 0, 0, 1, 0, 1, 1, 0},
	{"0000:87:00.0", "xhci_hcd", "0000:85:02.0", NULL, 8, 8, 0, 0, 0, 0, 1, 1, 0},
	{"0000:af:00.0", "pcieport", "0000:ae:00.0", NULL, 4, 0, 0, 0, 0, 0, 1, 0, 0},
	{"0000:b0:10.0", "pcieport", "0000:af:00.0", NULL, 4, 0, 0, 0, 0, 1, 1, 0, 0},
	{"0000:b2:00.0", NULL, "0000:b0:10.0", NULL, 1, 6, 16, 0, 1, 1, 1, 1, 0},
};

static const struct fact server2_facts[] = {
	{"0000:5e:00.0", "i40e", "0000:5d:00.0", NULL, 1, 129, 64, 0, 1, 1, 1, 1, 0},
	{"0000:d8:00.0", NULL, "0000:d7:00.0", NULL, 1, 0, 0, 0, 1, 0, 0, 1, 0},
};

static const struct fact desktop_facts[] = {
	{"0000:00:02.0", "i915", NULL, NULL, 1, 0, 0, 0, 1, 0, 0, 1, 1},
	{"0000:00:17.0", "ahci", NULL, NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:00:1f.6", "e1000e", NULL, NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:01:00.0", NULL, "0000:00:01.0", NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:01:00.2", "xhci_hcd", "0000:00:01.0", NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0},
	{"0000:04:00.1", "pciback", "0000:00:1c.4", NULL, 1, 10, 7, 0, 1, 1, 1, 1, 0},
};

static const struct machine machines[] = {
	{"server", "xcp1", NULL, 44, 2, 16, server_facts, XPT_ARRAY_SIZE(server_facts),
	 "7b0fffff shared 0000:00:14.0 0000:87:00.0; 6fa5ffff 0000:03:00.0"},
	{"server2", "xcp2", "server", 34, 2, 10, server2_facts, XPT_ARRAY_SIZE(server2_facts), ""},
	{"desktop", "desk1", NULL, 19, 1, 13, desktop_facts, XPT_ARRAY_SIZE(desktop_facts),
	 "8fffffff 0000:00:02.0; 8b3e8fff 0000:00:14.0"},
};

/* ---- a machine that is up ---- */

struct world {
	const struct machine *m;
	char *dir, *root;
	struct xpt_host host;
	struct xpt_pci pci;
};

static void no_error(int ret, const struct xpt_err *err)
{
	if (ret)
		fail_msg("%s", err->sentence);
}

static void expand(const char *name, const char *root)
{
	XPT_FREE char *file = xpt_fmt("tests/hosts/%s.host", name);
	XPT_ERR err = XPT_ERR_INIT;

	no_error(xpt_expand(file, root, &err), &err);
}

static void world_open(struct world *w, const struct machine *m)
{
	XPT_ERR err = XPT_ERR_INIT;

	*w = (struct world){.m = m};
	no_error(xpt_file_temp_dir("xpt-hosts", &w->dir, &err), &err);
	w->root = xpt_fmt("%s/root", w->dir);
	expand(m->name, w->root);
	no_error(xpt_host_open(w->root, &w->host, &err), &err);
	no_error(xpt_pci_scan(&w->host, &w->pci, &err), &err);
}

static void world_close(struct world *w)
{
	XPT_ERR err = XPT_ERR_INIT;

	xpt_pci_done(&w->pci);
	xpt_host_close(&w->host);
	no_error(xpt_file_remove_tree(w->dir, &err), &err);
	free(w->dir);
	free(w->root);
}

/* ---- the tree ---- */

static char walked_root[PATH_MAX];
static size_t walked_links;

static int check_link(const char *path, const struct stat *st XPT_UNUSED, int type,
		      struct FTW *at XPT_UNUSED)
{
	char real[PATH_MAX];

	if (type != FTW_SL && type != FTW_SLN)
		return 0;
	walked_links++;
	if (!realpath(path, real))
		fail_msg("%s leads nowhere", path);
	if (!xpt_has_prefix(real, walked_root))
		fail_msg("%s leads out of the machine, to %s", path, real);
	return 0;
}

static void every_link_leads_somewhere_in_the_machine(void **state)
{
	struct world w;

	world_open(&w, *state);
	assert_non_null(realpath(w.root, walked_root));
	walked_links = 0;
	assert_int_equal(nftw(w.root, check_link, 16, FTW_PHYS), 0);
	assert_true(walked_links > w.m->functions);
	world_close(&w);
}

/* ---- functions ---- */

static const struct xpt_pci_device *find(const struct world *w, const char *text)
{
	struct xpt_bdf addr;
	const struct xpt_pci_device *d;

	assert_int_equal(xpt_bdf_parse(text, &addr), 0);
	d = xpt_pci_find(&w->pci, &addr);
	if (!d)
		fail_msg("%s has no %s", w->m->name, text);
	return d;
}

static void is_at(const struct world *w, int index, const char *addr)
{
	char text[XPT_BDF_SIZE];

	assert_int_equal(index == XPT_PCI_NONE, addr == NULL);
	if (addr)
		assert_string_equal(xpt_bdf_format(&w->pci.v[index].addr, text), addr);
}

static void check_fact(const struct world *w, const struct fact *f)
{
	const struct xpt_pci_device *d = find(w, f->addr);

	assert_string_equal(d->driver, f->driver ? f->driver : "");
	is_at(w, d->parent, f->above);
	is_at(w, d->physfn, f->physfn);
	assert_int_equal(d->cap.msi_vectors, f->msi);
	assert_int_equal(d->cap.msix_vectors, f->msix);
	assert_int_equal(d->cap.vf_total, f->vf_total);
	assert_int_equal(d->vf_count, f->vf_count);
	assert_int_equal(d->cap.has_flr, f->has_flr);
	assert_int_equal(d->cap.has_acs, f->has_acs);
	assert_int_equal(d->cap.has_serial, f->has_serial);
	assert_int_equal(d->can_reset, f->can_reset);
	assert_int_equal(d->boot_vga, f->boot_vga);
}

static void the_functions_are_those_of_the_machine(void **state)
{
	struct world w;

	world_open(&w, *state);
	assert_int_equal(w.pci.n, w.m->functions);
	for (size_t i = 0; i < w.m->n_facts; i++)
		check_fact(&w, &w.m->facts[i]);
	world_close(&w);
}

static char *tell_reserved(const struct world *w, const struct xpt_reserved *reserved)
{
	struct xpt_str s = {0};
	char text[XPT_BDF_SIZE];

	for (size_t i = 0; i < reserved->n; i++) {
		const struct xpt_reserved_region *r = &reserved->v[i];

		xpt_str_addf(&s, "%s%llx%s", i ? "; " : "", (unsigned long long)r->limit,
			     r->is_shared ? " shared" : "");
		for (size_t k = 0; k < r->n; k++)
			xpt_str_addf(&s, " %s",
				     xpt_bdf_format(&w->pci.v[r->devices[k]].addr, text));
	}
	return xpt_str_take(&s);
}

static void the_firmware_reserves_memory_for_these_functions(void **state)
{
	XPT_RESERVED reserved = {0};
	XPT_FREE char *told = NULL;
	struct world w;

	world_open(&w, *state);
	xpt_reserved_read(&w.host, &w.pci, &reserved);
	assert_int_equal(reserved.missing.n, 0);
	told = tell_reserved(&w, &reserved);
	assert_string_equal(told, w.m->reserved);
	world_close(&w);
}

static void every_function_has_a_name_and_readable_config(void **state)
{
	struct xpt_pciids *ids;
	struct world w;

	world_open(&w, *state);
	ids = xpt_pciids_new(&w.host);
	for (size_t i = 0; i < w.pci.n; i++) {
		const struct xpt_pci_device *d = &w.pci.v[i];

		assert_non_null(xpt_pciids_vendor(ids, d->vendor));
		assert_non_null(xpt_pciids_device(ids, d->vendor, d->device));
		assert_non_null(xpt_pciids_class(ids, (uint16_t)(d->class_code >> 8)));
		/* a virtual function has no ids in its own config space */
		assert_true(d->cap.valid || d->physfn != XPT_PCI_NONE);
	}
	xpt_pciids_free(ids);
	world_close(&w);
}

/* ---- the pool ---- */

static void add_host(struct xpt_strv *args, const char *root)
{
	struct xpt_host host;
	XPT_FREE char *uuid = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	no_error(xpt_host_open(root, &host, &err), &err);
	uuid = xpt_pool_host_uuid(&host);
	xpt_host_close(&host);
	assert_non_null(uuid);
	xpt_strv_add(args, "--host");
	xpt_strv_addf(args, "%s=%s", uuid, root);
}

/* The test xapi serves no pool without its coordinator. */
static void add_hosts(struct xpt_strv *args, const struct world *w)
{
	XPT_FREE char *root = xpt_fmt("%s/coordinator", w->dir);

	add_host(args, w->root);
	if (!w->m->coordinator)
		return;
	expand(w->m->coordinator, root);
	add_host(args, root);
}

static void load_pool(const struct world *w, struct xpt_pool *ret)
{
	XPT_FREE char *log = xpt_fmt("%s/log", w->dir);
	struct xpt_server server = {0};
	struct xpt_xapi *x = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	XPT_STRV args = {0};

	xpt_strv_take(&args, xpt_program_path("xapid"));
	xpt_strv_add(&args, "--pool");
	xpt_strv_addf(&args, "%s%s", w->root, XPT_EXPAND_POOL);
	add_hosts(&args, w);
	no_error(xpt_server_start(&server, &args, log, XAPI_MS, &err), &err);
	no_error(xpt_xapi_open(&w->host, NULL, 0, &x, &err), &err);
	no_error(xpt_pool_load(x, &w->host, ALL, ret, &err), &err);
	xpt_xapi_close(x);
	xpt_server_stop(&server);
}

/* The host's PCI records, each of which must name a function that is there. */
static size_t count_records(const struct world *w, const struct xpt_pool *pool)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n_pcis; i++) {
		char text[XPT_BDF_SIZE];

		if (!xpt_streq(pool->pcis[i].host, pool->here->ref))
			continue;
		find(w, xpt_bdf_format(&pool->pcis[i].addr, text));
		n++;
	}
	return n;
}

/* xapi keeps records of classes 01, 02 and 03. */
static void check_managed_classes(const struct world *w, const struct xpt_pool *pool)
{
	for (size_t i = 0; i < w->pci.n; i++) {
		unsigned base = w->pci.v[i].class_code >> 16;

		if (base >= 1 && base <= 3)
			assert_non_null(xpt_pool_pci_at(pool, &w->pci.v[i].addr));
	}
}

static void the_pool_knows_the_machine(void **state)
{
	struct xpt_pool pool = {0};
	bool is_coordinator;
	struct world w;

	world_open(&w, *state);
	load_pool(&w, &pool);
	assert_int_equal(pool.n_hosts, w.m->hosts);
	assert_non_null(pool.here);
	assert_string_equal(pool.here->name, w.m->host);
	assert_int_equal(xpt_pool_is_coordinator(&w.host, &is_coordinator), 0);
	assert_int_equal(is_coordinator, w.m->coordinator == NULL);
	assert_int_equal(xpt_streq(pool.coordinator, pool.here->ref), is_coordinator);
	assert_int_equal(count_records(&w, &pool), w.m->records);
	check_managed_classes(&w, &pool);
	xpt_pool_done(&pool);
	world_close(&w);
}

/* ---- uses ---- */

static void add_uses(struct xpt_str *out, const char *title, const struct world *w,
		     const struct xpt_pool *pool)
{
	XPT_USES uses = {0};

	xpt_inuse_scan(&w->host, &w->pci, pool, &uses);
	xpt_str_addf(out, "# %s\n", title);
	for (size_t i = 0; i < uses.n; i++) {
		XPT_FREE char *chain = xpt_use_chain(&uses.v[i]);

		xpt_str_addf(out, "%-20s %s\n", xpt_reason_name(uses.v[i].reason), chain);
	}
}

static void is_golden(const char *path, const char *text)
{
	XPT_FREE char *golden = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	if (getenv("XPT_GOLDEN"))
		no_error(xpt_file_write(path, text, strlen(text), 0644, &err), &err);
	no_error(xpt_file_read(path, MAX_GOLDEN, &golden, NULL, &err), &err);
	assert_string_equal(text, golden);
}

static void the_uses_are_those_that_were_reviewed(void **state)
{
	struct xpt_pool pool = {0};
	XPT_FREE char *path = NULL;
	XPT_STR text = {0};
	struct world w;

	world_open(&w, *state);
	path = xpt_fmt("tests/golden/uses-%s.txt", w.m->name);
	load_pool(&w, &pool);
	add_uses(&text, "with the toolstack", &w, &pool);
	add_uses(&text, "without", &w, NULL);
	is_golden(path, xpt_str_text(&text));
	xpt_pool_done(&pool);
	world_close(&w);
}

/* ---- every test on every machine ---- */

#define TESTS 6

int main(void)
{
	static const struct {
		const char *name;
		CMUnitTestFunction run;
	} tests[TESTS] = {
		{"every link leads somewhere in it", every_link_leads_somewhere_in_the_machine},
		{"its functions are those expected", the_functions_are_those_of_the_machine},
		{"memory is reserved for those expected",
		 the_firmware_reserves_memory_for_these_functions},
		{"every function has a name", every_function_has_a_name_and_readable_config},
		{"the pool knows it", the_pool_knows_the_machine},
		{"its uses are those reviewed", the_uses_are_those_that_were_reviewed},
	};
	struct CMUnitTest all[TESTS * XPT_ARRAY_SIZE(machines)];
	char names[TESTS * XPT_ARRAY_SIZE(machines)][64];
	size_t n = 0;

	for (size_t m = 0; m < XPT_ARRAY_SIZE(machines); m++) {
		for (size_t t = 0; t < TESTS; t++, n++) {
			snprintf(names[n], sizeof(names[n]), "%s: %s", machines[m].name,
				 tests[t].name);
			all[n] = (struct CMUnitTest){.name = names[n],
						     .test_func = tests[t].run,
						     .initial_state = (void *)&machines[m]};
		}
	}
	return cmocka_run_group_tests_name("hosts", all, NULL, NULL);
}
