/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions, logins and roles. Source: xen-api ocaml/xapi/xapi_session.ml, ocaml/xapi/rbac.ml,
 * ocaml/idl/datamodel_roles.ml.
 */
#include <ctype.h>
#include <string.h>

#include "record.h"
#include "sexpr.h"
#include "xapid.h"

#define ROLE_PREFIX "role:"
/* Where a session's role stands in its row; not a field of xapi. */
#define ROLE_COLUMN "xapid_role"

static char *lower(const char *text)
{
	char *copy = xpt_strdup(text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

bool xd_session_check(struct xd_call *c)
{
	if (xd_db_find(&c->x->db, "session", c->session))
		return true;
	xd_call_fail(c, "SESSION_INVALID", c->session, NULL);
	return false;
}

static enum xd_role role_of(const struct xd_row *session)
{
	for (size_t i = 0; i + 1 < session->extra.n; i += 2)
		if (!strcmp(session->extra.v[i], ROLE_COLUMN))
			return xd_schema_role(session->extra.v[i + 1]);
	return XD_ROLES;
}

static void deny(struct xd_call *c, const char *permission, enum xd_role role)
{
	XPT_STRV names = {0};
	XPT_FREE char *list = NULL;
	XPT_FREE char *why = NULL;

	for (int r = (int)role; r < XD_ROLES; r++)
		xpt_strv_add(&names, xd_schema_role_name((enum xd_role)r));
	list = xpt_strv_join(&names, ", ");
	why = xpt_fmt("No permission in user session. (Roles with this permission: %s)", list);
	xd_call_fail(c, "RBAC_PERMISSION_DENIED", permission, why, NULL);
}

bool xd_session_may(struct xd_call *c, const char *action, const char *key, enum xd_role role)
{
	const struct xd_row *session = xd_db_find(&c->x->db, "session", c->session);
	XPT_FREE char *permission = lower(action);
	XPT_FREE char *with_key = key ? xpt_fmt("%s/key:%s", permission, key) : NULL;

	if (xd_row_is(session, "is_local_superuser") || role_of(session) >= role)
		return true;
	deny(c, with_key ? with_key : permission, role);
	return false;
}

/* ---- what a role may do, as a list ---- */

static void list_field(struct xpt_strv *ret, const struct xd_class *cls,
		       const struct xd_field *field)
{
	XPT_FREE char *name = xd_schema_public_name(field->name);
	bool is_map = field->type == XD_MAP || field->type == XD_MAP_FLOAT;

	if (field->access != XD_RW)
		return;
	xpt_strv_addf(ret, "%s.set_%s", cls->name, name);
	if (is_map) {
		xpt_strv_addf(ret, "%s.add_to_%s", cls->name, name);
		xpt_strv_addf(ret, "%s.remove_from_%s", cls->name, name);
	}
	if (field->type == XD_SET) {
		xpt_strv_addf(ret, "%s.add_%s", cls->name, name);
		xpt_strv_addf(ret, "%s.remove_%s", cls->name, name);
	}
}

static void list_class(struct xpt_strv *ret, const struct xd_class *cls, enum xd_role role)
{
	xpt_strv_addf(ret, "%s.get_all", cls->name);
	xpt_strv_addf(ret, "%s.get_all_records", cls->name);
	xpt_strv_addf(ret, "%s.get_record", cls->name);
	for (size_t i = 0; i < cls->n; i++) {
		XPT_FREE char *name = xd_schema_public_name(cls->field[i].name);

		if (cls->field[i].access != XD_INTERNAL)
			xpt_strv_addf(ret, "%s.get_%s", cls->name, name);
		if (role >= cls->writers)
			list_field(ret, cls, &cls->field[i]);
	}
}

static void list_keys(struct xpt_strv *ret, enum xd_role role)
{
	size_t n;
	const struct xd_key_role *k = xd_schema_key_roles(&n);

	for (size_t i = 0; i < n; i++) {
		if (role < k[i].role)
			continue;
		xpt_strv_addf(ret, "%s.add_to_%s/key:%s", k[i].cls, k[i].field, k[i].key);
		xpt_strv_addf(ret, "%s.remove_from_%s/key:%s", k[i].cls, k[i].field, k[i].key);
	}
}

/* Permissions of a role as a database set, in lower case as xapi has them. Caller frees. */
static char *permissions_of(const struct xd *x, enum xd_role role)
{
	XPT_STRV list = {0};
	const struct xd_class *cls;
	const struct xd_method *m;

	for (size_t i = 0; (m = xd_method_at(i)); i++)
		if (role >= m->role && xd_is_since(x, m->since[0], m->since[1]))
			xpt_strv_add(&list, m->name);
	for (size_t i = 0; (cls = xd_schema_at(i)); i++)
		list_class(&list, cls, role);
	list_keys(&list, role);
	for (size_t i = 0; i < list.n; i++)
		for (char *c = list.v[i]; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	xpt_strv_sort(&list);
	return xd_sexpr_write_set(&list);
}

/* ---- making sessions ---- */

static struct xd_row *make_session(struct xd *x, const struct xd_host *host)
{
	struct xd_row *row = xd_db_create(&x->db, "session");
	char now[32];

	xd_db_set(&x->db, row, "this_host", host->ref);
	xd_db_set(&x->db, row, "last_active", xd_now(now));
	xd_db_set(&x->db, row, "validation_time", xd_now(now));
	return row;
}

struct xd_row *xd_session_anonymous(struct xd *x, const struct xd_host *host)
{
	struct xd_row *row = make_session(x, host);

	xd_db_set(&x->db, row, "pool", "true");
	xd_db_set(&x->db, row, "is_local_superuser", "true");
	return row;
}

static void make_superuser(struct xd *x, struct xd_row *session)
{
	const struct xd_row *root = xd_db_find_by(&x->db, "user", "short_name", "root");

	xd_db_set(&x->db, session, "is_local_superuser", "true");
	xd_db_set(&x->db, session, "this_user", root ? root->ref : XD_NULL_REF);
}

static void limit_to(struct xd *x, struct xd_row *session, enum xd_role role)
{
	XPT_FREE char *permissions = permissions_of(x, role);

	xd_db_set(&x->db, session, "rbac_permissions", permissions);
	xpt_strv_add(&session->extra, ROLE_COLUMN);
	xpt_strv_add(&session->extra, xd_schema_role_name(role));
}

static void login(struct xd_call *c)
{
	const char *user = xd_call_text(c, 0);
	bool names_role = c->is_remote && xpt_has_prefix(user, ROLE_PREFIX);
	enum xd_role role = names_role ? xd_schema_role(user + strlen(ROLE_PREFIX)) : XD_ROLES;
	struct xd_row *session;

	if (c->is_remote && role == XD_ROLES && strcmp(user, "root")) {
		xd_call_fail(c, "SESSION_AUTHENTICATION_FAILED", user, "unknown user", NULL);
		return;
	}
	session = make_session(c->x, c->host);
	xd_db_set(&c->x->db, session, "auth_user_name", user);
	xd_db_set(&c->x->db, session, "originator", xd_call_text(c, 3));
	if (role == XD_ROLES)
		make_superuser(c->x, session);
	else
		limit_to(c->x, session, role);
	xd_call_ok_str(c, session->ref);
}

static void logout(struct xd_call *c)
{
	xd_db_destroy(&c->x->db, xd_db_find(&c->x->db, "session", c->session));
}

const struct xd_method xd_session_methods[] = {
	{"session.login_with_password", NULL, XD_ROLE_READ_ONLY, login, {0}},
	{"session.logout", "", XD_ROLE_READ_ONLY, logout, {0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
