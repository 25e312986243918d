/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/hostfile.h"

#include <string.h>

/* A gap of so many zero bytes is worth a new offset when bytes are written out. */
#define GAP 4

const char *xpt_hostfile_sign(enum xpt_hostfile_kind kind)
{
	static const char *const signs[XPT_HOSTFILE_KINDS] = {
		[XPT_HOSTFILE_TEXT] = "=",           [XPT_HOSTFILE_BYTES] = ":=",
		[XPT_HOSTFILE_LINK] = "->",          [XPT_HOSTFILE_PROGRAM] = "!",
		[XPT_HOSTFILE_FILE] = "<",           [XPT_HOSTFILE_DIR] = "/",
		[XPT_HOSTFILE_INCLUDE] = "%include", [XPT_HOSTFILE_XEN] = "%xen",
		[XPT_HOSTFILE_POOL] = "%pool",
	};

	return signs[kind];
}

const char *xpt_hostfile_path_fault(const char *path)
{
	const char *part = path;

	if (*path != '/')
		return "a path begins with /";
	while (*part) {
		size_t n = strcspn(++part, "/");

		if (!n)
			return "a path has no empty components";
		if ((n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
			return "a path has no . or .. components";
		if (n > 255)
			return "a component of a path has at most 255 bytes";
		part += n;
	}
	return NULL;
}

/* ---- lists ---- */

struct xpt_hostfile_entry *xpt_hostfile_add(struct xpt_hostfile *list, enum xpt_hostfile_kind kind,
					    const char *path, const void *value, size_t len)
{
	struct xpt_hostfile_entry *e;

	if (list->n == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 64;
		list->v = xpt_grow(list->v, list->cap, sizeof(*list->v));
	}
	e = &list->v[list->n++];
	*e = (struct xpt_hostfile_entry){.kind = kind, .path = xpt_strdup(path), .len = len};
	if (value) {
		e->value = xpt_alloc(len + 1);
		memcpy(e->value, value, len);
	}
	return e;
}

void xpt_hostfile_done(struct xpt_hostfile *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].path);
		free(list->v[i].value);
	}
	free(list->v);
	*list = (struct xpt_hostfile){0};
}

/* ---- writing ---- */

/* Write bytes with escapes; a blank is escaped in words, and at either end of a text. */
static void emit_escaped(struct xpt_str *out, const char *s, size_t n, bool is_word)
{
	for (size_t i = 0; i < n;) {
		bool is_edge = i == 0 || i + 1 == n;
		size_t width = xpt_utf8_len(s + i, n - i);
		unsigned char c = (unsigned char)s[i];

		if (c == '\\')
			xpt_str_add(out, "\\\\");
		else if (c == '\n')
			xpt_str_add(out, "\\n");
		else if (c == '\t')
			xpt_str_add(out, "\\t");
		else if (!width || c < ' ' || c == 0x7f || (c == ' ' && (is_word || is_edge)))
			xpt_str_addf(out, "\\x%02x", c);
		else
			xpt_str_addn(out, s + i, width);
		i += width ? width : 1;
	}
}

/* The length of the run of bytes at the start of data: up to GAP zeros in a row, or all. */
static size_t run_length(const char *data, size_t n)
{
	size_t zeros = 0, i;

	for (i = 0; i < n && zeros < GAP; i++)
		zeros = data[i] ? 0 : zeros + 1;
	return i - zeros;
}

static void emit_bytes(struct xpt_str *out, const char *data, size_t n)
{
	xpt_str_addf(out, "%zu", n);
	for (size_t at = 0; at < n; at++) {
		size_t run = run_length(data + at, n - at);

		if (!data[at])
			continue;
		xpt_str_addf(out, " @%zu", at);
		for (size_t i = 0; i < run; i++)
			xpt_str_addf(out, " %02x", (unsigned char)data[at + i]);
		at += run - 1;
	}
}

static void emit_entry(const struct xpt_hostfile_entry *e, struct xpt_str *out)
{
	if (e->path)
		emit_escaped(out, e->path, strlen(e->path), true);
	if (e->path && e->kind != XPT_HOSTFILE_DIR)
		xpt_str_addc(out, ' ');
	xpt_str_add(out, xpt_hostfile_sign(e->kind));
	if (e->kind != XPT_HOSTFILE_DIR)
		xpt_str_addc(out, ' ');
	if (e->kind == XPT_HOSTFILE_BYTES)
		emit_bytes(out, e->value, e->len);
	else if (e->kind == XPT_HOSTFILE_TEXT)
		emit_escaped(out, e->value, e->len - 1, false);
	else if (e->value)
		emit_escaped(out, e->value, e->len, true);
	xpt_str_addc(out, '\n');
}

void xpt_hostfile_emit(const struct xpt_hostfile *list, struct xpt_str *out)
{
	for (size_t i = 0; i < list->n; i++)
		emit_entry(&list->v[i], out);
}
