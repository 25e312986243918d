/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "codec/hidelist.h"

/* The groups as text, "0000:04:01.0 0000:05:*.*"; NULL when the kernel refuses. Caller frees. */
static char *show(const struct xpt_hidelist *l)
{
	struct xpt_str s = {0};

	if (!l->kernel_accepts)
		return NULL;
	for (size_t i = 0; i < l->n; i++) {
		const struct xpt_hide_group *g = &l->v[i];

		xpt_str_addf(&s, "%s%04x:%02x:", i ? " " : "", g->addr.domain, g->addr.bus);
		if (g->any_dev)
			xpt_str_add(&s, "*");
		else
			xpt_str_addf(&s, "%02x", g->addr.dev);
		if (g->any_fn)
			xpt_str_add(&s, ".*");
		else
			xpt_str_addf(&s, ".%x", g->addr.fn);
	}
	return xpt_str_take(&s);
}

static const struct {
	const char *value;
	const char *kernel; /* what show() says */
	size_t error_at;
	bool xapi, canonical;
} vectors[] = {
	/* Both. */
	{"", "", 0, true, true},
	{"(0000:04:01.0)(0000:00:19.0)", "0000:04:01.0 0000:00:19.0", 0, true, true},
	{"(ffff:ff:1f.7)", "ffff:ff:1f.7", 0, true, true},
	/* xapi reads upper case, and cannot take out what it did not write. */
	{"(0000:0A:01.0)", "0000:0a:01.0", 0, true, false},
	/* Only the kernel. */
	{"(04:01.0)", "0000:04:01.0", 0, false, false},
	{"(0000:04:01.*)", "0000:04:01.*", 0, false, false},
	{"(0000:04:*.*)", "0000:04:*.*", 0, false, false},
	{"(04:01.*)", "0000:04:01.*", 0, false, false},
	{"(04:*.*)", "0000:04:*.*", 0, false, false},
	{"(0000:04:01.0) (0000:00:19.0)", "0000:04:01.0 0000:00:19.0", 0, false, false},
	{"\t( 0000: 4:\n1. 0)\v\f\r(4:0.1) ", "0000:04:01.0 0000:04:00.1", 0, false, false},
	{"\xa0(4:0.1)\xa0", "0000:04:00.1", 0, false, false},
	{"(0:4:1.0)", "0000:04:01.0", 0, false, false},
	{"(0x0:0x4:0X1.0x0)", "0000:04:01.0", 0, false, false},
	{"(0x:0x:0x.0x)", "0000:00:00.0", 0, false, false},
	{"(00000:00004:00001.00000)", "0000:04:01.0", 0, false, false},
	{"(100000000:04:01.0)", "0000:04:01.0", 0, false, false},
	{"(10000000000000004:01.0)", "0000:04:01.0", 0, false, false},
	{"(0:4:ffffffff.1)", "0000:04:*.1", 0, false, false},
	{"(0:4:80000000.ffffffff)", "0000:04:*.*", 0, false, false},
	{"(0:4:1.ffffffff)", "0000:04:01.*", 0, false, false},
	/* Neither. */
	{"(0000:82.0.0)", NULL, 0, false, false},
	{"(0000:04:01.0),(0000:00:19.0)", NULL, 14, false, false},
	{"(0000:04:01.0)  x", NULL, 16, false, false},
	{"(10000:e1:00.0)", NULL, 0, false, false},
	{"(ffffffff:04:00.0)", NULL, 0, false, false},
	{"(0:100:00.0)", NULL, 0, false, false},
	{"(0:04:20.0)", NULL, 0, false, false},
	{"(0:04:20.*)", NULL, 0, false, false},
	{"(0:04:00.8)", NULL, 0, false, false},
	{"(0:100:*.*)", NULL, 0, false, false},
	{"(0000:*:*.*)", NULL, 0, false, false},
	{"(*:*.*)", NULL, 0, false, false},
	{"(0000:04:*.0)", NULL, 0, false, false},
	{"(0000:04:01.0", NULL, 0, false, false},
	{"(0000:04:01.0 )", NULL, 0, false, false},
	{"(0000 :04:01.0)", NULL, 0, false, false},
	{"(0000:04:01. *)", NULL, 0, false, false},
	{"(+0:4:1.0)", NULL, 0, false, false},
	{"(-1:4:1.0)", NULL, 0, false, false},
	{"0000:04:01.0", NULL, 0, false, false},
	{"()", NULL, 0, false, false},
	{" ", NULL, 0, false, false},
	{"\"(0000:04:01.0)\"", NULL, 0, false, false},
	/* Only xapi: its form does not know what a device or a function can be. */
	{"(0000:04:3f.0)", NULL, 0, true, false},
	{"(0000:04:00.0)(0000:04:00.f)", NULL, 14, true, false},
};

static void every_reader_has_its_own_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_FREE char *shown = NULL;
		struct xpt_hidelist l;

		xpt_hidelist_parse(vectors[i].value, &l);
		shown = show(&l);
		if (!xpt_streq(shown, vectors[i].kernel))
			fail_msg("%s: the kernel sees %s", vectors[i].value,
				 shown ? shown : "an error");
		if (l.xapi_accepts != vectors[i].xapi || l.is_canonical != vectors[i].canonical ||
		    l.kernel_error_at != vectors[i].error_at)
			fail_msg("%s: xapi %d, canonical %d, error at %zu", vectors[i].value,
				 l.xapi_accepts, l.is_canonical, l.kernel_error_at);
		assert_true(l.kernel_accepts || l.n == 0);
		xpt_hidelist_done(&l);
	}
}

static void swap_case(char *s)
{
	for (; *s; s++) {
		if (isxdigit((unsigned char)*s))
			*s = (char)(isupper((unsigned char)*s) ? tolower((unsigned char)*s)
							       : toupper((unsigned char)*s));
	}
}

static void the_kernel_does_not_mind_the_case_of_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_FREE char *swapped = xpt_strdup(vectors[i].value);
		XPT_FREE char *shown = NULL;
		struct xpt_hidelist l;

		swap_case(swapped);
		xpt_hidelist_parse(swapped, &l);
		shown = show(&l);
		assert_true(xpt_streq(shown, vectors[i].kernel));
		xpt_hidelist_done(&l);
	}
}

static void a_wildcard_hides_what_it_covers_and_nothing_else(void **state)
{
	struct xpt_hidelist l;

	(void)state;
	xpt_hidelist_parse("(0:4:1.*)(0:5:*.*)(0:6:ffffffff.2)(1:0:0.0)", &l);
	assert_true(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 4, 1, 7}));
	assert_false(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 4, 2, 0}));
	assert_true(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 5, 0x1f, 3}));
	assert_true(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 6, 9, 2}));
	assert_false(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 6, 9, 3}));
	assert_true(xpt_hidelist_hides(&l, &(struct xpt_bdf){1, 0, 0, 0}));
	assert_false(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 0, 0, 0}));
	assert_false(xpt_hidelist_hides(&l, &(struct xpt_bdf){0x10000, 5, 0, 0}));
	xpt_hidelist_done(&l);
}

static void a_refused_list_hides_nothing(void **state)
{
	struct xpt_hidelist l;

	(void)state;
	xpt_hidelist_parse("(0000:04:01.0)(0000:82.0.0)", &l);
	assert_int_equal(l.kernel_error_at, 14);
	assert_false(xpt_hidelist_hides(&l, &(struct xpt_bdf){0, 4, 1, 0}));
	xpt_hidelist_done(&l);
}

/* A small generator, so that a failure can be repeated. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void what_is_written_is_canonical_and_reads_back(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (size_t n = 1; n <= 73; n++) {
		XPT_BDFS addrs = {0};
		XPT_FREE char *value = NULL;
		struct xpt_hidelist l;

		for (size_t i = 0; i < n; i++) {
			uint32_t r = next_random(&seed);
			struct xpt_bdf a = {next_random(&seed) & 0xffff, (uint8_t)r,
					    (r >> 8) & 0x1f, (r >> 13) & 7};

			xpt_bdfs_add(&addrs, &a);
		}
		value = xpt_hidelist_emit(&addrs);
		assert_int_equal(strlen(value), 14 * n);
		xpt_hidelist_parse(value, &l);
		assert_true(l.kernel_accepts && l.xapi_accepts && l.is_canonical);
		assert_int_equal(l.n, n);
		for (size_t i = 0; i < n; i++) {
			assert_true(xpt_bdf_equal(&l.v[i].addr, &addrs.v[i]));
			assert_false(l.v[i].any_dev || l.v[i].any_fn);
		}
		xpt_hidelist_done(&l);
	}
}

static void an_empty_list_has_no_value(void **state)
{
	struct xpt_bdfs none = {0};

	(void)state;
	assert_null(xpt_hidelist_emit(&none));
}

static void only_domains_of_four_digits_can_be_held(void **state)
{
	(void)state;
	assert_true(xpt_hidelist_can_hold(&(struct xpt_bdf){0xffff, 0, 0, 0}));
	assert_false(xpt_hidelist_can_hold(&(struct xpt_bdf){0x10000, 0, 0, 0}));
}

static void the_kernel_takes_1024_bytes_and_no_more(void **state)
{
	char value[XPT_HIDE_VALUE_MAX + 2];
	struct xpt_hidelist l;

	(void)state;
	memset(value, ' ', sizeof(value));
	memcpy(value, "(0000:04:01.0)", 14);
	value[XPT_HIDE_VALUE_MAX] = '\0';
	xpt_hidelist_parse(value, &l);
	assert_int_equal(l.n, 1);
	xpt_hidelist_done(&l);
	value[XPT_HIDE_VALUE_MAX] = ' ';
	value[XPT_HIDE_VALUE_MAX + 1] = '\0';
	xpt_hidelist_parse(value, &l);
	assert_false(l.kernel_accepts);
	assert_int_equal(l.n, 0);
	xpt_hidelist_done(&l);
}

/* The reading of one group by the C library's sscanf, where it and the kernel's mean the same. */
static int libc_group(const char *s, unsigned v[4])
{
	static const struct {
		const char *format;
		unsigned first, count;
	} forms[] = {
		{" (%x:%x:%x.%x) %n", 0, 4}, {" (%x:%x:%x.*) %n", 0, 3}, {" (%x:%x:*.*) %n", 0, 2},
		{" (%x:%x.%x) %n", 1, 3},    {" (%x:%x.*) %n", 1, 2},    {" (%x:*.*) %n", 1, 1},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(forms); i++) {
		void *at[5];
		int end = 0;

		v[0] = 0;
		v[2] = v[3] = UINT32_MAX;
		for (size_t k = 0; k < 5; k++)
			at[k] = k < forms[i].count ? (void *)&v[forms[i].first + k] : (void *)&end;
		sscanf(s, forms[i].format, at[0], at[1], at[2], at[3], at[4]);
		if (end)
			return end;
	}
	return 0;
}

static bool libc_accepts(const char *s)
{
	while (*s) {
		unsigned v[4];
		int n = libc_group(s, v);

		if (!n || v[0] > 0xffff || v[1] > 0xff || (v[2] > 0x1f && v[2] <= INT32_MAX) ||
		    (v[3] > 7 && v[3] <= INT32_MAX))
			return false;
		s += n;
	}
	return true;
}

static void broken_lists_are_judged_as_sscanf_judges_them(void **state)
{
	static const char alphabet[] = "(:.*) 04f";
	unsigned accepted = 0, refused = 0;
	uint32_t seed = 7;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		char value[] = "(0000:04:01.*)(4:*.*) (0:1:1f.7)";
		unsigned changes = 1 + next_random(&seed) % 3;
		struct xpt_hidelist l;

		while (changes--)
			value[next_random(&seed) % (sizeof(value) - 1)] =
				alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		xpt_hidelist_parse(value, &l);
		if (l.kernel_accepts != libc_accepts(value))
			fail_msg("%s: %s", value, l.kernel_accepts ? "accepted" : "refused");
		*(l.kernel_accepts ? &accepted : &refused) += 1;
		xpt_hidelist_done(&l);
	}
	assert_true(accepted > 1000 && refused > 1000);
}

static void check_file(const char *name, const char *bytes, bool want)
{
	XPT_FREE char *value = xpt_strdup(bytes);
	struct xpt_hidelist l;

	value[strcspn(value, "\n")] = '\0';
	xpt_hidelist_parse(value, &l);
	if (l.kernel_accepts != want)
		fail_msg("%s: the kernel %s it", name, want ? "refuses" : "accepts");
	xpt_hidelist_done(&l);
}

static void check_good(const char *name, const char *bytes, size_t len)
{
	(void)len;
	check_file(name, bytes, true);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	(void)len;
	check_file(name, bytes, false);
}

static void the_files_of_the_corpus_are_judged_as_sorted(void **state)
{
	(void)state;
	xpt_corpus_each("tests/fuzz/hidelist/good", check_good);
	xpt_corpus_each("tests/fuzz/hidelist/bad", check_bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reader_has_its_own_verdict),
		cmocka_unit_test(the_kernel_does_not_mind_the_case_of_digits),
		cmocka_unit_test(a_wildcard_hides_what_it_covers_and_nothing_else),
		cmocka_unit_test(a_refused_list_hides_nothing),
		cmocka_unit_test(what_is_written_is_canonical_and_reads_back),
		cmocka_unit_test(an_empty_list_has_no_value),
		cmocka_unit_test(only_domains_of_four_digits_can_be_held),
		cmocka_unit_test(the_kernel_takes_1024_bytes_and_no_more),
		cmocka_unit_test(broken_lists_are_judged_as_sscanf_judges_them),
		cmocka_unit_test(the_files_of_the_corpus_are_judged_as_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
