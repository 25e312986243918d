/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "conn.h"
#include "job.h"

#define DOOR_DIR "/var/lib/xcp"

struct door {
	int fd;
	const struct xd_host *host;
	bool is_remote;
};

struct xd_server {
	struct xd *x;
	struct door *door;
	size_t n_doors;
	struct xd_conn **conn;
	size_t n_conns;
	int signals;
};

/* ---- opening ---- */

static int make_directories(const char *path)
{
	XPT_FREE char *copy = xpt_strdup(path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(copy, 0755) && errno != EEXIST ? -errno : 0;
}

/*
 * Bind by way of the directory's descriptor: a socket's path has room for 107 bytes, a root needs
 * more.
 */
static int listen_below(const char *dir, const char *name)
{
	XPT_CLOSE int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (dir_fd < 0 || fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", dir_fd, name);
	unlinkat(dir_fd, name, 0);
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)) && !listen(fd, 64))
		return fd;
	close(fd);
	return -errno;
}

static int open_door(struct xd_server *s, const struct xd_host *host, const char *name,
		     struct xpt_err *err)
{
	XPT_FREE char *dir = xd_host_path(host, DOOR_DIR);
	int rc = make_directories(dir);
	int fd = rc ? rc : listen_below(dir, name);
	struct door *door;

	if (fd < 0)
		return xpt_err_sys(err, -fd, dir, "no socket can be made in %s", dir);
	s->door = xpt_grow(s->door, s->n_doors + 1, sizeof(*s->door));
	door = &s->door[s->n_doors++];
	door->fd = fd;
	door->host = host;
	door->is_remote = !strcmp(name, "xapi-tcp");
	return 0;
}

static int watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct xd_server *xd_http_open(struct xd *x, struct xpt_err *err)
{
	struct xd_server *s = xpt_alloc(sizeof(*s));
	int rc = 0;

	s->x = x;
	s->signals = watch_signals();
	for (size_t i = 0; i < x->n_hosts && !rc; i++) {
		rc = open_door(s, &x->host[i], "xapi", err);
		if (!rc)
			rc = open_door(s, &x->host[i], "xapi-tcp", err);
	}
	if (!rc)
		return s;
	xd_http_close(s);
	return NULL;
}

static void remove_socket(const struct door *door)
{
	XPT_FREE char *path =
		xd_host_path(door->host, door->is_remote ? DOOR_DIR "/xapi-tcp" : DOOR_DIR "/xapi");

	unlink(path);
}

void xd_http_close(struct xd_server *s)
{
	for (size_t i = 0; i < s->n_conns; i++)
		xd_conn_free(s->conn[i]);
	for (size_t i = 0; i < s->n_doors; i++) {
		remove_socket(&s->door[i]);
		close(s->door[i].fd);
	}
	close(s->signals);
	free(s->conn);
	free(s->door);
	free(s);
}

/* ---- serving ---- */

static void accept_one(struct xd_server *s, const struct door *door)
{
	int fd = accept4(door->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	s->conn = xpt_grow(s->conn, s->n_conns + 1, sizeof(*s->conn));
	s->conn[s->n_conns++] = xd_conn_new(fd, door->host, door->is_remote);
}

static void take_signals(struct xd_server *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			s->x->is_stopping = true;
	xd_job_reap(s->x);
}

static struct pollfd *poll_set(const struct xd_server *s)
{
	struct pollfd *set = xpt_alloc((1 + s->n_doors + s->n_conns) * sizeof(*set));
	struct pollfd *p = set;

	*p++ = (struct pollfd){.fd = s->signals, .events = POLLIN};
	for (size_t i = 0; i < s->n_doors; i++)
		*p++ = (struct pollfd){.fd = s->door[i].fd, .events = POLLIN};
	for (size_t i = 0; i < s->n_conns; i++)
		*p++ = (struct pollfd){
			.fd = s->conn[i]->fd,
			.events = (short)(POLLIN | (s->conn[i]->out.len ? POLLOUT : 0))};
	return set;
}

/* Answers may have come for any connection: write, and go on with what waited behind them. */
static void flush(struct xd_server *s)
{
	for (size_t i = 0; i < s->n_conns; i++) {
		xd_conn_write(s->conn[i]);
		xd_conn_run(s->x, s->conn[i]);
	}
}

static void drop_dead(struct xd_server *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_conns; i++) {
		if (s->conn[i]->is_dead)
			xd_conn_free(s->conn[i]);
		else
			s->conn[kept++] = s->conn[i];
	}
	s->n_conns = kept;
}

static void serve_once(struct xd_server *s)
{
	XPT_FREE struct pollfd *set = poll_set(s);
	size_t n_conns = s->n_conns;
	const struct pollfd *p = set + 1 + s->n_doors;

	if (poll(set, 1 + s->n_doors + n_conns, xd_event_timeout(s->x)) < 0 && errno != EINTR)
		return;
	for (size_t i = 0; i < n_conns; i++)
		if (p[i].revents & (POLLIN | POLLHUP | POLLERR))
			xd_conn_read(s->x, s->conn[i]);
	for (size_t i = 0; i < s->n_doors; i++)
		if (set[1 + i].revents)
			accept_one(s, &s->door[i]);
	if (set[0].revents)
		take_signals(s);
	xd_event_wake(s->x);
	flush(s);
	drop_dead(s);
}

void xd_http_serve(struct xd_server *s)
{
	while (!s->x->is_stopping)
		serve_once(s);
}
