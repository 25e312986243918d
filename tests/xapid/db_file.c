/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source: xen-api ocaml/database/db_xml.ml. */
#include <errno.h>
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <string.h>

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

static const char *name_of(xmlTextReader *r)
{
	return (const char *)xmlTextReaderConstName(r);
}

/* An attribute of the element we are at, unprotected, NULL when absent. Caller frees. */
static char *attribute(xmlTextReader *r, const char *name)
{
	xmlChar *raw = xmlTextReaderGetAttribute(r, (const xmlChar *)name);
	char *text = raw ? xd_sexpr_unprotect((const char *)raw) : NULL;

	xmlFree(raw);
	return text;
}

static uint64_t number(xmlTextReader *r, const char *name)
{
	XPT_FREE char *text = attribute(r, name);
	uint64_t n = 0;

	if (text && xpt_parse_uint(text, 10, UINT64_MAX, &n))
		return 0;
	return n;
}

static void read_pair(struct xd_db *db, xmlTextReader *r)
{
	XPT_FREE char *key = attribute(r, "key");
	XPT_FREE char *value = attribute(r, "value");

	if (!key || !value)
		return;
	if (!strcmp(key, GENERATION_KEY)) {
		db->generation = number(r, "value");
		return;
	}
	xpt_strv_add(&db->manifest, key);
	xpt_strv_add(&db->manifest, value);
}

static void read_columns(struct xd_row *row, xmlTextReader *r)
{
	while (xmlTextReaderMoveToNextAttribute(r) == 1) {
		const char *name = name_of(r);
		char *value = xd_sexpr_unprotect((const char *)xmlTextReaderConstValue(r));
		int field = row->table->cls ? xd_schema_field(row->table->cls, name) : -1;

		if (is_row_column(name)) {
			free(value);
		} else if (field >= 0) {
			free(row->val[field]);
			row->val[field] = value;
		} else {
			xpt_strv_add(&row->extra, name);
			xpt_strv_take(&row->extra, value);
		}
	}
	xmlTextReaderMoveToElement(r);
}

static int read_row(struct xd_db *db, struct xd_table *table, xmlTextReader *r, struct xpt_err *err)
{
	XPT_FREE char *ref = attribute(r, "ref");
	struct xd_row *row;

	if (!table || !ref || xd_db_find(db, table->name, ref))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   "line %d: a row outside a table, without a reference, or twice",
				   xmlTextReaderGetParserLineNumber(r));
	row = xd_db_add_row(table, ref);
	row->ctime = number(r, "__ctime");
	row->mtime = number(r, "__mtime");
	read_columns(row, r);
	return 0;
}

static int read_element(struct xd_db *db, struct xd_table **table, xmlTextReader *r,
			struct xpt_err *err)
{
	const char *name = name_of(r);
	XPT_FREE char *label = NULL;

	if (!strcmp(name, "row"))
		return read_row(db, *table, r, err);
	if (!strcmp(name, "pair"))
		read_pair(db, r);
	if (strcmp(name, "table"))
		return 0;
	label = attribute(r, "name");
	*table = label ? xd_db_make_table(db, label) : NULL;
	return 0;
}

/* Parser messages become our own error, not text on stderr. */
static void keep_quiet(void *arg XPT_UNUSED, const char *msg XPT_UNUSED,
		       xmlParserSeverities severity XPT_UNUSED,
		       xmlTextReaderLocatorPtr locator XPT_UNUSED)
{
}

static void make_missing_tables(struct xd_db *db)
{
	const struct xd_class *cls;

	for (size_t i = 0; (cls = xd_schema_at(i)); i++)
		xd_db_make_table(db, cls->name);
}

int xd_db_load(const char *path, struct xd_db *ret, struct xpt_err *err)
{
	xmlTextReader *r = xmlReaderForFile(path, NULL, XML_PARSE_NONET);
	struct xd_table *table = NULL;
	int rc = 0, more = 1;

	if (!r)
		return xpt_err_set(err, XPT_SYSTEM, ENOENT, path, NULL, "%s cannot be opened",
				   path);
	xmlTextReaderSetErrorHandler(r, keep_quiet, NULL);
	while (!rc && (more = xmlTextReaderRead(r)) == 1)
		if (xmlTextReaderNodeType(r) == XML_READER_TYPE_ELEMENT)
			rc = read_element(ret, &table, r, err);
	if (!rc && more < 0)
		rc = xpt_err_set(err, XPT_MALFORMED, EINVAL, path, NULL, "line %d is not XML",
				 xmlTextReaderGetParserLineNumber(r));
	xmlFreeTextReader(r);
	make_missing_tables(ret);
	xd_db_mirror(ret);
	ret->is_dirty = false;
	return rc;
}

static void escape(struct xpt_str *out, const char *text)
{
	XPT_FREE char *safe = xd_sexpr_protect(text);

	for (const char *s = safe; *s; s++) {
		switch (*s) {
		case '<':
			xpt_str_add(out, "&lt;");
			break;
		case '>':
			xpt_str_add(out, "&gt;");
			break;
		case '&':
			xpt_str_add(out, "&amp;");
			break;
		case '"':
			xpt_str_add(out, "&quot;");
			break;
		default:
			xpt_str_addc(out, *s);
		}
	}
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
