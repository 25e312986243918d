/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "program.h"
#include "scratch.h"
#include "tree.h"

enum { KILLED = 9, NO_PTRACE = 77 };

/*
 * What is watched: this very program. Its changes, in order: 1 openat that makes the file, 2 write, 3
 * fsync, 4 rename, 5 mkdir; the writes to stdout and stderr do not count, nor does opening to read.
 */
static int change_things(const char *dir)
{
	int fd, rc = 0;

	if (chdir(dir) < 0)
		return 3;
	close(open(".", O_RDONLY | O_DIRECTORY));
	fd = open("new", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	rc |= write(STDOUT_FILENO, "answer\n", 7) != 7;
	rc |= write(STDERR_FILENO, "note\n", 5) != 5;
	rc |= write(fd, "text", 4) != 4;
	rc |= fsync(fd);
	rc |= rename("new", "final");
	rc |= mkdir("directory", 0755);
	return rc ? 4 : 5;
}

/* Changes: 1 the fork. The child makes a file a little later, in a process group that nobody watches. */
static int leave_a_child(const char *dir)
{
	pid_t pid;

	if (chdir(dir) < 0)
		return 3;
	pid = fork();
	if (!pid) {
		struct timespec t = {0, 300000000};

		nanosleep(&t, NULL);
		_exit(creat("by-child", 0644) < 0);
	}
	return mkdir("by-parent", 0755) < 0 ? 4 : 5;
}

static int setup(void **state)
{
	struct xpt_host *dir = xpt_alloc(sizeof(*dir));

	xpt_scratch_open(dir);
	*state = dir;
	return 0;
}

static int teardown(void **state)
{
	xpt_scratch_close(*state);
	free(*state);
	return 0;
}

/* killat OPTION... -- this program PART DIR; skips the test where there is no ptrace. */
static int killat(const struct xpt_host *d, const char *first, const char *second, const char *part,
		  int out_fd)
{
	XPT_FREE char *program = xpt_program_path("killat");
	XPT_FREE char *self = xpt_program_path("test_killat");
	XPT_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	const char *argv[8] = {program, first};
	size_t n = 2;
	int status;

	if (second)
		argv[n++] = second;
	argv[n++] = "--";
	argv[n++] = self;
	argv[n++] = part;
	argv[n++] = d->root;
	status = xpt_program_wait(xpt_program_start(argv, out_fd < 0 ? null : out_fd, null));
	if (status == NO_PTRACE)
		skip();
	return status;
}

static bool has(const struct xpt_host *d, const char *name)
{
	return xpt_tree_has(d->root_fd, "%s", name);
}

static long size_of(const struct xpt_host *d, const char *name)
{
	struct stat st;

	return fstatat(d->root_fd, name, &st, 0) < 0 ? -1 : (long)st.st_size;
}

static void it_dies_before_the_call(void **state)
{
	struct xpt_host *d = *state;

	assert_int_equal(killat(d, "1", NULL, "change", -1), KILLED);
	assert_false(has(d, "new"));
	assert_int_equal(killat(d, "2", NULL, "change", -1), KILLED);
	assert_int_equal(size_of(d, "new"), 0);
	assert_int_equal(killat(d, "4", NULL, "change", -1), KILLED);
	assert_int_equal(size_of(d, "new"), 4);
	assert_false(has(d, "final"));
	assert_int_equal(killat(d, "5", NULL, "change", -1), KILLED);
	assert_int_equal(size_of(d, "final"), 4);
	assert_false(has(d, "directory"));
}

static void it_dies_after_the_call(void **state)
{
	struct xpt_host *d = *state;

	assert_int_equal(killat(d, "1", "--after", "change", -1), KILLED);
	assert_int_equal(size_of(d, "new"), 0);
	assert_int_equal(killat(d, "2", "--after", "change", -1), KILLED);
	assert_int_equal(size_of(d, "new"), 4);
	assert_int_equal(killat(d, "4", "--after", "change", -1), KILLED);
	assert_true(has(d, "final"));
	assert_false(has(d, "directory"));
	assert_int_equal(killat(d, "5", "--after", "change", -1), KILLED);
	assert_true(has(d, "directory"));
}

static void it_finishes_when_there_are_fewer_calls(void **state)
{
	struct xpt_host *d = *state;

	assert_int_equal(killat(d, "6", NULL, "change", -1), 5);
	assert_true(has(d, "directory"));
}

static void it_counts(void **state)
{
	struct xpt_host *d = *state;
	char text[64] = "";
	int out[2], status;

	assert_int_equal(pipe(out), 0);
	status = killat(d, "--count", NULL, "change", out[1]);
	close(out[1]);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	close(out[0]);
	assert_int_equal(status, 5);
	assert_string_equal(text, "5\n");
}

static void its_child_lives_on(void **state)
{
	struct xpt_host *d = *state;
	const struct timespec tenth = {0, 100000000};

	assert_int_equal(killat(d, "2", NULL, "child", -1), KILLED);
	assert_false(has(d, "by-parent"));
	assert_false(has(d, "by-child"));
	for (int tries = 0; tries < 100 && !has(d, "by-child"); tries++)
		nanosleep(&tenth, NULL);
	assert_true(has(d, "by-child"));
}

static void wrong_use_is_told_apart(void **state)
{
	struct xpt_host *d = *state;

	assert_int_equal(killat(d, "0", NULL, "change", -1), 64);
	assert_int_equal(killat(d, "1", "--count", "change", -1), 64);
	assert_int_equal(killat(d, "x", NULL, "change", -1), 64);
}

#define DIR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(it_dies_before_the_call),
		DIR_TEST(it_dies_after_the_call),
		DIR_TEST(it_finishes_when_there_are_fewer_calls),
		DIR_TEST(it_counts),
		DIR_TEST(its_child_lives_on),
		DIR_TEST(wrong_use_is_told_apart),
	};

	if (argc == 3)
		return strcmp(argv[1], "child") ? change_things(argv[2]) : leave_a_child(argv[2]);
	return cmocka_run_group_tests_name("killat", tests, NULL, NULL);
}
