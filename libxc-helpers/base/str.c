/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void die_oom(void)
{
	static const char text[] = "xe-passthrough: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	abort();
}

void *xpt_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		die_oom();
	return p;
}

void *xpt_grow(void *p, size_t n, size_t size)
{
	size_t total = n * size;

	if (size && n > SIZE_MAX / size)
		die_oom();
	p = realloc(p, total ? total : 1);
	if (!p)
		die_oom();
	return p;
}

char *xpt_strdup(const char *s)
{
	return s ? xpt_strndup(s, strlen(s)) : NULL;
}

char *xpt_strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = xpt_alloc(len + 1);

	memcpy(copy, s, len);
	return copy;
}

char *xpt_vfmt(const char *fmt, va_list ap)
{
	char *s = NULL;

	if (vasprintf(&s, fmt, ap) < 0)
		die_oom();
	return s;
}

char *xpt_fmt(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xpt_vfmt(fmt, ap);
	va_end(ap);
	return s;
}

void xpt_str_addn(struct xpt_str *s, const void *bytes, size_t n)
{
	if (s->cap - s->len <= n) {
		size_t cap = s->cap ? s->cap : 64;

		while (cap - s->len <= n)
			cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
		s->s = xpt_grow(s->s, cap, 1);
		s->cap = cap;
	}
	if (n)
		memcpy(s->s + s->len, bytes, n);
	s->len += n;
	s->s[s->len] = '\0';
}

void xpt_str_add(struct xpt_str *s, const char *text)
{
	xpt_str_addn(s, text, strlen(text));
}

void xpt_str_addc(struct xpt_str *s, char c)
{
	xpt_str_addn(s, &c, 1);
}

void xpt_str_addf(struct xpt_str *s, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xpt_vfmt(fmt, ap);
	va_end(ap);
	xpt_str_add(s, text);
	free(text);
}

const char *xpt_str_text(const struct xpt_str *s)
{
	return s->s ? s->s : "";
}

char *xpt_str_take(struct xpt_str *s)
{
	char *text = s->s ? s->s : xpt_alloc(1);

	*s = (struct xpt_str){0};
	return text;
}

void xpt_str_done(struct xpt_str *s)
{
	free(s->s);
	*s = (struct xpt_str){0};
}

void xpt_strv_take(struct xpt_strv *l, char *s)
{
	/* Room is made in powers of two, so the count tells when there is none left. */
	if ((l->n & (l->n - 1)) == 0)
		l->v = xpt_grow(l->v, l->n ? l->n * 2 : 1, sizeof(*l->v));
	l->v[l->n++] = s;
}

void xpt_strv_add(struct xpt_strv *l, const char *s)
{
	xpt_strv_take(l, xpt_strdup(s));
}

void xpt_strv_addf(struct xpt_strv *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	xpt_strv_take(l, xpt_vfmt(fmt, ap));
	va_end(ap);
}

void xpt_strv_copy(struct xpt_strv *dst, const struct xpt_strv *src)
{
	for (size_t i = 0; i < src->n; i++)
		xpt_strv_add(dst, src->v[i]);
}

bool xpt_strv_has(const struct xpt_strv *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!strcmp(l->v[i], s))
			return true;
	}
	return false;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void xpt_strv_sort(struct xpt_strv *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), compare_strings);
}

void xpt_strv_split(struct xpt_strv *l, const char *s, char sep)
{
	while (*s) {
		const char *end = strchr(s, sep);

		if (!end) {
			xpt_strv_add(l, s);
			return;
		}
		xpt_strv_take(l, xpt_strndup(s, (size_t)(end - s)));
		s = end + 1;
		if (!*s)
			xpt_strv_add(l, "");
	}
}

char *xpt_strv_join(const struct xpt_strv *l, const char *sep)
{
	struct xpt_str s = {0};

	for (size_t i = 0; i < l->n; i++) {
		if (i)
			xpt_str_add(&s, sep);
		xpt_str_add(&s, l->v[i]);
	}
	return xpt_str_take(&s);
}

void xpt_strv_done(struct xpt_strv *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct xpt_strv){0};
}

bool xpt_streq(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool xpt_has_prefix(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool xpt_has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !strcmp(s + n - m, suffix);
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

int xpt_parse_uint(const char *s, int base, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*s)
		return -EINVAL;
	for (; *s; s++) {
		int digit = digit_value(*s);

		if (digit >= base)
			return -EINVAL;
		if (value > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base)
			return -ERANGE;
		value = value * (uint64_t)base + (uint64_t)digit;
	}
	if (value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

/* Smallest code point that needs a sequence of 2, 3 or 4 bytes; shorter forms are invalid. */
static const uint32_t utf8_min[] = {0, 0, 0x80, 0x800, 0x10000};

size_t xpt_utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len;
	uint32_t c;

	if (!n)
		return 0;
	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	if (!len || len > n || p[0] > 0xf4)
		return 0;
	c = p[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < utf8_min[len] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	return len;
}

/*
 * Does a character of three bytes reorder the line around it (Unicode bidi: U+202A to U+202E, U+2066 to
 * U+2069), break it (U+2028, U+2029), or is it one that XML 1.0 forbids (U+FFFE, U+FFFF)?
 */
static bool is_hostile_of_three(const unsigned char *p)
{
	if (p[0] == 0xe2 && p[1] == 0x80)
		return p[2] >= 0xa8 && p[2] <= 0xae;
	if (p[0] == 0xe2 && p[1] == 0x81)
		return p[2] >= 0xa6 && p[2] <= 0xa9;
	return p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe;
}

/* Control characters (C0, DEL, C1) and the above. len is the sequence's length. */
static bool is_hostile(const unsigned char *p, size_t len)
{
	if (len == 1)
		return p[0] < 0x20 || p[0] == 0x7f;
	if (len == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	return len == 3 && is_hostile_of_three(p);
}

/* Append the character at s (of n bytes, not 0), cleaned, and return how many bytes of s it was. */
static size_t add_clean(struct xpt_str *out, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = xpt_utf8_len(s, n);

	if (len && !is_hostile(p, len)) {
		xpt_str_addn(out, p, len);
		return len;
	}
	len = len ? len : 1;
	for (size_t i = 0; i < len; i++)
		xpt_str_addf(out, "\\x%02x", p[i]);
	return len;
}

char *xpt_clean(const char *bytes, size_t n)
{
	struct xpt_str out = {0};

	for (size_t i = 0; i < n;)
		i += add_clean(&out, bytes + i, n - i);
	return xpt_str_take(&out);
}

char *xpt_clean_cut(const char *s, size_t max)
{
	struct xpt_str out = {0};
	size_t fits = 0;

	for (size_t n = strlen(s); n && out.len <= max;) {
		size_t used = add_clean(&out, s, n);

		s += used;
		n -= used;
		fits = out.len <= max ? out.len : fits;
	}
	if (out.len > max) {
		out.len = fits;
		xpt_str_add(&out, "...");
	}
	return xpt_str_take(&out);
}
