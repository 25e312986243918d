/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script_server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "codec/xmlrpc.h"
#include "file.h"

struct xpt_script {
	pid_t pid;
	struct xpt_script_log *log;
};

/* ---- the server's process ---- */

static void must(bool is_done, const char *what)
{
	if (is_done)
		return;
	perror(what);
	_exit(1);
}

static void record(struct xpt_script_log *log, const char *head, const char *body)
{
	struct xpt_call call = {0};
	int i = log->n_requests;
	const char *first;

	must(i < XPT_SCRIPT_MAX, "too many requests");
	must(xpt_xmlrpc_parse_call(body, strlen(body), &call, NULL) == 0, "request");
	first = call.params->n ? xpt_value_text(call.params->item[0]) : NULL;
	snprintf(log->method[i], sizeof(log->method[i]), "%s", call.method);
	snprintf(log->first_param[i], sizeof(log->first_param[i]), "%s", first ? first : "");
	snprintf(log->head[i], sizeof(log->head[i]), "%s", head);
	xpt_call_done(&call);
	log->n_requests++;
}

/* Read one request and record it; false when the client closed instead. */
static bool read_request(struct xpt_script_log *log, int fd)
{
	XPT_STR in = {0};
	char *blank = NULL;
	size_t need = 0;

	while (!blank || in.len < need) {
		char buf[4096];
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n <= 0)
			return false;
		xpt_str_addn(&in, buf, (size_t)n);
		blank = strstr(in.s, "\r\n\r\n");
		if (blank && !need)
			need = (size_t)(blank - in.s) + 4 +
			       strtoul(strstr(in.s, "Content-Length: ") + 16, NULL, 10);
	}
	*blank = '\0';
	record(log, in.s, blank + 4);
	return true;
}

static void send_reply(int fd, const struct xpt_script_step *step)
{
	size_t len = !step->reply ? 0 : step->len ? step->len : strlen(step->reply);
	size_t piece = step->drip_us ? 1 : len;

	for (size_t sent = 0; sent < len; sent += piece) {
		if (send(fd, step->reply + sent, piece, MSG_NOSIGNAL) != (ssize_t)piece)
			return;
		if (step->drip_us)
			usleep(step->drip_us);
	}
}

/* One connection; returns the number of steps that it took. */
static size_t serve(struct xpt_script_log *log, int fd, const struct xpt_script_step *steps,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps[i].unread)
			return 1;
		if (!read_request(log, fd))
			return i;
		send_reply(fd, &steps[i]);
		if (steps[i].then == XPT_SCRIPT_CLOSE)
			return i + 1;
		while (steps[i].then == XPT_SCRIPT_HANG)
			pause();
	}
	return n;
}

static void run(struct xpt_script_log *log, int listener, const struct xpt_script_step *steps,
		size_t n)
{
	while (n) {
		int fd = accept(listener, NULL, NULL);
		size_t taken;

		must(fd >= 0, "accept");
		log->n_accepted++;
		taken = serve(log, fd, steps, n);
		steps += taken;
		n -= taken;
		if (!n)
			close(listener);
		close(fd);
		log->n_closed++;
	}
}

/* ---- the test's side ---- */

static int listen_below(const char *root)
{
	XPT_FREE char *dir = xpt_fmt("%s/var/lib/xcp", root);
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), dir_fd;

	must(xpt_file_mkdir(dir, NULL) == 0, dir);
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0 && dir_fd >= 0, dir);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d/xapi", dir_fd);
	unlink(addr.sun_path);
	must(bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0, "bind");
	must(listen(fd, 5) == 0, "listen");
	close(dir_fd);
	return fd;
}

struct xpt_script *xpt_script_start(const char *root, const struct xpt_script_step *steps, size_t n)
{
	struct xpt_script *s = xpt_alloc(sizeof(*s));
	int listener = listen_below(root);

	s->log = mmap(NULL, sizeof(*s->log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	must(s->log != MAP_FAILED, "mmap");
	s->pid = fork();
	must(s->pid >= 0, "fork");
	if (!s->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(s->log, listener, steps, n);
		for (;;)
			pause();
	}
	close(listener);
	return s;
}

const struct xpt_script_log *xpt_script_log(const struct xpt_script *s)
{
	return s->log;
}

bool xpt_script_wait_closed(const struct xpt_script *s, int n)
{
	for (int tries = 0; tries < 5000 && s->log->n_closed < n; tries++)
		usleep(1000);
	return s->log->n_closed >= n;
}

void xpt_script_stop(struct xpt_script *s)
{
	if (!s)
		return;
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->log, sizeof(*s->log));
	free(s);
}

char *xpt_script_http(const char *body, bool keeps_open)
{
	return xpt_fmt("HTTP/1.1 200 OK\r\ncontent-length: %zu\r\nconnection: %s\r\n"
		       "content-type: text/xml\r\n\r\n%s",
		       strlen(body), keeps_open ? "keep-alive" : "close", body);
}

char *xpt_script_success(const char *text, bool keeps_open)
{
	XPT_VALUE *value = xpt_value_str(text);
	XPT_STR body = {0};

	xpt_xmlrpc_write_success(&body, value);
	return xpt_script_http(body.s, keeps_open);
}
