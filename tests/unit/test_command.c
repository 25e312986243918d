/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built command against a root that holds a plugin of ours: a script which notes how it was called and
 * says what the test left in files. Questions are asked on a pseudo-terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/str.h"
#include "codec/xmlrpc.h"

#define PATIENCE_MS 20000

/* Answers with the file answers/FUNCTION, or answers/FUNCTION.plan for a dry run. */
static const char plugin[] =
	"#!/bin/sh\n"
	"cd \"$XE_PASSTHROUGH_ROOT\" || exit 9\n"
	"printf '%s\\n' \"$1\" >>calls\n"
	"fn=${1#*<methodName>}; fn=${fn%%<*}\n"
	"case $1 in *'<name>dry_run</name><value>true<'*) fn=$fn.plan ;; esac\n"
	"[ -f \"answers/$fn\" ] || { echo 'no answer left' >&2; exit 7; }\n"
	"cat \"answers/$fn\"\n";

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
#define DEVICES \
	"{\"devices\":[{\"address\":\"0000:3b:00.0\",\"vendor_id\":\"10de\",\"device_id\":" \
	"\"2331\",\"vendor_name\":\"NVIDIA Corporation\",\"device_name\":\"GH100 [H100]\"}," \
	"{\"address\":\"0000:3b:00.1\",\"vendor_id\":\"10de\",\"device_id\":\"22ba\"}]}"

struct world {
	char root[64];
	char command[PATH_MAX];
};

struct result {
	int status;
	struct xpt_str out, err;
};

/* ---- the root ---- */

static void write_file(const char *root, const char *name, const char *text, mode_t mode)
{
	XPT_FREE char *path = xpt_fmt("%s/%s", root, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_not_equal(fputs(text, f), EOF);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void answer(const struct world *w, const char *function, const char *json)
{
	XPT_FREE char *name = xpt_fmt("answers/%s", function);
	XPT_VALUE *value = xpt_value_str(json);
	XPT_STR xml = {0};

	xpt_xmlrpc_write_success(&xml, value);
	write_file(w->root, name, xml.s, 0644);
}

static void refuse(const struct world *w, const char *function, const char *code,
		   const char *sentence, const char *subject, const char *hint)
{
	XPT_FREE char *name = xpt_fmt("answers/%s", function);
	const char *const strings[] = {code, sentence, subject, hint};
	XPT_STRV description = {0};
	XPT_STR xml = {0};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(strings); i++)
		xpt_strv_add(&description, strings[i]);
	xpt_xmlrpc_write_failure(&xml, &description);
	write_file(w->root, name, xml.s, 0644);
}

/* How often the plugin was called with this text in its argument. */
static size_t calls(const struct world *w, const char *text)
{
	XPT_FREE char *path = xpt_fmt("%s/calls", w->root);
	FILE *f = fopen(path, "r");
	char line[8192];
	size_t n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, text) != NULL;
	if (f)
		fclose(f);
	return n;
}

static int make_world(void **state)
{
	static const char *const dirs[] = {"etc", "etc/xapi.d", "etc/xapi.d/plugins", "answers"};
	struct world *w = xpt_alloc(sizeof(*w));
	ssize_t n = readlink("/proc/self/exe", w->command, sizeof(w->command) - 1);
	char *slash;

	assert_true(n > 0);
	slash = strstr(w->command, "/tests/test_command");
	assert_non_null(slash);
	memcpy(slash, "/xe-passthrough", sizeof("/xe-passthrough"));
	strcpy(w->root, "/tmp/xpt-command.XXXXXX");
	assert_non_null(mkdtemp(w->root));
	for (size_t i = 0; i < XPT_ARRAY_SIZE(dirs); i++) {
		XPT_FREE char *path = xpt_fmt("%s/%s", w->root, dirs[i]);

		assert_int_equal(mkdir(path, 0755), 0);
	}
	write_file(w->root, "etc/xapi.d/plugins/passthrough", plugin, 0755);
	*state = w;
	return 0;
}

static int remove_world(void **state)
{
	struct world *w = *state;
	XPT_FREE char *command = xpt_fmt("rm -rf %s", w->root);
	int failed = system(command);

	free(w);
	return failed;
}

/* ---- running the command ---- */

/* In a child: become the command; line is cut at blanks. */
static void become(const struct world *w, const char *line)
{
	struct xpt_strv words = {0};

	xpt_strv_split(&words, line, ' ');
	xpt_strv_take(&words, NULL);
	setenv("XE_PASSTHROUGH_ROOT", w->root, 1);
	setenv("TERM", "xterm", 1);
	words.v = xpt_grow(words.v, words.n + 1, sizeof(*words.v));
	memmove(words.v + 1, words.v, words.n * sizeof(*words.v));
	words.v[0] = xpt_strdup("xe-passthrough");
	execv(w->command, words.v);
	_exit(99);
}

/* Everything until the other side closes; a pseudo-terminal says so with EIO. */
static void read_all(int fd, struct xpt_str *into)
{
	char buf[4096];

	for (;;) {
		struct pollfd p = {fd, POLLIN, 0};
		ssize_t n;

		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		xpt_str_addn(into, buf, (size_t)n);
	}
}

static int wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void run(const struct world *w, const char *line, struct result *ret)
{
	int out[2], err[2];
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	assert_int_equal(pipe(err), 0);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		become(w, line);
	}
	close(out[1]);
	close(err[1]);
	*ret = (struct result){0};
	read_all(out[0], &ret->out);
	read_all(err[0], &ret->err);
	close(out[0]);
	close(err[0]);
	ret->status = wait_for(pid);
}

static void result_done(struct result *r)
{
	xpt_str_done(&r->out);
	xpt_str_done(&r->err);
}

static void expect(const struct world *w, const char *line, int status, const char *out,
		   const char *err)
{
	struct result r;

	run(w, line, &r);
	assert_string_equal(xpt_str_text(&r.err), err);
	assert_string_equal(xpt_str_text(&r.out), out);
	assert_int_equal(r.status, status);
	result_done(&r);
}

/* On a terminal of that many columns, with typed as what the admin types. Returns the status. */
static int run_on_terminal(const struct world *w, const char *line, const char *typed,
			   unsigned short columns, struct xpt_str *screen)
{
	struct winsize size = {.ws_row = 24, .ws_col = columns};
	int terminal, status;
	pid_t pid = forkpty(&terminal, NULL, NULL, &size);

	assert_true(pid >= 0);
	if (pid == 0)
		become(w, line);
	assert_int_equal(write(terminal, typed, strlen(typed)), strlen(typed));
	read_all(terminal, screen);
	status = wait_for(pid);
	close(terminal);
	return status;
}

/* ---- reading ---- */

static void json_is_what_the_plugin_said(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_list", "{\"devices\":[],  \"odd\" : 1}");
	expect(w, "pci list --json", 0, "{\"devices\":[],  \"odd\" : 1}\n", "");
	assert_int_equal(calls(w, "<methodName>pci_list</methodName><params><param><value/></param>"
				  "<param><value><struct/></value></param></params>"),
			 1);
}

static void parameters_and_host_travel_as_strings(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_list", "{\"devices\":[]}");
	expect(w, "pci list class:03 3b:00.0 --bridges --host xcp2", 0, "No PCI devices.\n", "");
	assert_int_equal(calls(w, "<name>devices</name><value>class:03,3b:00.0</value>"), 1);
	assert_int_equal(calls(w, "<name>bridges</name><value>true</value>"), 1);
	assert_int_equal(calls(w, "<name>host</name><value>xcp2</value>"), 1);
}

static void quiet_prints_errors_only(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_list", "{\"devices\":[]}");
	expect(w, "pci list -q", 0, "", "");
	refuse(w, "pci_list", "XPT_SYSTEM", "no luck", "", "");
	expect(w, "pci list -q", 1, "", "xe-passthrough: no luck\n");
}

static void verbose_says_what_is_called(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_list", "{\"devices\":[]}");
	expect(w, "pci list -v --bridges", 0, "No PCI devices.\n",
	       "calling /etc/xapi.d/plugins/passthrough: pci_list bridges=true\n");
}

/* ---- errors ---- */

static void errors_end_with_the_next_step(void **state)
{
	const struct world *w = *state;

	refuse(w, "pci_show", "XPT_NOT_FOUND", "there is no such device", "0000:3b:00.0",
	       "pci list shows them");
	expect(w, "pci show 3b:00.0", 4, "",
	       "xe-passthrough: there is no such device\n  try: pci list shows them\n");
	expect(w, "pci show 3b:00.0 --json", 4,
	       "{\"error\":{\"code\":\"XPT_NOT_FOUND\",\"sentence\":\"there is no such device\","
	       "\"subject\":\"0000:3b:00.0\",\"hint\":\"pci list shows them\"}}\n",
	       "");
}

static void wrong_usage_is_told_before_anything_is_called(void **state)
{
	const struct world *w = *state;

	expect(w, "pci shwo", 2, "",
	       "xe-passthrough: there is no command 'pci shwo'\n"
	       "  try: xe-passthrough pci show\n");
	expect(w, "pci shwo --json", 2,
	       "{\"error\":{\"code\":\"XPT_USAGE\",\"sentence\":\"there is no command 'pci "
	       "shwo'\",\"subject\":\"pci shwo\",\"hint\":\"xe-passthrough pci show\"}}\n",
	       "");
	assert_int_equal(calls(w, ""), 0);
}

static void refusals_stand_one_per_line_with_what_to_type(void **state)
{
	const struct world *w = *state;

	refuse(w, "pci_hide.plan", "XPT_REFUSED", "a carries / <- sda; b carries swap",
	       "boot-disk@a,swap@b", "use another disk");
	expect(w, "pci hide a b --dry-run", 3, "",
	       "xe-passthrough: refused for 2 reasons:\n"
	       "  a carries / <- sda\n"
	       "  b carries swap\n"
	       "  try: use another disk\n"
	       "  to go on in spite of it: --override boot-disk@a,swap@b\n");
	refuse(w, "pci_hide.plan", "XPT_REFUSED", "a carries / <- sda; b is a bridge",
	       "boot-disk@a", "");
	expect(w, "pci hide a b --dry-run", 3, "",
	       "xe-passthrough: refused for 2 reasons:\n"
	       "  a carries / <- sda\n"
	       "  b is a bridge\n"
	       "  only these could be overridden: --override boot-disk@a\n");
}

static void a_plugin_that_fails_is_told(void **state)
{
	const struct world *w = *state;

	expect(w, "status", 1, "",
	       "xe-passthrough: /etc/xapi.d/plugins/passthrough ended with status 7: no answer "
	       "left\n");
	write_file(w->root, "answers/status", "no XML", 0644);
	{
		struct result r;

		run(w, "status", &r);
		assert_int_equal(r.status, 1);
		assert_non_null(strstr(r.err.s, "xe-passthrough: the plugin's answer: "));
		result_done(&r);
	}
}

static void arguments_that_cannot_travel_are_refused(void **state)
{
	const struct world *w = *state;
	XPT_STR line = {0};
	struct result r;

	xpt_str_add(&line, "pci list ");
	while (line.len < 125000)
		xpt_str_add(&line, "0000:3b:00.0,");
	run(w, line.s, &r);
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err.s, "more than the 122880 that fit into one call"));
	assert_int_equal(calls(w, ""), 0);
	result_done(&r);
}

static void all_hosts_need_a_toolstack(void **state)
{
	struct result r;

	run(*state, "status --host all", &r);
	assert_int_equal(r.status, 6);
	assert_non_null(strstr(r.err.s, "cannot tell the hosts of the pool"));
	result_done(&r);
}

/* ---- changes ---- */

static void without_a_terminal_a_change_must_be_agreed_to(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_hide", DONE);
	expect(w, "pci hide 3b:00.0", 2, "",
	       "xe-passthrough: pci hide changes something, and there is no terminal to ask on\n"
	       "  try: --dry-run to see what it would do, --yes to do it\n");
	assert_int_equal(calls(w, ""), 0);
	expect(w, "pci hide 3b:00.0 --yes", 0,
	       "Done for 0000:3b:00.0, operation op-1:\n"
	       "  boot line xen-pciback.hide: none -> (0000:3b:00.0)\n"
	       "Takes effect at the next boot of the host.\n",
	       "");
	assert_int_equal(calls(w, ""), 1);
}

static void a_dry_run_calls_for_the_plan_only(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_hide.plan", PLAN);
	expect(w, "pci hide 3b:00.0 --dry-run --yes", 0,
	       "Plan for 0000:3b:00.0:\n"
	       "  boot line xen-pciback.hide: none -> (0000:3b:00.0)\n"
	       "Takes effect at the next boot of the host.\n",
	       "");
	assert_int_equal(calls(w, ""), 1);
}

static void a_yes_on_a_terminal_changes(void **state)
{
	const struct world *w = *state;
	XPT_STR screen = {0};

	answer(w, "pci_hide.plan", PLAN);
	answer(w, "pci_hide", DONE);
	assert_int_equal(run_on_terminal(w, "pci hide 3b:00.0", "y\n", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "none -> (0000:3b:00.0)"));
	assert_non_null(strstr(screen.s, "Go on? [y/N] "));
	assert_non_null(strstr(screen.s, "Done, operation op-1."));
	assert_int_equal(calls(w, ""), 2);
}

static void anything_but_a_yes_changes_nothing(void **state)
{
	static const char *const no[] = {"n\n", "\n", "yeah\n", "\x04"};
	const struct world *w = *state;

	answer(w, "pci_hide.plan", PLAN);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(no); i++) {
		XPT_STR screen = {0};

		assert_int_equal(run_on_terminal(w, "pci hide 3b:00.0", no[i], 100, &screen), 1);
		assert_non_null(strstr(screen.s, "Nothing was changed."));
		assert_int_equal(calls(w, ""), i + 1);
	}
}

static void nothing_to_do_is_not_asked_about(void **state)
{
	const struct world *w = *state;
	XPT_STR screen = {0};

	answer(w, "pci_hide.plan", SAME);
	assert_int_equal(run_on_terminal(w, "pci hide 3b:00.0", "", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "Nothing to change"));
	assert_null(strstr(screen.s, "Go on?"));
	assert_int_equal(calls(w, ""), 1);
}

static void json_never_asks(void **state)
{
	XPT_STR screen = {0};

	assert_int_equal(run_on_terminal(*state, "pci hide 3b:00.0 --json", "y\n", 100, &screen),
			 2);
	assert_null(strstr(screen.s, "Go on?"));
	assert_non_null(strstr(screen.s, "\"code\":\"XPT_USAGE\""));
}

/* ---- the terminal ---- */

static void colours_are_for_terminals_that_want_them(void **state)
{
	const struct world *w = *state;
	XPT_STR screen = {0}, plain = {0};
	struct result r;

	answer(w, "pci_list", DEVICES);
	assert_int_equal(run_on_terminal(w, "pci list", "", 100, &screen), 0);
	assert_non_null(strstr(screen.s, "\033[1mADDRESS\033[0m"));
	setenv("NO_COLOR", "1", 1);
	assert_int_equal(run_on_terminal(w, "pci list", "", 100, &plain), 0);
	unsetenv("NO_COLOR");
	assert_null(strchr(plain.s, '\033'));
	run(w, "pci list", &r);
	assert_null(strchr(r.out.s, '\033'));
	result_done(&r);
}

static void a_narrow_terminal_cuts_and_a_file_does_not(void **state)
{
	const struct world *w = *state;
	XPT_STR screen = {0};
	struct result r;

	answer(w, "pci_list",
	       "{\"devices\":[{\"address\":\"0000:3b:00.0\",\"vendor_name\":\"A maker with a very "
	       "long name\",\"device_name\":\"A device with a name that is no shorter\"}]}");
	assert_int_equal(run_on_terminal(w, "pci list", "", 70, &screen), 0);
	assert_non_null(strstr(screen.s, "\xe2\x80\xa6"));
	assert_null(strstr(screen.s, "no shorter"));
	run(w, "pci list", &r);
	assert_non_null(strstr(r.out.s, "no shorter"));
	assert_null(strstr(r.out.s, "\xe2\x80\xa6"));
	result_done(&r);
}

/* ---- completion ---- */

static void devices_are_offered_with_their_names(void **state)
{
	const struct world *w = *state;

	answer(w, "pci_list", DEVICES);
	expect(w, "__complete pci hide 0000:3b:00.0,3b", 0,
	       "0000:3b:00.0,3b:00.0\tNVIDIA H100\n0000:3b:00.0,3b:00.1\t10de:22ba\n", "");
}

static void what_cannot_be_found_out_is_not_offered(void **state)
{
	expect(*state, "__complete pci hide 0", 0, "", "");
	expect(*state, "__complete pci attach w", 0, "", "");
}

/* bash gets words that it cut at colons, and wants candidates without what it keeps. */
static void bash_completes_across_colons(void **state)
{
	const struct world *w = *state;
	XPT_FREE char *script = xpt_fmt(
		"source <(%s completion bash); COMP_WORDS=(%s pci hide 0000 : 3b) COMP_CWORD=5; "
		"COMP_LINE=\"${COMP_WORDS[0]} pci hide 0000:3b\" COMP_TYPE=9; "
		"COMP_POINT=${#COMP_LINE}; _xe_passthrough; printf '%%s\\n' \"${COMPREPLY[@]}\"",
		w->command, w->command);
	XPT_FREE char *command = NULL;
	char line[256] = "";
	FILE *f;

	answer(w, "pci_list", DEVICES);
	write_file(w->root, "try.bash", script, 0644);
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

#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, make_world, remove_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(json_is_what_the_plugin_said),
		WORLD_TEST(parameters_and_host_travel_as_strings),
		WORLD_TEST(quiet_prints_errors_only),
		WORLD_TEST(verbose_says_what_is_called),
		WORLD_TEST(errors_end_with_the_next_step),
		WORLD_TEST(wrong_usage_is_told_before_anything_is_called),
		WORLD_TEST(refusals_stand_one_per_line_with_what_to_type),
		WORLD_TEST(a_plugin_that_fails_is_told),
		WORLD_TEST(arguments_that_cannot_travel_are_refused),
		WORLD_TEST(all_hosts_need_a_toolstack),
		WORLD_TEST(without_a_terminal_a_change_must_be_agreed_to),
		WORLD_TEST(a_dry_run_calls_for_the_plan_only),
		WORLD_TEST(a_yes_on_a_terminal_changes),
		WORLD_TEST(anything_but_a_yes_changes_nothing),
		WORLD_TEST(nothing_to_do_is_not_asked_about),
		WORLD_TEST(json_never_asks),
		WORLD_TEST(colours_are_for_terminals_that_want_them),
		WORLD_TEST(a_narrow_terminal_cuts_and_a_file_does_not),
		WORLD_TEST(devices_are_offered_with_their_names),
		WORLD_TEST(what_cannot_be_found_out_is_not_offered),
		WORLD_TEST(bash_completes_across_colons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
