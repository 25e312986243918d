/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contract, the plugin's handlers and the command's drawings speak of the same functions. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/contract.h"
#include "base/str.h"
#include "drawing.h"
#include "handlers.h"

static bool has_drawing(const char *function)
{
	for (size_t i = 0; i < xpt_n_drawings; i++) {
		if (!strcmp(xpt_drawings[i].function, function))
			return true;
	}
	return false;
}

static void every_function_has_a_handler_and_a_drawing(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		assert_non_null(xpt_handler_find(xpt_functions[i].name));
		assert_true(has_drawing(xpt_functions[i].name));
	}
}

static void there_is_no_handler_without_a_function(void **state)
{
	(void)state;
	assert_int_equal(xpt_n_handlers, xpt_n_functions);
	assert_int_equal(xpt_n_drawings, xpt_n_functions);
	for (size_t i = 0; i < xpt_n_handlers; i++)
		assert_non_null(xpt_function_find(xpt_handlers[i].function));
}

static void functions_are_sorted_and_named_noun_verb(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		const char *name = xpt_functions[i].name;

		for (const char *c = name; *c; c++)
			assert_true(islower((unsigned char)*c) || *c == '_');
		if (i)
			assert_true(strcmp(xpt_functions[i - 1].name, name) < 0);
	}
}

static bool is_help(const char *text)
{
	return text && *text && !xpt_has_suffix(text, ".");
}

static void every_function_parameter_and_field_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		const struct xpt_function *f = &xpt_functions[i];

		assert_true(is_help(f->summary));
		assert_non_null(f->examples);
		assert_non_null(f->examples[0]);
		for (size_t p = 0; p < f->n_params; p++) {
			assert_true(is_help(f->params[p].help));
			assert_int_equal(f->params[p].type == XPT_T_CHOICE,
					 f->params[p].choices != NULL);
			assert_ptr_equal(xpt_function_param(f, f->params[p].name), &f->params[p]);
		}
		for (size_t n = 0; n < f->n_fields; n++)
			assert_true(is_help(f->fields[n].help));
	}
}

static void required_positionals_come_before_optional_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		bool is_optional = false;

		for (size_t p = 0; p < xpt_functions[i].n_params; p++) {
			const struct xpt_param *param = &xpt_functions[i].params[p];

			if (!param->positional)
				continue;
			assert_false(is_optional && param->required);
			is_optional |= !param->required;
		}
	}
}

static void only_changes_take_dry_run_and_override(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		const struct xpt_function *f = &xpt_functions[i];
		bool is_change = f->effect == XPT_CHANGES;

		assert_int_equal(xpt_function_param(f, "dry_run") != NULL, is_change);
		assert_int_equal(xpt_function_param(f, "override") != NULL, is_change);
		assert_non_null(xpt_function_param(f, "host"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_has_a_handler_and_a_drawing),
		cmocka_unit_test(there_is_no_handler_without_a_function),
		cmocka_unit_test(functions_are_sorted_and_named_noun_verb),
		cmocka_unit_test(every_function_parameter_and_field_is_explained),
		cmocka_unit_test(required_positionals_come_before_optional_ones),
		cmocka_unit_test(only_changes_take_dry_run_and_override),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
