/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void expect_clean(const char *text, const char *wanted)
{
	XPT_FREE char *clean = xpt_clean(text, strlen(text));

	assert_string_equal(clean, wanted);
}

static void text_in_any_script_stays_as_it_is(void **state)
{
	static const char *const texts[] = {
		"",         "web 01", "Größe",    "שרת",          "خادم",
		"サーバー", "🖥",   "a\u200db", "\xef\xbf\xbd",
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(texts); i++)
		expect_clean(texts[i], texts[i]);
}

static void control_characters_and_broken_sequences_are_shown_as_bytes(void **state)
{
	(void)state;
	expect_clean("a\tb\nc\x1b[2J", "a\\x09b\\x0ac\\x1b[2J");
	expect_clean("\x7f\xc2\x9b", "\\x7f\\xc2\\x9b");
	expect_clean("\xc0\xaf\xed\xa0\x80\xf5", "\\xc0\\xaf\\xed\\xa0\\x80\\xf5");
	expect_clean("\xe2\x82", "\\xe2\\x82");
	expect_clean("\xef\xbf\xbe", "\\xef\\xbf\\xbe");
}

/* The three bytes of a character between U+0800 and U+FFFF. */
static void encode(unsigned c, char ret[4])
{
	ret[0] = (char)(0xe0 | c >> 12);
	ret[1] = (char)(0x80 | (c >> 6 & 0x3f));
	ret[2] = (char)(0x80 | (c & 0x3f));
	ret[3] = '\0';
}

static bool reorders_or_breaks_a_line(unsigned c)
{
	return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void no_name_can_reorder_or_break_a_line(void **state)
{
	(void)state;
	for (unsigned c = 0x2000; c < 0x2100; c++) {
		char text[4];
		XPT_FREE char *clean = NULL;

		encode(c, text);
		clean = xpt_clean(text, 3);
		if (!strcmp(clean, text) == reorders_or_breaks_a_line(c))
			fail_msg("U+%04X becomes '%s'", c, clean);
	}
	expect_clean("x\xe2\x80\xaeslaf\xe2\x80\xac", "x\\xe2\\x80\\xaeslaf\\xe2\\x80\\xac");
}

static void expect_cut(const char *text, size_t max, const char *wanted)
{
	XPT_FREE char *cut = xpt_clean_cut(text, max);

	assert_string_equal(cut, wanted);
}

static void text_for_a_sentence_is_cut_between_characters(void **state)
{
	(void)state;
	expect_cut("", 0, "");
	expect_cut("a", 0, "...");
	expect_cut("abc", 3, "abc");
	expect_cut("abcd", 3, "abc...");
	expect_cut("\xc3\xa4\xc3\xb6\xc3\xbc", 5, "\xc3\xa4\xc3\xb6...");
	expect_cut("\xc3\xa4\xc3\xb6\xc3\xbc", 6, "\xc3\xa4\xc3\xb6\xc3\xbc");
	expect_cut("a\nb", 5, "a\\x0a...");
	expect_cut("a\nb", 4, "a...");
	expect_cut("a\xe2\x80\xae", 12, "a...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_in_any_script_stays_as_it_is),
		cmocka_unit_test(control_characters_and_broken_sequences_are_shown_as_bytes),
		cmocka_unit_test(no_name_can_reorder_or_break_a_line),
		cmocka_unit_test(text_for_a_sentence_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
