/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the contract alone can offer; what a host adds is in test_command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "complete.h"

/* The candidates without descriptions, a blank behind each. Words are separated by one blank. */
static char *offered(const char *line)
{
	XPT_STRV words = {0}, lines = {0};
	XPT_STR out = {0};
	struct xpt_str s = {0};

	xpt_strv_split(&words, line, ' ');
	xpt_complete(words.n, words.v, &out);
	xpt_strv_split(&lines, xpt_str_text(&out), '\n');
	for (size_t i = 0; i < lines.n; i++) {
		if (*lines.v[i])
			xpt_str_addf(&s, "%.*s ", (int)strcspn(lines.v[i], "\t"), lines.v[i]);
	}
	return xpt_str_take(&s);
}

static void expect(const char *line, const char *candidates)
{
	XPT_FREE char *text = offered(line);

	assert_string_equal(text, candidates);
}

static void commands_word_by_word(void **state)
{
	(void)state;
	expect("", "describe history op pci status version completion help ");
	expect("p", "pci ");
	expect("pci ", "attach detach groups hide list reorder show unhide ");
	expect("--json pci sh", "show ");
	expect("op r", "resolve ");
	expect("frobnicate ", "describe history op pci status version completion help ");
}

static void options_of_the_command_and_of_all(void **state)
{
	(void)state;
	expect("pci hide --s", "--siblings ");
	expect("pci hide --siblings --s", "");
	expect("pci hide --o", "--override ");
	expect("pci list --o", "");
	expect("--ho", "--host ");
	expect("pci hide --tok", "");
	expect("status -", "--host --json --verbose --quiet --root --help --version ");
	expect("pci hide -", "--devices --siblings --override --host --dry-run --yes --json "
			     "--verbose --quiet --root "
			     "--help --version ");
}

static void choices_and_reasons(void **state)
{
	(void)state;
	expect("op resolve X ", "keep ");
	expect("op resolve X --accept=", "--accept=keep ");
	expect("pci hide 3b:00.0 --override boot", "boot-disk@ ");
	expect("pci hide 3b:00.0 --override swap@0000:01:00.0,boot",
	       "swap@0000:01:00.0,boot-disk@ ");
}

static void nothing_where_nothing_fits(void **state)
{
	(void)state;
	expect("status ", "");
	expect("status -- --j", "");
	expect("history --limit ", "");
}

static void no_words_offer_the_commands(void **state)
{
	XPT_STR out = {0};

	(void)state;
	xpt_complete(0, NULL, &out);
	assert_non_null(strstr(out.s, "pci\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_word_by_word),
		cmocka_unit_test(options_of_the_command_and_of_all),
		cmocka_unit_test(choices_and_reasons),
		cmocka_unit_test(nothing_where_nothing_fits),
		cmocka_unit_test(no_words_offer_the_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
