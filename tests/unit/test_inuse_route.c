/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/fs.h"
#include "model/inuse_scan.h"
#include "scratch.h"

#define V4_HEAD \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define NO_V6 "00000000000000000000000000000000"

struct world {
	struct xpt_host host;
	struct xpt_routes routes;
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	xpt_scratch_mkdir(&w->host, "/proc/net");
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_routes_done(&w->routes);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

/* Make the tables of these lines (v6 NULL: no such file) and read them. */
static void tables(struct world *w, const char *v4, const char *v6)
{
	XPT_FREE char *text = xpt_fmt(V4_HEAD "%s", v4);

	xpt_scratch_put(&w->host, "/proc/net/route", text, 0644);
	if (v6)
		xpt_scratch_put(&w->host, "/proc/net/ipv6_route", v6, 0644);
	xpt_routes_read(&w->host, &w->routes);
}

static void leads(struct world *w, const char *address, const char *ifaces)
{
	XPT_STRV found = {0};
	XPT_FREE char *text = NULL;

	assert_int_equal(xpt_routes_find(&w->routes, address, &found), 0);
	text = xpt_strv_join(&found, ",");
	assert_string_equal(text, ifaces);
}

static void fails(struct world *w, const char *address, int failed)
{
	XPT_STRV found = {0};

	assert_int_equal(xpt_routes_find(&w->routes, address, &found), failed);
	assert_int_equal(found.n, 0);
}

static void a_whole_table_is_known(void **state)
{
	struct world *w = *state;

	tables(w, "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n", "");
	assert_true(w->routes.known);
	assert_int_equal(w->routes.n, 1);
}

static void the_longest_prefix_wins(void **state)
{
	tables(*state,
	       "xenbr0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
	       "xenbr0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
	       "eth1\t8007A8C0\t00000000\t0001\t0\t0\t100\t80FFFFFF\t0\t0\t0\n",
	       NULL);
	leads(*state, "192.168.7.129", "eth1");
	leads(*state, "192.168.7.127", "xenbr0");
	leads(*state, "8.8.8.8", "xenbr0");
}

static void the_lowest_metric_wins_and_equals_count_all(void **state)
{
	tables(*state,
	       "eth2\t0000000A\t00000000\t0001\t0\t0\t200\t000000FF\t0\t0\t0\n"
	       "eth0\t0000000A\t00000000\t0001\t0\t0\t100\t000000FF\t0\t0\t0\n"
	       "eth1\t0000000A\t00000000\t0001\t0\t0\t100\t000000FF\t0\t0\t0\n",
	       NULL);
	leads(*state, "10.1.2.3", "eth0,eth1");
	fails(*state, "11.1.2.3", -ENETUNREACH);
}

static void a_route_that_is_down_or_rejects_leads_nowhere(void **state)
{
	tables(*state,
	       "eth0\t0000000A\t00000000\t0000\t0\t0\t0\t000000FF\t0\t0\t0\n"
	       "*\t0000000B\t00000000\t0201\t0\t0\t0\t000000FF\t0\t0\t0\n",
	       NULL);
	fails(*state, "10.1.2.3", -ENETUNREACH);
	fails(*state, "11.1.2.3", -ENETUNREACH);
}

static void ipv6_has_a_table_of_its_own(void **state)
{
	tables(*state, "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n",
	       "fd000000000000000000000000000000 40 " NO_V6 " 00 " NO_V6
	       " 00000100 00000001 00000000 00000001   xapi5\n" NO_V6 " 00 " NO_V6 " 00 " NO_V6
	       " ffffffff 00000001 00000000 00200200       lo\n");
	leads(*state, "fd00::1:2", "xapi5");
	fails(*state, "fd00:0:0:1::2", -ENETUNREACH);
}

static void our_own_addresses_lead_to_no_nic(void **state)
{
	tables(*state, "", NULL);
	leads(*state, "127.0.0.1", "lo");
	leads(*state, "::1", "lo");
}

static void a_name_is_no_address(void **state)
{
	static const char *const names[] = {"filer",  "filer.example", "",
					    "10.0.0", "10.0.0.1/24",   "fe80::1%eth0"};

	tables(*state, "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n", NULL);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(names); i++)
		fails(*state, names[i], -EINVAL);
}

static void a_line_that_makes_no_sense_leaves_the_table_unknown(void **state)
{
	static const char *const bad[] = {
		"eth0\n",
		"eth0 xx 00000000 0001 0 0 0 00000000 0 0 0\n",
		"a-name-that-no-interface-has\t00000000\t0\t0001\t0\t0\t0\t00000000\t0\t0\t0\n",
	};
	struct world *w = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++) {
		tables(w, bad[i], NULL);
		assert_false(w->routes.known);
		assert_int_equal(w->routes.n, 0);
	}
	tables(w, "",
	       "zz000000000000000000000000000000 40 " NO_V6 " 00 " NO_V6
	       " 00000100 00000001 00000000 00000001   xapi5\n");
	assert_false(w->routes.known);
}

static void without_tables_nothing_is_known(void **state)
{
	struct world *w = *state;

	xpt_routes_read(&w->host, &w->routes);
	assert_false(w->routes.known);
	fails(w, "10.0.0.1", -ENETUNREACH);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_table_is_known),
		TEST(the_longest_prefix_wins),
		TEST(the_lowest_metric_wins_and_equals_count_all),
		TEST(a_route_that_is_down_or_rejects_leads_nowhere),
		TEST(ipv6_has_a_table_of_its_own),
		TEST(our_own_addresses_lead_to_no_nic),
		TEST(a_name_is_no_address),
		TEST(a_line_that_makes_no_sense_leaves_the_table_unknown),
		TEST(without_tables_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
