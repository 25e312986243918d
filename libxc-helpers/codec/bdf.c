/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/bdf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Read exactly digits hex digits, at most max, and step over them. */
static int take_hex(const char **s, size_t digits, uint32_t max, uint32_t *ret)
{
	char part[9];
	uint64_t value;

	if (digits >= sizeof(part) || strnlen(*s, digits) < digits)
		return -EINVAL;
	memcpy(part, *s, digits);
	part[digits] = '\0';
	if (xpt_parse_uint(part, 16, max, &value) < 0)
		return -EINVAL;
	*s += digits;
	*ret = (uint32_t)value;
	return 0;
}

static int take_char(const char **s, char c)
{
	return *(*s)++ == c ? 0 : -EINVAL;
}

int xpt_bdf_parse(const char *s, struct xpt_bdf *ret)
{
	uint32_t domain = 0, bus, dev, fn;
	const char *first = strchr(s, ':');

	if (!first)
		return -EINVAL;
	if (strchr(first + 1, ':') &&
	    (take_hex(&s, (size_t)(first - s), UINT32_MAX, &domain) < 0 || take_char(&s, ':') < 0))
		return -EINVAL;
	if (take_hex(&s, 2, 0xff, &bus) < 0 || take_char(&s, ':') < 0 ||
	    take_hex(&s, 2, 0x1f, &dev) < 0 || take_char(&s, '.') < 0 ||
	    take_hex(&s, 1, 7, &fn) < 0 || *s)
		return -EINVAL;
	*ret = (struct xpt_bdf){domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn};
	return 0;
}

const char *xpt_bdf_format(const struct xpt_bdf *a, char buf[XPT_BDF_SIZE])
{
	snprintf(buf, XPT_BDF_SIZE, "%04x:%02x:%02x.%x", a->domain, a->bus, a->dev & 0x1f,
		 a->fn & 7);
	return buf;
}

static uint64_t rank(const struct xpt_bdf *a)
{
	return (uint64_t)a->domain << 16 | (uint64_t)a->bus << 8 | (uint64_t)a->dev << 3 | a->fn;
}

int xpt_bdf_compare(const struct xpt_bdf *a, const struct xpt_bdf *b)
{
	uint64_t x = rank(a), y = rank(b);

	return x < y ? -1 : x > y;
}

bool xpt_bdf_equal(const struct xpt_bdf *a, const struct xpt_bdf *b)
{
	return rank(a) == rank(b);
}

bool xpt_bdf_same_slot(const struct xpt_bdf *a, const struct xpt_bdf *b)
{
	return rank(a) >> 3 == rank(b) >> 3;
}

void xpt_bdfs_add(struct xpt_bdfs *l, const struct xpt_bdf *a)
{
	l->v = xpt_grow(l->v, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = *a;
}

bool xpt_bdfs_has(const struct xpt_bdfs *l, const struct xpt_bdf *a)
{
	for (size_t i = 0; i < l->n; i++) {
		if (xpt_bdf_equal(&l->v[i], a))
			return true;
	}
	return false;
}

static int compare_items(const void *a, const void *b)
{
	return xpt_bdf_compare(a, b);
}

void xpt_bdfs_sort(struct xpt_bdfs *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), compare_items);
}

void xpt_bdfs_done(struct xpt_bdfs *l)
{
	free(l->v);
	*l = (struct xpt_bdfs){0};
}
