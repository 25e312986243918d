/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/json.h"

#include <errno.h>
#include <string.h>
#include <jansson.h>

/* struct xpt_json is json_t under a name of ours, so that no header here needs jansson's. */
static json_t *to_jansson(const struct xpt_json *node)
{
	return (json_t *)(uintptr_t)node;
}

static const struct xpt_json *from_jansson(const json_t *node)
{
	return (const struct xpt_json *)node;
}

int xpt_json_parse(const char *text, size_t len, struct xpt_json **ret, struct xpt_err *err)
{
	json_error_t why;
	json_t *doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (!doc) {
		/* jansson quotes what it stumbled over. */
		XPT_FREE char *clean = xpt_clean(why.text, strlen(why.text));

		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   "not JSON: %s at line %d, column %d", clean, why.line,
				   why.column);
	}
	*ret = (struct xpt_json *)doc;
	return 0;
}

void xpt_json_free(struct xpt_json *doc)
{
	json_decref(to_jansson(doc));
}

void xpt_json_freep(struct xpt_json **doc)
{
	xpt_json_free(*doc);
}

const struct xpt_json *xpt_json_get(const struct xpt_json *object, const char *key)
{
	return from_jansson(json_object_get(to_jansson(object), key));
}

size_t xpt_json_len(const struct xpt_json *array)
{
	const json_t *node = to_jansson(array);

	return json_is_object(node) ? json_object_size(node) : json_array_size(node);
}

const struct xpt_json *xpt_json_at(const struct xpt_json *array, size_t i)
{
	return from_jansson(json_array_get(to_jansson(array), i));
}

bool xpt_json_is_null(const struct xpt_json *node)
{
	return !node || json_is_null(to_jansson(node));
}

bool xpt_json_is_int(const struct xpt_json *node)
{
	return json_is_integer(to_jansson(node));
}

const char *xpt_json_str(const struct xpt_json *node)
{
	return json_string_value(to_jansson(node));
}

long long xpt_json_int(const struct xpt_json *node)
{
	return json_integer_value(to_jansson(node));
}

bool xpt_json_bool(const struct xpt_json *node)
{
	return json_is_true(to_jansson(node));
}

const char *xpt_json_get_str(const struct xpt_json *object, const char *key)
{
	return xpt_json_str(xpt_json_get(object, key));
}

long long xpt_json_get_int(const struct xpt_json *object, const char *key)
{
	return xpt_json_int(xpt_json_get(object, key));
}

bool xpt_json_get_bool(const struct xpt_json *object, const char *key)
{
	return xpt_json_bool(xpt_json_get(object, key));
}
