/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The built command: what it calls, what it prints, how it ends. Changes are in test_confirm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "command.h"

#define DEVICES \
	"{\"devices\":[{\"address\":\"0000:3b:00.0\",\"name\":\"NVIDIA " \
	"H100\",\"vendor_id\":\"10de\",\"device_id\":" \
	"\"2331\",\"vendor_name\":\"NVIDIA Corporation\",\"device_name\":\"GH100 [H100]\"}," \
	"{\"address\":\"0000:3b:00.1\",\"name\":\"10de:22ba\",\"vendor_id\":\"10de\",\"device_" \
	"id\":\"22ba\"}]}"

/* ---- reading ---- */

static void json_is_what_the_plugin_said(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_list", "{\"devices\":[],  \"odd\" : 1}");
	xpt_command_expect(w, "pci list --json", 0, "{\"devices\":[],  \"odd\" : 1}\n", "");
	assert_int_equal(
		xpt_command_calls(w,
				  "<methodName>pci_list</methodName><params><param><value/></param>"
				  "<param><value><struct/></value></param></params>"),
		1);
}

static void parameters_and_host_travel_as_strings(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_list", "{\"devices\":[]}");
	xpt_command_expect(w, "pci list class:03 3b:00.0 --bridges --host xcp2", 0,
			   "No PCI devices.\n", "");
	assert_int_equal(
		xpt_command_calls(w, "<name>devices</name><value>class:03,3b:00.0</value>"), 1);
	assert_int_equal(xpt_command_calls(w, "<name>bridges</name><value>true</value>"), 1);
	assert_int_equal(xpt_command_calls(w, "<name>host</name><value>xcp2</value>"), 1);
}

static void quiet_prints_errors_only(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_list", "{\"devices\":[]}");
	xpt_command_expect(w, "pci list -q", 0, "", "");
	xpt_command_refuse(w, "pci_list", "XPT_SYSTEM", "no luck", "", "");
	xpt_command_expect(w, "pci list -q", 1, "", "xe-passthrough: no luck\n");
}

static void verbose_says_what_is_called(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_list", "{\"devices\":[]}");
	xpt_command_expect(w, "pci list -v --bridges", 0, "No PCI devices.\n",
			   "calling /etc/xapi.d/plugins/passthrough: pci_list bridges=true\n");
}

/* ---- errors ---- */

static void errors_end_with_the_next_step(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_refuse(w, "pci_show", "XPT_NOT_FOUND", "there is no such device",
			   "0000:3b:00.0", "pci list shows them");
	xpt_command_expect(w, "pci show 3b:00.0", 4, "",
			   "xe-passthrough: there is no such device\n  try: pci list shows them\n");
	xpt_command_expect(
		w, "pci show 3b:00.0 --json", 4,
		"{\"error\":{\"code\":\"XPT_NOT_FOUND\",\"sentence\":\"there is no such device\","
		"\"subject\":\"0000:3b:00.0\",\"hint\":\"pci list shows them\"}}\n",
		"");
}

static void wrong_usage_is_told_before_anything_is_called(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_expect(w, "pci shwo", 2, "",
			   "xe-passthrough: there is no command 'pci shwo'\n"
			   "  try: xe-passthrough pci show\n");
	xpt_command_expect(
		w, "pci shwo --json", 2,
		"{\"error\":{\"code\":\"XPT_USAGE\",\"sentence\":\"there is no command 'pci "
		"shwo'\",\"subject\":\"pci shwo\",\"hint\":\"xe-passthrough pci show\"}}\n",
		"");
	assert_int_equal(xpt_command_calls(w, ""), 0);
}

static void refusals_stand_one_per_line_with_what_to_type(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_refuse(w, "pci_hide.plan", "XPT_REFUSED", "a carries / <- sda; b carries swap",
			   "boot-disk@a,swap@b", "use another disk");
	xpt_command_expect(w, "pci hide a b --dry-run", 3, "",
			   "xe-passthrough: refused for 2 reasons:\n"
			   "  a carries / <- sda\n"
			   "  b carries swap\n"
			   "  try: use another disk\n"
			   "  Going on in spite of this can cost the host its disk or network: it "
			   "may not boot any more, or not be reached.\n"
			   "  whoever is sure: --override boot-disk@a,swap@b\n");
	xpt_command_refuse(w, "pci_hide.plan", "XPT_REFUSED", "a carries / <- sda; b is a bridge",
			   "boot-disk@a", "");
	xpt_command_expect(w, "pci hide a b --dry-run", 3, "",
			   "xe-passthrough: refused for 2 reasons:\n"
			   "  a carries / <- sda\n"
			   "  b is a bridge\n"
			   "  Going on in spite of this can cost the host its disk or network: it "
			   "may not boot any more, or not be reached.\n"
			   "  not all of this can be overridden; what can: --override "
			   "boot-disk@a\n");
	xpt_command_refuse(w, "pci_hide.plan", "XPT_REFUSED", "VM ml1 has a", "held-by-vm@a", "");
	xpt_command_expect(w, "pci hide a --dry-run", 3, "",
			   "xe-passthrough: VM ml1 has a\n"
			   "  whoever is sure: --override held-by-vm@a\n");
}

static void a_plugin_that_fails_is_told(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_expect(
		w, "status", 1, "",
		"xe-passthrough: /etc/xapi.d/plugins/passthrough ended with status 7: no answer "
		"left\n");
	xpt_command_write(w->root, "answers/status", "no XML", 0644);
	{
		struct xpt_command_result r;

		xpt_command_run(w, "status", &r);
		assert_int_equal(r.status, 1);
		assert_non_null(strstr(r.err.s, "xe-passthrough: the plugin's answer: "));
		xpt_command_result_done(&r);
	}
}

static void arguments_that_cannot_travel_are_refused(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_STR line = {0};
	struct xpt_command_result r;

	xpt_str_add(&line, "pci list ");
	while (line.len < 125000)
		xpt_str_add(&line, "0000:3b:00.0,");
	xpt_command_run(w, line.s, &r);
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err.s, "more than the 122880 that fit into one call"));
	assert_int_equal(xpt_command_calls(w, ""), 0);
	xpt_command_result_done(&r);
}

static void all_hosts_need_a_toolstack(void **state)
{
	struct xpt_command_result r;

	xpt_command_run(*state, "status --host all", &r);
	assert_int_equal(r.status, 6);
	assert_non_null(strstr(r.err.s, "cannot tell the hosts of the pool"));
	xpt_command_result_done(&r);
}

static void all_hosts_answer_one_by_one(void **state)
{
	struct xpt_command_world *w = *state;

	xpt_command_add_pool(w, 2);
	xpt_command_answer(w, "pci_list.h1", "{\"devices\":[]}");
	xpt_command_refuse(w, "pci_list.h2", "XPT_BUSY", "the plugin is busy", "", "wait");
	xpt_command_expect(w, "pci list --host all", 5, "== one\nNo PCI devices.\n\n",
			   "xe-passthrough: two: the plugin is busy\n  try: wait\n");
	xpt_command_expect(
		w, "pci list --host all --json", 5,
		"{\"hosts\":[{\"host\":\"h1\",\"name\":\"one\",\"answer\":{\"devices\":[]}},"
		"{\"host\":\"h2\",\"name\":\"two\",\"error\":{\"code\":\"XPT_BUSY\",\"sentence\":"
		"\"the plugin is busy\",\"subject\":null,\"hint\":\"wait\"}}]}\n",
		"");
}

/* ---- the terminal ---- */

static void colours_are_for_terminals_that_want_them(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_STR screen = {0}, plain = {0};
	struct xpt_command_result r;

	xpt_command_answer(w, "pci_list", DEVICES);
	assert_int_equal(xpt_command_on_terminal(w, "pci list", "", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "\033[1mADDRESS\033[0m"));
	setenv("NO_COLOR", "1", 1);
	assert_int_equal(xpt_command_on_terminal(w, "pci list", "", 100, &plain), 0);
	unsetenv("NO_COLOR");
	assert_null(strchr(plain.s, '\033'));
	xpt_command_run(w, "pci list", &r);
	assert_null(strchr(r.out.s, '\033'));
	xpt_command_result_done(&r);
}

static void a_narrow_terminal_cuts_and_a_file_does_not(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_STR screen = {0};
	struct xpt_command_result r;

	xpt_command_answer(
		w, "pci_list",
		"{\"devices\":[{\"address\":\"0000:3b:00.0\",\"name\":\"A maker with a very long "
		"name, a device with a name that is no shorter\"}]}");
	assert_int_equal(xpt_command_on_terminal(w, "pci list", "", 70, &screen), 0);
	assert_non_null(strstr(screen.s, "\xe2\x80\xa6"));
	assert_null(strstr(screen.s, "no shorter"));
	xpt_command_run(w, "pci list", &r);
	assert_non_null(strstr(r.out.s, "no shorter"));
	assert_null(strstr(r.out.s, "\xe2\x80\xa6"));
	xpt_command_result_done(&r);
}

/* ---- completion ---- */

static void devices_are_offered_with_their_names(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_list", DEVICES);
	xpt_command_expect(w, "__complete pci hide 0000:3b:00.0,3b", 0,
			   "0000:3b:00.0,3b:00.0\tNVIDIA H100\n0000:3b:00.0,3b:00.1\t10de:22ba\n",
			   "");
}

static void what_cannot_be_found_out_is_not_offered(void **state)
{
	xpt_command_expect(*state, "__complete pci hide 0", 0, "", "");
	xpt_command_expect(*state, "__complete pci attach w", 0, "", "");
}

/* bash gets words that it cut at colons, and wants candidates without what it keeps. */
static void bash_completes_across_colons(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_FREE char *script = xpt_fmt(
		"source <(%s completion bash); COMP_WORDS=(%s pci hide 0000 : 3b) COMP_CWORD=5; "
		"COMP_LINE=\"${COMP_WORDS[0]} pci hide 0000:3b\" COMP_TYPE=9; "
		"COMP_POINT=${#COMP_LINE}; _xe_passthrough; printf '%%s\\n' \"${COMPREPLY[@]}\"",
		w->command, w->command);
	XPT_FREE char *command = NULL;
	char line[256] = "";
	FILE *f;

	xpt_command_answer(w, "pci_list", DEVICES);
	xpt_command_write(w->root, "try.bash", script, 0644);
	command = xpt_fmt("XE_PASSTHROUGH_ROOT=%s bash %s/try.bash 2>&1", w->root, w->root);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(line, "3b:00.0\n");
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(line, "3b:00.1\n");
	assert_null(fgets(line, sizeof(line), f));
	assert_int_equal(pclose(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		XPT_COMMAND_TEST(json_is_what_the_plugin_said),
		XPT_COMMAND_TEST(parameters_and_host_travel_as_strings),
		XPT_COMMAND_TEST(quiet_prints_errors_only),
		XPT_COMMAND_TEST(verbose_says_what_is_called),
		XPT_COMMAND_TEST(errors_end_with_the_next_step),
		XPT_COMMAND_TEST(wrong_usage_is_told_before_anything_is_called),
		XPT_COMMAND_TEST(refusals_stand_one_per_line_with_what_to_type),
		XPT_COMMAND_TEST(a_plugin_that_fails_is_told),
		XPT_COMMAND_TEST(arguments_that_cannot_travel_are_refused),
		XPT_COMMAND_TEST(all_hosts_need_a_toolstack),
		XPT_COMMAND_TEST(all_hosts_answer_one_by_one),
		XPT_COMMAND_TEST(colours_are_for_terminals_that_want_them),
		XPT_COMMAND_TEST(a_narrow_terminal_cuts_and_a_file_does_not),
		XPT_COMMAND_TEST(devices_are_offered_with_their_names),
		XPT_COMMAND_TEST(what_cannot_be_found_out_is_not_offered),
		XPT_COMMAND_TEST(bash_completes_across_colons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
