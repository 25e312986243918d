/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compare two commands: timeit RUNS FIRST [ARG...] -- SECOND [ARG...]
 *
 * Runs them in turn, so that a busy moment hits both, after one unmeasured run of each. Prints one line: the
 * medians of wall time in microseconds, the largest resident sets in KiB, each of first and second.
 * stdout of the commands is discarded, their stderr too. A command that fails ends the comparison with
 * status 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_RUNS 1000

extern char **environ;

struct subject {
	char **argv;
	double us[MAX_RUNS];
	long peak_kib;
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static pid_t start(char **argv)
{
	posix_spawn_file_actions_t files;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	failed = posix_spawnp(&pid, argv[0], &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (!failed)
		return pid;
	fprintf(stderr, "timeit: %s: %s\n", argv[0], strerror(failed));
	exit(1);
}

static double run(struct subject *s)
{
	struct rusage usage;
	double begin = now_us();
	pid_t pid = start(s->argv);
	int status;

	while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "timeit: %s failed, status %#x\n", s->argv[0], (unsigned)status);
		exit(1);
	}
	if (usage.ru_maxrss > s->peak_kib)
		s->peak_kib = usage.ru_maxrss;
	return now_us() - begin;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Split at the first "--"; false when there is no command on one of its sides. */
static bool read_commands(char **argv, struct subject *first, struct subject *second)
{
	char **p = argv;

	while (*p && strcmp(*p, "--") != 0)
		p++;
	if (p == argv || !*p || !p[1])
		return false;
	*p = NULL;
	first->argv = argv;
	second->argv = p + 1;
	return true;
}

int main(int argc, char **argv)
{
	static struct subject first, second;
	int runs = argc > 1 ? atoi(argv[1]) : 0;

	if (runs < 1 || runs > MAX_RUNS || !read_commands(argv + 2, &first, &second)) {
		fprintf(stderr, "usage: timeit RUNS FIRST [ARG...] -- SECOND [ARG...]\n");
		return 2;
	}
	run(&first);
	run(&second);
	for (int i = 0; i < runs; i++) {
		first.us[i] = run(&first);
		second.us[i] = run(&second);
	}
	printf("%.0f %.0f %ld %ld\n", median(first.us, runs), median(second.us, runs),
	       first.peak_kib, second.peak_kib);
	return 0;
}
