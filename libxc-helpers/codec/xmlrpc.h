/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML-RPC as xapi speaks it: values, calls and responses, to and from bytes.
 *
 * Strings may be untyped (`<value>text</value>`) or typed, the empty string is `<value/>`; refs, enums
 * and integers of xapi's database arrive as untyped strings. Reading accepts whitespace between
 * elements, `<string>` wrappers and entities; it refuses DTDs, attributes are ignored, depth is limited to
 * XPT_XMLRPC_DEPTH. A string of blanks, tabs and line feeds only is read as "", as xapi reads it.
 * Writing gives one line without an XML declaration, as xapi does.
 * Source: xen-api ocaml/libs/http-lib/xMLRPC.ml, xml-light2/xml.ml.
 */
#ifndef XPT_CODEC_XMLRPC_H
#define XPT_CODEC_XMLRPC_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "codec/value.h"

#define XPT_XMLRPC_DEPTH 32 /* arrays and structs in each other */

/* A request: method name and parameters (an XPT_V_ARRAY). */
struct xpt_call {
	char *method;
	struct xpt_value *params;
};
void xpt_call_done(struct xpt_call *call);

/* Read a methodCall; release *ret with xpt_call_done. XPT_MALFORMED names the line and what is wrong. */
int xpt_xmlrpc_parse_call(const char *xml, size_t len, struct xpt_call *ret, struct xpt_err *err);
/* Append a methodCall to out. */
void xpt_xmlrpc_write_call(struct xpt_str *out, const char *method, const struct xpt_value *params);

/*
 * Read a methodResponse of xapi: *ret is the Value on success (caller frees). Failure's ErrorDescription and a fault
 * become XPT_XAPI with the strings in err->detail (a fault as "FAULT", code, string); anything
 * else is XPT_MALFORMED.
 */
int xpt_xmlrpc_parse_response(const char *xml, size_t len, struct xpt_value **ret,
			      struct xpt_err *err);
/* Append a whole response: success with a Value (NULL: xapi's void, an empty string), failure with
 * ErrorDescription strings. */
void xpt_xmlrpc_write_success(struct xpt_str *out, const struct xpt_value *value);
void xpt_xmlrpc_write_failure(struct xpt_str *out, const struct xpt_strv *description);
/* Append one <value> element, strings untyped. */
void xpt_xmlrpc_write_value(struct xpt_str *out, const struct xpt_value *v);
/*
 * Append text fit for an element or a quoted attribute: < > & " escaped, a carriage return as a
 * reference (a raw one would arrive as a line feed), characters that XML forbids dropped as xapi does,
 * bytes that are not UTF-8 as \xNN.
 */
void xpt_xmlrpc_escape(struct xpt_str *out, const char *text);

#endif
