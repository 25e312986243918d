/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's main routing tables: net/ipv4/fib_trie.c (fib_route_seq_show), net/ipv6/route.c. */
#include "model/inuse_scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "host/fs.h"

#define MAX_BYTES (8u << 20)
#define FLAG_UP 0x1u
#define FLAG_REJECT 0x200u

/* The fields of a line, which are padded with blanks or tabs. */
static void split_fields(const char *line, struct xpt_strv *ret)
{
	static const char blank[] = " \t";

	for (line += strspn(line, blank); *line; line += strspn(line, blank)) {
		size_t n = strcspn(line, blank);

		xpt_strv_take(ret, xpt_strndup(line, n));
		line += n;
	}
}

static bool add_route(struct xpt_routes *ret, struct xpt_route route, const char *iface)
{
	if (strlen(iface) >= sizeof(route.iface))
		return false;
	strcpy(route.iface, iface);
	ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
	ret->v[ret->n++] = route;
	return true;
}

/* Does the kernel send anything there? */
static bool is_in_use(uint64_t flags)
{
	return (flags & FLAG_UP) && !(flags & FLAG_REJECT);
}

/* An IPv4 address is printed as a number of the machine's byte order. */
static bool parse_v4(const char *text, uint32_t *ret)
{
	uint64_t value;

	if (xpt_parse_uint(text, 16, UINT32_MAX, &value) < 0)
		return false;
	*ret = (uint32_t)value;
	return true;
}

/* "xenbr0 0000A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0" */
static bool parse_v4_line(const char *line, struct xpt_routes *ret)
{
	struct xpt_route route = {.is_v6 = false};
	XPT_STRV f = {0};
	uint64_t flags, metric;
	uint32_t dest, mask;

	split_fields(line, &f);
	if (f.n < 8 || !parse_v4(f.v[1], &dest) || !parse_v4(f.v[7], &mask) ||
	    xpt_parse_uint(f.v[3], 16, UINT32_MAX, &flags) < 0 ||
	    xpt_parse_uint(f.v[6], 10, UINT32_MAX, &metric) < 0)
		return false;
	if (!is_in_use(flags))
		return true;
	memcpy(route.dest, &dest, sizeof(dest));
	route.prefix = (unsigned)__builtin_popcount(mask);
	route.metric = (unsigned)metric;
	return add_route(ret, route, f.v[0]);
}

static bool parse_v6(const char *text, uint8_t ret[16])
{
	char byte[3] = "";
	uint64_t value;

	if (strlen(text) != 32)
		return false;
	for (size_t i = 0; i < 16; i++) {
		memcpy(byte, text + 2 * i, 2);
		if (xpt_parse_uint(byte, 16, 0xff, &value) < 0)
			return false;
		ret[i] = (uint8_t)value;
	}
	return true;
}

/* dest, length, source, length, next hop, metric, references, use, flags, interface */
static bool parse_v6_line(const char *line, struct xpt_routes *ret)
{
	struct xpt_route route = {.is_v6 = true};
	uint64_t prefix, metric, flags;
	XPT_STRV f = {0};

	split_fields(line, &f);
	if (f.n < 10 || !parse_v6(f.v[0], route.dest) ||
	    xpt_parse_uint(f.v[1], 16, 128, &prefix) < 0 ||
	    xpt_parse_uint(f.v[5], 16, UINT32_MAX, &metric) < 0 ||
	    xpt_parse_uint(f.v[8], 16, UINT32_MAX, &flags) < 0)
		return false;
	if (!is_in_use(flags))
		return true;
	route.prefix = (unsigned)prefix;
	route.metric = (unsigned)metric;
	return add_route(ret, route, f.v[9]);
}

static bool read_table(const struct xpt_host *host, const char *path, size_t skip,
		       bool (*parse)(const char *line, struct xpt_routes *ret),
		       struct xpt_routes *ret)
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};
	bool is_whole = true;
	int failed = xpt_fs_read_file(host, path, MAX_BYTES, &text, NULL, NULL);

	if (failed < 0)
		return failed == -ENOENT;
	xpt_strv_split(&lines, text, '\n');
	for (size_t i = skip; i < lines.n; i++)
		is_whole &= !lines.v[i][0] || parse(lines.v[i], ret);
	return is_whole;
}

void xpt_routes_read(const struct xpt_host *host, struct xpt_routes *ret)
{
	ret->known = xpt_fs_exists(host, "/proc/net/route") &&
		     read_table(host, "/proc/net/route", 1, parse_v4_line, ret) &&
		     read_table(host, "/proc/net/ipv6_route", 0, parse_v6_line, ret);
}

void xpt_routes_done(struct xpt_routes *r)
{
	free(r->v);
	*r = (struct xpt_routes){0};
}

/* ---- lookup ---- */

static bool matches(const struct xpt_route *r, const uint8_t *addr, bool is_v6)
{
	unsigned whole = r->prefix / 8, rest = r->prefix % 8;

	if (r->is_v6 != is_v6 || memcmp(r->dest, addr, whole) != 0)
		return false;
	return !rest || !((r->dest[whole] ^ addr[whole]) >> (8 - rest));
}

static bool is_better(const struct xpt_route *a, const struct xpt_route *b)
{
	return a->prefix != b->prefix ? a->prefix > b->prefix : a->metric < b->metric;
}

static const struct xpt_route *best_route(const struct xpt_routes *r, const uint8_t *addr,
					  bool is_v6)
{
	const struct xpt_route *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		if (matches(&r->v[i], addr, is_v6) && (!best || is_better(&r->v[i], best)))
			best = &r->v[i];
	}
	return best;
}

static bool is_own(const uint8_t *addr, bool is_v6)
{
	return is_v6 ? IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)(const void *)addr)
		     : addr[0] == 127;
}

int xpt_routes_find(const struct xpt_routes *r, const char *address, struct xpt_strv *ret)
{
	const struct xpt_route *best;
	struct in6_addr addr = {{{0}}};
	bool is_v6 = strchr(address, ':') != NULL;

	if (inet_pton(is_v6 ? AF_INET6 : AF_INET, address, &addr) != 1)
		return -EINVAL;
	if (is_own(addr.s6_addr, is_v6)) {
		xpt_strv_add(ret, "lo");
		return 0;
	}
	best = best_route(r, addr.s6_addr, is_v6);
	if (!best)
		return -ENETUNREACH;
	/* Several routes may be equally good; any may carry the traffic. */
	for (size_t i = 0; i < r->n; i++) {
		if (matches(&r->v[i], addr.s6_addr, is_v6) && !is_better(best, &r->v[i]) &&
		    !xpt_strv_has(ret, r->v[i].iface))
			xpt_strv_add(ret, r->v[i].iface);
	}
	return 0;
}
