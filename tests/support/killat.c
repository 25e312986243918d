/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * killat N [--after] -- COMMAND...
 * killat --count -- COMMAND...
 *
 * Runs COMMAND and ends it with SIGKILL at its Nth system call that changes something outside of it: before
 * the call is made, or with --after once it is done. Calls are counted from 1, from the moment COMMAND's
 * program runs, in that process alone: its children are not watched and live on when it dies.
 *
 * --count lets it finish and prints the number of such calls, COMMAND's own output going to stderr.
 *
 * Exit: 9 killed at call N; else COMMAND's status (128 + signal when one ended it): it has fewer than N such
 * calls. 64 usage, 77 no ptrace here (message on stderr), 126 or 127 COMMAND cannot be run. x86-64 only.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the table of system calls is x86-64's"
#endif

enum { EXIT_KILLED = 9, EXIT_USAGE = 64, EXIT_NO_PTRACE = 77 };

struct job {
	unsigned long at; /* 0: count only */
	bool after;
	char **command;
};

/* Which argument decides whether a call counts. */
enum counts {
	ALWAYS,
	UNLESS_OUTPUT, /* argument 0 is a descriptor: all but stdout and stderr */
	IF_MAKES_1,    /* argument 1 is open flags */
	IF_MAKES_2,
};

static const struct {
	unsigned long nr;
	enum counts counts;
} changing[] = {
	/* bytes */
	{SYS_write, UNLESS_OUTPUT},
	{SYS_pwrite64, UNLESS_OUTPUT},
	{SYS_writev, UNLESS_OUTPUT},
	{SYS_pwritev, UNLESS_OUTPUT},
	{SYS_pwritev2, UNLESS_OUTPUT},
	{SYS_sendfile, UNLESS_OUTPUT},
	{SYS_copy_file_range, ALWAYS},
	{SYS_splice, ALWAYS},
	{SYS_truncate, ALWAYS},
	{SYS_ftruncate, ALWAYS},
	{SYS_fallocate, ALWAYS},
	/* files that come, go or move */
	{SYS_open, IF_MAKES_1},
	{SYS_openat, IF_MAKES_2},
	{SYS_openat2, ALWAYS},
	{SYS_creat, ALWAYS},
	{SYS_rename, ALWAYS},
	{SYS_renameat, ALWAYS},
	{SYS_renameat2, ALWAYS},
	{SYS_unlink, ALWAYS},
	{SYS_unlinkat, ALWAYS},
	{SYS_rmdir, ALWAYS},
	{SYS_link, ALWAYS},
	{SYS_linkat, ALWAYS},
	{SYS_symlink, ALWAYS},
	{SYS_symlinkat, ALWAYS},
	{SYS_mkdir, ALWAYS},
	{SYS_mkdirat, ALWAYS},
	{SYS_mknod, ALWAYS},
	{SYS_mknodat, ALWAYS},
	{SYS_mount, ALWAYS},
	{SYS_umount2, ALWAYS},
	/* what files are like */
	{SYS_chmod, ALWAYS},
	{SYS_fchmod, ALWAYS},
	{SYS_fchmodat, ALWAYS},
	{SYS_chown, ALWAYS},
	{SYS_fchown, ALWAYS},
	{SYS_lchown, ALWAYS},
	{SYS_fchownat, ALWAYS},
	{SYS_utimensat, ALWAYS},
	{SYS_setxattr, ALWAYS},
	{SYS_lsetxattr, ALWAYS},
	{SYS_fsetxattr, ALWAYS},
	{SYS_removexattr, ALWAYS},
	{SYS_lremovexattr, ALWAYS},
	{SYS_fremovexattr, ALWAYS},
	/* what survives a power cut */
	{SYS_fsync, ALWAYS},
	{SYS_fdatasync, ALWAYS},
	{SYS_msync, ALWAYS},
	{SYS_sync, ALWAYS},
	{SYS_syncfs, ALWAYS},
	{SYS_sync_file_range, ALWAYS},
	/* other processes */
	{SYS_bind, ALWAYS},
	{SYS_sendto, UNLESS_OUTPUT},
	{SYS_sendmsg, UNLESS_OUTPUT},
	{SYS_sendmmsg, UNLESS_OUTPUT},
	{SYS_fork, ALWAYS},
	{SYS_vfork, ALWAYS},
	{SYS_clone, ALWAYS},
	{SYS_clone3, ALWAYS},
	{SYS_execve, ALWAYS},
	{SYS_execveat, ALWAYS},
	{SYS_kill, ALWAYS},
	{SYS_tgkill, ALWAYS},
	{SYS_pidfd_send_signal, ALWAYS},
	{SYS_reboot, ALWAYS},
};

static bool makes_file(uint64_t flags)
{
	return flags & (O_CREAT | O_TRUNC);
}

static bool is_changing(uint64_t nr, const uint64_t args[6])
{
	for (size_t i = 0; i < sizeof(changing) / sizeof(changing[0]); i++) {
		if (changing[i].nr != nr)
			continue;
		switch (changing[i].counts) {
		case ALWAYS:
			return true;
		case UNLESS_OUTPUT:
			return (int)args[0] != STDOUT_FILENO && (int)args[0] != STDERR_FILENO;
		case IF_MAKES_1:
			return makes_file(args[1]);
		case IF_MAKES_2:
			return makes_file(args[2]);
		}
	}
	return false;
}

static int no_ptrace(const char *what)
{
	fprintf(stderr, "killat: no ptrace here: %s: %s\n", what, strerror(errno));
	return EXIT_NO_PTRACE;
}

static void run_command(const struct job *job)
{
	if (!job->at)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	/* The leak sanitizer traces its own process at the end, which then has a tracer already. */
	setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(no_ptrace("PTRACE_TRACEME"));
	raise(SIGSTOP);
	execvp(job->command[0], job->command);
	fprintf(stderr, "killat: %s: %s\n", job->command[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Kill the stopped process; a call that it was about to make is not made. */
static int end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) < 0 || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
		fprintf(stderr, "killat: process %d would not die\n", (int)pid);
		return EXIT_NO_PTRACE;
	}
	return EXIT_KILLED;
}

struct progress {
	bool started; /* COMMAND's program runs */
	bool is_ours; /* the call that is being made is the one to die after */
	unsigned long count;
};

/* At a stop before or behind a call: is this the place to die? -1 when that can't be told. */
static int is_place(const struct job *job, pid_t pid, struct progress *p)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		return -1;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		return p->is_ours;
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !p->started ||
	    !is_changing(info.entry.nr, info.entry.args))
		return 0;
	if (++p->count != job->at)
		return 0;
	p->is_ours = job->after;
	return !job->after;
}

static int finished(const struct job *job, const struct progress *p, int status)
{
	if (!job->at)
		printf("%lu\n", p->count);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int watch(const struct job *job, pid_t pid)
{
	struct progress p = {0};
	int status, deliver = 0;

	for (;;) {
		int sig;

		if (ptrace(PTRACE_SYSCALL, pid, NULL, (long)deliver) < 0 && errno != ESRCH)
			return no_ptrace("PTRACE_SYSCALL");
		if (waitpid(pid, &status, 0) < 0)
			return no_ptrace("waitpid");
		if (!WIFSTOPPED(status))
			return finished(job, &p, status);
		deliver = 0;
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80)) {
			int place = is_place(job, pid, &p);

			if (place < 0)
				return no_ptrace("PTRACE_GET_SYSCALL_INFO");
			if (place)
				return end(pid);
		} else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			p.started = true;
		} else {
			deliver = sig;
		}
	}
}

static int run(const struct job *job)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return no_ptrace("fork");
	if (!pid)
		run_command(job);
	if (waitpid(pid, &status, 0) < 0)
		return no_ptrace("waitpid");
	if (!WIFSTOPPED(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_NO_PTRACE;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, options) < 0) {
		int rc = no_ptrace("PTRACE_SETOPTIONS");

		kill(pid, SIGKILL);
		return rc;
	}
	return watch(job, pid);
}

static int usage(void)
{
	fputs("usage: killat N [--after] -- COMMAND...\n"
	      "       killat --count -- COMMAND...\n",
	      stderr);
	return EXIT_USAGE;
}

static bool parse_place(const char *text, unsigned long *ret)
{
	char *rest;

	*ret = strtoul(text, &rest, 10);
	return *text >= '0' && *text <= '9' && !*rest && *ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"after", no_argument, NULL, 'a'}, {"count", no_argument, NULL, 'c'}, {0}};
	const char *place = NULL;
	struct job job = {0};
	bool count = false;
	int c;

	/* '-': what is no option comes in its turn, as 1; "--" ends both. */
	while ((c = getopt_long(argc, argv, "-", options, NULL)) >= 0) {
		if (c == 'a')
			job.after = true;
		else if (c == 'c')
			count = true;
		else if (c == 1 && !place)
			place = optarg;
		else
			return usage();
	}
	job.command = argv + optind;
	if (!job.command[0] || count == (place != NULL) || (place && !parse_place(place, &job.at)))
		return usage();
	return run(&job);
}
