/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <string.h>

#include "sexpr.h"

struct xpt_value *xd_record_refs(const struct xpt_strv *refs)
{
	struct xpt_value *array = xpt_value_array();

	for (size_t i = 0; i < refs->n; i++)
		xpt_value_push(array, xpt_value_str(refs->v[i]));
	return array;
}

static struct xpt_value *set_value(const char *text)
{
	XPT_STRV set = {0};

	if (xd_sexpr_read_set(text, &set))
		return xpt_value_array();
	return xd_record_refs(&set);
}

static struct xpt_value *map_value(const char *text, enum xd_type item)
{
	struct xpt_value *map = xpt_value_struct();
	XPT_STRV pairs = {0};

	if (xd_sexpr_read_map(text, &pairs))
		return map;
	for (size_t i = 0; i + 1 < pairs.n; i += 2)
		xpt_value_put(map, pairs.v[i], xd_record_value(item, pairs.v[i + 1]));
	return map;
}

struct xpt_value *xd_record_value(enum xd_type type, const char *text)
{
	switch (type) {
	case XD_BOOL:
		return xpt_value_bool(!strcmp(text, "true"));
	case XD_FLOAT:
		return xpt_value_double(text);
	case XD_DATE:
		return xpt_value_date(text);
	case XD_SET:
		return set_value(text);
	case XD_MAP:
		return map_value(text, XD_STRING);
	case XD_MAP_FLOAT:
		return map_value(text, XD_FLOAT);
	case XD_STRING:
	case XD_INT:
	case XD_REF:
		break;
	}
	return xpt_value_str(text);
}

struct xpt_value *xd_record_field(const struct xd_row *row, size_t field)
{
	return xd_record_value(row->table->cls->field[field].type, xd_row_at(row, field));
}

struct xpt_value *xd_record(const struct xd_row *row)
{
	const struct xd_class *cls = row->table->cls;
	struct xpt_value *record = xpt_value_struct();

	for (size_t i = 0; i < cls->n; i++) {
		XPT_FREE char *name = NULL;

		if (cls->field[i].access == XD_INTERNAL)
			continue;
		name = xd_schema_public_name(cls->field[i].name);
		xpt_value_put(record, name, xd_record_field(row, i));
	}
	return record;
}

/* As rpclib prints a value in its complaints. */
static char *describe(const struct xpt_value *v)
{
	switch (v->type) {
	case XPT_V_STRING:
		return xpt_fmt("S(%s)", v->str);
	case XPT_V_INT:
		return xpt_fmt("I(%lld)", v->num);
	case XPT_V_BOOL:
		return xpt_fmt("B(%s)", v->num ? "true" : "false");
	case XPT_V_DOUBLE:
		return xpt_fmt("F(%s)", v->str);
	case XPT_V_ARRAY:
		return xpt_strdup("[]");
	case XPT_V_STRUCT:
		return xpt_strdup("{}");
	case XPT_V_NIL:
		break;
	}
	return xpt_strdup("N");
}

static char *refuse(const char *expected, const struct xpt_value *v, char **ret_why)
{
	XPT_FREE char *got = describe(v);

	*ret_why = xpt_fmt("Failure(\"Expected %s, got '%s'\")", expected, got);
	return NULL;
}

static char *from_set(const struct xpt_value *v, char **ret_why)
{
	XPT_STRV set = {0};

	if (v->type != XPT_V_ARRAY)
		return refuse("list", v, ret_why);
	for (size_t i = 0; i < v->n; i++) {
		if (!xpt_value_text(v->item[i]))
			return refuse("string", v->item[i], ret_why);
		xpt_strv_add(&set, v->item[i]->str);
	}
	return xd_sexpr_write_set(&set);
}

static char *from_map(const struct xpt_value *v, char **ret_why)
{
	XPT_STRV map = {0};

	if (v->type != XPT_V_STRUCT)
		return refuse("dictionary", v, ret_why);
	for (size_t i = 0; i < v->n; i++) {
		if (!xpt_value_text(v->item[i]))
			return refuse("string", v->item[i], ret_why);
		xpt_strv_add(&map, v->key[i]);
		xpt_strv_add(&map, v->item[i]->str);
	}
	return xd_sexpr_write_map(&map);
}

static char *from_number(const char *expected, const struct xpt_value *v, char **ret_why)
{
	long long n;

	if (v->type == XPT_V_INT)
		return xpt_fmt("%lld", v->num);
	if (v->type == XPT_V_DOUBLE && !strcmp(expected, "float"))
		return xpt_strdup(v->str);
	if (v->type == XPT_V_STRING && !xpt_value_scan_int(v->str, &n))
		return xpt_strdup(v->str);
	return refuse(expected, v, ret_why);
}

char *xd_record_from(enum xd_type type, const struct xpt_value *v, char **ret_why)
{
	switch (type) {
	case XD_BOOL:
		if (v->type != XPT_V_BOOL)
			return refuse("bool", v, ret_why);
		return xpt_strdup(v->num ? "true" : "false");
	case XD_INT:
		return from_number("int64", v, ret_why);
	case XD_FLOAT:
		return from_number("float", v, ret_why);
	case XD_SET:
		return from_set(v, ret_why);
	case XD_MAP:
	case XD_MAP_FLOAT:
		return from_map(v, ret_why);
	case XD_STRING:
	case XD_REF:
	case XD_DATE:
		break;
	}
	if (v->type != XPT_V_STRING)
		return refuse("string", v, ret_why);
	return xpt_strdup(v->str);
}
