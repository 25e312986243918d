/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xapid_pool.h"

#include <string.h>

#include "codec/xmlrpc.h"
#include "tree.h"

static const char TWO_HOSTS[] = "tests/xapid/two-hosts.xml";

static const char *const UUIDS[] = {
	"a0000000-0000-4000-8000-000000000000",
	"b0000000-0000-4000-8000-000000000000",
};

/* ---- asking ---- */

static struct xpt_value *parameter(const char *text)
{
	const char *equals;

	if (xpt_has_prefix(text, "b:"))
		return xpt_value_bool(text[2] == '1');
	if (xpt_has_prefix(text, "f:"))
		return xpt_value_double(text + 2);
	if (xpt_has_prefix(text, "l:"))
		return xpt_value_push(xpt_value_array(), xpt_value_str(text + 2));
	if (!xpt_has_prefix(text, "m:"))
		return xpt_value_str(text);
	equals = strchr(text, '=');
	if (!equals)
		return xpt_value_struct();
	XPT_FREE char *key = xpt_strndup(text + 2, (size_t)(equals - text - 2));

	return xpt_value_put(xpt_value_struct(), key, xpt_value_str(equals + 1));
}
static char *outcome(const char *reply)
{
	const char *xml = strstr(reply, "\r\n\r\n");
	XPT_VALUE *value = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_str out = {0};

	if (!xml || !xml[4])
		return xpt_strndup(reply, strcspn(reply, "\r"));
	if (xpt_xmlrpc_parse_response(xml + 4, strlen(xml + 4), &value, &err))
		return err.code == XPT_XAPI ? xpt_strv_join(&err.detail, "|")
					    : xpt_strdup(err.sentence);
	if (xpt_value_text(value))
		return xpt_strdup(xpt_value_text(value));
	xpt_xmlrpc_write_value(&out, value);
	return xpt_str_take(&out);
}
static char *request(const char *method, va_list ap)
{
	XPT_VALUE *params = xpt_value_array();
	struct xpt_str out = {0};

	for (const char *s = va_arg(ap, const char *); s; s = va_arg(ap, const char *))
		xpt_value_push(params, parameter(s));
	xpt_xmlrpc_write_call(&out, method, params);
	return xpt_str_take(&out);
}
const char *pool_ask_at(struct pool *p, size_t i, const char *door, const char *method, ...)
{
	XPT_FREE char *body = NULL;
	XPT_FREE char *reply = NULL;
	char *text;
	va_list ap;

	va_start(ap, method);
	body = request(method, ap);
	va_end(ap);
	reply = xapid_world_post(p->w, i, door, body);
	text = outcome(reply);
	xpt_strv_take(&p->kept, text);
	return text;
}
const char *pool_login(struct pool *p, const char *user)
{
	return pool_ask_at(p, 0, "xapi-tcp", "session.login_with_password", user, "secret", "2.21",
			   "test", NULL);
}

const char *pool_vm_field(struct pool *p, const char *vm, const char *field)
{
	XPT_FREE char *method = xpt_fmt("VM.get_%s", field);

	return pool_ask(p, method, vm);
}

const char *pool_start(struct pool *p, const char *vm)
{
	return pool_ask(p, "VM.start", vm, NO, NO);
}

/* ---- the pool ---- */

struct pool *pool_new(void)
{
	struct pool *p = xpt_alloc(sizeof(*p));

	p->w = xapid_world_new(XPT_ARRAY_SIZE(UUIDS));
	return p;
}

void pool_log_in(struct pool *p)
{
	const char *session =
		pool_ask_at(p, 0, "xapi", "session.login_with_password", "anyone", "wrong", NULL);

	assert_begins(session, "OpaqueRef:");
	p->root_session = xpt_strdup(session);
}

void pool_done(struct pool *p)
{
	xpt_strv_done(&p->kept);
	free(p->root_session);
	p->root_session = NULL;
}

void pool_serve(struct pool *p, const char *database, const char *version)
{
	xapid_world_serve(p->w, database ? database : TWO_HOSTS, UUIDS, version);
	pool_log_in(p);
}

void pool_free(struct pool *p)
{
	xapid_world_free(p->w);
	pool_done(p);
	free(p);
}

int pool_setup_unserved(void **state)
{
	*state = pool_new();
	return 0;
}

int pool_setup(void **state)
{
	pool_setup_unserved(state);
	pool_serve(*state, NULL, NULL);
	return 0;
}

int pool_teardown(void **state)
{
	pool_free(*state);
	return 0;
}

/* ---- looking ---- */

void assert_begins(const char *text, const char *prefix)
{
	if (!xpt_has_prefix(text, prefix))
		fail_msg("\"%s\" does not begin with \"%s\"", text, prefix);
}

void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" has no \"%s\"", text, part);
}

void assert_node(struct pool *p, size_t i, const char *path, const char *expected)
{
	XPT_FREE char *value = xapid_world_xenstore(p->w, i, path);

	if (!xpt_streq(value, expected))
		fail_msg("%s is %s, not %s", path, value ? value : "absent",
			 expected ? expected : "absent");
}

void assert_host_file(struct pool *p, size_t i, const char *path, const char *expected)
{
	char text[512] = "";

	assert_true(xpt_tree_read(p->w->fd[i], text, sizeof(text) - 1, "%s", path) >= 0);
	assert_string_equal(text, expected);
}
