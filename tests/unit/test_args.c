/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "args.h"

/* A line as a shell would cut it, without quotes. */
static int parse(const char *line, struct xpt_args *args, struct xpt_err *err)
{
	XPT_STRV words = {0};

	xpt_strv_split(&words, line, ' ');
	return xpt_args_parse(words.n, words.v, args, err);
}

static void expect_call(const char *line, const char *function, const char *name, const char *value)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_ARGS args = {0};

	assert_int_equal(parse(line, &args, &err), 0);
	assert_non_null(args.fn);
	assert_string_equal(args.fn->name, function);
	if (value)
		assert_string_equal(xpt_args_value(&args, name), value);
	else if (name)
		assert_null(xpt_args_value(&args, name));
}

static void expect_usage(const char *line, const char *sentence, const char *hint)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_ARGS args = {0};

	assert_int_not_equal(parse(line, &args, &err), 0);
	assert_int_equal(err.code, XPT_USAGE);
	assert_string_equal(err.sentence, sentence);
	assert_string_equal(err.hint, hint);
}

static void two_words_name_a_function(void **state)
{
	(void)state;
	expect_call("pci list", "pci_list", "devices", NULL);
	expect_call("pci_list", "pci_list", "devices", NULL);
	expect_call("status", "status", NULL, NULL);
	expect_call("op resolve X keep", "op_resolve", "accept", "keep");
}

static void positional_words_go_to_parameters_in_order(void **state)
{
	(void)state;
	expect_call("pci attach win11 3b:00.0", "pci_attach", "vm", "win11");
	expect_call("pci attach win11 3b:00.0", "pci_attach", "devices", "3b:00.0");
	expect_call("pci attach --vm win11 3b:00.0", "pci_attach", "devices", "3b:00.0");
	expect_call("pci attach 3b:00.0 --vm=win11", "pci_attach", "devices", "3b:00.0");
}

static void several_words_make_a_list(void **state)
{
	(void)state;
	expect_call("pci hide 3b:00.0 3b:00.1", "pci_hide", "devices", "3b:00.0,3b:00.1");
	expect_call("pci hide 3b:00.0,3b:00.1 5e:00.0", "pci_hide", "devices",
		    "3b:00.0,3b:00.1,5e:00.0");
	expect_call("pci detach vm1 3b:00.0 3b:00.1", "pci_detach", "devices", "3b:00.0,3b:00.1");
	expect_call("pci hide --devices 3b:00.0 --devices 3b:00.1", "pci_hide", "devices",
		    "3b:00.0,3b:00.1");
	expect_call("pci hide 3b:00.0 --override a --override b@0000:3b:00.0", "pci_hide",
		    "override", "a,b@0000:3b:00.0");
}

static void booleans_stand_alone_or_with_a_value(void **state)
{
	(void)state;
	expect_call("pci hide 3b:00.0 --siblings", "pci_hide", "siblings", "true");
	expect_call("pci hide --siblings 3b:00.0", "pci_hide", "devices", "3b:00.0");
	expect_call("pci hide 3b:00.0 --siblings=false", "pci_hide", "siblings", "false");
}

static void dashes_and_underscores_are_the_same(void **state)
{
	XPT_ARGS args = {0};

	(void)state;
	assert_int_equal(parse("pci hide 3b:00.0 --dry_run", &args, NULL), 0);
	assert_true(args.dry_run);
	expect_call("op-resolve X keep", "op_resolve", "operation", "X");
}

static void global_options_may_stand_anywhere(void **state)
{
	XPT_ARGS args = {0};

	(void)state;
	assert_int_equal(parse("--host xcp2 pci --json list -vq --root=/tmp", &args, NULL), 0);
	assert_string_equal(args.fn->name, "pci_list");
	assert_string_equal(args.host, "xcp2");
	assert_string_equal(args.root, "/tmp");
	assert_true(args.json && args.verbose && args.quiet);
	assert_false(args.yes || args.dry_run || args.help);
	assert_int_equal(args.names.n, 0);
}

static void words_after_two_dashes_are_no_options(void **state)
{
	(void)state;
	expect_call("pci attach -- --vm 3b:00.0", "pci_attach", "vm", "--vm");
	expect_call("pci hide -", "pci_hide", "devices", "-");
}

static void help_is_asked_at_every_level(void **state)
{
	static const char *const lines[] = {
		"", "--help", "pci --help", "pci hide -h", "help pci hide", "pci help"};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(lines); i++) {
		XPT_ARGS args = {0};

		assert_int_equal(parse(lines[i], &args, NULL), 0);
		assert_true(args.help);
	}
}

static void a_slip_in_a_command_names_the_one_that_was_meant(void **state)
{
	(void)state;
	expect_usage("pci lst", "there is no command 'pci lst'", "xe-passthrough pci list");
	expect_usage("pci unhid 3b:00.0", "there is no command 'pci unhid'",
		     "xe-passthrough pci unhide");
	expect_usage("stauts", "there is no command 'stauts'", "xe-passthrough status");
	expect_usage("attach vm1", "there is no command 'attach'", "xe-passthrough pci attach");
	expect_usage("frobnicate", "there is no command 'frobnicate'", "xe-passthrough --help");
	expect_usage("pci frob", "there is no command 'pci frob'", "xe-passthrough pci --help");
	expect_usage("pci frobnicate", "there is no command 'pci frobnicate'",
		     "xe-passthrough pci --help");
}

static void a_slip_in_an_option_names_the_one_that_was_meant(void **state)
{
	(void)state;
	expect_usage("pci hide 3b:00.0 --sibling", "pci hide has no option --sibling",
		     "--siblings");
	expect_usage("pci list --overide x", "pci list has no option --overide",
		     "xe-passthrough pci list --help");
	expect_usage("status --jason", "status has no option --jason", "--json");
	expect_usage(
		"--siblings pci hide 3b:00.0",
		"there is no global option --siblings; a command's own options stand behind it",
		"xe-passthrough --help");
	expect_usage("status -x", "there is no option -x", "xe-passthrough --help");
}

static void what_no_hand_may_give_is_no_option(void **state)
{
	(void)state;
	expect_usage("status --token x", "status has no option --token",
		     "xe-passthrough status --help");
}

static void what_is_missing_is_said(void **state)
{
	(void)state;
	expect_usage("pci attach win11",
		     "pci attach needs DEVICES: which, in the order the guest is to see them",
		     "xe-passthrough pci attach win11 0000:3b:00.0,0000:3b:00.1");
	expect_usage(
		"pci",
		"pci what? There is: attach, detach, groups, hide, list, reorder, show, unhide",
		"xe-passthrough pci --help");
	expect_usage("pci attach --vm", "--vm wants a value",
		     "--vm VALUE: VM that is to have them");
	expect_usage("status --host", "--host wants a value",
		     "--host VALUE: ask this host of the pool (name or uuid), or all of them "
		     "(default: this "
		     "one)");
}

static void what_is_too_much_is_said(void **state)
{
	(void)state;
	expect_usage("status now", "status has no use for 'now'", "xe-passthrough status --help");
	expect_usage("op resolve X keep keep", "op resolve has no use for 'keep'",
		     "xe-passthrough op resolve --help");
	expect_usage("pci attach a b --vm c --vm d", "vm is given twice: 'c' and 'd'",
		     "say it once");
	expect_usage("status --json=maybe", "--json cannot be 'maybe'", "say true or false");
}

static void an_empty_value_is_a_value(void **state)
{
	(void)state;
	expect_call("pci list --devices=", "pci_list", "devices", "");
}

static void no_parameter_of_the_contract_is_hidden_by_a_global_option(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		for (size_t k = 0; k < xpt_functions[i].n_params; k++)
			assert_true(xpt_args_is_option(&xpt_functions[i].params[k]));
	}
}

static void every_example_of_the_contract_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < xpt_n_functions; i++) {
		const char *const *example = xpt_functions[i].examples;

		for (; example && *example; example++)
			expect_call(*example, xpt_functions[i].name, NULL, NULL);
	}
}

static void completion_sees_where_the_line_stands(void **state)
{
	XPT_ARGS args = {0};

	(void)state;
	assert_int_equal(xpt_args_feed(&args, "pci", NULL), 0);
	assert_null(args.fn);
	assert_string_equal(args.command, "pci");
	assert_int_equal(xpt_args_feed(&args, "attach", NULL), 0);
	assert_string_equal(xpt_args_next_positional(&args)->name, "vm");
	assert_int_equal(xpt_args_feed(&args, "win11", NULL), 0);
	assert_string_equal(xpt_args_next_positional(&args)->name, "devices");
	assert_int_equal(xpt_args_feed(&args, "3b:00.0", NULL), 0);
	assert_string_equal(xpt_args_next_positional(&args)->name, "devices");
	assert_int_equal(xpt_args_feed(&args, "--override", NULL), 0);
	assert_string_equal(args.pending->name, "override");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_words_name_a_function),
		cmocka_unit_test(positional_words_go_to_parameters_in_order),
		cmocka_unit_test(several_words_make_a_list),
		cmocka_unit_test(booleans_stand_alone_or_with_a_value),
		cmocka_unit_test(dashes_and_underscores_are_the_same),
		cmocka_unit_test(global_options_may_stand_anywhere),
		cmocka_unit_test(words_after_two_dashes_are_no_options),
		cmocka_unit_test(help_is_asked_at_every_level),
		cmocka_unit_test(a_slip_in_a_command_names_the_one_that_was_meant),
		cmocka_unit_test(a_slip_in_an_option_names_the_one_that_was_meant),
		cmocka_unit_test(what_no_hand_may_give_is_no_option),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(what_is_too_much_is_said),
		cmocka_unit_test(an_empty_value_is_a_value),
		cmocka_unit_test(no_parameter_of_the_contract_is_hidden_by_a_global_option),
		cmocka_unit_test(every_example_of_the_contract_is_understood),
		cmocka_unit_test(completion_sees_where_the_line_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
