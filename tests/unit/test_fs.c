/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "host/fs.h"
#include "host/lock.h"
#include "host/run.h"
#include "scratch.h"

struct world {
	struct xpt_host host;
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

static void a_written_file_is_read_back_with_its_mode(void **state)
{
	struct world *w = *state;
	XPT_FREE char *text = NULL, *path = xpt_host_path(&w->host, "/etc/a/file");
	struct stat st;
	size_t len;

	assert_int_equal(xpt_fs_mkdir(&w->host, "/etc/a", NULL), 0);
	assert_int_equal(xpt_fs_mkdir(&w->host, "/", NULL), 0);
	assert_int_equal(xpt_fs_write_file(&w->host, "/etc/a/file", "old", 3, 0600, NULL), 0);
	assert_int_equal(xpt_fs_write_file(&w->host, "/etc/a/file", "a\0b", 3, 0644, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/etc/a/file", 100, &text, &len, NULL), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b", 4);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void a_line_is_read_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *text;
		int result;
		const char *line;
	} files[] = {
		{"", 0, ""},
		{"\n", 0, ""},
		{"1234567", 0, "1234567"},
		{"1234567\n", 0, "1234567"},
		{"1234567\nmore", 0, "1234567"},
		{"12 \t\n", 0, "12"},
		{"12345678", -ENAMETOOLONG, NULL},
		{"12345678\n", -ENAMETOOLONG, NULL},
		{"1234567890", -ENAMETOOLONG, NULL},
	};
	struct world *w = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(files); i++) {
		char line[8];

		xpt_scratch_put(&w->host, "/sys/line", files[i].text, 0644);
		assert_int_equal(xpt_fs_line(&w->host, line, sizeof(line), "/sys/%s", "line"),
				 files[i].result);
		if (!files[i].result)
			assert_string_equal(line, files[i].line);
	}
}

static void writing_leaves_no_temporary_behind(void **state)
{
	struct world *w = *state;
	XPT_STRV names = {0};

	assert_int_equal(xpt_fs_write_file(&w->host, "/f", "x", 1, 0600, NULL), 0);
	assert_int_equal(xpt_fs_names(&w->host, &names, "/"), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], "f");
}

static void a_file_over_the_cap_is_an_error_that_names_it(void **state)
{
	struct world *w = *state;
	XPT_ERR err = XPT_ERR_INIT;
	char *text = NULL;

	assert_int_equal(xpt_fs_write_file(&w->host, "/f", "12345", 5, 0600, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/f", 4, &text, NULL, &err), -EFBIG);
	assert_null(text);
	assert_string_equal(err.sentence, "/f is larger than 4 bytes");
}

static void a_fifo_where_a_file_is_expected_does_not_hang(void **state)
{
	struct world *w = *state;
	XPT_FREE char *path = xpt_host_path(&w->host, "/f");
	char *text = NULL;

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/f", 4, &text, NULL, NULL), -EINVAL);
	assert_int_equal(xpt_fs_append_line(&w->host, "/f", "x\n", 2, NULL), -EINVAL);
}

static void appended_lines_add_up(void **state)
{
	struct world *w = *state;
	XPT_FREE char *text = NULL;

	assert_int_equal(xpt_fs_append_line(&w->host, "/log", "a\n", 2, NULL), 0);
	assert_int_equal(xpt_fs_append_line(&w->host, "/log", "b\n", 2, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/log", 100, &text, NULL, NULL), 0);
	assert_string_equal(text, "a\nb\n");
	assert_int_equal(xpt_fs_remove(&w->host, "/log", NULL), 0);
	assert_int_equal(xpt_fs_remove(&w->host, "/log", NULL), 0);
	assert_false(xpt_fs_exists(&w->host, "/log"));
}

static void a_line_that_a_crash_cut_short_is_cut_off(void **state)
{
	struct world *w = *state;
	XPT_FREE char *text = NULL, *again = NULL;

	assert_int_equal(xpt_fs_write_file(&w->host, "/log", "a\nhal", 5, 0600, NULL), 0);
	assert_int_equal(xpt_fs_append_line(&w->host, "/log", "b\n", 2, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/log", 100, &text, NULL, NULL), 0);
	assert_string_equal(text, "a\nb\n");
	assert_int_equal(xpt_fs_write_file(&w->host, "/log", "half", 4, 0600, NULL), 0);
	assert_int_equal(xpt_fs_append_line(&w->host, "/log", "b\n", 2, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&w->host, "/log", 100, &again, NULL, NULL), 0);
	assert_string_equal(again, "b\n");
}

static void numbers_are_decimal_or_hex_after_0x(void **state)
{
	struct world *w = *state;
	long long n = 7;

	assert_int_equal(xpt_fs_write_file(&w->host, "/n", "0x10de\n", 7, 0600, NULL), 0);
	assert_int_equal(xpt_fs_number(&w->host, &n, "/%s", "n"), 0);
	assert_int_equal(n, 0x10de);
	assert_int_equal(xpt_fs_write_file(&w->host, "/n", "-1\n", 3, 0600, NULL), 0);
	assert_int_equal(xpt_fs_number(&w->host, &n, "/n"), 0);
	assert_int_equal(n, -1);
	assert_int_equal(xpt_fs_write_file(&w->host, "/n", "12 x\n", 5, 0600, NULL), 0);
	assert_int_equal(xpt_fs_number(&w->host, &n, "/n"), -EINVAL);
	assert_int_equal(n, -1);
}

static void a_taken_lock_is_busy_and_names_the_holder(void **state)
{
	struct world *w = *state;
	XPT_ERR err = XPT_ERR_INIT;
	int first = -1, second = -1;

	assert_int_equal(xpt_lock_take(&w->host, 0, "pci_hide", &first, NULL), 0);
	assert_int_equal(xpt_lock_take(&w->host, 30, "pci_attach", &second, &err), -EBUSY);
	assert_int_equal(err.code, XPT_BUSY);
	assert_non_null(strstr(err.sentence, "plugin is busy"));
	assert_non_null(strstr(err.sentence, "pci_hide"));
	close(first);
	assert_int_equal(xpt_lock_take(&w->host, 0, "pci_attach", &second, NULL), 0);
	close(second);
}

static void put_script(struct world *w, const char *text)
{
	xpt_scratch_put(&w->host, "/prog", text, 0755);
}

static int run_script(struct world *w, unsigned timeout_ms, int keep_fd, struct xpt_run_result *ret,
		      struct xpt_err *err)
{
	const char *const argv[] = {"/prog", "a b", NULL};
	struct xpt_run run = {argv, timeout_ms, 1000, keep_fd, false};

	return xpt_run(&w->host, &run, ret, err);
}

static void a_program_gets_its_words_an_empty_stdin_and_only_the_path(void **state)
{
	struct world *w = *state;
	XPT_FREE char *expected = xpt_fmt("a b|||%s\n", w->host.root);
	XPT_RUN_RESULT r = {0};

	put_script(w, "#!/bin/sh\nread x; echo \"$1|$x|$HOME|$XE_PASSTHROUGH_ROOT\"; echo no >&2; "
		      "exit 3\n");
	assert_int_equal(setenv("HOME", "/secret", 1), 0);
	assert_int_equal(run_script(w, 5000, -1, &r, NULL), 0);
	assert_int_equal(r.status, 3);
	assert_string_equal(r.out.s, expected);
	assert_string_equal(r.err.s, "no\n");
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	struct world *w = *state;
	XPT_RUN_RESULT r = {0};
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(run_script(w, 5000, -1, &r, &err), -ENOENT);
	assert_string_equal(err.sentence, "cannot run /prog: No such file or directory");
}

static void a_program_that_hangs_is_stopped(void **state)
{
	struct world *w = *state;
	XPT_RUN_RESULT r = {0};
	XPT_ERR err = XPT_ERR_INIT;

	put_script(w, "#!/bin/sh\nexec sleep 60\n");
	assert_int_equal(run_script(w, 100, -1, &r, &err), -ETIMEDOUT);
	assert_int_equal(err.code, XPT_TIMEOUT);
	put_script(w, "#!/bin/sh\nexec >&- 2>&-; exec sleep 60\n");
	assert_int_equal(run_script(w, 100, -1, &r, NULL), -ETIMEDOUT);
}

static void a_program_that_floods_is_stopped(void **state)
{
	struct world *w = *state;
	XPT_RUN_RESULT r = {0};
	XPT_ERR err = XPT_ERR_INIT;

	put_script(w, "#!/bin/sh\nexec yes\n");
	assert_int_equal(run_script(w, 5000, -1, &r, &err), -EFBIG);
	assert_int_equal(err.code, XPT_MALFORMED);
}

static void a_child_inherits_the_lock(void **state)
{
	struct world *w = *state;
	XPT_RUN_RESULT r = {0};
	int fd = -1;

	put_script(w, "#!/bin/sh\nls -l /proc/self/fd | grep -c xe-passthrough/lock\n");
	assert_int_equal(xpt_lock_take(&w->host, 0, "test", &fd, NULL), 0);
	assert_int_equal(run_script(w, 5000, fd, &r, NULL), 0);
	assert_string_equal(r.out.s, "1\n");
	close(fd);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_written_file_is_read_back_with_its_mode),
		TEST(a_line_is_read_whole_or_not_at_all),
		TEST(writing_leaves_no_temporary_behind),
		TEST(a_file_over_the_cap_is_an_error_that_names_it),
		TEST(a_fifo_where_a_file_is_expected_does_not_hang),
		TEST(appended_lines_add_up),
		TEST(a_line_that_a_crash_cut_short_is_cut_off),
		TEST(numbers_are_decimal_or_hex_after_0x),
		TEST(a_taken_lock_is_busy_and_names_the_holder),
		TEST(a_program_gets_its_words_an_empty_stdin_and_only_the_path),
		TEST(a_program_that_is_not_there_is_an_error),
		TEST(a_program_that_hangs_is_stopped),
		TEST(a_program_that_floods_is_stopped),
		TEST(a_child_inherits_the_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
