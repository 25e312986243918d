/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "http.h"
#include "record.h"
#include "xapid.h"

static const struct xd_method *const TABLES[] = {
	xd_session_methods, xd_task_methods, xd_host_methods,  xd_vm_methods,
	xd_vm_copy_methods, xd_pci_methods,  xd_event_methods,
};

/* ---- outcome ---- */

void xd_call_ok(struct xd_call *c, struct xpt_value *value)
{
	xpt_value_free(c->value);
	c->value = value;
}

void xd_call_ok_str(struct xd_call *c, const char *text)
{
	xd_call_ok(c, xpt_value_str(text));
}

void xd_call_fail(struct xd_call *c, const char *code, ...)
{
	va_list ap;

	xpt_strv_done(&c->error);
	va_start(ap, code);
	for (const char *s = code; s; s = va_arg(ap, const char *))
		xpt_strv_add(&c->error, s);
	va_end(ap);
}

bool xd_call_failed(const struct xd_call *c)
{
	return c->error.n > 0;
}

/* ---- parameters ---- */

const struct xpt_value *xd_call_arg(const struct xd_call *c, size_t i)
{
	return c->params->item[i];
}

const char *xd_call_text(const struct xd_call *c, size_t i)
{
	const char *text = i < c->params->n ? xpt_value_text(c->params->item[i]) : NULL;

	return text ? text : "";
}

struct xd_row *xd_call_object(struct xd_call *c, size_t i, const char *cls)
{
	struct xd_row *row = xd_db_find(&c->x->db, cls, xd_call_text(c, i));

	if (!row)
		xd_call_fail(c, "HANDLE_INVALID", cls, xd_call_text(c, i), NULL);
	return row;
}

static enum xd_type type_of(char letter)
{
	switch (letter) {
	case 'b':
		return XD_BOOL;
	case 'i':
		return XD_INT;
	case 'f':
		return XD_FLOAT;
	case 'm':
		return XD_MAP;
	case 'S':
		return XD_SET;
	default:
		return XD_STRING;
	}
}

static bool check_types(struct xd_call *c, const char *args)
{
	for (size_t i = 0; args[i]; i++) {
		XPT_FREE char *why = NULL;
		XPT_FREE char *text =
			xd_record_from(type_of(args[i]), c->params->item[i + 1], &why);

		if (!text) {
			xd_call_fail(c, "INTERNAL_ERROR", why, NULL);
			return false;
		}
	}
	return true;
}

static bool check_count(struct xd_call *c, size_t wanted)
{
	XPT_FREE char *want = xpt_fmt("%zu", wanted);
	XPT_FREE char *got = xpt_fmt("%zu", c->params->n ? c->params->n - 1 : 0);

	if (c->params->n == wanted + 1)
		return true;
	xd_call_fail(c, "MESSAGE_PARAMETER_COUNT_MISMATCH", c->method, want, got, NULL);
	return false;
}

/* ---- dispatch ---- */

const struct xd_method *xd_method_at(size_t i)
{
	for (size_t t = 0; t < XPT_ARRAY_SIZE(TABLES); t++)
		for (const struct xd_method *m = TABLES[t]; m->name; m++)
			if (!i--)
				return m;
	return NULL;
}

static const struct xd_method *find_method(const struct xd *x, const char *name)
{
	const struct xd_method *m;

	for (size_t i = 0; (m = xd_method_at(i)); i++)
		if (!strcmp(m->name, name) && xd_is_since(x, m->since[0], m->since[1]))
			return m;
	return NULL;
}

static void run_own(struct xd_call *c, const struct xd_method *m)
{
	if (check_count(c, strlen(m->args)) && check_types(c, m->args) &&
	    xd_session_may(c, m->name, NULL, m->role))
		m->run(c);
}

/* On a supporter the TCP port turns everyone away. */
static bool is_turned_away(struct xd_call *c)
{
	const struct xd_host *coordinator = xd_coordinator(c->x);
	const struct xd_row *row = xd_db_find(&c->x->db, "host", coordinator->ref);

	if (!c->is_remote || c->host == coordinator)
		return false;
	xd_call_fail(c, "HOST_IS_SLAVE", xd_row_get(row, "address"), NULL);
	return true;
}

static void run(struct xd_call *c)
{
	const struct xd_method *m = find_method(c->x, c->method);

	if (is_turned_away(c))
		return;
	if (m && !m->args) { /* without a session: the method looks at its parameters itself */
		m->run(c);
		return;
	}
	if (!c->params->n) {
		xd_call_fail(c, "MESSAGE_METHOD_UNKNOWN", c->method, NULL);
		return;
	}
	if (!xd_session_check(c))
		return;
	if (m)
		run_own(c, m);
	else if (!xd_generic_run(c))
		xd_call_fail(c, "MESSAGE_METHOD_UNKNOWN", c->method, NULL);
}

static void free_call(struct xd_call *c)
{
	xpt_value_free(c->params);
	xpt_value_free(c->value);
	xpt_strv_done(&c->error);
	free(c->method);
	free(c->session);
	free(c->task);
	free(c);
}

static void send_answer(struct xd_conn *conn, const struct xpt_value *value,
			const struct xpt_strv *error)
{
	XPT_STR out = {0};

	xpt_str_add(&out, "<?xml version=\"1.0\"?>");
	if (error->n)
		xpt_xmlrpc_write_failure(&out, error);
	else
		xpt_xmlrpc_write_success(&out, value);
	xd_http_answer(conn, &out);
}

void xd_call_finish(struct xd_call *c)
{
	if (c->task)
		xd_task_end(c);
	xd_save(c->x);
	if (c->conn)
		send_answer(c->conn, c->value, &c->error);
	xd_event_wake(c->x);
	free_call(c);
}

/* Async: the caller gets a task at once, the call goes on without it. */
static void detach(struct xd_call *c)
{
	struct xpt_strv none = {0};
	XPT_VALUE *ref = NULL;

	c->task = xd_task_start(c);
	ref = xpt_value_str(c->task);
	send_answer(c->conn, ref, &none);
	c->conn = NULL;
}

void xd_call_start(struct xd *x, const struct xd_host *host, bool is_remote, struct xd_conn *conn,
		   struct xpt_call *rpc)
{
	struct xd_call *c = xpt_alloc(sizeof(*c));
	bool is_async = xpt_has_prefix(rpc->method, "Async.");

	c->x = x;
	c->host = host;
	c->is_remote = is_remote;
	c->conn = conn;
	c->method = xpt_strdup(rpc->method + (is_async ? strlen("Async.") : 0));
	c->params = rpc->params;
	c->session = xpt_strdup(xd_call_text(c, 0));
	free(rpc->method);
	memset(rpc, 0, sizeof(*rpc));
	if (conn)
		xd_http_expect(conn, c);
	if (is_async && xd_db_find(&x->db, "session", c->session))
		detach(c);
	run(c);
	if (!c->is_pending)
		xd_call_finish(c);
}
