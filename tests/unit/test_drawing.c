/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every answer tests/golden/FUNCTION.NAME.json is drawn as for a file (NAME.txt) and as for a terminal of 80
 * columns (NAME.80.txt). `make golden` writes them anew; they are reviewed like code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <string.h>
#include <cmocka.h>

#include "api/contract.h"
#include "drawing.h"
#include "file.h"
#include "width.h"

#define GOLDEN "tests/golden"
#define GOLDEN_MAX (1u << 20)

static void compare(const char *path, const char *drawn)
{
	XPT_FREE char *golden = NULL;

	if (getenv("XPT_GOLDEN"))
		assert_int_equal(xpt_file_write(path, drawn, strlen(drawn), 0644, NULL), 0);
	if (xpt_file_read(path, GOLDEN_MAX, &golden, NULL, NULL) < 0)
		fail_msg("%s is missing: make golden", path);
	assert_string_equal(drawn, golden);
}

/* Only a word that is longer than the terminal may stand over its edge. */
static void fits(const char *drawn, size_t width)
{
	XPT_STRV lines = {0};

	xpt_strv_split(&lines, drawn, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *text = lines.v[i] + strspn(lines.v[i], " ");

		if (xpt_width(lines.v[i]) > width && strchr(text, ' '))
			fail_msg("too wide: %s", lines.v[i]);
	}
}

static void is_clean(const char *drawn)
{
	for (; *drawn; drawn++)
		assert_true((unsigned char)*drawn >= ' ' || *drawn == '\n');
}

static void draw_at(const char *stem, const struct xpt_json *answer, size_t width)
{
	XPT_FREE char *function = xpt_strndup(stem, strcspn(stem, "."));
	XPT_FREE char *path = width ? xpt_fmt(GOLDEN "/%s.%zu.txt", stem, width)
				    : xpt_fmt(GOLDEN "/%s.txt", stem);
	XPT_DRAW d = {.width = width};

	assert_non_null(xpt_function_find(function));
	xpt_drawing_draw(&d, function, answer);
	is_clean(xpt_str_text(&d.out));
	if (width)
		fits(xpt_str_text(&d.out), width);
	compare(path, xpt_str_text(&d.out));
}

static struct xpt_json *load(const char *name)
{
	XPT_FREE char *path = xpt_fmt(GOLDEN "/%s", name);
	XPT_FREE char *text = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_json *doc = NULL;

	assert_int_equal(xpt_file_read(path, GOLDEN_MAX, &text, NULL, NULL), 0);
	if (xpt_json_parse(text, strlen(text), &doc, &err))
		fail_msg("%s: %s", path, err.sentence);
	return doc;
}

static void answers_are_drawn_as_reviewed(void **state)
{
	DIR *dir = opendir(GOLDEN);
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		XPT_FREE char *stem = NULL;
		XPT_JSON *answer = NULL;

		if (!xpt_has_suffix(entry->d_name, ".json"))
			continue;
		answer = load(entry->d_name);
		stem = xpt_strndup(entry->d_name, strlen(entry->d_name) - strlen(".json"));
		draw_at(stem, answer, 0);
		draw_at(stem, answer, 80);
		n++;
	}
	closedir(dir);
	assert_true(n >= 10);
}

static void contract_and_drawings_name_the_same_functions(void **state)
{
	(void)state;
	assert_int_equal(xpt_n_drawings, xpt_n_functions);
	for (size_t i = 0; i < xpt_n_drawings; i++)
		assert_string_equal(xpt_drawings[i].function, xpt_functions[i].name);
}

static void an_answer_without_anything_is_drawn_too(void **state)
{
	XPT_JSON *empty = NULL, *odd = NULL;
	static const char text[] = "{\"devices\":[null,1,{}],\"changes\":[{}],\"vms\":\"x\","
				   "\"steps\":[{}],\"changed\":true,\"missing\":[{}],"
				   "\"warnings\":[{}],\"hidden\":[{}],\"unsettled\":[{}],"
				   "\"functions\":[{}],\"reasons\":[[]]}";

	(void)state;
	assert_int_equal(xpt_json_parse("{}", 2, &empty, NULL), 0);
	assert_int_equal(xpt_json_parse(text, strlen(text), &odd, NULL), 0);
	for (size_t i = 0; i < xpt_n_functions; i++) {
		XPT_DRAW d = {.width = 80};

		xpt_drawing_draw(&d, xpt_functions[i].name, empty);
		xpt_drawing_draw(&d, xpt_functions[i].name, odd);
		assert_true(d.out.len > 0);
	}
}

static void what_was_shown_before_is_not_shown_again(void **state)
{
	XPT_JSON *plan = load("pci_hide.plan.json"), *done = load("pci_hide.done.json");
	XPT_JSON *other = load("pci_attach.done.json");
	XPT_DRAW d = {.width = 0};

	(void)state;
	xpt_draw_change_done(&d, plan, done);
	assert_string_equal(d.out.s, "Done, operation 20261120-101500-4f2a.\n"
				     "Takes effect at the next boot of the host.\n");
	xpt_str_done(&d.out);
	xpt_draw_change_done(&d, plan, other);
	assert_non_null(strstr(d.out.s, "Things changed since the plan was made."));
	assert_non_null(strstr(d.out.s, "(none) -> 0/0000:3b:00.0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_drawn_as_reviewed),
		cmocka_unit_test(contract_and_drawings_name_the_same_functions),
		cmocka_unit_test(an_answer_without_anything_is_drawn_too),
		cmocka_unit_test(what_was_shown_before_is_not_shown_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
