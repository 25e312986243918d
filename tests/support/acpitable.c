/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "acpitable.h"

#define LENGTH_AT 4
#define CHECKSUM_AT 9

static void put(struct xpt_str *t, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		xpt_str_addc(t, (char)(value >> 8 * i));
}

static void fill(struct xpt_str *t, char byte, size_t n)
{
	for (size_t i = 0; i < n; i++)
		xpt_str_addc(t, byte);
}

static void set_at(struct xpt_str *t, size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		t->s[at + i] = (char)(value >> 8 * i);
}

void xpt_acpitable_begin(struct xpt_str *t, const char *signature, uint8_t width, uint8_t flags)
{
	assert_int_equal(strlen(signature), 4);
	xpt_str_add(t, signature);
	put(t, 0, 4);
	put(t, 1, 2);
	xpt_str_add(t, "XPT   INVENTED");
	put(t, 1, 4);
	xpt_str_add(t, "XPT ");
	put(t, 1, 4);
	put(t, width, 1);
	put(t, flags, 1);
	fill(t, 0, 10);
}

void xpt_acpitable_end(struct xpt_str *t)
{
	uint8_t sum = 0;

	set_at(t, LENGTH_AT, t->len, 4);
	t->s[CHECKSUM_AT] = 0;
	for (size_t i = 0; i < t->len; i++)
		sum = (uint8_t)(sum + (uint8_t)t->s[i]);
	t->s[CHECKSUM_AT] = (char)-sum;
}

/* ---- DMAR ---- */

static uint64_t hex(const char *text)
{
	uint64_t value;

	assert_int_equal(xpt_parse_uint(text, 16, 0xff, &value), 0);
	return value;
}

static uint8_t type_of(const char *name)
{
	static const char *const names[] = {"", "endpoint", "bridge", "ioapic", "hpet", "acpi"};

	for (uint8_t i = 1; i < XPT_ARRAY_SIZE(names); i++) {
		if (xpt_streq(names[i], name))
			return i;
	}
	fail_msg("there is no scope type '%s'", name);
	return 0;
}

static void add_scope(struct xpt_str *t, const char *word)
{
	const char *at = strchr(word, '@');
	XPT_FREE char *type = at ? xpt_strndup(word, (size_t)(at - word)) : xpt_strdup("endpoint");
	XPT_STRV way = {0};

	xpt_strv_split(&way, at ? at + 1 : word, '/');
	put(t, type_of(type), 1);
	put(t, 6 + 2 * (way.n - 1), 1);
	put(t, 0, 3);
	put(t, hex(way.v[0]), 1);
	for (size_t i = 1; i < way.n; i++) {
		XPT_STRV hop = {0};

		xpt_strv_split(&hop, way.v[i], '.');
		assert_int_equal(hop.n, 2);
		put(t, hex(hop.v[0]), 1);
		put(t, hex(hop.v[1]), 1);
	}
}

static void add_scopes(struct xpt_str *t, size_t start, const char *scopes)
{
	XPT_STRV words = {0};

	xpt_strv_split(&words, scopes, ' ');
	for (size_t i = 0; i < words.n; i++)
		add_scope(t, words.v[i]);
	set_at(t, start + 2, t->len - start, 2);
}

void xpt_acpitable_drhd(struct xpt_str *t, uint8_t flags, uint16_t segment, uint64_t base,
			const char *scopes)
{
	size_t start = t->len;

	put(t, 0, 4);
	put(t, flags, 2);
	put(t, segment, 2);
	put(t, base, 8);
	add_scopes(t, start, scopes);
}

void xpt_acpitable_rmrr(struct xpt_str *t, uint16_t segment, uint64_t base, uint64_t limit,
			const char *scopes)
{
	size_t start = t->len;

	put(t, 1, 6);
	put(t, segment, 2);
	put(t, base, 8);
	put(t, limit, 8);
	add_scopes(t, start, scopes);
}

void xpt_acpitable_dmar_other(struct xpt_str *t, uint16_t type, size_t n)
{
	put(t, type, 2);
	put(t, 4 + n, 2);
	fill(t, (char)0xff, n);
}

/* ---- IVRS ---- */

void xpt_acpitable_ivmd(struct xpt_str *t, uint8_t type, uint8_t flags, uint16_t device,
			uint16_t aux, uint64_t start, uint64_t length)
{
	put(t, type, 1);
	put(t, flags, 1);
	put(t, 32, 2);
	put(t, device, 2);
	put(t, aux, 2);
	put(t, 0, 8);
	put(t, start, 8);
	put(t, length, 8);
}

void xpt_acpitable_ivrs_other(struct xpt_str *t, uint8_t type, size_t n)
{
	put(t, type, 2);
	put(t, 4 + n, 2);
	fill(t, (char)0xff, n);
}
