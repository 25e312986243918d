/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>
#include <string.h>

#include "db.h"
#include "sexpr.h"

static size_t field_of(const struct xd_row *row, const char *field)
{
	int i = row->table->cls ? xd_schema_field(row->table->cls, field) : -1;

	assert(i >= 0);
	return (size_t)i;
}

const char *xd_row_at(const struct xd_row *row, size_t field)
{
	return row->val[field] ? row->val[field]
			       : xd_schema_initial(&row->table->cls->field[field]);
}

const char *xd_row_get(const struct xd_row *row, const char *field)
{
	return xd_row_at(row, field_of(row, field));
}

bool xd_row_is(const struct xd_row *row, const char *field)
{
	return xd_row_has(row, field, "true");
}

bool xd_row_has(const struct xd_row *row, const char *field, const char *value)
{
	return !strcmp(xd_row_get(row, field), value);
}

void xd_row_map(const struct xd_row *row, const char *field, struct xpt_strv *ret)
{
	if (xd_sexpr_read_map(xd_row_get(row, field), ret))
		return; /* a value of another shape has no members */
}

void xd_row_set_of(const struct xd_row *row, const char *field, struct xpt_strv *ret)
{
	if (xd_sexpr_read_set(xd_row_get(row, field), ret))
		return;
}

char *xd_row_map_get(const struct xd_row *row, const char *field, const char *key)
{
	XPT_STRV map = {0};

	xd_row_map(row, field, &map);
	for (size_t i = 0; i + 1 < map.n; i += 2)
		if (!strcmp(map.v[i], key))
			return xpt_strdup(map.v[i + 1]);
	return NULL;
}

/* A changed value, without a look at the other side of relations. */
static void store(struct xd_db *db, struct xd_row *row, size_t field, char *value)
{
	free(row->val[field]);
	row->val[field] = value;
	row->mtime = ++db->generation;
	db->is_dirty = true;
}

static void mirror_one(struct xd_db *db, const struct xd_relation *rel, const char *old,
		       const char *now, const char *self)
{
	struct xd_row *from = xd_db_find(db, rel->one, old);
	struct xd_row *to = xd_db_find(db, rel->one, now);

	if (from)
		xd_db_set_remove(db, from, rel->set, self);
	if (to)
		xd_db_set_add(db, to, rel->set, self);
}

static void mirror(struct xd_db *db, const struct xd_row *row, const char *field, const char *old,
		   const char *now)
{
	size_t n;
	const struct xd_relation *rel = xd_schema_relations(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rel[i].many, row->table->name) && !strcmp(rel[i].ref, field))
			mirror_one(db, &rel[i], old, now, row->ref);
}

void xd_db_set(struct xd_db *db, struct xd_row *row, const char *field, const char *value)
{
	size_t i = field_of(row, field);
	const struct xd_field *f = &row->table->cls->field[i];
	XPT_FREE char *old = xpt_strdup(xd_row_at(row, i));

	store(db, row, i, xpt_strdup(value));
	if (f->type == XD_REF && strcmp(old, value))
		mirror(db, row, f->name, old, value);
}

static void prepend(struct xpt_strv *to, const char *const *items, size_t n)
{
	struct xpt_strv all = {0};

	for (size_t i = 0; i < n; i++)
		xpt_strv_add(&all, items[i]);
	xpt_strv_copy(&all, to);
	xpt_strv_done(to);
	*to = all;
}

void xd_db_map_put(struct xd_db *db, struct xd_row *row, const char *field, const char *key,
		   const char *value)
{
	XPT_STRV map = {0};
	const char *pair[] = {key, value};
	size_t i = 0;

	xd_row_map(row, field, &map);
	while (i + 1 < map.n && strcmp(map.v[i], key))
		i += 2;
	if (i + 1 < map.n) {
		free(map.v[i + 1]);
		map.v[i + 1] = xpt_strdup(value);
	} else {
		prepend(&map, pair, 2);
	}
	store(db, row, field_of(row, field), xd_sexpr_write_map(&map));
}

void xd_db_map_remove(struct xd_db *db, struct xd_row *row, const char *field, const char *key)
{
	XPT_STRV map = {0};
	XPT_STRV rest = {0};

	xd_row_map(row, field, &map);
	for (size_t i = 0; i + 1 < map.n; i += 2) {
		if (!strcmp(map.v[i], key))
			continue;
		xpt_strv_add(&rest, map.v[i]);
		xpt_strv_add(&rest, map.v[i + 1]);
	}
	if (rest.n != map.n)
		store(db, row, field_of(row, field), xd_sexpr_write_map(&rest));
}

void xd_db_set_add(struct xd_db *db, struct xd_row *row, const char *field, const char *member)
{
	XPT_STRV set = {0};

	xd_row_set_of(row, field, &set);
	if (xpt_strv_has(&set, member))
		return;
	prepend(&set, &member, 1);
	store(db, row, field_of(row, field), xd_sexpr_write_set(&set));
}

void xd_db_set_remove(struct xd_db *db, struct xd_row *row, const char *field, const char *member)
{
	XPT_STRV set = {0};
	XPT_STRV rest = {0};

	xd_row_set_of(row, field, &set);
	for (size_t i = 0; i < set.n; i++)
		if (strcmp(set.v[i], member))
			xpt_strv_add(&rest, set.v[i]);
	if (rest.n != set.n)
		store(db, row, field_of(row, field), xd_sexpr_write_set(&rest));
}

/* Members that no longer refer back leave the set. */
static void drop_strangers(struct xd_db *db, const struct xd_relation *rel, struct xd_row *one)
{
	XPT_STRV set = {0};

	xd_row_set_of(one, rel->set, &set);
	for (size_t i = 0; i < set.n; i++) {
		const struct xd_row *many = xd_db_find(db, rel->many, set.v[i]);

		if (!many || !xd_row_has(many, rel->ref, one->ref))
			xd_db_set_remove(db, one, rel->set, set.v[i]);
	}
}

void xd_db_mirror(struct xd_db *db)
{
	size_t n;
	const struct xd_relation *rel = xd_schema_relations(&n);

	for (size_t r = 0; r < n; r++) {
		const struct xd_table *ones = xd_db_table(db, rel[r].one);
		const struct xd_table *many = xd_db_table(db, rel[r].many);

		for (size_t i = 0; ones && i < ones->n; i++)
			drop_strangers(db, &rel[r], ones->row[i]);
		for (size_t i = 0; many && i < many->n; i++)
			mirror_one(db, &rel[r], XD_NULL_REF, xd_row_get(many->row[i], rel[r].ref),
				   many->row[i]->ref);
	}
}
