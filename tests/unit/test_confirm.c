/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes by the built command: the plan, the question on a pseudo-terminal, one host after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "command.h"

#define PLAN \
	"{\"schema\":1,\"host\":null,\"missing\":[],\"warnings\":[],\"operation\":null," \
	"\"dry_run\":true,\"changed\":true,\"devices\":[\"0000:3b:00.0\"],\"steps\":[{\"do\":" \
	"\"boot_line\",\"subject\":\"xen-pciback.hide\",\"from\":null,\"to\":\"(0000:3b:00.0)\"," \
	"\"state\":\"planned\"}],\"needs\":{\"host_reboot\":true,\"vm_restart\":[]}}"
#define DONE \
	"{\"schema\":1,\"host\":null,\"missing\":[],\"warnings\":[],\"operation\":\"op-1\"," \
	"\"dry_run\":false,\"changed\":true,\"devices\":[\"0000:3b:00.0\"],\"steps\":[{\"do\":" \
	"\"boot_line\",\"subject\":\"xen-pciback.hide\",\"from\":null,\"to\":\"(0000:3b:00.0)\"," \
	"\"state\":\"done\"}],\"needs\":{\"host_reboot\":true,\"vm_restart\":[]}}"
#define SAME \
	"{\"schema\":1,\"host\":null,\"missing\":[],\"warnings\":[],\"operation\":null," \
	"\"dry_run\":true,\"changed\":false,\"devices\":[],\"steps\":[]," \
	"\"needs\":{\"host_reboot\":false,\"vm_restart\":[]}}"
/* ---- changes ---- */

static void without_a_terminal_a_change_must_be_agreed_to(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_hide", DONE);
	xpt_command_expect(
		w, "pci hide 3b:00.0", 2, "",
		"xe-passthrough: pci hide changes something, and there is no terminal to ask on\n"
		"  try: --dry-run to see what it would do, --yes to do it\n");
	assert_int_equal(xpt_command_calls(w, ""), 0);
	xpt_command_expect(w, "pci hide 3b:00.0 --yes", 0,
			   "Done for 0000:3b:00.0, operation op-1:\n"
			   "  set xen-pciback.hide on dom0's kernel line: (none) -> "
			   "(0000:3b:00.0)\n"
			   "Takes effect at the next boot of the host.\n",
			   "");
	assert_int_equal(xpt_command_calls(w, ""), 1);
}

static void a_dry_run_calls_for_the_plan_only(void **state)
{
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_hide.plan", PLAN);
	xpt_command_expect(w, "pci hide 3b:00.0 --dry-run --yes", 0,
			   "Plan for 0000:3b:00.0:\n"
			   "  set xen-pciback.hide on dom0's kernel line: (none) -> "
			   "(0000:3b:00.0)\n"
			   "Takes effect at the next boot of the host.\n",
			   "");
	assert_int_equal(xpt_command_calls(w, ""), 1);
}

static void a_yes_on_a_terminal_changes(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_STR screen = {0};

	xpt_command_answer(w, "pci_hide.plan", PLAN);
	xpt_command_answer(w, "pci_hide", DONE);
	assert_int_equal(xpt_command_on_terminal(w, "pci hide 3b:00.0", "y\n", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "(none) -> (0000:3b:00.0)"));
	assert_non_null(strstr(screen.s, "Go on? [y/N] "));
	assert_non_null(strstr(screen.s, "Done, operation op-1."));
	assert_int_equal(xpt_command_calls(w, ""), 2);
}

static void anything_but_a_yes_changes_nothing(void **state)
{
	static const char *const no[] = {"n\n", "\n", "yeah\n", "\x04"};
	const struct xpt_command_world *w = *state;

	xpt_command_answer(w, "pci_hide.plan", PLAN);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(no); i++) {
		XPT_STR screen = {0};

		assert_int_equal(
			xpt_command_on_terminal(w, "pci hide 3b:00.0", no[i], 100, &screen), 1);
		assert_non_null(strstr(screen.s, "Nothing was changed."));
		assert_int_equal(xpt_command_calls(w, ""), i + 1);
	}
}

static void nothing_to_do_is_not_asked_about(void **state)
{
	const struct xpt_command_world *w = *state;
	XPT_STR screen = {0};

	xpt_command_answer(w, "pci_hide.plan", SAME);
	assert_int_equal(xpt_command_on_terminal(w, "pci hide 3b:00.0", "", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "Nothing to change"));
	assert_null(strstr(screen.s, "Go on?"));
	assert_int_equal(xpt_command_calls(w, ""), 1);
}

static void json_never_asks(void **state)
{
	XPT_STR screen = {0};

	assert_int_equal(
		xpt_command_on_terminal(*state, "pci hide 3b:00.0 --json", "y\n", 100, &screen), 2);
	assert_null(strstr(screen.s, "Go on?"));
	assert_non_null(strstr(screen.s, "\"code\":\"XPT_USAGE\""));
}

static void a_plan_that_one_host_refuses_changes_none(void **state)
{
	struct xpt_command_world *w = *state;
	struct xpt_command_result r;

	xpt_command_add_pool(w, 1);
	xpt_command_answer(w, "pci_hide.plan.h1", PLAN);
	xpt_command_refuse(w, "pci_hide.plan.h2", "XPT_REFUSED", "it carries /", "boot-disk@a", "");
	xpt_command_answer(w, "pci_hide", DONE);
	xpt_command_run(w, "pci hide 3b:00.0 --host all --yes", &r);
	assert_int_equal(r.status, 3);
	assert_non_null(strstr(r.err.s, "xe-passthrough: two: it carries /\n"));
	assert_non_null(strstr(r.err.s, "xe-passthrough: no host was changed\n"));
	assert_int_equal(xpt_command_calls(w, "<name>dry_run</name><value>true</value>"),
			 xpt_command_calls(w, ""));
	xpt_command_result_done(&r);
}

static void the_first_host_that_fails_ends_a_change(void **state)
{
	struct xpt_command_world *w = *state;
	struct xpt_command_result r;

	xpt_command_add_pool(w, 2);
	xpt_command_answer(w, "pci_hide.plan", PLAN);
	xpt_command_answer(w, "pci_hide.h2", DONE);
	xpt_command_refuse(w, "pci_hide.h1", "XPT_SYSTEM", "no space left", "", "");
	xpt_command_run(w, "pci hide 3b:00.0 --host all --yes", &r);
	assert_int_equal(r.status, 1);
	assert_non_null(strstr(r.err.s, "xe-passthrough: one: no space left\n"));
	assert_non_null(
		strstr(r.err.s, "two: left as it is, because the change failed on host 'one'"));
	assert_int_equal(xpt_command_calls(w, "<name>dry_run</name>"), 2);
	assert_int_equal(xpt_command_calls(w, ""), 3);
	xpt_command_result_done(&r);
	xpt_command_answer(w, "pci_hide.h1", DONE);
	xpt_command_run(w, "pci hide 3b:00.0 --host all --yes", &r);
	assert_int_equal(r.status, 0);
	assert_int_equal(xpt_command_calls(w, ""), 7);
	xpt_command_result_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		XPT_COMMAND_TEST(without_a_terminal_a_change_must_be_agreed_to),
		XPT_COMMAND_TEST(a_dry_run_calls_for_the_plan_only),
		XPT_COMMAND_TEST(a_yes_on_a_terminal_changes),
		XPT_COMMAND_TEST(anything_but_a_yes_changes_nothing),
		XPT_COMMAND_TEST(nothing_to_do_is_not_asked_about),
		XPT_COMMAND_TEST(json_never_asks),
		XPT_COMMAND_TEST(a_plan_that_one_host_refuses_changes_none),
		XPT_COMMAND_TEST(the_first_host_that_fails_ends_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
