/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "width.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct range {
	uint32_t first, last;
};

/* Drawn over the character before, or not at all. */
static const struct range no_column[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},   {0x064b, 0x065f},
	{0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},
	{0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x206f},   {0x20d0, 0x20f0},
	{0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static const struct range two_columns[] = {
	{0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x2e80, 0x303e},
	{0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
	{0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
	{0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool is_in(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

/* The character at text and its length in bytes; a byte that is no UTF-8 stands for itself. */
static uint32_t decode(const char *text, size_t *ret_len)
{
	static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t len = xpt_utf8_len(text, strnlen(text, 4));
	uint32_t c;

	*ret_len = len ? len : 1;
	if (!len)
		return (unsigned char)*text;
	c = (unsigned char)*text & lead_bits[len];
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return c;
}

static size_t columns_of(uint32_t c)
{
	if (c < 0x0300)
		return 1;
	if (is_in(c, no_column, XPT_ARRAY_SIZE(no_column)))
		return 0;
	return is_in(c, two_columns, XPT_ARRAY_SIZE(two_columns)) ? 2 : 1;
}

size_t xpt_width(const char *text)
{
	size_t columns = 0, len;

	for (; *text; text += len)
		columns += columns_of(decode(text, &len));
	return columns;
}

size_t xpt_width_fit(const char *text, size_t columns)
{
	const char *at = text;

	while (*at) {
		size_t len, wants = columns_of(decode(at, &len));

		if (wants > columns)
			break;
		columns -= wants;
		at += len;
	}
	return (size_t)(at - text);
}
