/* SPDX-License-Identifier: GPL-2.0-or-later */
/* draw.c and table.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "table.h"
#include "width.h"

static const struct xpt_column columns[] = {{"ID", false}, {"NAME", true}, {"NOTE", true}};

static void fill(struct xpt_table *t, const char *name, const char *note)
{
	xpt_table_init(t, columns, XPT_ARRAY_SIZE(columns));
	xpt_table_cell(t, XPT_PLAIN, "1");
	xpt_table_cell(t, XPT_PLAIN, name);
	xpt_table_cell(t, XPT_PLAIN, note);
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	XPT_DRAW d = {.width = 0};
	XPT_TABLE t = {0};

	(void)state;
	fill(&t, "a longer name", NULL);
	xpt_table_draw(&t, &d);
	assert_string_equal(d.out.s, "ID  NAME           NOTE\n1   a longer name  -\n");
}

static void wide_letters_keep_columns_straight(void **state)
{
	XPT_DRAW d = {.width = 0};
	XPT_TABLE t = {0};

	(void)state;
	fill(&t, "\xe6\x9d\xb1\xe4\xba\xac", "x");
	xpt_table_draw(&t, &d);
	assert_string_equal(d.out.s, "ID  NAME  NOTE\n1   \xe6\x9d\xb1\xe4\xba\xac  x\n");
}

static void the_widest_column_is_cut_where_the_terminal_ends(void **state)
{
	XPT_DRAW d = {.width = 40};
	XPT_TABLE t = {0};
	char *line;

	(void)state;
	fill(&t, "a name of thirty-two letters here", "note to keep");
	xpt_table_draw(&t, &d);
	line = strchr(d.out.s, '\n') + 1;
	assert_string_equal(line, "1   a name of thirty-two \xe2\x80\xa6  note to keep\n");
	line[strlen(line) - 1] = '\0';
	assert_true(xpt_width(line) <= 40);
}

static void without_a_terminal_nothing_is_cut(void **state)
{
	XPT_DRAW d = {.width = 0};
	XPT_TABLE t = {0};
	char name[401];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	fill(&t, name, "x");
	xpt_table_draw(&t, &d);
	assert_non_null(strstr(d.out.s, name));
}

static void control_bytes_never_get_through(void **state)
{
	static const char evil[] = "\033]0;owned\a\n\xc2\x9b"
				   "31m\xff";
	XPT_DRAW d = {.width = 0, .has_colour = false};
	XPT_TABLE t = {0};

	(void)state;
	fill(&t, evil, evil);
	xpt_table_draw(&t, &d);
	xpt_draw_line(&d, 0, XPT_PLAIN, "%s", evil);
	xpt_draw_fact(&d, "label", XPT_PLAIN, "%s", evil);
	assert_null(strchr(d.out.s, '\033'));
	assert_null(strchr(d.out.s, '\a'));
	assert_null(strstr(d.out.s, "\xc2\x9b"));
	assert_null(strchr(d.out.s, '\xff'));
	assert_non_null(strstr(d.out.s, "\\x1b]0;owned\\x07\\x0a"));
}

static void colours_end_where_they_began(void **state)
{
	XPT_DRAW d = {.has_colour = true};

	(void)state;
	xpt_draw_line(&d, 2, XPT_BAD, "bad");
	xpt_draw_line(&d, 0, XPT_PLAIN, "plain");
	assert_string_equal(d.out.s, "  \033[31mbad\033[0m\nplain\n");
}

static void long_lines_are_wrapped_between_words(void **state)
{
	XPT_DRAW d = {.width = 40};

	(void)state;
	xpt_draw_fact(&d, "label", XPT_PLAIN, "one two three four five six seven");
	assert_string_equal(d.out.s, "  label            one two three four\n"
				     "                   five six seven\n");
}

static void a_word_longer_than_the_line_stays_whole(void **state)
{
	XPT_DRAW d = {.width = 40};
	static const char word[] = "0123456789012345678901234567890123456789012345";

	(void)state;
	xpt_draw_line(&d, 4, XPT_PLAIN, "see %s there", word);
	assert_string_equal(d.out.s, "    see\n"
				     "    0123456789012345678901234567890123456789012345\n"
				     "    there\n");
}

static void a_long_label_gets_a_line_of_its_own(void **state)
{
	XPT_DRAW d = {.width = 0};

	(void)state;
	xpt_draw_entry(&d, 2, 10, "--override REASONS", XPT_PLAIN, "help");
	assert_string_equal(d.out.s, "  --override REASONS\n          help\n");
}

static void gaps_are_single(void **state)
{
	XPT_DRAW d = {.width = 0};

	(void)state;
	xpt_draw_gap(&d);
	xpt_draw_line(&d, 0, XPT_PLAIN, "a");
	xpt_draw_gap(&d);
	xpt_draw_gap(&d);
	xpt_draw_line(&d, 0, XPT_PLAIN, "b");
	assert_string_equal(d.out.s, "a\n\nb\n");
}

static void paragraphs_are_filled_anew(void **state)
{
	XPT_DRAW d = {.width = 0};

	(void)state;
	xpt_draw_paragraphs(&d, 0, "one \ntwo\nthree\n\nfour");
	assert_string_equal(d.out.s, "one two three\n\nfour\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(wide_letters_keep_columns_straight),
		cmocka_unit_test(the_widest_column_is_cut_where_the_terminal_ends),
		cmocka_unit_test(without_a_terminal_nothing_is_cut),
		cmocka_unit_test(control_bytes_never_get_through),
		cmocka_unit_test(colours_end_where_they_began),
		cmocka_unit_test(long_lines_are_wrapped_between_words),
		cmocka_unit_test(a_word_longer_than_the_line_stays_whole),
		cmocka_unit_test(a_long_label_gets_a_line_of_its_own),
		cmocka_unit_test(gaps_are_single),
		cmocka_unit_test(paragraphs_are_filled_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
