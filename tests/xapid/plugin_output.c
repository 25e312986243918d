/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a plugin prints, read as xapi reads it. Syntax errors and wrong shapes are different
 * failures there. Stricter than xapi, whose parser takes a DTD and stops at the end of the root
 * element: here both are syntax errors.
 */
#include <string.h>

#include "codec/xml.h"
#include "plugin.h"

#define MAX_DEPTH 32

/* What xapi raises when an element is not the one it wants. */
static void wrong_shape(struct xd_call *c, const struct xpt_xml_node *got, const char *wanted)
{
	XPT_FREE char *why =
		xpt_fmt("XMLRPC.RunTimeTypeError(\"unbox: %s%s should contain '%s'\", _)",
			got && got->name ? "Element=" : "PCData", got && got->name ? got->name : "",
			wanted);

	xd_call_fail(c, "INTERNAL_ERROR", why, NULL);
}

/* The single child of that name; NULL after the failure was set. */
static const struct xpt_xml_node *inside(struct xd_call *c, const struct xpt_xml_node *node,
					 const char *name)
{
	const struct xpt_xml_node *child = node ? node->child : NULL;

	if (!node)
		return NULL;
	if (xpt_xml_is(child, name) && !child->n_attrs)
		return child;
	wrong_shape(c, child, name);
	return NULL;
}

/* The text of a <value>, plain or in <string>; NULL after the failure was set. */
static const char *string_in(struct xd_call *c, const struct xpt_xml_node *value)
{
	const struct xpt_xml_node *typed = xpt_xml_child(value, NULL);

	if (!value)
		return NULL;
	if (!typed)
		return xpt_xml_text(value);
	if (xpt_xml_is(typed, "string") && xpt_xml_text(typed))
		return xpt_xml_text(typed);
	wrong_shape(c, typed, "string");
	return NULL;
}

/* The <value> of a struct's member, NULL when there is none. */
static const struct xpt_xml_node *member(const struct xpt_xml_node *strukt, const char *wanted)
{
	for (const struct xpt_xml_node *m = xpt_xml_child(strukt, "member"); m;
	     m = xpt_xml_next(m, "member"))
		if (xpt_streq(xpt_xml_text(xpt_xml_child(m, "name")), wanted))
			return xpt_xml_child(m, "value");
	return NULL;
}

static void read_error(struct xd_call *c, const struct xpt_xml_node *value)
{
	const struct xpt_xml_node *data = inside(c, inside(c, value, "array"), "data");
	XPT_STRV description = {0};

	for (const struct xpt_xml_node *v = xpt_xml_child(data, "value"); v;
	     v = xpt_xml_next(v, "value")) {
		const char *text = string_in(c, v);

		if (!text)
			return;
		xpt_strv_add(&description, text);
	}
	if (xd_call_failed(c))
		return;
	if (!description.n)
		wrong_shape(c, NULL, "string");
	xpt_strv_copy(&c->error, &description);
}

static void read_fault(struct xd_call *c, const struct xpt_xml_node *fault)
{
	const struct xpt_xml_node *strukt = inside(c, inside(c, fault, "value"), "struct");
	const struct xpt_xml_node *code = member(strukt, "faultCode");
	const struct xpt_xml_node *text = member(strukt, "faultString");
	const char *number = xpt_xml_text(xpt_xml_child(code, NULL));

	if (!strukt)
		return;
	if (!number || !text)
		wrong_shape(c, strukt, "faultCode");
	else
		xd_call_fail(c, "XENAPI_PLUGIN_FAILURE", "fault", number,
			     string_in(c, text) ? string_in(c, text) : "", NULL);
}

static void read_status(struct xd_call *c, const struct xpt_xml_node *strukt)
{
	const struct xpt_xml_node *status = member(strukt, "Status");
	const struct xpt_xml_node *value = member(strukt, "Value");
	const struct xpt_xml_node *error = member(strukt, "ErrorDescription");
	const char *word = status ? string_in(c, status) : NULL;
	const char *text;

	if (xd_call_failed(c))
		return;
	if (xpt_streq(word, "Failure") && error) {
		read_error(c, error);
		return;
	}
	if (!xpt_streq(word, "Success") || !value) {
		wrong_shape(c, strukt, "Status");
		return;
	}
	text = string_in(c, value);
	if (text)
		xd_call_ok_str(c, text);
}

static void read_response(struct xd_call *c, const struct xpt_xml_node *root)
{
	const struct xpt_xml_node *value, *strukt;

	if (!xpt_xml_is(root, "methodResponse") || root->n_attrs) {
		wrong_shape(c, root, "methodResponse");
		return;
	}
	if (xpt_xml_is(root->child, "fault")) {
		read_fault(c, root->child);
		return;
	}
	value = inside(c, inside(c, inside(c, root, "params"), "param"), "value");
	strukt = inside(c, value, "struct");
	if (strukt)
		read_status(c, strukt);
}

/*
 * Bytes that xapi's parser lets through and its database refuses: control characters and what is no
 * UTF-8. They become '?', for our parser is stricter. Were there any?
 */
static bool defuse(struct xpt_str *text)
{
	bool found = false;

	for (size_t i = 0; i < text->len;) {
		size_t n = xpt_utf8_len(text->s + i, text->len - i);
		char c = text->s[i];

		if (n && ((unsigned char)c >= ' ' || c == '\t' || c == '\n' || c == '\r')) {
			i += n;
			continue;
		}
		text->s[i++] = '?';
		found = true;
	}
	return found;
}

void xd_plugin_read_output(struct xd_call *c, const struct xpt_str *out)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_XML *doc = NULL;
	XPT_STR text = {0};
	bool is_tainted;

	xpt_str_addn(&text, xpt_str_text(out), out->len);
	is_tainted = defuse(&text);
	if (xpt_xml_parse(xpt_str_text(&text), text.len, MAX_DEPTH, &doc, &err)) {
		xd_call_fail(c, "XENAPI_PLUGIN_FAILURE", "failed to parse plugin output",
			     xpt_str_text(out), err.sentence, NULL);
		return;
	}
	if (is_tainted)
		xd_call_fail(c, "INTERNAL_ERROR", "Db_exn.Invalid_value", NULL);
	else
		read_response(c, xpt_xml_root(doc));
}
