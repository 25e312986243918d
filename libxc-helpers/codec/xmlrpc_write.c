/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/xmlrpc.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define RESPONSE_OPEN "<methodResponse><params><param>"
#define RESPONSE_CLOSE "</param></params></methodResponse>"

/* ---- text ---- */

static const char *reference_of(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* ASCII that is written as it is. */
static bool is_plain(char c)
{
	bool is_printed = (unsigned char)c >= ' ' && (unsigned char)c < 0x80;

	return (is_printed && !reference_of(c)) || c == '\t' || c == '\n';
}

/* The bytes from s on that are written as they are: most text, in one piece. */
static size_t plain_run(const char *s)
{
	size_t n = 0;

	while (is_plain(s[n]))
		n++;
	return n;
}

static bool is_noncharacter(const char *s, size_t len)
{
	return len == 3 && (!memcmp(s, "\xef\xbf\xbe", 3) || !memcmp(s, "\xef\xbf\xbf", 3));
}

/* Append what s begins with, which is not plain; return its length. */
static size_t escape_one(struct xpt_str *out, const char *s)
{
	const char *reference = reference_of(*s);
	size_t len = xpt_utf8_len(s, strnlen(s, 4));

	if (reference)
		xpt_str_add(out, reference);
	else if (!len)
		xpt_str_addf(out, "\\x%02x", (unsigned char)*s);
	else if (len > 1 && !is_noncharacter(s, len))
		xpt_str_addn(out, s, len);
	return len ? len : 1;
}

void xpt_xmlrpc_escape(struct xpt_str *out, const char *text)
{
	while (*text) {
		size_t n = plain_run(text);

		xpt_str_addn(out, text, n);
		text += n;
		if (*text)
			text += escape_one(out, text);
	}
}

static void write_element(struct xpt_str *out, const char *name, const char *text)
{
	xpt_str_addf(out, "<%s>", name);
	xpt_xmlrpc_escape(out, text);
	xpt_str_addf(out, "</%s>", name);
}

/* ---- values ---- */

static void write_typed(struct xpt_str *out, const char *type, const char *text)
{
	xpt_str_add(out, "<value>");
	write_element(out, type, text);
	xpt_str_add(out, "</value>");
}

static void write_string(struct xpt_str *out, const char *text)
{
	if (*text)
		write_element(out, "value", text);
	else
		xpt_str_add(out, "<value/>");
}

static void write_int(struct xpt_str *out, long long n)
{
	bool is_small = n >= INT_MIN && n <= INT_MAX;

	xpt_str_addf(out,
		     is_small ? "<value><i4>%lld</i4></value>" : "<value><i8>%lld</i8></value>", n);
}

static void write_array(struct xpt_str *out, const struct xpt_value *array)
{
	xpt_str_add(out, "<value><array><data>");
	for (size_t i = 0; i < array->n; i++)
		xpt_xmlrpc_write_value(out, array->item[i]);
	xpt_str_add(out, "</data></array></value>");
}

static void write_struct(struct xpt_str *out, const struct xpt_value *strukt)
{
	if (!strukt->n) {
		xpt_str_add(out, "<value><struct/></value>");
		return;
	}
	xpt_str_add(out, "<value><struct>");
	for (size_t i = 0; i < strukt->n; i++) {
		xpt_str_add(out, "<member>");
		write_element(out, "name", strukt->key[i]);
		xpt_xmlrpc_write_value(out, strukt->item[i]);
		xpt_str_add(out, "</member>");
	}
	xpt_str_add(out, "</struct></value>");
}

void xpt_xmlrpc_write_value(struct xpt_str *out, const struct xpt_value *v)
{
	switch (v->type) {
	case XPT_V_STRING:
		if (v->is_date)
			write_typed(out, "dateTime.iso8601", v->str);
		else
			write_string(out, v->str);
		return;
	case XPT_V_INT:
		write_int(out, v->num);
		return;
	case XPT_V_BOOL:
		write_typed(out, "boolean", v->num ? "1" : "0");
		return;
	case XPT_V_DOUBLE:
		write_typed(out, "double", v->str);
		return;
	case XPT_V_ARRAY:
		write_array(out, v);
		return;
	case XPT_V_STRUCT:
		write_struct(out, v);
		return;
	case XPT_V_NIL:
		xpt_str_add(out, "<value><nil/></value>");
		return;
	}
	assert(!"a value of no type");
}

/* ---- messages ---- */

void xpt_xmlrpc_write_call(struct xpt_str *out, const char *method, const struct xpt_value *params)
{
	xpt_str_add(out, "<methodCall>");
	write_element(out, "methodName", method);
	xpt_str_add(out, "<params>");
	for (size_t i = 0; params && i < params->n; i++) {
		xpt_str_add(out, "<param>");
		xpt_xmlrpc_write_value(out, params->item[i]);
		xpt_str_add(out, "</param>");
	}
	xpt_str_add(out, "</params></methodCall>");
}

/* A response's struct: Status and one member more. */
static void write_status(struct xpt_str *out, const char *status, const char *name)
{
	xpt_str_add(out, RESPONSE_OPEN "<value><struct><member><name>Status</name>");
	write_string(out, status);
	xpt_str_addf(out, "</member><member><name>%s</name>", name);
}

void xpt_xmlrpc_write_success(struct xpt_str *out, const struct xpt_value *value)
{
	write_status(out, "Success", "Value");
	if (value)
		xpt_xmlrpc_write_value(out, value);
	else
		write_string(out, "");
	xpt_str_add(out, "</member></struct></value>" RESPONSE_CLOSE);
}

void xpt_xmlrpc_write_failure(struct xpt_str *out, const struct xpt_strv *description)
{
	write_status(out, "Failure", "ErrorDescription");
	xpt_str_add(out, "<value><array><data>");
	for (size_t i = 0; i < description->n; i++)
		write_string(out, description->v[i]);
	xpt_str_add(out, "</data></array></value></member></struct></value>" RESPONSE_CLOSE);
}
