/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pool's database: tables of rows of text, as in /var/lib/xcp/state.db.
 *
 * Every table of the file is kept and written back, also those that no class describes. Rows of a
 * table are in order of their references. Each change takes the next generation, which is how
 * event.from finds what is new; destroyed rows leave a tombstone for it. References on both sides
 * of a relation (xd_schema_relations) are kept in step by xd_db_set, xd_db_create and
 * xd_db_destroy.
 */
#ifndef XAPID_DB_H
#define XAPID_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "schema.h"

#define XD_NULL_REF "OpaqueRef:NULL"

struct xd_table;

struct xd_row {
	char *ref;
	uint64_t ctime, mtime; /* generations */
	char **val;            /* one per field of the class, NULL where never set */
	struct xpt_strv extra; /* columns without a field: name, value, name, value */
	struct xd_table *table;
};

struct xd_table {
	char *name;
	const struct xd_class *cls; /* NULL: kept, not served */
	struct xd_row **row;
	size_t n;
};

struct xd_tombstone {
	const struct xd_class *cls;
	char *ref;
	uint64_t ctime, died;
};

struct xd_db {
	struct xd_table **table;
	size_t n;
	struct xpt_strv manifest; /* key, value, key, value */
	uint64_t generation;
	bool is_dirty; /* changed since it was loaded or last saved */
	struct xd_tombstone *gone;
	size_t n_gone;
};

/* ---- file ---- */

/*
 * XPT_SYSTEM or XPT_MALFORMED, which names the line. Release with xd_db_done also after a failure.
 */
int xd_db_load(const char *path, struct xd_db *ret, struct xpt_err *err);
/* Replace the file; what is volatile is left out. */
int xd_db_save(struct xd_db *db, const char *path, struct xpt_err *err);
void xd_db_done(struct xd_db *db);

/* ---- tables and rows (db.c) ---- */

/* NULL when there is no such table. */
struct xd_table *xd_db_table(const struct xd_db *db, const char *name);
/* The table, made when absent. */
struct xd_table *xd_db_make_table(struct xd_db *db, const char *name);
struct xd_row *xd_db_find(const struct xd_db *db, const char *cls, const char *ref);
struct xd_row *xd_db_find_by(const struct xd_db *db, const char *cls, const char *field,
			     const char *value);
/* A row of its own with this reference, all fields at their initial values, not yet a change. */
struct xd_row *xd_db_add_row(struct xd_table *table, const char *ref);
/* A new object with a fresh reference and uuid. The class must be one of the schema's. */
struct xd_row *xd_db_create(struct xd_db *db, const char *cls);
void xd_db_destroy(struct xd_db *db, struct xd_row *row);
/* "OpaqueRef:" and a random uuid; the uuid alone. Caller frees. */
char *xd_db_fresh_ref(void);
char *xd_db_fresh_uuid(void);

/* ---- values (row.c); field is a public or a database name that the class has ---- */

/* Never NULL; owned by the row. */
const char *xd_row_get(const struct xd_row *row, const char *field);
const char *xd_row_at(const struct xd_row *row, size_t field);
bool xd_row_is(const struct xd_row *row, const char *field); /* a boolean that is true */
bool xd_row_has(const struct xd_row *row, const char *field, const char *value);
/* Keys and values, or members (appended). A value that is no map or set gives nothing. */
void xd_row_map(const struct xd_row *row, const char *field, struct xpt_strv *ret);
void xd_row_set_of(const struct xd_row *row, const char *field, struct xpt_strv *ret);
/* The value of a key, NULL when absent. Caller frees. */
char *xd_row_map_get(const struct xd_row *row, const char *field, const char *key);

void xd_db_set(struct xd_db *db, struct xd_row *row, const char *field, const char *value);
/* In front of the map, as xapi does; an existing key is replaced where it is. */
void xd_db_map_put(struct xd_db *db, struct xd_row *row, const char *field, const char *key,
		   const char *value);
void xd_db_map_remove(struct xd_db *db, struct xd_row *row, const char *field, const char *key);
void xd_db_set_add(struct xd_db *db, struct xd_row *row, const char *field, const char *member);
void xd_db_set_remove(struct xd_db *db, struct xd_row *row, const char *field, const char *member);
/*
 * Make every mirrored set agree with the references on the other side; for a database just loaded.
 */
void xd_db_mirror(struct xd_db *db);

#endif
