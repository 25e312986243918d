/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as XML-RPC knows them: strings, numbers, arrays, structs, as trees.
 *
 * Built by the constructors or read by codec/xmlrpc; a container owns what is in it.
 * Source: xmlrpc.com/spec; xen-api ocaml/libs/http-lib/xMLRPC.ml.
 */
#ifndef XPT_CODEC_VALUE_H
#define XPT_CODEC_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

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

struct xpt_value *xpt_value_str(const char *s); /* NULL gives "" */
struct xpt_value *xpt_value_int(long long n);
struct xpt_value *xpt_value_bool(bool b);
struct xpt_value *xpt_value_double(const char *text);
struct xpt_value *xpt_value_date(const char *text);
struct xpt_value *xpt_value_nil(void);
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
/* The same, and other where there is no such number. */
long long xpt_value_get_int_or(const struct xpt_value *strukt, const char *key, long long other);

/* A whole string as a number: decimal digits after an optional minus. 0, -EINVAL or -ERANGE. */
int xpt_value_scan_int(const char *s, long long *ret) XPT_MUST_CHECK;

#endif
