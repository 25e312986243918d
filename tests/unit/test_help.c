/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "help.h"
#include "width.h"

static char *page(const char *command)
{
	XPT_DRAW d = {.width = 0};
	XPT_ARGS args = {0};
	XPT_STRV words = {0};

	xpt_strv_split(&words, command, ' ');
	for (size_t i = 0; i < words.n; i++)
		assert_int_equal(xpt_args_feed(&args, words.v[i], NULL), 0);
	xpt_help(&args, &d);
	return xpt_str_take(&d.out);
}

static void the_overview_names_every_command(void **state)
{
	XPT_FREE char *text = page("");

	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		XPT_FREE char *command = xpt_args_command(xpt_functions[i].name);

		assert_non_null(strstr(text, command));
	}
}

static void a_noun_shows_its_own_commands_only(void **state)
{
	XPT_FREE char *text = page("pci");

	(void)state;
	assert_non_null(strstr(text, "pci reorder"));
	assert_null(strstr(text, "history"));
}

static void a_function_shows_its_parameters_and_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		const struct xpt_function *fn = &xpt_functions[i];
		XPT_FREE char *text = page(fn->name);

		for (size_t k = 0; k < fn->n_params; k++) {
			XPT_FREE char *option = xpt_args_spell(fn->params[k].name);

			assert_true(strstr(text, option) || fn->params[k].positional);
		}
		for (size_t k = 0; fn->examples && fn->examples[k]; k++)
			assert_non_null(strstr(text, fn->examples[k]));
		assert_null(strstr(text, "--token"));
	}
}

static void only_changes_say_that_they_ask(void **state)
{
	XPT_FREE char *hide = page("pci hide"), *list = page("pci list");

	(void)state;
	assert_non_null(strstr(hide, "asks before it changes"));
	assert_non_null(strstr(hide, "--override"));
	assert_null(strstr(list, "asks before it changes"));
	assert_null(strstr(list, "--override"));
}

static void usage_shows_order_and_what_may_be_left_out(void **state)
{
	XPT_FREE char *attach = xpt_help_usage(xpt_function_find("pci_attach"));
	XPT_FREE char *detach = xpt_help_usage(xpt_function_find("pci_detach"));

	(void)state;
	assert_string_equal(attach, "xe-passthrough pci attach VM DEVICES... [OPTIONS]");
	assert_string_equal(detach, "xe-passthrough pci detach VM [DEVICES...] [OPTIONS]");
}

static void pages_are_80_columns_wide_everywhere(void **state)
{
	XPT_FREE char *text = page("pci hide");
	XPT_STRV lines = {0};

	(void)state;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		assert_true(xpt_width(lines.v[i]) <= 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_overview_names_every_command),
		cmocka_unit_test(a_noun_shows_its_own_commands_only),
		cmocka_unit_test(a_function_shows_its_parameters_and_examples),
		cmocka_unit_test(only_changes_say_that_they_ask),
		cmocka_unit_test(usage_shows_order_and_what_may_be_left_out),
		cmocka_unit_test(pages_are_80_columns_wide_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
