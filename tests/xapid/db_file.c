/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source: xen-api ocaml/database/db_xml.ml. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec/xml.h"
#include "codec/xmlrpc.h"
#include "db.h"
#include "sexpr.h"

#define GENERATION_KEY "generation_count"

static const char *const ROW_COLUMNS[] = {"ref", "_ref", "__ctime", "__mtime"};

static bool is_row_column(const char *name)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(ROW_COLUMNS); i++)
		if (!strcmp(ROW_COLUMNS[i], name))
			return true;
	return false;
}

/* An attribute, unprotected, NULL when absent. Caller frees. */
static char *attribute(const struct xpt_xml_node *node, const char *name)
{
	const char *raw = xpt_xml_attr(node, name);

	return raw ? xd_sexpr_unprotect(raw) : NULL;
}

static uint64_t number(const struct xpt_xml_node *node, const char *name)
{
	const char *text = xpt_xml_attr(node, name);
	uint64_t n = 0;

	if (text && xpt_parse_uint(text, 10, UINT64_MAX, &n))
		return 0;
	return n;
}

static void read_pair(struct xd_db *db, const struct xpt_xml_node *node)
{
	XPT_FREE char *key = attribute(node, "key");
	XPT_FREE char *value = attribute(node, "value");

	if (!key || !value)
		return;
	if (!strcmp(key, GENERATION_KEY)) {
		db->generation = number(node, "value");
		return;
	}
	xpt_strv_add(&db->manifest, key);
	xpt_strv_add(&db->manifest, value);
}

static void read_column(struct xd_row *row, const struct xpt_xml_attr *attr)
{
	char *value = xd_sexpr_unprotect(attr->value);
	int field = row->table->cls ? xd_schema_field(row->table->cls, attr->name) : -1;

	if (field >= 0) {
		free(row->val[field]);
		row->val[field] = value;
		return;
	}
	xpt_strv_add(&row->extra, attr->name);
	xpt_strv_take(&row->extra, value);
}

static int read_row(struct xd_table *table, const struct xpt_xml_node *node, struct xd_db *db,
		    struct xpt_err *err)
{
	const char *ref = xpt_xml_attr(node, "ref");
	struct xd_row *row;

	if (!ref || xd_db_find(db, table->name, ref))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   "line %u: a row without a reference, or one that is there twice",
				   node->line);
	row = xd_db_add_row(table, ref);
	row->ctime = number(node, "__ctime");
	row->mtime = number(node, "__mtime");
	for (unsigned i = 0; i < node->n_attrs; i++)
		if (!is_row_column(node->attrs[i].name))
			read_column(row, &node->attrs[i]);
	return 0;
}

static int read_table(struct xd_db *db, const struct xpt_xml_node *node, struct xpt_err *err)
{
	const char *name = xpt_xml_attr(node, "name");
	struct xd_table *table;

	if (!name)
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   "line %u: a table without a name", node->line);
	table = xd_db_make_table(db, name);
	for (const struct xpt_xml_node *row = xpt_xml_child(node, "row"); row;
	     row = xpt_xml_next(row, "row")) {
		int rc = read_row(table, row, db, err);

		if (rc)
			return rc;
	}
	return 0;
}

static int read_database(struct xd_db *db, const struct xpt_xml_node *root, struct xpt_err *err)
{
	const struct xpt_xml_node *manifest = xpt_xml_child(root, "manifest");
	int rc = 0;

	if (!xpt_xml_is(root, "database"))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL, "line %u: no <database>",
				   root->line);
	for (const struct xpt_xml_node *pair = xpt_xml_child(manifest, "pair"); pair;
	     pair = xpt_xml_next(pair, "pair"))
		read_pair(db, pair);
	for (const struct xpt_xml_node *table = xpt_xml_child(root, "table"); table && !rc;
	     table = xpt_xml_next(table, "table"))
		rc = read_table(db, table, err);
	return rc;
}

static void make_missing_tables(struct xd_db *db)
{
	const struct xd_class *cls;

	for (size_t i = 0; (cls = xd_schema_at(i)); i++)
		xd_db_make_table(db, cls->name);
}

static int read_whole(const char *path, struct xpt_str *ret, struct xpt_err *err)
{
	char chunk[65536];
	size_t n;
	FILE *f = fopen(path, "re");

	if (!f)
		return xpt_err_sys(err, errno, path, "%s cannot be read", path);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) && ret->len < XPT_XML_MAX_BYTES)
		xpt_str_addn(ret, chunk, n);
	fclose(f);
	return 0;
}

int xd_db_load(const char *path, struct xd_db *ret, struct xpt_err *err)
{
	XPT_STR text = {0};
	XPT_XML *doc = NULL;
	int rc = read_whole(path, &text, err);

	if (!rc)
		rc = xpt_xml_parse(xpt_str_text(&text), text.len, 8, &doc, err);
	if (!rc)
		rc = read_database(ret, xpt_xml_root(doc), err);
	make_missing_tables(ret);
	xd_db_mirror(ret);
	ret->is_dirty = false;
	return rc;
}

static void escape(struct xpt_str *out, const char *text)
{
	XPT_FREE char *safe = xd_sexpr_protect(text);

	xpt_xmlrpc_escape(out, safe);
}

static void add_column(struct xpt_strv *columns, const char *name, const char *value)
{
	XPT_STR text = {0};

	xpt_str_addf(&text, " %s=\"", name);
	escape(&text, value);
	xpt_str_addc(&text, '"');
	xpt_strv_take(columns, xpt_str_take(&text));
}

static void write_row(struct xpt_str *out, const struct xd_row *row)
{
	XPT_STRV columns = {0};

	for (size_t i = 0; row->table->cls && i < row->table->cls->n; i++)
		add_column(&columns, row->table->cls->field[i].name, xd_row_at(row, i));
	for (size_t i = 0; i + 1 < row->extra.n; i += 2)
		add_column(&columns, row->extra.v[i], row->extra.v[i + 1]);
	add_column(&columns, "_ref", row->ref);
	xpt_strv_sort(&columns);
	xpt_str_addf(out, "<row ref=\"%s\" __ctime=\"%llu\" __mtime=\"%llu\"", row->ref,
		     (unsigned long long)row->ctime, (unsigned long long)row->mtime);
	for (size_t i = 0; i < columns.n; i++)
		xpt_str_add(out, columns.v[i]);
	xpt_str_add(out, "/>");
}

static void write_manifest(struct xpt_str *out, const struct xd_db *db)
{
	xpt_str_add(out, "<manifest>");
	for (size_t i = 0; i + 1 < db->manifest.n; i += 2) {
		xpt_str_add(out, "<pair key=\"");
		escape(out, db->manifest.v[i]);
		xpt_str_add(out, "\" value=\"");
		escape(out, db->manifest.v[i + 1]);
		xpt_str_add(out, "\"/>");
	}
	xpt_str_addf(out, "<pair key=\"" GENERATION_KEY "\" value=\"%llu\"/></manifest>",
		     (unsigned long long)db->generation);
}

static void write_table(struct xpt_str *out, const struct xd_table *table)
{
	xpt_str_addf(out, "<table name=\"%s\">", table->name);
	for (size_t i = 0; i < table->n && !(table->cls && table->cls->is_volatile); i++)
		write_row(out, table->row[i]);
	xpt_str_add(out, "</table>");
}

static int replace_file(const char *path, const struct xpt_str *text, struct xpt_err *err)
{
	XPT_FREE char *temporary = xpt_fmt("%s.new", path);
	FILE *f = fopen(temporary, "we");
	bool ok;

	if (!f)
		return xpt_err_sys(err, errno, path, "%s cannot be written", temporary);
	ok = fwrite(text->s, 1, text->len, f) == text->len;
	ok = !fclose(f) && ok;
	if (!ok || rename(temporary, path))
		return xpt_err_sys(err, errno, path, "%s cannot be written", path);
	return 0;
}

int xd_db_save(struct xd_db *db, const char *path, struct xpt_err *err)
{
	XPT_STR out = {0};
	int rc;

	xpt_str_add(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<database>");
	write_manifest(&out, db);
	for (size_t i = 0; i < db->n; i++)
		write_table(&out, db->table[i]);
	xpt_str_add(&out, "</database>");
	rc = replace_file(path, &out, err);
	if (!rc)
		db->is_dirty = false;
	return rc;
}
