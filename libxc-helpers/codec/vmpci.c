/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/vmpci.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

/* OCaml's int has 63 bits. */
#define INDEX_MAX ((INT64_C(1) << 62) - 1)

/* ---- xapi's scanner: each step moves *s and says whether it could ---- */

static bool scan_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool scan_index(const char **s, int64_t *ret)
{
	bool is_negative = **s == '-';
	uint64_t limit = (uint64_t)INDEX_MAX + is_negative, n = 0;

	if (is_negative || **s == '+')
		(*s)++;
	if (!isdigit((unsigned char)**s))
		return false;
	for (; isdigit((unsigned char)**s) || **s == '_'; (*s)++) {
		unsigned digit = (unsigned)(**s - '0');

		if (**s == '_')
			continue;
		if (n > (limit - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*ret = is_negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static unsigned hex_value(char c)
{
	return (unsigned)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

static bool scan_hex(const char **s, unsigned width, uint32_t *ret)
{
	uint32_t n = 0;

	if (!isxdigit((unsigned char)**s))
		return false;
	for (; width && (isxdigit((unsigned char)**s) || **s == '_'); width--, (*s)++) {
		if (**s != '_')
			n = n << 4 | hex_value(**s);
	}
	*ret = n;
	return true;
}

/* What a person would say about an item that the scanner gave up on. */
static const char *explain(const char *item)
{
	const char *slash = strchr(item, '/');
	size_t domain = slash ? strspn(slash + 1, "0123456789abcdefABCDEF") : 0;

	if (!*item)
		return "it is empty";
	if (isspace((unsigned char)*item))
		return "it begins with a blank";
	if (!slash)
		return "it has no index and slash before the address";
	if (domain > 4 && slash[1 + domain] == ':')
		return "its domain has more than four digits";
	return "it is not an index, a slash and an address with domain";
}

static void parse_item(struct xpt_vmpci_item *item)
{
	const char *s = item->raw;
	uint32_t domain, bus, dev, fn;

	if (!scan_index(&s, &item->index) || !scan_char(&s, '/') || !scan_hex(&s, 4, &domain) ||
	    !scan_char(&s, ':') || !scan_hex(&s, 2, &bus) || !scan_char(&s, ':') ||
	    !scan_hex(&s, 2, &dev) || !scan_char(&s, '.') || !scan_hex(&s, 1, &fn)) {
		item->dropped = true;
		item->why = explain(item->raw);
	} else if (dev > 0x1f || fn > 7) {
		item->why = "no device has such an address";
	} else {
		item->addr = (struct xpt_bdf){domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn};
	}
}

/* ---- the value ---- */

void xpt_vmpci_parse(const char *value, struct xpt_vmpci *ret)
{
	XPT_STRV items = {0};

	if (value)
		xpt_strv_split(&items, value, ',');
	*ret = (struct xpt_vmpci){.raw = xpt_strdup(value), .n = items.n};
	ret->v = items.n ? xpt_alloc(items.n * sizeof(*ret->v)) : NULL;
	for (size_t i = 0; i < items.n; i++) {
		ret->v[i].raw = XPT_TAKE(items.v[i]);
		parse_item(&ret->v[i]);
	}
}

void xpt_vmpci_done(struct xpt_vmpci *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].raw);
	free(p->v);
	free(p->raw);
	*p = (struct xpt_vmpci){0};
}

bool xpt_vmpci_has(const struct xpt_vmpci *p, const struct xpt_bdf *addr)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!p->v[i].why && xpt_bdf_equal(&p->v[i].addr, addr))
			return true;
	}
	return false;
}

/* Lower index first; of equal ones the later item first. Both point into one array. */
static int compare_plug_order(const void *a, const void *b)
{
	const struct xpt_vmpci_item *x = *(const struct xpt_vmpci_item *const *)a;
	const struct xpt_vmpci_item *y = *(const struct xpt_vmpci_item *const *)b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x > y ? -1 : x < y;
}

void xpt_vmpci_order(const struct xpt_vmpci *p, struct xpt_bdfs *ret)
{
	const struct xpt_vmpci_item **order;
	size_t n = 0;

	if (!p->n)
		return;
	order = xpt_alloc(p->n * sizeof(void *));
	for (size_t i = 0; i < p->n; i++) {
		if (!p->v[i].why)
			order[n++] = &p->v[i];
	}
	qsort(order, n, sizeof(void *), compare_plug_order);
	for (size_t i = 0; i < n; i++) {
		if (!xpt_bdfs_has(ret, &order[i]->addr))
			xpt_bdfs_add(ret, &order[i]->addr);
	}
	free(order);
}

char *xpt_vmpci_emit(const struct xpt_bdfs *order)
{
	struct xpt_str s = {0};
	char buf[XPT_BDF_SIZE];

	if (!order->n)
		return NULL;
	for (size_t i = 0; i < order->n; i++)
		xpt_str_addf(&s, "%s%zu/%s", i ? "," : "", i, xpt_bdf_format(&order->v[i], buf));
	return xpt_str_take(&s);
}
