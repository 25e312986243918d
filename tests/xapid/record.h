/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of the database as XenAPI sends them, and back. */
#ifndef XAPID_RECORD_H
#define XAPID_RECORD_H

#include "codec/xmlrpc.h"
#include "db.h"

/* A database value as its type is written on the wire. Caller frees. */
struct xpt_value *xd_record_value(enum xd_type type, const char *text);
struct xpt_value *xd_record_field(const struct xd_row *row, size_t field);
/* The whole record, public fields in their order. Caller frees. */
struct xpt_value *xd_record(const struct xd_row *row);
struct xpt_value *xd_record_refs(const struct xpt_strv *refs);

/*
 * A value that a caller sent, as database text (caller frees). Returns NULL when it is not of that
 * type; *ret_why (caller frees) then is what xapi says.
 */
char *xd_record_from(enum xd_type type, const struct xpt_value *v, char **ret_why);

#endif
