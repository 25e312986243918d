/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/fan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "host/fs.h"

struct blade {
	pid_t pid;
	int fd; /* our end of its pipe, -1 once it ended */
	bool is_flood;
};

static void run_child(size_t i, xpt_fan_work work, void *data, int fd)
{
	struct xpt_str out = {0};

	work(i, data, &out);
	_exit(xpt_fs_write_all(fd, xpt_str_text(&out), out.len) < 0);
}

/* Returns our end of the new process's pipe, or -errno. */
static int start(size_t i, xpt_fan_work work, void *data, pid_t *ret)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		/* Else its own copy would keep it from hearing that nobody reads any more. */
		close(ends[0]);
		run_child(i, work, data, ends[1]);
	}
	close(ends[1]);
	if (pid < 0) {
		int failed = -errno;

		close(ends[0]);
		return failed;
	}
	*ret = pid;
	return ends[0];
}

static void drain(struct blade *b, size_t max, struct xpt_str *into)
{
	char buf[8192];
	ssize_t n = read(b->fd, buf, sizeof(buf));

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0 && into->len + (size_t)n <= max) {
		xpt_str_addn(into, buf, (size_t)n);
		return;
	}
	b->is_flood = n > 0;
	close(b->fd);
	b->fd = -1;
}

/* Collect until every pipe has ended. */
static void collect(struct blade *blades, size_t n, size_t max, struct xpt_str *results)
{
	struct pollfd fds[XPT_FAN_MAX];

	for (;;) {
		bool is_open = false;

		for (size_t i = 0; i < n; i++) {
			fds[i] = (struct pollfd){blades[i].fd, POLLIN, 0};
			is_open = is_open || blades[i].fd >= 0;
		}
		if (!is_open)
			return;
		if (poll(fds, n, -1) < 0)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (fds[i].revents)
				drain(&blades[i], max, &results[i]);
		}
	}
}

static void reap(const struct blade *b, struct xpt_str *result)
{
	int status = 0;
	pid_t got;

	do {
		got = waitpid(b->pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	if (got != b->pid || !WIFEXITED(status) || WEXITSTATUS(status) || b->is_flood)
		xpt_str_done(result);
}

int xpt_fan(size_t n, xpt_fan_work work, void *data, size_t max_output, struct xpt_str *results,
	    struct xpt_err *err)
{
	struct blade blades[XPT_FAN_MAX];
	size_t started = 0;
	int fd = 0;

	if (n > XPT_FAN_MAX)
		return xpt_err_set(err, XPT_USAGE, E2BIG, NULL, "ask the hosts one by one",
				   "%zu hosts are more than can be asked at once (%d)", n,
				   XPT_FAN_MAX);
	while (started < n) {
		pid_t pid = -1;

		fd = start(started, work, data, &pid);
		if (fd < 0)
			break;
		blades[started++] = (struct blade){.pid = pid, .fd = fd};
	}
	collect(blades, started, max_output, results);
	for (size_t i = 0; i < started; i++)
		reap(&blades[i], &results[i]);
	return fd < 0 ? xpt_err_sys(err, -fd, NULL, "cannot start a process") : 0;
}
