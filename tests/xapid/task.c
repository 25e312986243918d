/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks and messages. Source: xen-api ocaml/xapi/xapi_task.ml, ocaml/xapi/xapi_message.ml. */
#include <string.h>

#include "record.h"
#include "sexpr.h"
#include "xapid.h"

static struct xd_row *make_task(struct xd *x, const struct xd_host *host, const char *label,
				const char *description)
{
	struct xd_row *row = xd_db_create(&x->db, "task");
	char now[32];

	xd_db_set(&x->db, row, "name_label", label);
	xd_db_set(&x->db, row, "name_description", description);
	xd_db_set(&x->db, row, "created", xd_now(now));
	xd_db_set(&x->db, row, "resident_on", host->ref);
	return row;
}

/* ---- Async ---- */

char *xd_task_start(struct xd_call *c)
{
	XPT_FREE char *label = xpt_fmt("Async.%s", c->method);

	return xpt_strdup(make_task(c->x, c->host, label, "")->ref);
}

/* A task's result is the text of the value's element; void has none. */
static char *result_text(const struct xpt_value *value)
{
	struct xpt_str out = {0};

	if (value)
		xpt_xmlrpc_write_value(&out, value);
	return xpt_str_take(&out);
}

void xd_task_end(struct xd_call *c)
{
	struct xd_row *task = xd_db_find(&c->x->db, "task", c->task);
	XPT_FREE char *error = xd_sexpr_write_set(&c->error);
	XPT_FREE char *result = result_text(c->value);
	bool failed = xd_call_failed(c);
	char now[32];

	if (!task)
		return; /* destroyed meanwhile */
	xd_db_set(&c->x->db, task, "finished", xd_now(now));
	xd_db_set(&c->x->db, task, "progress", "1");
	xd_db_set(&c->x->db, task, "result", failed ? "" : result);
	xd_db_set(&c->x->db, task, "error_info", error);
	xd_db_set(&c->x->db, task, "status", failed ? "failure" : "success");
}

/* ---- task ---- */

static void task_create(struct xd_call *c)
{
	xd_call_ok_str(c, make_task(c->x, c->host, xd_call_text(c, 1), xd_call_text(c, 2))->ref);
}

static void task_destroy(struct xd_call *c)
{
	struct xd_row *task = xd_call_object(c, 1, "task");

	if (task)
		xd_db_destroy(&c->x->db, task);
}

static void set_from_arg(struct xd_call *c, const char *field, enum xd_type type)
{
	struct xd_row *task = xd_call_object(c, 1, "task");
	XPT_FREE char *why = NULL;
	XPT_FREE char *text = xd_record_from(type, xd_call_arg(c, 2), &why);

	if (task)
		xd_db_set(&c->x->db, task, field, text);
}

static void task_set_progress(struct xd_call *c)
{
	set_from_arg(c, "progress", XD_FLOAT);
}

static void task_set_status(struct xd_call *c)
{
	set_from_arg(c, "status", XD_STRING);
}

static void task_set_result(struct xd_call *c)
{
	set_from_arg(c, "result", XD_STRING);
}

static void task_set_error_info(struct xd_call *c)
{
	set_from_arg(c, "error_info", XD_SET);
}

static void task_cancel(struct xd_call *c)
{
	struct xd_row *task = xd_call_object(c, 1, "task");

	if (task && xd_row_has(task, "status", "pending"))
		xd_db_set(&c->x->db, task, "status", "cancelling");
}

/* ---- message ---- */

struct xd_row *xd_message_add(struct xd *x, const char *name, const char *priority, const char *cls,
			      const char *uuid, const char *body)
{
	struct xd_row *row = xd_db_create(&x->db, "message");
	char now[32];

	xd_db_set(&x->db, row, "name", name);
	xd_db_set(&x->db, row, "priority", priority);
	xd_db_set(&x->db, row, "cls", cls);
	xd_db_set(&x->db, row, "obj_uuid", uuid);
	xd_db_set(&x->db, row, "timestamp", xd_now(now));
	xd_db_set(&x->db, row, "body", body);
	return row;
}

static void message_create(struct xd_call *c)
{
	XPT_FREE char *why = NULL;
	XPT_FREE char *priority = xd_record_from(XD_INT, xd_call_arg(c, 2), &why);

	xd_call_ok_str(c, xd_message_add(c->x, xd_call_text(c, 1), priority, xd_call_text(c, 3),
					 xd_call_text(c, 4), xd_call_text(c, 5))
				  ->ref);
}

static void message_destroy(struct xd_call *c)
{
	struct xd_row *message = xd_call_object(c, 1, "message");

	if (message)
		xd_db_destroy(&c->x->db, message);
}

const struct xd_method xd_task_methods[] = {
	{"task.create", "ss", XD_ROLE_READ_ONLY, task_create, {0}},
	{"task.destroy", "r", XD_ROLE_READ_ONLY, task_destroy, {0}},
	{"task.cancel", "r", XD_ROLE_READ_ONLY, task_cancel, {0}},
	{"task.set_progress", "rf", XD_ROLE_READ_ONLY, task_set_progress, {0}},
	{"task.set_status", "rs", XD_ROLE_READ_ONLY, task_set_status, {0}},
	{"task.set_result", "rs", XD_ROLE_READ_ONLY, task_set_result, {0}},
	{"task.set_error_info", "rS", XD_ROLE_READ_ONLY, task_set_error_info, {0}},
	{"message.create", "sisss", XD_ROLE_POOL_OPERATOR, message_create, {0}},
	{"message.destroy", "r", XD_ROLE_POOL_OPERATOR, message_destroy, {0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
