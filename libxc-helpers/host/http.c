/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/http.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "host/clock.h"

#define MAX_LINE (8u << 10)
#define INTERIM_MAX 8
#define IN_THE_MIDDLE "in the middle of its answer"

/* What the head says about the rest. */
struct head {
	int status;
	char *reason;
	bool is_chunked;
	bool has_length;
	uint64_t length;
	bool keeps_open;
};

void xpt_http_init(struct xpt_http *h, int fd, const char *peer, unsigned timeout_ms)
{
	h->fd = fd;
	h->peer = peer;
	h->timeout_ms = timeout_ms;
	h->start = h->end = 0;
}

void xpt_http_done(struct xpt_http *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	h->start = h->end = 0;
}

void xpt_http_reply_done(struct xpt_http_reply *r)
{
	free(r->reason);
	xpt_str_done(&r->body);
	*r = (struct xpt_http_reply){0};
}

bool xpt_http_is_idle(const struct xpt_http *h)
{
	char c;

	return h->start == h->end && recv(h->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* ---- waiting and bytes ---- */

static int malformed(const struct xpt_http *h, const char *what, struct xpt_err *err)
{
	xpt_err_set(err, XPT_MALFORMED, EPROTO, NULL, NULL, "%s does not speak HTTP: %s", h->peer,
		    what);
	return -EPROTO;
}

static int closed(const struct xpt_http *h, int errnum, const char *when, struct xpt_err *err)
{
	xpt_err_set(err, XPT_SYSTEM, errnum, NULL, NULL, "%s closed the connection %s", h->peer,
		    when);
	return -errnum;
}

static int wait_for(const struct xpt_http *h, short events, struct xpt_err *err)
{
	long long end = xpt_clock_ms() + h->timeout_ms;
	struct pollfd p = {.fd = h->fd, .events = events};

	for (;;) {
		long long left = end - xpt_clock_ms();
		int n = poll(&p, 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);

		if (n > 0)
			return 0;
		if (n == 0)
			return xpt_err_set(err, XPT_TIMEOUT, ETIMEDOUT, NULL, NULL,
					   "%s was silent for %.3g seconds", h->peer,
					   h->timeout_ms / 1000.0);
		if (errno != EINTR)
			return xpt_err_sys(err, errno, NULL, "waiting for %s failed", h->peer);
	}
}

static bool is_transient(int errnum)
{
	return errnum == EINTR || errnum == EAGAIN || errnum == EWOULDBLOCK;
}

int xpt_http_send(struct xpt_http *h, const void *bytes, size_t len, struct xpt_err *err)
{
	const char *p = bytes;
	size_t sent = 0;

	while (sent < len) {
		int rc = wait_for(h, POLLOUT, err);
		ssize_t n;

		if (rc < 0)
			return rc;
		n = send(h->fd, p + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			sent += (size_t)n;
		else if (errno == EPIPE || errno == ECONNRESET)
			return closed(h, sent ? ECONNRESET : EPIPE, "before it took the request",
				      err);
		else if (!is_transient(errno))
			return xpt_err_sys(err, errno, NULL, "sending to %s failed", h->peer);
	}
	return 0;
}

/* Bytes for an empty buffer. Returns 1, 0 at the end of the stream, or an error. when: for a reset. */
static int refill(struct xpt_http *h, const char *when, struct xpt_err *err)
{
	ssize_t n;

	do {
		int rc = wait_for(h, POLLIN, err);

		if (rc < 0)
			return rc;
		n = read(h->fd, h->buf, sizeof(h->buf));
	} while (n < 0 && is_transient(errno));
	if (n < 0)
		return errno == ECONNRESET
			       ? closed(h, ECONNRESET, when, err)
			       : xpt_err_sys(err, errno, NULL, "reading from %s failed", h->peer);
	h->start = 0;
	h->end = (size_t)n;
	return n > 0;
}

/* Like refill where the stream must not end yet. */
static int need_bytes(struct xpt_http *h, const char *when, struct xpt_err *err)
{
	int rc;

	if (h->start < h->end)
		return 0;
	rc = refill(h, when, err);
	if (rc == 0)
		return closed(h, ECONNRESET, when, err);
	return rc < 0 ? rc : 0;
}

/* A line without its end, which is LF with or without CR before it. when: for a stream that ends. */
static int read_line(struct xpt_http *h, char line[MAX_LINE], const char *when, struct xpt_err *err)
{
	size_t n = 0;

	for (;;) {
		int rc = need_bytes(h, when, err);
		char c;

		if (rc < 0)
			return rc;
		c = h->buf[h->start++];
		if (c == '\n')
			break;
		if (!c || n == MAX_LINE - 1)
			return malformed(h, c ? "a line without an end" : "a NUL byte", err);
		line[n++] = c;
		when = IN_THE_MIDDLE;
	}
	if (n && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return 0;
}

/* ---- the head ---- */

static int parse_status(const struct xpt_http *h, const char *line, struct head *head,
			struct xpt_err *err)
{
	static const char digits[] = "0123456789";
	const char *minor = line + strlen("HTTP/1."), *code = minor + strlen("x ");

	if (!xpt_has_prefix(line, "HTTP/1.") || strspn(minor, digits) != 1 ||
	    !xpt_has_prefix(minor + 1, " ") || strspn(code, digits) != 3 || strcspn(code, " ") != 3)
		return malformed(h, "its answer does not begin with a status line", err);
	head->status = atoi(code);
	head->keeps_open = !xpt_has_prefix(line, "HTTP/1.0");
	code += 3 + strspn(code + 3, " ");
	head->reason = xpt_clean(code, strlen(code));
	return 0;
}

/* Is word among the comma-separated words of a field? */
static bool has_word(const char *value, const char *word)
{
	size_t len = strlen(word);

	while (*value) {
		size_t n;

		value += strspn(value, " \t,");
		n = strcspn(value, " \t,");
		if (n == len && !strncasecmp(value, word, n))
			return true;
		value += n;
	}
	return false;
}

static int parse_length(const struct xpt_http *h, const char *value, struct head *head,
			struct xpt_err *err)
{
	uint64_t length;

	if (xpt_parse_uint(value, 10, INT64_MAX, &length) < 0 ||
	    (head->has_length && head->length != length))
		return malformed(h, "its Content-Length is not one number", err);
	head->has_length = true;
	head->length = length;
	return 0;
}

static int parse_field(const struct xpt_http *h, char *line, struct head *head, struct xpt_err *err)
{
	char *value = strchr(line, ':');

	if (!value)
		return malformed(h, "a header line without a colon", err);
	*value++ = '\0';
	value += strspn(value, " \t");
	for (size_t n = strlen(value); n && isspace((unsigned char)value[n - 1]); n--)
		value[n - 1] = '\0';
	if (!strcasecmp(line, "content-length"))
		return parse_length(h, value, head, err);
	if (!strcasecmp(line, "transfer-encoding"))
		head->is_chunked = has_word(value, "chunked");
	else if (!strcasecmp(line, "connection"))
		head->keeps_open = !has_word(value, "close") &&
				   (head->keeps_open || has_word(value, "keep-alive"));
	return 0;
}

/* *head->reason is the caller's to free, also after an error. */
static int read_head(struct xpt_http *h, struct head *head, struct xpt_err *err)
{
	char line[MAX_LINE];
	size_t total = 0;
	int rc = read_line(h, line, "without an answer", err);

	if (rc == 0)
		rc = parse_status(h, line, head, err);
	while (rc == 0) {
		rc = read_line(h, line, IN_THE_MIDDLE, err);
		if (rc < 0 || !*line)
			break;
		total += strlen(line);
		rc = total > XPT_HTTP_MAX_HEAD ? malformed(h, "a head without an end", err)
					       : parse_field(h, line, head, err);
	}
	return rc;
}

/* ---- the body ---- */

static int too_large(const struct xpt_http *h, size_t max, struct xpt_err *err)
{
	return xpt_err_set(err, XPT_MALFORMED, EFBIG, NULL, NULL,
			   "the answer of %s is larger than the %zu bytes that are taken", h->peer,
			   max);
}

/* Move up to n bytes from the buffer into body. */
static size_t take(struct xpt_http *h, struct xpt_str *body, uint64_t n)
{
	size_t there = h->end - h->start;

	if (n < there)
		there = (size_t)n;
	xpt_str_addn(body, h->buf + h->start, there);
	h->start += there;
	return there;
}

static int read_exactly(struct xpt_http *h, uint64_t n, size_t max, struct xpt_str *body,
			struct xpt_err *err)
{
	if (n > max - body->len)
		return too_large(h, max, err);
	while (n) {
		int rc = need_bytes(h, IN_THE_MIDDLE, err);

		if (rc < 0)
			return rc;
		n -= take(h, body, n);
	}
	return 0;
}

static int read_to_end(struct xpt_http *h, size_t max, struct xpt_str *body, struct xpt_err *err)
{
	int rc = 1;

	while (rc > 0) {
		if (h->end - h->start > max - body->len)
			return too_large(h, max, err);
		take(h, body, UINT64_MAX);
		rc = refill(h, IN_THE_MIDDLE, err);
	}
	return rc;
}

static int read_chunk_size(struct xpt_http *h, uint64_t *ret, struct xpt_err *err)
{
	char line[MAX_LINE];
	int rc = read_line(h, line, IN_THE_MIDDLE, err);

	if (rc < 0)
		return rc;
	line[strcspn(line, "; \t")] = '\0';
	if (xpt_parse_uint(line, 16, INT64_MAX, ret) < 0)
		return malformed(h, "a chunk without a size", err);
	return 0;
}

static int read_chunks(struct xpt_http *h, size_t max, struct xpt_str *body, struct xpt_err *err)
{
	char line[MAX_LINE];
	size_t trailer = 0;
	uint64_t size;
	int rc;

	for (;;) {
		rc = read_chunk_size(h, &size, err);
		if (rc == 0 && !size)
			break;
		if (rc == 0)
			rc = read_exactly(h, size, max, body, err);
		if (rc == 0)
			rc = read_line(h, line, IN_THE_MIDDLE, err);
		if (rc == 0 && *line)
			rc = malformed(h, "a chunk that is longer than its size", err);
		if (rc < 0)
			return rc;
	}
	do {
		rc = read_line(h, line, IN_THE_MIDDLE, err);
		if (rc < 0)
			return rc;
		trailer += strlen(line);
		if (trailer > XPT_HTTP_MAX_HEAD)
			return malformed(h, "a trailer without an end", err);
	} while (*line);
	return 0;
}

static int read_body(struct xpt_http *h, struct head *head, size_t max, struct xpt_str *body,
		     struct xpt_err *err)
{
	if (head->status == 204 || head->status == 304)
		return 0;
	if (head->is_chunked)
		return read_chunks(h, max, body, err);
	if (head->has_length)
		return read_exactly(h, head->length, max, body, err);
	head->keeps_open = false;
	return read_to_end(h, max, body, err);
}

int xpt_http_read_reply(struct xpt_http *h, size_t max_body, struct xpt_http_reply *ret,
			struct xpt_err *err)
{
	XPT_STR body = {0};
	struct head head = {0};
	int rc, interim = 0;

	do {
		free(head.reason);
		head = (struct head){0};
		rc = interim > INTERIM_MAX ? malformed(h, "interim answers without an end", err)
					   : read_head(h, &head, err);
		interim++;
	} while (rc == 0 && head.status / 100 == 1);
	if (rc == 0)
		rc = read_body(h, &head, max_body, &body, err);
	if (rc < 0) {
		free(head.reason);
		return rc;
	}
	*ret = (struct xpt_http_reply){head.status, head.reason, body, head.keeps_open};
	body = (struct xpt_str){0};
	return 0;
}
