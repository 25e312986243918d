/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The classes that are served: their fields in the order in which records show them, with types,
 * what can be written, and who may.
 *
 * Field names are those of the database, where the parts of a nested name are joined by two
 * underscores ("name__label"); the public name has one ("name_label"). Source: the recorded
 * records and database file of xapi 26.1.4; classes that were empty there follow xen-api
 * ocaml/idl/datamodel.ml.
 */
#ifndef XAPID_SCHEMA_H
#define XAPID_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

enum xd_type {
	XD_STRING, /* also enums */
	XD_INT,
	XD_BOOL,
	XD_FLOAT,
	XD_DATE,
	XD_REF,
	XD_SET,
	XD_MAP, /* keys and values are strings, refs or integers: all plain text on the wire */
	XD_MAP_FLOAT, /* values are floats */
};

enum xd_access {
	XD_RO,       /* in records, never written by a generic call */
	XD_RW,       /* set_, add_to_ and remove_from_ exist */
	XD_INTERNAL, /* in the database only */
};

/* xapi's roles, each one including those before it. */
enum xd_role {
	XD_ROLE_READ_ONLY,
	XD_ROLE_VM_OPERATOR,
	XD_ROLE_VM_ADMIN,
	XD_ROLE_VM_POWER_ADMIN,
	XD_ROLE_POOL_OPERATOR,
	XD_ROLE_POOL_ADMIN,
	XD_ROLES,
};

struct xd_field {
	const char *name;
	enum xd_type type;
	enum xd_access access;
	const char *initial; /* NULL: the type's empty value */
};

struct xd_class {
	const char *name;
	const struct xd_field *field;
	size_t n;
	enum xd_role writers; /* role of the generic writing calls */
	bool is_volatile;     /* not in the saved database */
};

/* A set of references that mirrors a reference on the other side (one to many). */
struct xd_relation {
	const char *one, *set;  /* class and its set */
	const char *many, *ref; /* class and its reference */
};

/* Keys of a map that need another role than their field; key may end in '*'. */
struct xd_key_role {
	const char *cls, *field, *key;
	enum xd_role role;
};

/* NULL when the class is not served. Names are compared to the letter. */
const struct xd_class *xd_schema_class(const char *name);
/* The i-th class, NULL past the last. */
const struct xd_class *xd_schema_at(size_t i);
/* Index of a field by public or database name, -1 when there is none. */
int xd_schema_field(const struct xd_class *cls, const char *name);
/* The public name of a database name ("name_label" of "name__label"). Caller frees. */
char *xd_schema_public_name(const char *db_name);
/* The value of a field that nobody has set. Static text. */
const char *xd_schema_initial(const struct xd_field *field);
const struct xd_relation *xd_schema_relations(size_t *ret_n);
/* The entry that covers a key, NULL when the field's role counts. */
const struct xd_key_role *xd_schema_key_role(const char *cls, const char *field, const char *key);
const struct xd_key_role *xd_schema_key_roles(size_t *ret_n);
const char *xd_schema_role_name(enum xd_role role);
/* XD_ROLES when there is no such role. */
enum xd_role xd_schema_role(const char *name);

#endif
