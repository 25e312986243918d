/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/xmlrpc.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec/xml.h"

/* methodResponse, params, param, value; then struct, member, value at each depth; then a type. */
#define XML_DEPTH (4 + 3 * XPT_XMLRPC_DEPTH + 1)

static int malformed(struct xpt_err *err, const struct xpt_xml_node *node, const char *fmt, ...)
	XPT_PRINTF(3, 4);

static int malformed(struct xpt_err *err, const struct xpt_xml_node *node, const char *fmt, ...)
{
	XPT_FREE char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xpt_vfmt(fmt, ap);
	va_end(ap);
	xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL, "not XML-RPC: %s at line %u", what,
		    node->line);
	return -EINVAL;
}

/* The only thing in node, which must be an element of that name; NULL with err set if it is not. */
static const struct xpt_xml_node *only_child(const struct xpt_xml_node *node, const char *name,
					     struct xpt_err *err)
{
	const struct xpt_xml_node *child = node->child;

	if (xpt_xml_is(child, name) && !child->next)
		return child;
	malformed(err, node, "<%s> holds something else than one <%s>", node->name, name);
	return NULL;
}

/* ---- values ---- */

static struct xpt_value *make_int(const char *text)
{
	long long n;

	return xpt_value_scan_int(text, &n) < 0 ? NULL : xpt_value_int(n);
}

static struct xpt_value *make_bool(const char *text)
{
	bool is_one = !strcmp(text, "1");

	return is_one || !strcmp(text, "0") ? xpt_value_bool(is_one) : NULL;
}

static struct xpt_value *make_double(const char *text)
{
	char *end;

	strtod(text, &end);
	return end == text || *end || isspace((unsigned char)*text) ? NULL : xpt_value_double(text);
}

static struct xpt_value *make_nil(const char *text)
{
	return *text ? NULL : xpt_value_nil();
}

/* Types whose element holds text; make gives NULL for text that is not what it must be. */
static const struct simple_type {
	const char *name;
	struct xpt_value *(*make)(const char *text);
	const char *must_be;
} simple_types[] = {
	{"string", xpt_value_str, "text"},
	{"boolean", make_bool, "0 or 1"},
	{"i4", make_int, "a 64-bit integer"},
	{"int", make_int, "a 64-bit integer"},
	{"i8", make_int, "a 64-bit integer"},
	{"double", make_double, "a number"},
	{"dateTime.iso8601", xpt_value_date, "text"},
	{"nil", make_nil, "empty"},
};

/* The readers of values give NULL, with err set, for what is malformed. */
static struct xpt_value *read_value(const struct xpt_xml_node *node, struct xpt_err *err);

static struct xpt_value *read_simple(const struct xpt_xml_node *node, struct xpt_err *err)
{
	const struct simple_type *type = simple_types;
	const struct simple_type *end = type + XPT_ARRAY_SIZE(simple_types);
	const char *text = xpt_xml_text(node);
	struct xpt_value *v;

	while (type < end && strcmp(type->name, node->name) != 0)
		type++;
	if (type == end) {
		malformed(err, node, "a <value> of unknown type");
		return NULL;
	}
	v = text ? type->make(text) : NULL;
	if (!v)
		malformed(err, node, "<%s> that is not %s", type->name, type->must_be);
	return v;
}

static struct xpt_value *read_array(const struct xpt_xml_node *node, struct xpt_err *err)
{
	XPT_VALUE *array = xpt_value_array();
	const struct xpt_xml_node *data = only_child(node, "data", err);

	if (!data)
		return NULL;
	for (const struct xpt_xml_node *child = data->child; child; child = child->next) {
		struct xpt_value *item = read_value(child, err);

		if (!item)
			return NULL;
		xpt_value_push(array, item);
	}
	return XPT_TAKE(array);
}

/* Add a <member> to strukt. */
static int read_member(const struct xpt_xml_node *node, struct xpt_value *strukt,
		       struct xpt_err *err)
{
	const struct xpt_xml_node *name = node->child, *value = name ? name->next : NULL;
	const char *key = xpt_xml_text(name);
	struct xpt_value *item;

	if (!xpt_xml_is(node, "member") || !xpt_xml_is(name, "name") || !key || !value ||
	    value->next)
		return malformed(err, node, "a struct's member without one <name> and one <value>");
	item = read_value(value, err);
	if (!item)
		return -EINVAL;
	xpt_value_put(strukt, key, item);
	return 0;
}

static struct xpt_value *read_struct(const struct xpt_xml_node *node, struct xpt_err *err)
{
	XPT_VALUE *strukt = xpt_value_struct();

	for (const struct xpt_xml_node *child = node->child; child; child = child->next) {
		if (read_member(child, strukt, err) < 0)
			return NULL;
	}
	return XPT_TAKE(strukt);
}

static struct xpt_value *read_value(const struct xpt_xml_node *node, struct xpt_err *err)
{
	const struct xpt_xml_node *typed = node->child;

	if (!xpt_xml_is(node, "value")) {
		malformed(err, node, "%s where a <value> belongs",
			  node->name ? "another element" : "text");
		return NULL;
	}
	if (!xpt_xml_child(node, NULL))
		return xpt_value_str(xpt_xml_text(node));
	if (!typed->name || typed->next) {
		malformed(err, node, "<value> with more than one thing in it");
		return NULL;
	}
	if (xpt_xml_is(typed, "struct"))
		return read_struct(typed, err);
	if (xpt_xml_is(typed, "array"))
		return read_array(typed, err);
	return read_simple(typed, err);
}

/* ---- calls ---- */

void xpt_call_done(struct xpt_call *call)
{
	free(call->method);
	xpt_value_free(call->params);
	*call = (struct xpt_call){0};
}

/* The only value of a <param> or <fault>. */
static struct xpt_value *read_only_value(const struct xpt_xml_node *node, struct xpt_err *err)
{
	const struct xpt_xml_node *value = only_child(node, "value", err);

	return value ? read_value(value, err) : NULL;
}

/* An array of all parameters; params may be NULL. */
static struct xpt_value *read_params(const struct xpt_xml_node *params, struct xpt_err *err)
{
	XPT_VALUE *list = xpt_value_array();
	const struct xpt_xml_node *param = params ? params->child : NULL;

	for (; param; param = param->next) {
		struct xpt_value *item;

		if (!xpt_xml_is(param, "param")) {
			malformed(err, param, "<params> with something else than <param>");
			return NULL;
		}
		item = read_only_value(param, err);
		if (!item)
			return NULL;
		xpt_value_push(list, item);
	}
	return XPT_TAKE(list);
}

static int read_call(const struct xpt_xml_node *root, struct xpt_call *ret, struct xpt_err *err)
{
	const struct xpt_xml_node *name = root->child, *params = name ? name->next : NULL;
	const char *method = xpt_xml_text(name);
	struct xpt_value *list;

	if (!xpt_xml_is(root, "methodCall"))
		return malformed(err, root, "no <methodCall>");
	if (!xpt_xml_is(name, "methodName") || !method || !*method)
		return malformed(err, root, "<methodCall> without a <methodName> at its beginning");
	if (params && (!xpt_xml_is(params, "params") || params->next))
		return malformed(err, params, "<methodCall> with more than <params> in it");
	list = read_params(params, err);
	if (!list)
		return -EINVAL;
	ret->method = xpt_strdup(method);
	ret->params = list;
	return 0;
}

int xpt_xmlrpc_parse_call(const char *xml, size_t len, struct xpt_call *ret, struct xpt_err *err)
{
	XPT_XML *doc = NULL;
	int rc = xpt_xml_parse(xml, len, XML_DEPTH, &doc, err);

	return rc < 0 ? rc : read_call(xpt_xml_root(doc), ret, err);
}

/* ---- responses ---- */

/* XPT_XAPI from the strings of an ErrorDescription, which err owns from here on. */
static int fail_with(struct xpt_err *err, struct xpt_strv *description)
{
	XPT_STR list = {0};
	XPT_FREE char *text = NULL;
	int rc;

	xpt_str_add(&list, description->v[0]);
	for (size_t i = 1; i < description->n; i++)
		xpt_str_addf(&list, "%s%s", i == 1 ? ": " : ", ", description->v[i]);
	text = xpt_clean(xpt_str_text(&list), list.len);
	rc = xpt_err_set(err, XPT_XAPI, EREMOTEIO, description->v[0], NULL,
			 "the toolstack answered %s", text);
	if (err) {
		err->detail = *description;
		*description = (struct xpt_strv){0};
	}
	return rc;
}

static int read_failure(const struct xpt_xml_node *root, const struct xpt_value *list,
			struct xpt_err *err)
{
	XPT_STRV description = {0};

	for (size_t i = 0; list && list->type == XPT_V_ARRAY && i < list->n; i++) {
		const char *text = xpt_value_text(list->item[i]);

		if (!text)
			return malformed(err, root, "an ErrorDescription with more than strings");
		xpt_strv_add(&description, text);
	}
	if (!description.n)
		return malformed(err, root, "a failure without an ErrorDescription");
	return fail_with(err, &description);
}

static int read_fault(const struct xpt_xml_node *fault, struct xpt_err *err)
{
	XPT_STRV description = {0};
	XPT_VALUE *v = read_only_value(fault, err);
	const char *text;

	if (!v)
		return -EINVAL;
	text = xpt_value_get_text(v, "faultString");
	if (!text || !xpt_value_get(v, "faultCode"))
		return malformed(err, fault, "a fault without faultCode and faultString");
	xpt_strv_add(&description, "FAULT");
	xpt_strv_addf(&description, "%lld", xpt_value_get_int(v, "faultCode"));
	xpt_strv_add(&description, text);
	return fail_with(err, &description);
}

/* Take a member's value out of its struct. */
static struct xpt_value *take_member(struct xpt_value *strukt, const char *key)
{
	for (size_t i = 0; i < strukt->n; i++) {
		if (!strcmp(strukt->key[i], key))
			return XPT_TAKE(strukt->item[i]);
	}
	return NULL;
}

static int read_status(const struct xpt_xml_node *root, struct xpt_value *answer,
		       struct xpt_value **ret, struct xpt_err *err)
{
	const char *status = xpt_value_get_text(answer, "Status");
	struct xpt_value *value;

	if (xpt_streq(status, "Failure"))
		return read_failure(root, xpt_value_get(answer, "ErrorDescription"), err);
	if (!xpt_streq(status, "Success"))
		return malformed(err, root,
				 "an answer whose Status is neither Success nor Failure");
	value = take_member(answer, "Value");
	if (!value)
		return malformed(err, root, "a success without a Value");
	*ret = value;
	return 0;
}

static int read_response(const struct xpt_xml_node *root, struct xpt_value **ret,
			 struct xpt_err *err)
{
	XPT_VALUE *params = NULL;
	const struct xpt_xml_node *inner = root->child;

	if (!xpt_xml_is(root, "methodResponse"))
		return malformed(err, root, "no <methodResponse>");
	if (xpt_xml_is(inner, "fault") && !inner->next)
		return read_fault(inner, err);
	inner = only_child(root, "params", err);
	params = inner ? read_params(inner, err) : NULL;
	if (!params)
		return -EINVAL;
	if (params->n != 1)
		return malformed(err, inner, "an answer of %zu values", params->n);
	return read_status(root, params->item[0], ret, err);
}

int xpt_xmlrpc_parse_response(const char *xml, size_t len, struct xpt_value **ret,
			      struct xpt_err *err)
{
	XPT_XML *doc = NULL;
	int rc = xpt_xml_parse(xml, len, XML_DEPTH, &doc, err);

	return rc < 0 ? rc : read_response(xpt_xml_root(doc), ret, err);
}
