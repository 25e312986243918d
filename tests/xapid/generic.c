/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods that every class has: reading objects and fields, writing fields that can be written.
 * Source: xen-api ocaml/idl/datamodel_utils.ml; the errors are those of the recordings.
 */
#include <string.h>

#include "record.h"
#include "sexpr.h"
#include "where.h"
#include "vm.h"

struct generic {
	struct xd_call *c;
	const struct xd_class *cls;
	const struct xd_table *table;
	int field; /* -1 when the method is about whole objects */
	enum xd_role role;
};

static void run_get_all(struct generic *g)
{
	struct xpt_value *refs = xpt_value_array();

	for (size_t i = 0; i < g->table->n; i++)
		xpt_value_push(refs, xpt_value_str(g->table->row[i]->ref));
	xd_call_ok(g->c, refs);
}

/* Records come in falling order of their references. */
static void run_get_all_records(struct generic *g)
{
	struct xpt_value *records = xpt_value_struct();

	for (size_t i = g->table->n; i-- > 0;)
		xpt_value_put(records, g->table->row[i]->ref, xd_record(g->table->row[i]));
	xd_call_ok(g->c, records);
}

static void run_where(struct generic *g)
{
	XPT_VALUE *records = xpt_value_struct();

	for (size_t i = g->table->n; i-- > 0;) {
		const struct xd_row *row = g->table->row[i];
		int match = xd_where_match(xd_call_text(g->c, 1), row);

		if (match < 0) {
			xd_call_fail(g->c, "INTERNAL_ERROR", "Db_filter.Expression_error", NULL);
			return;
		}
		if (match)
			xpt_value_put(records, row->ref, xd_record(row));
	}
	xd_call_ok(g->c, XPT_TAKE(records));
}

static void run_get_record(struct generic *g)
{
	const struct xd_row *row = xd_call_object(g->c, 1, g->cls->name);

	if (row)
		xd_call_ok(g->c, xd_record(row));
}

static void run_get_by_uuid(struct generic *g)
{
	const char *uuid = xd_call_text(g->c, 1);
	const struct xd_row *row = xd_db_find_by(&g->c->x->db, g->cls->name, "uuid", uuid);

	if (row)
		xd_call_ok_str(g->c, row->ref);
	else
		xd_call_fail(g->c, "UUID_INVALID", g->cls->name, uuid, NULL);
}

static void run_get_by_name_label(struct generic *g)
{
	struct xpt_value *refs = xpt_value_array();

	for (size_t i = 0; i < g->table->n; i++)
		if (xd_row_has(g->table->row[i], "name_label", xd_call_text(g->c, 1)))
			xpt_value_push(refs, xpt_value_str(g->table->row[i]->ref));
	xd_call_ok(g->c, refs);
}

static void run_get(struct generic *g)
{
	const struct xd_row *row = xd_call_object(g->c, 1, g->cls->name);

	if (row)
		xd_call_ok(g->c, xd_record_field(row, (size_t)g->field));
}

/* A parameter as database text of a type. Caller frees; NULL after an error was set. */
static char *parameter(struct generic *g, size_t i, enum xd_type type)
{
	XPT_FREE char *why = NULL;
	char *text = xd_record_from(type, xd_call_arg(g->c, i), &why);

	if (!text)
		xd_call_fail(g->c, "INTERNAL_ERROR", why, NULL);
	return text;
}

static const char *field_name(const struct generic *g)
{
	return g->cls->field[g->field].name;
}

/* Who may write this key: the key's role where it has one, else the field's. */
static bool may_write_key(struct generic *g, const char *key)
{
	const struct xd_key_role *k = xd_schema_key_role(g->cls->name, field_name(g), key);

	return xd_session_may(g->c, g->c->method, k ? k->key : NULL, k ? k->role : g->role);
}

static char *map_value(const struct xpt_strv *map, const char *key)
{
	for (size_t i = 0; i + 1 < map->n; i += 2)
		if (!strcmp(map->v[i], key))
			return map->v[i + 1];
	return NULL;
}

static bool may_change(struct generic *g, const struct xpt_strv *from, const struct xpt_strv *to)
{
	for (size_t i = 0; i + 1 < from->n; i += 2)
		if (!xpt_streq(from->v[i + 1], map_value(to, from->v[i])) &&
		    !may_write_key(g, from->v[i]))
			return false;
	return true;
}

/* Since 26.12 writing a whole map needs the roles of the keys that it changes (XSA-489). */
static bool may_set_map(struct generic *g, const struct xd_row *row, const char *text)
{
	XPT_STRV old = {0};
	XPT_STRV new = {0};

	if (!xd_is_since(g->c->x, 26, 12) || g->cls->field[g->field].type != XD_MAP)
		return true;
	xd_row_map(row, field_name(g), &old);
	if (xd_sexpr_read_map(text, &new))
		return true; /* it came from a map: cannot be */
	return may_change(g, &old, &new) && may_change(g, &new, &old);
}

static void run_set(struct generic *g)
{
	XPT_FREE char *text = parameter(g, 2, g->cls->field[g->field].type);
	struct xd_row *row = text ? xd_call_object(g->c, 1, g->cls->name) : NULL;

	if (row && may_set_map(g, row, text))
		xd_db_set(&g->c->x->db, row, field_name(g), text);
}

static void run_add_to(struct generic *g)
{
	XPT_FREE char *key = parameter(g, 2, XD_STRING);
	XPT_FREE char *value = key ? parameter(g, 3, XD_STRING) : NULL;
	struct xd_row *row = value ? xd_call_object(g->c, 1, g->cls->name) : NULL;
	XPT_FREE char *old = row ? xd_row_map_get(row, field_name(g), key) : NULL;
	XPT_FREE char *public_name = xd_schema_public_name(field_name(g));

	if (!row || !may_write_key(g, key))
		return;
	if (old)
		xd_call_fail(g->c, "MAP_DUPLICATE_KEY", g->cls->name, public_name, row->ref, key,
			     NULL);
	else
		xd_db_map_put(&g->c->x->db, row, field_name(g), key, value);
}

static void run_remove_from(struct generic *g)
{
	XPT_FREE char *key = parameter(g, 2, XD_STRING);
	struct xd_row *row = key ? xd_call_object(g->c, 1, g->cls->name) : NULL;

	if (row && may_write_key(g, key))
		xd_db_map_remove(&g->c->x->db, row, field_name(g), key);
}

static void run_add(struct generic *g)
{
	struct xd_row *row = xd_call_object(g->c, 1, g->cls->name);

	if (row)
		xd_db_set_add(&g->c->x->db, row, field_name(g), xd_call_text(g->c, 2));
}

static void run_remove(struct generic *g)
{
	struct xd_row *row = xd_call_object(g->c, 1, g->cls->name);

	if (row)
		xd_db_set_remove(&g->c->x->db, row, field_name(g), xd_call_text(g->c, 2));
}

/*
 * What a method does to whole objects, by its whole name; or to a field, by what its name begins
 * with.
 */
struct verb {
	const char *name;
	size_t args;
	void (*run)(struct generic *g);
	bool takes_set, takes_map, takes_rest; /* types of fields that it exists for */
	bool checks_keys;                      /* the role may depend on the key */
};

static const struct verb OBJECT_VERBS[] = {
	{"get_all", 0, run_get_all, false, false, false, false},
	{"get_all_records", 0, run_get_all_records, false, false, false, false},
	{"get_all_records_where", 1, run_where, false, false, false, false},
	{"get_record", 1, run_get_record, false, false, false, false},
	{"get_by_uuid", 1, run_get_by_uuid, false, false, false, false},
	{"get_by_name_label", 1, run_get_by_name_label, false, false, false, false},
};

static const struct verb READING_VERB = {"get_", 1, run_get, true, true, true, false};

static const struct verb WRITING_VERBS[] = {
	{"set_", 2, run_set, true, true, true, false},
	{"add_to_", 3, run_add_to, false, true, false, true},
	{"remove_from_", 2, run_remove_from, false, true, false, true},
	{"add_", 2, run_add, true, false, false, false},
	{"remove_", 2, run_remove, true, false, false, false},
};

static void run_verb(struct generic *g, const struct verb *verb)
{
	XPT_FREE char *want = xpt_fmt("%zu", verb->args);
	XPT_FREE char *got = xpt_fmt("%zu", g->c->params->n - 1);

	if (g->c->params->n != verb->args + 1)
		xd_call_fail(g->c, "MESSAGE_PARAMETER_COUNT_MISMATCH", g->c->method, want, got,
			     NULL);
	else if (verb->checks_keys || xd_session_may(g->c, g->c->method, NULL, g->role))
		verb->run(g);
}

static bool fits(const struct verb *verb, enum xd_type type)
{
	switch (type) {
	case XD_SET:
		return verb->takes_set;
	case XD_MAP:
	case XD_MAP_FLOAT:
		return verb->takes_map;
	default:
		return verb->takes_rest;
	}
}

/* Is this verb on one of the class's fields what name says? Sets g->field. */
static bool is_field_verb(struct generic *g, const struct verb *verb, enum xd_access least,
			  const char *name)
{
	const struct xd_field *field;

	if (!xpt_has_prefix(name, verb->name))
		return false;
	g->field = xd_schema_field(g->cls, name + strlen(verb->name));
	if (g->field < 0)
		return false;
	field = &g->cls->field[g->field];
	return fits(verb, field->type) && (field->access == XD_RW || field->access == least);
}

static bool run_on_object(struct generic *g, const char *name)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(OBJECT_VERBS); i++) {
		if (strcmp(OBJECT_VERBS[i].name, name))
			continue;
		if (OBJECT_VERBS[i].run == run_get_by_name_label &&
		    xd_schema_field(g->cls, "name_label") < 0)
			return false;
		run_verb(g, &OBJECT_VERBS[i]);
		return true;
	}
	return false;
}

/* What a VM allows follows from what was written, blocked_operations above all. */
static void update_operations(struct generic *g)
{
	struct xd_row *vm = xd_db_find(&g->c->x->db, "VM", xd_call_text(g->c, 1));

	if (vm && !xd_call_failed(g->c))
		xd_vm_update_operations(g->c->x, vm);
}

static bool run_on_field(struct generic *g, const char *name)
{
	if (is_field_verb(g, &READING_VERB, XD_RO, name)) {
		run_verb(g, &READING_VERB);
		return true;
	}
	g->role = g->cls->writers;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(WRITING_VERBS); i++) {
		if (is_field_verb(g, &WRITING_VERBS[i], XD_RW, name)) {
			run_verb(g, &WRITING_VERBS[i]);
			update_operations(g);
			return true;
		}
	}
	return false;
}

bool xd_generic_run(struct xd_call *c)
{
	const char *dot = strchr(c->method, '.');
	XPT_FREE char *cls = dot ? xpt_strndup(c->method, (size_t)(dot - c->method)) : NULL;
	struct generic g = {c, cls ? xd_schema_class(cls) : NULL, NULL, -1, XD_ROLE_READ_ONLY};

	if (!g.cls || strstr(dot, "__")) /* database names are not for callers */
		return false;
	g.table = xd_db_table(&c->x->db, cls);
	return run_on_object(&g, dot + 1) || run_on_field(&g, dot + 1);
}
