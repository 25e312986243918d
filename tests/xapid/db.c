/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct xd_table *xd_db_table(const struct xd_db *db, const char *name)
{
	for (size_t i = 0; i < db->n; i++)
		if (!strcmp(db->table[i]->name, name))
			return db->table[i];
	return NULL;
}

struct xd_table *xd_db_make_table(struct xd_db *db, const char *name)
{
	struct xd_table *table = xd_db_table(db, name);

	if (table)
		return table;
	table = xpt_alloc(sizeof(*table));
	table->name = xpt_strdup(name);
	table->cls = xd_schema_class(name);
	db->table = xpt_grow(db->table, db->n + 1, sizeof(*db->table));
	db->table[db->n++] = table;
	return table;
}

/* The place of ref in the table: where it is, or where it would be inserted. */
static size_t place_of(const struct xd_table *table, const char *ref)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(table->row[mid]->ref, ref) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct xd_row *xd_db_find(const struct xd_db *db, const char *cls, const char *ref)
{
	const struct xd_table *table = xd_db_table(db, cls);
	size_t at;

	if (!table || !ref)
		return NULL;
	at = place_of(table, ref);
	return at < table->n && !strcmp(table->row[at]->ref, ref) ? table->row[at] : NULL;
}

struct xd_row *xd_db_find_by(const struct xd_db *db, const char *cls, const char *field,
			     const char *value)
{
	const struct xd_table *table = xd_db_table(db, cls);

	for (size_t i = 0; table && i < table->n; i++)
		if (xd_row_has(table->row[i], field, value))
			return table->row[i];
	return NULL;
}

struct xd_row *xd_db_add_row(struct xd_table *table, const char *ref)
{
	struct xd_row *row = xpt_alloc(sizeof(*row));
	size_t at = place_of(table, ref);

	row->ref = xpt_strdup(ref);
	row->table = table;
	if (table->cls)
		row->val = xpt_alloc(table->cls->n * sizeof(*row->val));
	table->row = xpt_grow(table->row, table->n + 1, sizeof(*table->row));
	memmove(&table->row[at + 1], &table->row[at], (table->n - at) * sizeof(*table->row));
	table->row[at] = row;
	table->n++;
	return row;
}

static void free_row(struct xd_row *row)
{
	for (size_t i = 0; row->table->cls && i < row->table->cls->n; i++)
		free(row->val[i]);
	free(row->val);
	free(row->ref);
	xpt_strv_done(&row->extra);
	free(row);
}

char *xd_db_fresh_uuid(void)
{
	unsigned char b[16];
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, b, sizeof(b)) != (ssize_t)sizeof(b))
		abort(); /* nothing can go on without fresh names */
	close(fd);
	return xpt_fmt("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		       b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		       b[13], b[14], b[15]);
}

char *xd_db_fresh_ref(void)
{
	XPT_FREE char *uuid = xd_db_fresh_uuid();

	return xpt_fmt("OpaqueRef:%s", uuid);
}

struct xd_row *xd_db_create(struct xd_db *db, const char *cls)
{
	XPT_FREE char *ref = xd_db_fresh_ref();
	XPT_FREE char *uuid = xd_db_fresh_uuid();
	struct xd_row *row = xd_db_add_row(xd_db_make_table(db, cls), ref);

	row->ctime = db->generation + 1;
	xd_db_set(db, row, "uuid", uuid);
	return row;
}

/* Let go of what this row refers to, so that mirrored sets lose it. */
static void drop_references(struct xd_db *db, struct xd_row *row)
{
	const struct xd_class *cls = row->table->cls;

	for (size_t i = 0; i < cls->n; i++)
		if (cls->field[i].type == XD_REF)
			xd_db_set(db, row, cls->field[i].name, XD_NULL_REF);
}

void xd_db_destroy(struct xd_db *db, struct xd_row *row)
{
	struct xd_table *table = row->table;
	struct xd_tombstone *grave;
	size_t at = place_of(table, row->ref);

	if (table->cls)
		drop_references(db, row);
	db->gone = xpt_grow(db->gone, db->n_gone + 1, sizeof(*db->gone));
	grave = &db->gone[db->n_gone++];
	grave->cls = table->cls;
	grave->ref = xpt_strdup(row->ref);
	grave->ctime = row->ctime;
	grave->died = ++db->generation;
	memmove(&table->row[at], &table->row[at + 1], (table->n - at - 1) * sizeof(*table->row));
	table->n--;
	free_row(row);
	db->is_dirty = true;
}

void xd_db_done(struct xd_db *db)
{
	for (size_t t = 0; t < db->n; t++) {
		for (size_t i = 0; i < db->table[t]->n; i++)
			free_row(db->table[t]->row[i]);
		free(db->table[t]->row);
		free(db->table[t]->name);
		free(db->table[t]);
	}
	for (size_t i = 0; i < db->n_gone; i++)
		free(db->gone[i].ref);
	free(db->table);
	free(db->gone);
	xpt_strv_done(&db->manifest);
	memset(db, 0, sizeof(*db));
}
