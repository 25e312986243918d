/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "codec/xmlrpc.h"
#include "file.h"

#define PATIENCE_MS 20000

/* Answers with the file answers/FUNCTION, .plan behind it for a dry run, .HOST where that exists. */
static const char plugin[] =
	"#!/bin/sh\n"
	"cd \"$XE_PASSTHROUGH_ROOT\" || exit 9\n"
	"printf '%s\\n' \"$1\" >>calls\n"
	"fn=${1#*<methodName>}; fn=${fn%%<*}\n"
	"case $1 in *'<name>dry_run</name><value>true<'*) fn=$fn.plan ;; esac\n"
	"host=${1#*<name>host</name><value>}; host=${host%%<*}\n"
	"[ -f \"answers/$fn.$host\" ] && fn=$fn.$host\n"
	"[ -f \"answers/$fn\" ] || { echo 'no answer left' >&2; exit 7; }\n"
	"cat \"answers/$fn\"\n";

/* ---- the root ---- */

void xpt_command_write(const char *root, const char *name, const char *text, mode_t mode)
{
	XPT_FREE char *path = xpt_fmt("%s/%s", root, name);

	assert_int_equal(xpt_file_write(path, text, strlen(text), mode, NULL), 0);
}

void xpt_command_answer(const struct xpt_command_world *w, const char *function, const char *json)
{
	XPT_FREE char *name = xpt_fmt("answers/%s", function);
	XPT_VALUE *value = xpt_value_str(json);
	XPT_STR xml = {0};

	xpt_xmlrpc_write_success(&xml, value);
	xpt_command_write(w->root, name, xml.s, 0644);
}

void xpt_command_refuse(const struct xpt_command_world *w, const char *function, const char *code,
			const char *sentence, const char *subject, const char *hint)
{
	XPT_FREE char *name = xpt_fmt("answers/%s", function);
	const char *const strings[] = {code, sentence, subject, hint};
	XPT_STRV description = {0};
	XPT_STR xml = {0};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(strings); i++)
		xpt_strv_add(&description, strings[i]);
	xpt_xmlrpc_write_failure(&xml, &description);
	xpt_command_write(w->root, name, xml.s, 0644);
}

/* How often the plugin was called with this text in its argument. */
size_t xpt_command_calls(const struct xpt_command_world *w, const char *text)
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

int xpt_command_setup(void **state)
{
	static const char *const dirs[] = {"etc/xapi.d/plugins", "answers"};
	struct xpt_command_world *w = xpt_alloc(sizeof(*w));
	ssize_t n = readlink("/proc/self/exe", w->command, sizeof(w->command) - 1);
	char *slash;

	assert_true(n > 0);
	slash = strstr(w->command, "/tests/test_");
	assert_non_null(slash);
	memcpy(slash, "/xe-passthrough", sizeof("/xe-passthrough"));
	assert_int_equal(xpt_file_temp_dir("xpt-command", &w->root, NULL), 0);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(dirs); i++) {
		XPT_FREE char *path = xpt_fmt("%s/%s", w->root, dirs[i]);

		assert_int_equal(xpt_file_mkdir(path, NULL), 0);
	}
	xpt_command_write(w->root, "etc/xapi.d/plugins/passthrough", plugin, 0755);
	*state = w;
	return 0;
}

int xpt_command_teardown(void **state)
{
	struct xpt_command_world *w = *state;
	int failed = xpt_file_remove_tree(w->root, NULL);

	xpt_script_stop(w->xapi);
	free(w->root);
	free(w);
	return failed;
}

/* ---- running the command ---- */

/* In a child: become the command; line is cut at blanks. */
static void become(const struct xpt_command_world *w, const char *line)
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

void xpt_command_run(const struct xpt_command_world *w, const char *line,
		     struct xpt_command_result *ret)
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
	*ret = (struct xpt_command_result){0};
	read_all(out[0], &ret->out);
	read_all(err[0], &ret->err);
	close(out[0]);
	close(err[0]);
	ret->status = wait_for(pid);
}

void xpt_command_result_done(struct xpt_command_result *r)
{
	xpt_str_done(&r->out);
	xpt_str_done(&r->err);
}

void xpt_command_expect(const struct xpt_command_world *w, const char *line, int status,
			const char *out, const char *err)
{
	struct xpt_command_result r;

	xpt_command_run(w, line, &r);
	assert_string_equal(xpt_str_text(&r.err), err);
	assert_string_equal(xpt_str_text(&r.out), out);
	assert_int_equal(r.status, status);
	xpt_command_result_done(&r);
}

/* On a terminal of that many columns, with typed as what the admin types. Returns the status. */
int xpt_command_on_terminal(const struct xpt_command_world *w, const char *line, const char *typed,
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

/* A toolstack that knows the hosts h1 (called one) and h2 (called two), asked as often as times. */
void xpt_command_add_pool(struct xpt_command_world *w, size_t times)
{
	static struct xpt_script_step steps[9];
	static char *login, *hosts;
	XPT_VALUE *records = xpt_value_struct();
	XPT_STR xml = {0};

	free(login);
	free(hosts);
	for (int i = 1; i <= 2; i++) {
		XPT_FREE char *uuid = xpt_fmt("h%d", i);
		struct xpt_value *record = xpt_value_struct();

		xpt_value_put(record, "uuid", xpt_value_str(uuid));
		xpt_value_put(record, "name_label", xpt_value_str(i == 1 ? "one" : "two"));
		xpt_value_put(records, uuid, record);
	}
	xpt_xmlrpc_write_success(&xml, records);
	login = xpt_script_success("OpaqueRef:session", true);
	hosts = xpt_script_http(xml.s, true);
	for (size_t i = 0; i < times; i++) {
		steps[3 * i] = (struct xpt_script_step){.reply = login};
		steps[3 * i + 1] = (struct xpt_script_step){.reply = hosts};
		steps[3 * i + 2] =
			(struct xpt_script_step){.reply = login, .then = XPT_SCRIPT_CLOSE};
	}
	w->xapi = xpt_script_start(w->root, steps, 3 * times);
	assert_non_null(w->xapi);
}
