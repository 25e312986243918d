/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <root>/proc/self/mountinfo, as proc(5) describes it. */
#include "model/inuse_scan.h"

#include <string.h>

#include "host/fs.h"

#define MAX_BYTES (8u << 20)

char *xpt_mounts_decode(const char *s)
{
	struct xpt_str out = {0};

	while (*s) {
		if (s[0] == '\\' && strspn(s + 1, "01234567") >= 3) {
			xpt_str_addc(&out,
				     (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0')));
			s += 4;
		} else {
			xpt_str_addc(&out, *s++);
		}
	}
	return xpt_str_take(&out);
}

static int parse_devnum(const char *text, unsigned *major, unsigned *minor)
{
	XPT_STRV parts = {0};
	uint64_t maj, min;

	xpt_strv_split(&parts, text, ':');
	if (parts.n != 2 || xpt_parse_uint(parts.v[0], 10, UINT32_MAX, &maj) < 0 ||
	    xpt_parse_uint(parts.v[1], 10, UINT32_MAX, &min) < 0)
		return -1;
	*major = (unsigned)maj;
	*minor = (unsigned)min;
	return 0;
}

/* "36 35 8:3 / /mnt rw,noatime shared:1 - ext4 /dev/sda3 rw": the optional fields end at "-". */
static bool parse_mount(const char *line, struct xpt_mounts *ret)
{
	XPT_STRV f = {0};
	struct xpt_mount m = {0};
	size_t dash = 6;

	xpt_strv_split(&f, line, ' ');
	while (dash < f.n && strcmp(f.v[dash], "-") != 0)
		dash++;
	if (dash + 2 >= f.n || parse_devnum(f.v[2], &m.major, &m.minor) < 0)
		return false;
	m.point = xpt_mounts_decode(f.v[4]);
	m.type = xpt_mounts_decode(f.v[dash + 1]);
	m.source = xpt_mounts_decode(f.v[dash + 2]);
	m.options = xpt_strdup(dash + 3 < f.n ? f.v[dash + 3] : "");
	ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
	ret->v[ret->n++] = m;
	return true;
}

void xpt_mounts_read(const struct xpt_host *host, struct xpt_mounts *ret)
{
	XPT_FREE char *text = NULL;
	XPT_STRV lines = {0};

	ret->known =
		xpt_fs_read_file(host, "/proc/self/mountinfo", MAX_BYTES, &text, NULL, NULL) == 0;
	xpt_strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n; i++)
		ret->known &= !lines.v[i][0] || parse_mount(lines.v[i], ret);
}

void xpt_mounts_done(struct xpt_mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->v[i].point);
		free(m->v[i].type);
		free(m->v[i].source);
		free(m->v[i].options);
	}
	free(m->v);
	*m = (struct xpt_mounts){0};
}

static bool is_below(const char *path, const char *point)
{
	size_t n = strlen(point);

	return !strcmp(point, "/") || (!strncmp(path, point, n) && (!path[n] || path[n] == '/'));
}

const struct xpt_mount *xpt_mounts_holding(const struct xpt_mounts *m, const char *path)
{
	const struct xpt_mount *best = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct xpt_mount *it = &m->v[i];

		if (is_below(path, it->point) &&
		    (!best || strlen(it->point) >= strlen(best->point)))
			best = it;
	}
	return best;
}
