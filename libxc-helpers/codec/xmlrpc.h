/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML-RPC as xapi speaks it: values, calls and responses, to and from bytes.
 *
 * Strings may be untyped (`<value>text</value>`) or typed, the empty string is `<value/>`; refs, enums
 * and integers of xapi's database arrive as untyped strings. Reading accepts whitespace between
 * elements, `<string>` wrappers and entities; it refuses DTDs, attributes on value elements are ignored,
 * depth is limited to XPT_XMLRPC_DEPTH. Writing gives one line without an XML declaration, as xapi does.
 * Source: xen-api ocaml/libs/http-lib/xMLRPC.ml, xml-light2/xml.ml.
 */
#ifndef XPT_CODEC_XMLRPC_H
#define XPT_CODEC_XMLRPC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

#define XPT_XMLRPC_DEPTH 32

enum xpt_value_type {
	XPT_V_STRING, /* also untyped, dateTime.iso8601 (as its text) */
	XPT_V_INT,    /* int, i4, i8 */
	XPT_V_BOOL,
	XPT_V_DOUBLE,
	XPT_V_ARRAY,
	XPT_V_STRUCT,
	XPT_V_NIL
};

/* A value and all below it; free the outermost one. Struct members keep their order. */
struct xpt_value {
	enum xpt_value_type type;
	char *str;               /* STRING: the text; DOUBLE: as written */
	long long num;           /* INT; BOOL: 0 or 1 */
	bool is_date;            /* STRING that was or is to be a dateTime.iso8601 */
	struct xpt_value **item; /* ARRAY, STRUCT */
	char **key;              /* STRUCT: the members' names */
	size_t n;                /* ARRAY, STRUCT */
};

struct xpt_value *xpt_value_str(const char *s);
struct xpt_value *xpt_value_int(long long n);
struct xpt_value *xpt_value_bool(bool b);
struct xpt_value *xpt_value_array(void);
struct xpt_value *xpt_value_struct(void);
/* Append; the array or struct owns item from here on. Return the container, for chaining. */
struct xpt_value *xpt_value_push(struct xpt_value *array, struct xpt_value *item);
struct xpt_value *xpt_value_put(struct xpt_value *strukt, const char *key, struct xpt_value *item);
void xpt_value_free(struct xpt_value *v);
void xpt_value_freep(struct xpt_value **v);
#define XPT_VALUE XPT_CLEANUP(xpt_value_freep) struct xpt_value

/* Reading without checks: what is absent or of another type gives NULL, 0 or false. */
const struct xpt_value *xpt_value_get(const struct xpt_value *strukt, const char *key);
const char *xpt_value_text(const struct xpt_value *v); /* STRING's text or NULL */
const char *xpt_value_get_text(const struct xpt_value *strukt, const char *key);
bool xpt_value_get_bool(const struct xpt_value *strukt, const char *key);
/* An INT, or a STRING of decimal digits with optional minus (xapi writes 64-bit integers so). */
long long xpt_value_get_int(const struct xpt_value *strukt, const char *key);

/* A request: method name and parameters (an XPT_V_ARRAY). */
struct xpt_call {
	char *method;
	struct xpt_value *params;
};
void xpt_call_done(struct xpt_call *call);

/* Read a methodCall. XPT_MALFORMED names the line and what was expected there. */
int xpt_xmlrpc_parse_call(const char *xml, size_t len, struct xpt_call *ret, struct xpt_err *err);
/* Append a methodCall to out. */
void xpt_xmlrpc_write_call(struct xpt_str *out, const char *method, const struct xpt_value *params);

/*
 * Read a methodResponse of xapi: *ret is the Value on success. Failure's ErrorDescription and a fault
 * become XPT_XAPI with the strings in err->detail (a fault as "FAULT", code, string); anything
 * else is XPT_MALFORMED.
 */
int xpt_xmlrpc_parse_response(const char *xml, size_t len, struct xpt_value **ret,
			      struct xpt_err *err);
/* Append a whole response: success with a Value, failure with ErrorDescription strings. */
void xpt_xmlrpc_write_success(struct xpt_str *out, const struct xpt_value *value);
void xpt_xmlrpc_write_failure(struct xpt_str *out, const struct xpt_strv *description);
/* Append one <value> element; strings untyped, characters that XML forbids dropped as xapi does. */
void xpt_xmlrpc_write_value(struct xpt_str *out, const struct xpt_value *v);
/* Append text with < > & " escaped. */
void xpt_xmlrpc_escape(struct xpt_str *out, const char *text);

#endif
