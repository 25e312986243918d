/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/macro.h"
#include "sexpr.h"

/* What is read, joined with '|'. */
static void assert_set(const char *text, const char *members)
{
	XPT_STRV set = {0};
	XPT_FREE char *joined = NULL;

	assert_int_equal(xd_sexpr_read_set(text, &set), 0);
	joined = xpt_strv_join(&set, "|");
	assert_string_equal(joined, members);
}

static void assert_map(const char *text, const char *pairs)
{
	XPT_STRV map = {0};
	XPT_FREE char *joined = NULL;

	assert_int_equal(xd_sexpr_read_map(text, &map), 0);
	joined = xpt_strv_join(&map, "|");
	assert_string_equal(joined, pairs);
}

static void a_set_is_quoted_strings_in_parentheses(void **state)
{
	(void)state;
	assert_set("('OpaqueRef:1' 'OpaqueRef:2')", "OpaqueRef:1|OpaqueRef:2");
	assert_set("('one')", "one");
	assert_set("('')", "");
	assert_set(" ( 'a'\t\"b\"\n'c' ) ", "a|b|c");
	assert_set("('a b' '()' '\"')", "a b|()|\"");
}

static void a_map_is_a_list_of_pairs(void **state)
{
	(void)state;
	assert_map("(('pci' '0/0000:3b:00.0') ('folder' ''))", "pci|0/0000:3b:00.0|folder|");
	assert_map("(('k''v')('k2''v2'))", "k|v|k2|v2");
}

static void an_empty_list_is_a_set_and_a_map(void **state)
{
	XPT_STRV none = {0};

	(void)state;
	assert_int_equal(xd_sexpr_read_set("()", &none), 0);
	assert_int_equal(xd_sexpr_read_map("( )", &none), 0);
	assert_int_equal(none.n, 0);
}

static void a_backslash_keeps_quotes_and_itself(void **state)
{
	(void)state;
	assert_set("('it\\'s' 'C:\\\\dir' '\\a')", "it's|C:\\dir|a");
	assert_set("(\"it's\" \"a\\\"b\")", "it's|a\"b");
}

static void reading_appends_to_what_is_there(void **state)
{
	XPT_STRV list = {0};
	XPT_FREE char *joined = NULL;

	(void)state;
	xpt_strv_add(&list, "before");
	assert_int_equal(xd_sexpr_read_set("('a')", &list), 0);
	assert_int_equal(xd_sexpr_read_map("(('k' 'v'))", &list), 0);
	joined = xpt_strv_join(&list, "|");
	assert_string_equal(joined, "before|a|k|v");
}

static void what_is_no_list_is_refused_and_leaves_the_output(void **state)
{
	static const char *const NO_SETS[] = {
		"",     "a",      "'a'",   "(",      "('a'",      "('a' b)",
		"('a)", "('a\\'", "('a\\", "('a'))", "('a') 'b'", "(('a' 'b'))",
	};
	static const char *const NO_MAPS[] = {
		"",          "(('k'))", "(('k' 'v')",      "('k' 'v')", "(('k' 'v' 'w'))",
		"(('k' v))", "((",      "(('k' 'v') 'w')",
	};
	XPT_STRV list = {0};

	(void)state;
	xpt_strv_add(&list, "before");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(NO_SETS); i++)
		if (xd_sexpr_read_set(NO_SETS[i], &list) != -EINVAL)
			fail_msg("%s is read as a set", NO_SETS[i]);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(NO_MAPS); i++)
		if (xd_sexpr_read_map(NO_MAPS[i], &list) != -EINVAL)
			fail_msg("%s is read as a map", NO_MAPS[i]);
	assert_int_equal(list.n, 1);
}

static const char *const AWKWARD[] = {"", "it's", "a\\'b\\", "\"", "(x)", " a\tb\n"};

static void what_is_written_is_read_back(void **state)
{
	XPT_STRV list = {0}, set = {0}, map = {0};
	XPT_FREE char *set_text = NULL;
	XPT_FREE char *map_text = NULL;

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(AWKWARD); i++)
		xpt_strv_add(&list, AWKWARD[i]);
	set_text = xd_sexpr_write_set(&list);
	map_text = xd_sexpr_write_map(&list);
	assert_int_equal(xd_sexpr_read_set(set_text, &set), 0);
	assert_int_equal(xd_sexpr_read_map(map_text, &map), 0);
	assert_int_equal(set.n, list.n);
	assert_int_equal(map.n, list.n);
	for (size_t i = 0; i < list.n; i++) {
		assert_string_equal(set.v[i], list.v[i]);
		assert_string_equal(map.v[i], list.v[i]);
	}
}

static void lists_are_written_as_xapi_writes_them(void **state)
{
	XPT_STRV list = {0};
	XPT_FREE char *no_set = xd_sexpr_write_set(&list);
	XPT_FREE char *no_map = xd_sexpr_write_map(&list);
	XPT_FREE char *set = NULL;
	XPT_FREE char *map = NULL;

	(void)state;
	assert_string_equal(no_set, "()");
	assert_string_equal(no_map, "()");
	xpt_strv_split(&list, "k|it's|k2|a\\b", '|');
	set = xd_sexpr_write_set(&list);
	map = xd_sexpr_write_map(&list);
	assert_string_equal(set, "('k' 'it\\'s' 'k2' 'a\\\\b')");
	assert_string_equal(map, "(('k' 'it\\'s') ('k2' 'a\\\\b'))");
}

static void white_space_is_protected_in_the_file(void **state)
{
	XPT_FREE char *protected = xd_sexpr_protect("a b\tc\nd\re 50%");

	(void)state;
	assert_string_equal(protected, "a%.b%tc%nd%re%.50%%");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(AWKWARD); i++) {
		XPT_FREE char *text = xd_sexpr_protect(AWKWARD[i]);
		XPT_FREE char *back = xd_sexpr_unprotect(text);

		assert_null(strpbrk(text, " \t\r\n"));
		assert_string_equal(back, AWKWARD[i]);
	}
}

static void an_unknown_protection_is_kept(void **state)
{
	XPT_FREE char *text = xd_sexpr_unprotect("%x %%. %");

	(void)state;
	assert_string_equal(text, "%x %. %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_is_quoted_strings_in_parentheses),
		cmocka_unit_test(a_map_is_a_list_of_pairs),
		cmocka_unit_test(an_empty_list_is_a_set_and_a_map),
		cmocka_unit_test(a_backslash_keeps_quotes_and_itself),
		cmocka_unit_test(reading_appends_to_what_is_there),
		cmocka_unit_test(what_is_no_list_is_refused_and_leaves_the_output),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(lists_are_written_as_xapi_writes_them),
		cmocka_unit_test(white_space_is_protected_in_the_file),
		cmocka_unit_test(an_unknown_protection_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
