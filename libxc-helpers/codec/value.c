/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/value.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"

static struct xpt_value *new_value(enum xpt_value_type type)
{
	struct xpt_value *v = xpt_alloc(sizeof(*v));

	v->type = type;
	return v;
}

struct xpt_value *xpt_value_str(const char *s)
{
	struct xpt_value *v = new_value(XPT_V_STRING);

	v->str = xpt_strdup(s ? s : "");
	return v;
}

struct xpt_value *xpt_value_int(long long n)
{
	struct xpt_value *v = new_value(XPT_V_INT);

	v->num = n;
	return v;
}

struct xpt_value *xpt_value_bool(bool b)
{
	struct xpt_value *v = new_value(XPT_V_BOOL);

	v->num = b;
	return v;
}

struct xpt_value *xpt_value_double(const char *text)
{
	struct xpt_value *v = new_value(XPT_V_DOUBLE);

	v->str = xpt_strdup(text);
	return v;
}

struct xpt_value *xpt_value_date(const char *text)
{
	struct xpt_value *v = xpt_value_str(text);

	v->is_date = true;
	return v;
}

struct xpt_value *xpt_value_nil(void)
{
	return new_value(XPT_V_NIL);
}

struct xpt_value *xpt_value_array(void)
{
	return new_value(XPT_V_ARRAY);
}

struct xpt_value *xpt_value_struct(void)
{
	return new_value(XPT_V_STRUCT);
}

/* Room for one more: the arrays double, so that long ones are not copied at every step. */
static void make_room(struct xpt_value *v)
{
	if (v->n & (v->n - 1))
		return;
	v->item = xpt_grow(v->item, v->n ? 2 * v->n : 1, sizeof(void *));
	if (v->type == XPT_V_STRUCT)
		v->key = xpt_grow(v->key, v->n ? 2 * v->n : 1, sizeof(char *));
}

struct xpt_value *xpt_value_push(struct xpt_value *array, struct xpt_value *item)
{
	make_room(array);
	array->item[array->n++] = item;
	return array;
}

struct xpt_value *xpt_value_put(struct xpt_value *strukt, const char *key, struct xpt_value *item)
{
	make_room(strukt);
	strukt->key[strukt->n] = xpt_strdup(key);
	strukt->item[strukt->n++] = item;
	return strukt;
}

void xpt_value_free(struct xpt_value *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n; i++) {
		xpt_value_free(v->item[i]);
		if (v->key)
			free(v->key[i]);
	}
	free(v->item);
	free(v->key);
	free(v->str);
	free(v);
}

void xpt_value_freep(struct xpt_value **v)
{
	xpt_value_free(*v);
}

const struct xpt_value *xpt_value_get(const struct xpt_value *strukt, const char *key)
{
	if (!strukt || strukt->type != XPT_V_STRUCT)
		return NULL;
	for (size_t i = 0; i < strukt->n; i++) {
		if (!strcmp(strukt->key[i], key))
			return strukt->item[i];
	}
	return NULL;
}

const char *xpt_value_text(const struct xpt_value *v)
{
	return v && v->type == XPT_V_STRING ? v->str : NULL;
}

const char *xpt_value_get_text(const struct xpt_value *strukt, const char *key)
{
	return xpt_value_text(xpt_value_get(strukt, key));
}

bool xpt_value_get_bool(const struct xpt_value *strukt, const char *key)
{
	const struct xpt_value *v = xpt_value_get(strukt, key);

	return v && v->type == XPT_V_BOOL && v->num;
}

long long xpt_value_get_int(const struct xpt_value *strukt, const char *key)
{
	return xpt_value_get_int_or(strukt, key, 0);
}

long long xpt_value_get_int_or(const struct xpt_value *strukt, const char *key, long long other)
{
	const struct xpt_value *v = xpt_value_get(strukt, key);
	const char *text = xpt_value_text(v);
	long long n;

	if (v && v->type == XPT_V_INT)
		return v->num;
	return text && xpt_value_scan_int(text, &n) == 0 ? n : other;
}

int xpt_value_scan_int(const char *s, long long *ret)
{
	bool is_negative = *s == '-';
	uint64_t max = (uint64_t)LLONG_MAX + is_negative, n;
	int rc = xpt_parse_uint(s + is_negative, 10, max, &n);

	if (rc < 0)
		return rc;
	*ret = is_negative ? -(long long)(n - (n > 0)) - (n > 0) : (long long)n;
	return 0;
}
