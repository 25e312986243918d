/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "http.h"

#define MAX_HEAD 16384

struct xd_conn *xd_conn_new(int fd, const struct xd_host *host, bool is_remote)
{
	struct xd_conn *c = xpt_alloc(sizeof(*c));

	c->fd = fd;
	c->host = host;
	c->is_remote = is_remote;
	return c;
}

void xd_conn_free(struct xd_conn *c)
{
	if (c->call)
		c->call->conn = NULL;
	close(c->fd);
	xpt_str_done(&c->in);
	xpt_str_done(&c->out);
	free(c);
}

void xd_http_expect(struct xd_conn *conn, struct xd_call *call)
{
	conn->call = call;
}

static void answer(struct xd_conn *c, const char *status, const char *body, size_t len)
{
	xpt_str_addf(&c->out, "HTTP/1.%d %s\r\n", c->is_http_1_1 ? 1 : 0, status);
	xpt_str_addf(&c->out, "content-length: %zu\r\n", len);
	xpt_str_addf(&c->out, "connection: %s\r\n", c->keeps_alive ? "keep-alive" : "close");
	xpt_str_add(&c->out, "cache-control: no-cache, no-store\r\n"
			     "content-type: text/xml\r\n"
			     "Access-Control-Allow-Origin: *\r\n"
			     "Access-Control-Allow-Headers: X-Requested-With\r\n\r\n");
	xpt_str_addn(&c->out, body, len);
	c->is_last = !c->keeps_alive;
	c->call = NULL;
}

void xd_http_answer(struct xd_conn *conn, const struct xpt_str *body)
{
	answer(conn, "200 OK", body->s, body->len);
}

static void refuse(struct xd_conn *c, const char *status)
{
	c->keeps_alive = false;
	answer(c, status, "", 0);
}

/* The value of a header within the head, NULL when absent; name ends in a colon. Caller frees. */
static char *header(const char *head, const char *name)
{
	const char *line = head;

	while ((line = strstr(line, "\r\n"))) {
		line += 2;
		if (strncasecmp(line, name, strlen(name)))
			continue;
		line += strlen(name);
		line += strspn(line, " \t");
		return xpt_strndup(line, strcspn(line, " \t\r\n"));
	}
	return NULL;
}

struct request {
	char path[64];
	size_t head_len;
	uint64_t body_len;
};

/* A head that is no HTTP gets false. */
static bool read_head(struct xd_conn *c, const char *head, struct request *ret)
{
	XPT_FREE char *connection = header(head, "connection:");
	XPT_FREE char *length = header(head, "content-length:");
	int minor = 0;

	if (sscanf(head, "POST %63s HTTP/1.%d", ret->path, &minor) != 2)
		return false;
	c->is_http_1_1 = minor > 0;
	c->keeps_alive = minor > 0 && !(connection && !strcasecmp(connection, "close"));
	return length && !xpt_parse_uint(length, 10, UINT32_MAX, &ret->body_len);
}

/* Take n bytes off the front of the buffer. */
static void consume(struct xpt_str *s, size_t n)
{
	memmove(s->s, s->s + n, s->len - n + 1);
	s->len -= n;
}

static void start_call(struct xd *x, struct xd_conn *c, const struct request *r)
{
	struct xpt_call rpc = {0};
	int rc = xpt_xmlrpc_parse_call(c->in.s + r->head_len, (size_t)r->body_len, &rpc, NULL);

	consume(&c->in, r->head_len + (size_t)r->body_len);
	if (rc)
		refuse(c, "500 Internal Error");
	else
		xd_call_start(x, c->host, c->is_remote, c, &rpc);
}

static bool run_one(struct xd *x, struct xd_conn *c)
{
	const char *end = c->in.len ? strstr(c->in.s, "\r\n\r\n") : NULL;
	XPT_FREE char *head = NULL;
	struct request r = {0};

	if (!end) {
		if (c->in.len > MAX_HEAD)
			refuse(c, "400 Bad Request");
		return false;
	}
	r.head_len = (size_t)(end - c->in.s) + 4;
	head = xpt_strndup(c->in.s, r.head_len);
	if (!read_head(c, head, &r)) {
		refuse(c, "400 Bad Request");
		return false;
	}
	if (r.body_len > XD_HTTP_MAX_BODY) {
		refuse(c, "500 Internal Error");
		return false;
	}
	if (strcmp(r.path, "/") && strcmp(r.path, "/RPC2")) {
		refuse(c, "404 Not Found");
		return false;
	}
	if (c->in.len < r.head_len + r.body_len)
		return false;
	start_call(x, c, &r);
	return true;
}

void xd_conn_run(struct xd *x, struct xd_conn *c)
{
	while (!c->call && !c->is_last && !c->is_dead && run_one(x, c))
		continue;
}

void xd_conn_read(struct xd *x, struct xd_conn *c)
{
	char chunk[65536];
	ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		c->is_dead = true;
		return;
	}
	xpt_str_addn(&c->in, chunk, (size_t)n);
	xd_conn_run(x, c);
}

void xd_conn_write(struct xd_conn *c)
{
	ssize_t n;

	if (c->sent == c->out.len)
		return;
	n = send(c->fd, c->out.s + c->sent, c->out.len - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		c->is_dead = true;
	if (n > 0)
		c->sent += (size_t)n;
	if (c->sent == c->out.len) {
		xpt_str_done(&c->out);
		c->sent = 0;
		c->is_dead = c->is_dead || c->is_last;
	}
}
