/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "file.h"

#define STOP_MS 5000
#define STEP_MS 5

static void child_exec(const struct xpt_strv *args, int ready_fd, const char *log, pid_t parent)
{
	int log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct xpt_strv with_fd = {0};
	sigset_t none;

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (log_fd < 0 || null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(log_fd, 1) < 0 ||
	    dup2(log_fd, 2) < 0 || fcntl(ready_fd, F_SETFD, 0) < 0)
		_exit(126);
	xpt_strv_copy(&with_fd, args);
	xpt_strv_add(&with_fd, "--ready-fd");
	xpt_strv_addf(&with_fd, "%d", ready_fd);
	with_fd.v = xpt_grow(with_fd.v, with_fd.n + 1, sizeof(*with_fd.v));
	with_fd.v[with_fd.n] = NULL;
	execv(with_fd.v[0], with_fd.v);
	fprintf(stderr, "%s: %s\n", with_fd.v[0], strerror(errno));
	_exit(127);
}

/* The last line of a log that says something. Caller frees. */
static char *last_line(const char *log)
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};

	if (xpt_file_read(log, 16u << 20, &text, NULL, NULL) < 0)
		return xpt_strdup("it left no log");
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = lines.n; i > 0; i--)
		if (*lines.v[i - 1])
			return xpt_strdup(lines.v[i - 1]);
	return xpt_strdup("it said nothing");
}

static int wait_ready(int fd, unsigned timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;
	int n;

	do
		n = poll(&p, 1, (int)timeout_ms);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : -ETIMEDOUT;
	return read(fd, &byte, 1) == 1 ? 0 : -ECHILD;
}

int xpt_server_start(struct xpt_server *server, const struct xpt_strv *args, const char *log,
		     unsigned timeout_ms, struct xpt_err *err)
{
	pid_t parent = getpid();
	int fds[2], ret;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return xpt_err_sys(err, errno, args->v[0], "cannot make a pipe");
	fflush(NULL);
	server->pid = fork();
	if (server->pid == 0)
		child_exec(args, fds[1], log, parent);
	close(fds[1]);
	ret = server->pid < 0 ? -EAGAIN : wait_ready(fds[0], timeout_ms);
	close(fds[0]);
	if (ret == 0)
		return 0;
	xpt_server_stop(server);
	XPT_FREE char *line = last_line(log);
	return xpt_err_set(err, XPT_SYSTEM, -ret, args->v[0], NULL, "%s %s: %s", args->v[0],
			   ret == -ETIMEDOUT ? "did not become ready" : "did not start", line);
}

void xpt_server_stop(struct xpt_server *server)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

	if (server->pid <= 0)
		return;
	kill(server->pid, SIGTERM);
	for (unsigned ms = 0; waitpid(server->pid, NULL, WNOHANG) == 0; ms += STEP_MS) {
		if (ms >= STOP_MS)
			kill(server->pid, SIGKILL);
		nanosleep(&step, NULL);
	}
	server->pid = 0;
}
