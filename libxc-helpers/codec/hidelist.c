/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/hidelist.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "codec/cmdline.h"

/* Length of a group as xapi writes it, "(0000:04:01.0)". */
#define CANONICAL_LEN 14

/* The numbers of a group as the kernel holds them: C ints, negative for a wildcard. */
struct parts {
	int32_t domain, bus, dev, fn;
};

static const char *skip_spaces(const char *s)
{
	while (xpt_cmdline_is_space(*s))
		s++;
	return s;
}

static uint32_t hex_digit(char c)
{
	return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/*
 * vsscanf's %x into a 32-bit number: white space, 0x and any number of digits, overflow wraps. As
 * there, "0x" without digits is 0. Returns the end or NULL when there is no number.
 */
static const char *take_number(const char *s, int32_t *ret)
{
	uint32_t value = 0;

	s = skip_spaces(s);
	if (!isxdigit((unsigned char)*s))
		return NULL;
	if (s[0] == '0' && (s[1] | 0x20) == 'x')
		s += 2;
	for (; isxdigit((unsigned char)*s); s++)
		value = value << 4 | hex_digit(*s);
	*ret = (int32_t)value;
	return s;
}

/*
 * One sscanf of the kernel: ' ' matches white space, 'D', 'B', 'S' and 'F' are numbers, anything
 * else stands for itself. Returns the end of the text matched, NULL when the pattern is not matched
 * to its end.
 */
static const char *match(const char *s, const char *pattern, struct parts *ret)
{
	for (; s && *pattern; pattern++) {
		switch (*pattern) {
		case ' ':
			s = skip_spaces(s);
			break;
		case 'D':
			s = take_number(s, &ret->domain);
			break;
		case 'B':
			s = take_number(s, &ret->bus);
			break;
		case 'S':
			s = take_number(s, &ret->dev);
			break;
		case 'F':
			s = take_number(s, &ret->fn);
			break;
		default:
			s = *s == *pattern ? s + 1 : NULL;
			break;
		}
	}
	return s;
}

/* The group at s. Returns the end of it and of the white space after it, NULL when there is none. */
static const char *take_group(const char *s, struct parts *ret)
{
	static const char *const patterns[] = {
		" (D:B:S.F) ", " (D:B:S.*) ", " (D:B:*.*) ", " (B:S.F) ", " (B:S.*) ", " (B:*.*) ",
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(patterns); i++) {
		struct parts parts = {.domain = 0, .bus = 0, .dev = -1, .fn = -1};
		const char *end = match(s, patterns[i], &parts);

		if (end) {
			*ret = parts;
			return end;
		}
	}
	return NULL;
}

/* Source: pcistub_device_id_add. */
static bool in_range(const struct parts *p)
{
	return p->domain >= 0 && p->domain <= 0xffff && p->bus >= 0 && p->bus <= 0xff &&
	       p->dev <= 0x1f && p->fn <= 7;
}

static void add_group(struct xpt_hidelist *l, const struct parts *p)
{
	struct xpt_hide_group g = {
		.addr = {.domain = (uint32_t)p->domain, .bus = (uint8_t)p->bus},
		.any_dev = p->dev < 0,
		.any_fn = p->fn < 0,
	};

	if (!g.any_dev)
		g.addr.dev = (uint8_t)p->dev;
	if (!g.any_fn)
		g.addr.fn = (uint8_t)p->fn;
	l->v = xpt_grow(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = g;
}

static void refuse(struct xpt_hidelist *l, size_t at)
{
	free(l->v);
	l->v = NULL;
	l->n = 0;
	l->kernel_accepts = false;
	l->kernel_error_at = at;
}

static void read_as_kernel(const char *value, struct xpt_hidelist *l)
{
	const char *s = value;

	l->kernel_accepts = true;
	if (strlen(value) > XPT_HIDE_VALUE_MAX) {
		refuse(l, XPT_HIDE_VALUE_MAX);
		return;
	}
	while (*s) {
		struct parts parts;
		const char *end = take_group(s, &parts);

		if (!end || !in_range(&parts)) {
			refuse(l, (size_t)(s - value));
			return;
		}
		add_group(l, &parts);
		s = end;
	}
}

/* Is every CANONICAL_LEN bytes a group, and is all hex in lower case? */
static bool has_xapi_form(const char *value, bool *ret_lower)
{
	static const char form[] = "(xxxx:xx:xx.x)";

	*ret_lower = true;
	for (size_t i = 0; value[i]; i++) {
		char want = form[i % CANONICAL_LEN];

		if (want == 'x' ? !isxdigit((unsigned char)value[i]) : value[i] != want)
			return false;
		if (isupper((unsigned char)value[i]))
			*ret_lower = false;
	}
	return strlen(value) % CANONICAL_LEN == 0;
}

void xpt_hidelist_parse(const char *value, struct xpt_hidelist *ret)
{
	bool is_lower;

	*ret = (struct xpt_hidelist){0};
	read_as_kernel(value, ret);
	ret->xapi_accepts = has_xapi_form(value, &is_lower);
	ret->is_canonical = ret->kernel_accepts && ret->xapi_accepts && is_lower;
}

void xpt_hidelist_done(struct xpt_hidelist *l)
{
	free(l->v);
	*l = (struct xpt_hidelist){0};
}

bool xpt_hidelist_hides(const struct xpt_hidelist *l, const struct xpt_bdf *addr)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct xpt_hide_group *g = &l->v[i];

		if (g->addr.domain == addr->domain && g->addr.bus == addr->bus &&
		    (g->any_dev || g->addr.dev == addr->dev) &&
		    (g->any_fn || g->addr.fn == addr->fn))
			return true;
	}
	return false;
}

char *xpt_hidelist_emit(const struct xpt_bdfs *addrs)
{
	struct xpt_str s = {0};
	char text[XPT_BDF_SIZE];

	if (!addrs->n)
		return NULL;
	for (size_t i = 0; i < addrs->n; i++) {
		assert(xpt_hidelist_can_hold(&addrs->v[i]));
		xpt_str_addf(&s, "(%s)", xpt_bdf_format(&addrs->v[i], text));
	}
	return xpt_str_take(&s);
}

bool xpt_hidelist_can_hold(const struct xpt_bdf *addr)
{
	return addr->domain <= 0xffff;
}
