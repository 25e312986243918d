/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "host/clock.h"

#define CHILD_PATH "PATH=/sbin:/usr/sbin:/bin:/usr/bin"
/* How long a killed program is waited for. */
#define KILL_WAIT_MS 2000

/*
 * The number under which the child gets a descriptor that it keeps: another one than ours, because
 * older C libraries leave close-on-exec on where both are the same.
 */
static int kept_as(int fd)
{
	return fd == 3 ? 4 : 3;
}

void xpt_run_settle(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	(void)signal(SIGCHLD, SIG_DFL);
}

struct child {
	pid_t pid;
	int out, err; /* our ends of its pipes, -1 once they ended */
	bool is_flood;
};

static int spawn(const struct xpt_host *host, const struct xpt_run *run, int out, int err_fd,
		 pid_t *ret)
{
	XPT_FREE char *path =
		run->is_ours ? xpt_strdup(run->argv[0]) : xpt_host_path(host, run->argv[0]);
	XPT_FREE char *root = xpt_fmt("XE_PASSTHROUGH_ROOT=%s", host->root);
	char *env[] = {(char *)(uintptr_t)CHILD_PATH, host->is_live ? NULL : root, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, pipe_signal;
	int failed;

	sigemptyset(&none);
	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err_fd, STDERR_FILENO);
	if (run->keep_fd >= 0)
		posix_spawn_file_actions_adddup2(&actions, run->keep_fd, kept_as(run->keep_fd));
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &pipe_signal);
	failed = posix_spawn(ret, path, &actions, &attr, (char **)(uintptr_t)run->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -failed;
}

/* Take what is there; closes *fd at the end of the stream. */
static void drain(int *fd, struct xpt_str *into, size_t max, bool *is_flood)
{
	char buf[8192];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return;
	}
	if (into->len + (size_t)n > max)
		*is_flood = true;
	else
		xpt_str_addn(into, buf, (size_t)n);
}

/* Collect output until both pipes ended, the time is up or the output is too much. */
static int collect(struct child *child, const struct xpt_run *run, long long end,
		   struct xpt_run_result *result)
{
	while ((child->out >= 0 || child->err >= 0) && !child->is_flood) {
		struct pollfd fds[] = {{child->out, POLLIN, 0}, {child->err, POLLIN, 0}};
		long long now = xpt_clock_ms();

		if (now >= end)
			return -ETIMEDOUT;
		if (poll(fds, 2, (int)(end - now)) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			drain(&child->out, &result->out, run->max_output, &child->is_flood);
		if (fds[1].revents)
			drain(&child->err, &result->err, run->max_output, &child->is_flood);
	}
	return child->is_flood ? -EFBIG : 0;
}

/* Wait for the process itself; it may have closed its output and go on. */
static int reap(pid_t pid, long long end, int *ret_status)
{
	for (;;) {
		pid_t got = waitpid(pid, ret_status, WNOHANG);

		if (got == pid)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		if (xpt_clock_ms() >= end)
			return -ETIMEDOUT;
		(void)poll(NULL, 0, 2);
	}
}

static int explain(const struct xpt_run *run, int failed, struct xpt_err *err)
{
	const char *name = run->argv[0];

	if (failed == -ETIMEDOUT)
		return xpt_err_set(err, XPT_TIMEOUT, ETIMEDOUT, name, NULL,
				   "%s did not end within %u seconds and was stopped", name,
				   run->timeout_ms / 1000);
	if (failed == -EFBIG)
		return xpt_err_set(err, XPT_MALFORMED, EFBIG, name, NULL,
				   "%s printed more than %zu bytes and was stopped", name,
				   run->max_output);
	return xpt_err_sys(err, -failed, name, "cannot run %s", name);
}

static int start(const struct xpt_host *host, const struct xpt_run *run, struct child *ret)
{
	int out[2], err_pipe[2], failed;

	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(err_pipe, O_CLOEXEC) < 0) {
		failed = -errno;
		close(out[0]);
		close(out[1]);
		return failed;
	}
	failed = spawn(host, run, out[1], err_pipe[1], &ret->pid);
	close(out[1]);
	close(err_pipe[1]);
	if (failed) {
		close(out[0]);
		close(err_pipe[0]);
		return failed;
	}
	ret->out = out[0];
	ret->err = err_pipe[0];
	return 0;
}

int xpt_run(const struct xpt_host *host, const struct xpt_run *run, struct xpt_run_result *ret,
	    struct xpt_err *err)
{
	long long end = xpt_clock_ms() + run->timeout_ms;
	struct xpt_run_result result = {0};
	struct child child = {.out = -1, .err = -1};
	int status = 0, failed = start(host, run, &child);

	if (failed)
		return explain(run, failed, err);
	failed = collect(&child, run, end, &result);
	if (!failed)
		failed = reap(child.pid, end, &status);
	if (failed) {
		(void)kill(-child.pid, SIGKILL);
		/* One that hangs in the kernel does not die yet: it is left behind with the lock. */
		(void)reap(child.pid, xpt_clock_ms() + KILL_WAIT_MS, &status);
	}
	if (child.out >= 0)
		close(child.out);
	if (child.err >= 0)
		close(child.err);
	/* Older C libraries report a failed exec as exit 127 of the child. */
	if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		failed = -ENOENT;
	if (failed) {
		xpt_run_result_done(&result);
		return explain(run, failed, err);
	}
	result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	*ret = result;
	return 0;
}

void xpt_run_result_done(struct xpt_run_result *r)
{
	xpt_str_done(&r->out);
	xpt_str_done(&r->err);
}
