/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/jsonw.h"

#include <assert.h>
#include <string.h>

void xpt_jsonw_init(struct xpt_jsonw *w, struct xpt_str *out)
{
	*w = (struct xpt_jsonw){.out = out};
}

/* text must be clean: only the two characters that JSON itself reserves are left to escape. */
static void add_quoted(struct xpt_str *out, const char *text)
{
	xpt_str_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			xpt_str_addc(out, '\\');
		xpt_str_addc(out, *text);
	}
	xpt_str_addc(out, '"');
}

/* Comma and key in front of the next value. */
static void start_value(struct xpt_jsonw *w, const char *key)
{
	if (w->has_items[w->depth])
		xpt_str_addc(w->out, ',');
	w->has_items[w->depth] = true;
	if (key) {
		add_quoted(w->out, key);
		xpt_str_addc(w->out, ':');
	}
}

static void open_level(struct xpt_jsonw *w, const char *key, char opener, char closer)
{
	start_value(w, key);
	xpt_str_addc(w->out, opener);
	assert(w->depth + 1 < XPT_JSONW_DEPTH);
	w->depth++;
	w->has_items[w->depth] = false;
	w->closer[w->depth] = closer;
}

void xpt_jsonw_object(struct xpt_jsonw *w, const char *key)
{
	open_level(w, key, '{', '}');
}

void xpt_jsonw_array(struct xpt_jsonw *w, const char *key)
{
	open_level(w, key, '[', ']');
}

void xpt_jsonw_end(struct xpt_jsonw *w)
{
	assert(w->depth > 0);
	xpt_str_addc(w->out, w->closer[w->depth]);
	w->depth--;
}

void xpt_jsonw_str(struct xpt_jsonw *w, const char *key, const char *value)
{
	XPT_FREE char *clean = NULL;

	if (!value) {
		xpt_jsonw_null(w, key);
		return;
	}
	clean = xpt_clean(value, strlen(value));
	start_value(w, key);
	add_quoted(w->out, clean);
}

void xpt_jsonw_exact(struct xpt_jsonw *w, const char *key, const char *value)
{
	if (!value) {
		xpt_jsonw_null(w, key);
		return;
	}
	start_value(w, key);
	xpt_str_addc(w->out, '"');
	while (*value) {
		size_t len = xpt_utf8_len(value, strlen(value));

		if (!len)
			xpt_str_addf(w->out, "\\\\x%02x", (unsigned char)*value);
		else if ((unsigned char)*value < 0x20)
			xpt_str_addf(w->out, "\\u%04x", (unsigned)*value);
		else if (*value == '"' || *value == '\\')
			xpt_str_addf(w->out, "\\%c", *value);
		else
			xpt_str_addn(w->out, value, len);
		value += len ? len : 1;
	}
	xpt_str_addc(w->out, '"');
}

void xpt_jsonw_strf(struct xpt_jsonw *w, const char *key, const char *fmt, ...)
{
	XPT_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xpt_vfmt(fmt, ap);
	va_end(ap);
	xpt_jsonw_str(w, key, text);
}

void xpt_jsonw_int(struct xpt_jsonw *w, const char *key, long long value)
{
	start_value(w, key);
	xpt_str_addf(w->out, "%lld", value);
}

void xpt_jsonw_bool(struct xpt_jsonw *w, const char *key, bool value)
{
	start_value(w, key);
	xpt_str_add(w->out, value ? "true" : "false");
}

void xpt_jsonw_null(struct xpt_jsonw *w, const char *key)
{
	start_value(w, key);
	xpt_str_add(w->out, "null");
}

void xpt_jsonw_strv(struct xpt_jsonw *w, const char *key, const struct xpt_strv *list)
{
	xpt_jsonw_array(w, key);
	for (size_t i = 0; i < list->n; i++)
		xpt_jsonw_str(w, NULL, list->v[i]);
	xpt_jsonw_end(w);
}

void xpt_jsonw_raw(struct xpt_jsonw *w, const char *key, const char *json)
{
	start_value(w, key);
	xpt_str_add(w->out, json);
}
