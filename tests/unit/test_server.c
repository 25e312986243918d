/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "file.h"
#include "server.h"

/* A fresh folder with a script to serve, and its log. */
static char *folder, *script, *log_file;

static int make_folder(void **state)
{
	(void)state;
	if (xpt_file_temp_dir("xpt-server", &folder, NULL) < 0)
		return -1;
	script = xpt_fmt("%s/server", folder);
	log_file = xpt_fmt("%s/log", folder);
	return 0;
}

static int remove_folder(void **state)
{
	int ret = xpt_file_remove_tree(folder, NULL);

	(void)state;
	free(folder);
	free(script);
	free(log_file);
	return ret;
}

/* Start a shell script that gets --ready-fd N as $1 and $2. */
static int start(const char *text, unsigned timeout_ms, struct xpt_server *server,
		 struct xpt_err *err)
{
	XPT_STRV args = {0};
	XPT_FREE char *whole = xpt_fmt("#!/bin/sh\n%s\n", text);

	assert_int_equal(xpt_file_write(script, whole, strlen(whole), 0700, NULL), 0);
	xpt_strv_add(&args, script);
	return xpt_server_start(server, &args, log_file, timeout_ms, err);
}

static void a_server_that_says_so_is_ready_and_ends_when_told(void **state)
{
	struct xpt_server server = {0};
	pid_t pid;

	(void)state;
	assert_int_equal(start("eval \"echo >&$2\"; exec sleep 60", 10000, &server, NULL), 0);
	pid = server.pid;
	assert_int_equal(kill(pid, 0), 0);
	xpt_server_stop(&server);
	assert_int_equal(server.pid, 0);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	xpt_server_stop(&server);
}

static void a_server_that_ends_early_is_an_error_with_its_last_words(void **state)
{
	struct xpt_server server = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	assert_int_equal(start("echo first; echo no pool >&2; exit 1", 10000, &server, &err),
			 -ECHILD);
	assert_non_null(strstr(err.sentence, "did not start: no pool"));
	assert_int_equal(server.pid, 0);
}

static void a_server_that_is_not_there_is_an_error(void **state)
{
	struct xpt_server server = {0};
	XPT_ERR err = XPT_ERR_INIT;
	XPT_STRV args = {0};

	(void)state;
	xpt_strv_add(&args, "/nonexistent/server");
	assert_int_equal(xpt_server_start(&server, &args, log_file, 10000, &err), -ECHILD);
	assert_non_null(strstr(err.sentence, "No such file or directory"));
}

static void a_silent_server_is_given_up_and_ended(void **state)
{
	struct xpt_server server = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	assert_int_equal(start("exec sleep 60", 50, &server, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.sentence, "did not become ready"));
	assert_int_equal(server.pid, 0);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_server_that_says_so_is_ready_and_ends_when_told),
		WITH_FOLDER(a_server_that_ends_early_is_an_error_with_its_last_words),
		WITH_FOLDER(a_server_that_is_not_there_is_an_error),
		WITH_FOLDER(a_silent_server_is_given_up_and_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
