/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "codec/cmdline.h"

#define KEY "xen-pciback.hide"

static void both_readers_cut_lines_their_own_way(void **state)
{
	static const struct {
		const char *line, *kernel, *exact; /* words joined by '|' */
	} vectors[] = {
		{"", "", ""},
		{"  ", "", ""},
		{"root=LABEL=root-x ro quiet", "root=LABEL=root-x|ro|quiet",
		 "root=LABEL=root-x|ro|quiet"},
		{" a  b ", "a|b", "a|b"},
		{"a=\"x y\" b", "a=\"x y\"|b", "a=\"x y\"|b"},
		{"a=\"x y\"z b", "a=\"x y\"z|b", "a=\"x y\"z|b"},
		{"\"a=x y\" b", "\"a=x y\"|b", "\"a=x|y\"|b"},
		{"a=\"x y b", "a=\"x y b", "a=\"x|y|b"},
		{"a\"b c\" d\"", "a\"b c\"|d\"", "a\"b c\"|d\""},
		{"a\tb c", "a|b|c", "a\tb|c"},
		{"a=\"1 2\"\"3 4\" c", "a=\"1 2\"\"3 4\"|c", "a=\"1 2\"\"3|4\"|c"},
		{"a\xa0"
		 "b",
		 "a|b",
		 "a\xa0"
		 "b"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_STRV kernel = {0};
		XPT_STRV exact = {0};
		XPT_FREE char *as_kernel = NULL, *as_exact = NULL;

		xpt_cmdline_words(vectors[i].line, &kernel);
		xpt_cmdline_words_exact(vectors[i].line, &exact);
		as_kernel = xpt_strv_join(&kernel, "|");
		as_exact = xpt_strv_join(&exact, "|");
		assert_string_equal(as_kernel, vectors[i].kernel);
		assert_string_equal(as_exact, vectors[i].exact);
	}
}

static void both_readers_find_their_own_values(void **state)
{
	static const struct {
		const char *line, *kernel, *exact; /* values joined by '|', NULL for none */
	} vectors[] = {
		{"ro quiet", NULL, NULL},
		{KEY "=(1)", "(1)", "(1)"},
		{KEY "=(1) x " KEY "=(2)", "(1)|(2)", "(1)|(2)"},
		{"xen_pciback.hide=(1)", "(1)", NULL},
		{"xen-pciback.hide", "", ""},
		{"xen-pciback.hide=", "", ""},
		{KEY "x=(1) x" KEY "=(2) Xen-pciback.hide=(3)", NULL, NULL},
		{KEY "=\"(1) (2)\"", "(1) (2)", "\"(1) (2)\""},
		{"\"" KEY "=(1) (2)\"", "(1) (2)", NULL},
		{KEY "=\"(1)", "(1)", "\"(1)"},
		{KEY "=(1)\"", "(1)\"", "(1)\""},
		{"ro -- " KEY "=(1)", NULL, "(1)"},
		{"a=--b --c " KEY "=(1)=2", "(1)=2", "(1)=2"},
		{"\"", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_STRV words = {0}, exact_words = {0}, kernel = {0}, exact = {0};
		XPT_FREE char *as_kernel = NULL, *as_exact = NULL;

		xpt_cmdline_words(vectors[i].line, &words);
		xpt_cmdline_values(&words, KEY, &kernel);
		xpt_cmdline_words_exact(vectors[i].line, &exact_words);
		xpt_cmdline_values_exact(&exact_words, KEY, &exact);
		assert_int_equal(kernel.n > 0, vectors[i].kernel != NULL);
		assert_int_equal(exact.n > 0, vectors[i].exact != NULL);
		as_kernel = xpt_strv_join(&kernel, "|");
		as_exact = xpt_strv_join(&exact, "|");
		assert_string_equal(as_kernel, vectors[i].kernel ? vectors[i].kernel : "");
		assert_string_equal(as_exact, vectors[i].exact ? vectors[i].exact : "");
	}
}

static void an_edit_moves_the_word_to_the_end_with_one_blank(void **state)
{
	static const struct {
		const char *line, *word, *result;
	} vectors[] = {
		{"root=x ro", KEY "=(1)", "root=x ro " KEY "=(1)"},
		{"root=x " KEY "=(0) ro", KEY "=(1)", "root=x ro " KEY "=(1)"},
		{"root=x  " KEY "=(0)   ro", NULL, "root=x ro"},
		{KEY "=(0) " KEY " " KEY "=(2)", KEY "=(1)", KEY "=(1)"},
		{KEY "=(0)", NULL, ""},
		{"", KEY "=(1)", KEY "=(1)"},
		{"xen_pciback.hide=(0)", NULL, "xen_pciback.hide=(0)"},
		{"a=\"x  y\" b", NULL, "a=\"x  y\" b"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_FREE char *result = xpt_cmdline_edit(vectors[i].line, KEY, vectors[i].word);

		assert_string_equal(result, vectors[i].result);
	}
}

/* What must hold for any line at all. */
static void check_line(const char *name, const char *bytes, size_t len)
{
	XPT_FREE char *line = xpt_strndup(bytes, len);
	XPT_FREE char *set = xpt_cmdline_edit(line, KEY, KEY "=(0000:04:00.0)");
	XPT_FREE char *again = xpt_cmdline_edit(set, KEY, KEY "=(0000:04:00.0)");
	XPT_FREE char *deleted = xpt_cmdline_edit(set, KEY, NULL);
	XPT_STRV words = {0}, values = {0}, kernel = {0};

	(void)name;
	assert_string_equal(set, again);
	assert_int_equal(strlen(set),
			 strlen(deleted) + (*deleted != '\0') + strlen(KEY "=(0000:04:00.0)"));
	xpt_cmdline_words_exact(set, &words);
	xpt_cmdline_values_exact(&words, KEY, &values);
	assert_int_equal(values.n, 1);
	assert_string_equal(values.v[0], "(0000:04:00.0)");
	xpt_cmdline_words(line, &kernel);
	for (size_t i = 0; i < kernel.n; i++) {
		assert_false(xpt_cmdline_is_space(kernel.v[i][0]));
		assert_true(*kernel.v[i] != '\0');
	}
}

static void setting_is_idempotent_and_leaves_one_word_on_any_line(void **state)
{
	(void)state;
	xpt_corpus_each("tests/fuzz/cmdline/good", check_line);
	xpt_corpus_each("tests/fuzz/cmdline/bad", check_line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_readers_cut_lines_their_own_way),
		cmocka_unit_test(both_readers_find_their_own_values),
		cmocka_unit_test(an_edit_moves_the_word_to_the_end_with_one_blank),
		cmocka_unit_test(setting_is_idempotent_and_leaves_one_word_on_any_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
