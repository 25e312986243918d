/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory, strings, string lists and strict number parsing.
 *
 * Allocation failure ends the process (HACKING.md, "Errors and memory"): every size that comes from
 * outside is capped before it gets here.
 */
#ifndef XPT_BASE_STR_H
#define XPT_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* Zeroed memory; never NULL. */
void *xpt_alloc(size_t size);
/* realloc to n * size bytes, overflow checked; never NULL. */
void *xpt_grow(void *p, size_t n, size_t size);
char *xpt_strdup(const char *s); /* NULL gives NULL */
char *xpt_strndup(const char *s, size_t n);
char *xpt_fmt(const char *fmt, ...) XPT_PRINTF(1, 2);
char *xpt_vfmt(const char *fmt, va_list ap);

/* A growing byte buffer, NUL-terminated once anything was added. */
struct xpt_str {
	char *s;
	size_t len;
	size_t cap;
};

#define XPT_STR XPT_CLEANUP(xpt_str_done) struct xpt_str

void xpt_str_add(struct xpt_str *s, const char *text);
void xpt_str_addn(struct xpt_str *s, const void *bytes, size_t n);
void xpt_str_addc(struct xpt_str *s, char c);
void xpt_str_addf(struct xpt_str *s, const char *fmt, ...) XPT_PRINTF(2, 3);
/* The text so far, "" when nothing was added. Owned by s. */
const char *xpt_str_text(const struct xpt_str *s);
/* Hand the text out (caller frees; never NULL) and empty s. */
char *xpt_str_take(struct xpt_str *s);
void xpt_str_done(struct xpt_str *s);

/* A list of strings that owns its strings. */
struct xpt_strv {
	char **v;
	size_t n;
};

#define XPT_STRV XPT_CLEANUP(xpt_strv_done) struct xpt_strv

void xpt_strv_add(struct xpt_strv *l, const char *s);
void xpt_strv_addf(struct xpt_strv *l, const char *fmt, ...) XPT_PRINTF(2, 3);
void xpt_strv_take(struct xpt_strv *l, char *s);                      /* l owns s from here on */
void xpt_strv_copy(struct xpt_strv *dst, const struct xpt_strv *src); /* appends */
bool xpt_strv_has(const struct xpt_strv *l, const char *s);
void xpt_strv_sort(struct xpt_strv *l);
/* Split at sep; "" gives no items, "a,,b" gives three. Blanks are kept. Appends to l. */
void xpt_strv_split(struct xpt_strv *l, const char *s, char sep);
char *xpt_strv_join(const struct xpt_strv *l, const char *sep); /* caller frees; never NULL */
void xpt_strv_done(struct xpt_strv *l);

bool xpt_streq(const char *a, const char *b); /* NULL equals only NULL */
bool xpt_has_prefix(const char *s, const char *prefix);
bool xpt_has_suffix(const char *s, const char *suffix);

/*
 * A whole string as a number, digits only (no sign, blank or 0x), at most max.
 * base is 10 or 16. Returns 0, -EINVAL or -ERANGE; *ret is set on success only.
 */
int xpt_parse_uint(const char *s, int base, uint64_t max, uint64_t *ret) XPT_MUST_CHECK;

/*
 * Text of unknown origin (devices, guests, firmware) made fit for JSON, XML, syslog and terminals:
 * control bytes, invalid UTF-8, characters that XML 1.0 forbids and those that reorder or break a line
 * (bidi overrides and isolates, U+2028, U+2029) become \xNN. Caller frees.
 */
char *xpt_clean(const char *bytes, size_t n);
/*
 * The same for what a caller wrote and a sentence repeats: of a text that is longer than max bytes when clean,
 * the characters that fit whole, and "...". Caller frees.
 */
char *xpt_clean_cut(const char *s, size_t max);
/* The length of the valid UTF-8 character at s (at most n bytes), 0 when there is none. */
size_t xpt_utf8_len(const char *s, size_t n);

#endif
