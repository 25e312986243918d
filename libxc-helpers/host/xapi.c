/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/xapi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "host/fs.h"
#include "host/http.h"

#define ORIGINATOR "xe-passthrough"
#define API_VERSION "1.0"
#define PEER "the toolstack (xapi)"
#define LOGOUT_TIMEOUT_MS 5000u

#define HINT_DOWN \
	"Start the toolstack with xe-toolstack-restart; 'systemctl status xapi' says why it " \
	"ended."
#define HINT_LOST \
	"Whether the call took effect is unknown. See 'xe task-list' and /var/log/xensource.log; " \
	"xe-toolstack-restart starts the toolstack anew."
#define HINT_PEER \
	"See what listens on " XPT_XAPI_SOCKET "; xe-toolstack-restart starts the toolstack anew."

struct xpt_xapi {
	struct xpt_http http;
	int dir_fd; /* where the socket lies, or a negative errno */
	char *path; /* the socket, for sentences */
	char *session;
	bool is_own_session;
	bool is_lost; /* the last call got no answer */
};

/* ---- the connection ---- */

static int connect_failed(const struct xpt_xapi *x, int errnum, struct xpt_err *err)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return xpt_err_set(err, XPT_SYSTEM, errnum, x->path, HINT_DOWN,
				   PEER " is not answering: there is no socket %s", x->path);
	case ECONNREFUSED:
		return xpt_err_set(err, XPT_SYSTEM, errnum, x->path, HINT_DOWN,
				   PEER " is not answering: nobody listens on %s", x->path);
	case EAGAIN:
		return xpt_err_set(err, XPT_TIMEOUT, ETIMEDOUT, x->path, HINT_PEER,
				   PEER " is not answering: no connection to %s in %.3g seconds",
				   x->path, x->http.timeout_ms / 1000.0);
	default:
		return xpt_err_set(err, XPT_SYSTEM, errnum, x->path, HINT_PEER,
				   PEER " is out of reach: %s: %s", x->path, strerror(errnum));
	}
}

/*
 * The socket's name goes through the directory's descriptor, because a socket address has room for 107
 * bytes and a root may lie deeper than that.
 */
static int open_socket(struct xpt_xapi *x, struct xpt_err *err)
{
	struct timeval limit = {.tv_sec = x->http.timeout_ms / 1000,
				.tv_usec = x->http.timeout_ms % 1000 * 1000};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int rc;

	xpt_http_done(&x->http);
	if (x->dir_fd < 0)
		return connect_failed(x, -x->dir_fd, err);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d/xapi", x->dir_fd);
	x->http.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (x->http.fd < 0)
		return connect_failed(x, errno, err);
	/* The only limit that connect() knows: a full queue blocks it. */
	setsockopt(x->http.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	do {
		rc = connect(x->http.fd, (const struct sockaddr *)&addr, sizeof(addr));
	} while (rc < 0 && errno == EINTR);
	if (rc < 0) {
		rc = connect_failed(x, errno, err);
		xpt_http_done(&x->http);
	}
	return rc;
}

/* Send on the kept connection where it is still good, else on a new one. */
static int send_request(struct xpt_xapi *x, const struct xpt_str *request, struct xpt_err *err)
{
	XPT_ERR stale = XPT_ERR_INIT;
	int rc;

	if (x->http.fd >= 0 && xpt_http_is_idle(&x->http)) {
		rc = xpt_http_send(&x->http, request->s, request->len, &stale);
		if (rc != -EPIPE) {
			if (rc < 0)
				xpt_err_move(err, &stale);
			return rc;
		}
	}
	rc = open_socket(x, err);
	return rc < 0 ? rc : xpt_http_send(&x->http, request->s, request->len, err);
}

/* ---- one exchange ---- */

static int build_request(struct xpt_str *out, const char *method, const struct xpt_value *params,
			 struct xpt_err *err)
{
	XPT_STR body = {0};

	xpt_xmlrpc_write_call(&body, method, params);
	if (body.len > XPT_XAPI_MAX_REQUEST)
		return xpt_err_set(err, XPT_USAGE, E2BIG, method,
				   "Make it smaller; nothing was sent.",
				   "a request of %zu bytes is larger than the %u that xapi takes",
				   body.len, XPT_XAPI_MAX_REQUEST);
	xpt_str_addf(out,
		     "POST / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " ORIGINATOR "/" XPT_VERSION
		     "\r\nContent-Type: text/xml\r\nConnection: keep-alive\r\n"
		     "Content-Length: %zu\r\n\r\n",
		     body.len);
	xpt_str_addn(out, body.s, body.len);
	return 0;
}

static int check_status(const struct xpt_http_reply *reply, struct xpt_err *err)
{
	if (reply->status == 200)
		return 0;
	return xpt_err_set(err, XPT_SYSTEM, EPROTO, NULL, NULL,
			   PEER " answered with HTTP status %d %s", reply->status, reply->reason);
}

/* Send and receive. Whatever fails here leaves no connection behind. */
static int exchange(struct xpt_xapi *x, const struct xpt_str *request, struct xpt_http_reply *reply,
		    struct xpt_err *err)
{
	int rc = send_request(x, request, err);

	if (rc == 0)
		rc = xpt_http_read_reply(&x->http, XPT_XAPI_MAX_REPLY, reply, err);
	x->is_lost = rc < 0;
	if (rc < 0 || !reply->keeps_open)
		xpt_http_done(&x->http);
	return rc;
}

/* Name the method, and the next step where the cause did not: the request is out by then. */
static int failed(const char *method, int rc, struct xpt_err *err)
{
	xpt_err_prefix(err, "%s: ", method);
	if (err && !err->hint && err->code != XPT_XAPI)
		xpt_err_hint(err, "%s", HINT_LOST);
	return rc;
}

/* A call as it stands: params are all parameters, session included. */
static int call(struct xpt_xapi *x, const char *method, const struct xpt_value *params,
		struct xpt_value **ret, struct xpt_err *err)
{
	XPT_STR request = {0};
	XPT_HTTP_REPLY reply = {0};
	XPT_VALUE *value = NULL;
	int rc = build_request(&request, method, params, err);

	if (rc == 0)
		rc = exchange(x, &request, &reply, err);
	if (rc == 0)
		rc = check_status(&reply, err);
	if (rc == 0)
		rc = xpt_xmlrpc_parse_response(xpt_str_text(&reply.body), reply.body.len, &value,
					       err);
	if (rc < 0)
		return failed(method, rc, err);
	if (ret)
		*ret = XPT_TAKE(value);
	return 0;
}

int xpt_xapi_call(struct xpt_xapi *x, const char *method, struct xpt_value *params,
		  struct xpt_value **ret, struct xpt_err *err)
{
	XPT_VALUE *all = xpt_value_push(xpt_value_array(), xpt_value_str(x->session));

	for (size_t i = 0; params && i < params->n; i++)
		xpt_value_push(all, XPT_TAKE(params->item[i]));
	xpt_value_free(params);
	return call(x, method, all, ret, err);
}

int xpt_xapi_calls(struct xpt_xapi *x, const char *method, const char *const *strings, size_t n,
		   struct xpt_value **ret, struct xpt_err *err)
{
	struct xpt_value *params = xpt_value_array();

	for (size_t i = 0; i < n; i++)
		xpt_value_push(params, xpt_value_str(strings[i]));
	return xpt_xapi_call(x, method, params, ret, err);
}

/* ---- sessions ---- */

/* On this socket xapi looks at neither name nor password: who may open it is root. */
static int log_in(struct xpt_xapi *x, struct xpt_err *err)
{
	static const char *const strings[] = {"root", "", API_VERSION, ORIGINATOR};
	XPT_VALUE *params = xpt_value_array(), *session = NULL;
	const char *ref;
	int rc;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(strings); i++)
		xpt_value_push(params, xpt_value_str(strings[i]));
	rc = call(x, "session.login_with_password", params, &session, err);
	if (rc < 0)
		return rc;
	ref = xpt_value_text(session);
	if (!ref || !*ref)
		return xpt_err_set(err, XPT_MALFORMED, EPROTO, NULL, HINT_PEER,
				   PEER " gave no session where one was asked for");
	x->session = xpt_strdup(ref);
	x->is_own_session = true;
	return 0;
}

int xpt_xapi_open(const struct xpt_host *host, const char *session, unsigned timeout_ms,
		  struct xpt_xapi **ret, struct xpt_err *err)
{
	XPT_XAPI_CLIENT *x = xpt_alloc(sizeof(*x));
	int rc;

	xpt_http_init(&x->http, -1, PEER, timeout_ms ? timeout_ms : XPT_XAPI_TIMEOUT_MS);
	x->path = xpt_host_path(host, XPT_XAPI_SOCKET);
	x->dir_fd = xpt_fs_open_dir(host, "/var/lib/xcp");
	rc = open_socket(x, err);
	if (rc < 0)
		return rc;
	if (session && *session)
		x->session = xpt_strdup(session);
	else
		rc = log_in(x, err);
	if (rc < 0)
		return rc;
	*ret = XPT_TAKE(x);
	return 0;
}

void xpt_xapi_close(struct xpt_xapi *x)
{
	if (!x)
		return;
	if (x->is_own_session && !x->is_lost) {
		if (x->http.timeout_ms > LOGOUT_TIMEOUT_MS)
			x->http.timeout_ms = LOGOUT_TIMEOUT_MS;
		xpt_xapi_call(x, "session.logout", NULL, NULL, NULL);
	}
	xpt_http_done(&x->http);
	if (x->dir_fd >= 0)
		close(x->dir_fd);
	free(x->path);
	free(x->session);
	free(x);
}

void xpt_xapi_closep(struct xpt_xapi **x)
{
	xpt_xapi_close(*x);
}

bool xpt_xapi_is_error(const struct xpt_err *err, const char *code)
{
	return err && err->code == XPT_XAPI && err->detail.n && !strcmp(err->detail.v[0], code);
}
