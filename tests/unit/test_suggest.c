/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "suggest.h"

static const char *suggest(const char *word)
{
	static const char *const known[] = {"siblings", "override", "list", "show", "hide"};
	static struct xpt_strv list;

	if (!list.n) {
		for (size_t i = 0; i < XPT_ARRAY_SIZE(known); i++)
			xpt_strv_add(&list, known[i]);
	}
	if (!word) {
		xpt_strv_done(&list);
		return NULL;
	}
	return xpt_suggest(word, &list);
}

static void one_wrong_missing_extra_or_swapped_letter_is_near(void **state)
{
	(void)state;
	assert_string_equal(suggest("sibling"), "siblings");
	assert_string_equal(suggest("siiblings"), "siblings");
	assert_string_equal(suggest("overwide"), "override");
	assert_string_equal(suggest("lsit"), "list");
	assert_string_equal(suggest("hdie"), "hide");
}

static void another_word_is_not_near(void **state)
{
	(void)state;
	assert_null(suggest("frobnicate"));
	assert_null(suggest("x"));
	assert_null(suggest(""));
}

static void an_endless_word_is_not_near(void **state)
{
	char word[500];

	(void)state;
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_null(suggest(word));
	(void)suggest(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_wrong_missing_extra_or_swapped_letter_is_near),
		cmocka_unit_test(another_word_is_not_near),
		cmocka_unit_test(an_endless_word_is_not_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
