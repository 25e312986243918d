/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "xapid.h"

bool xd_is_since(const struct xd *x, unsigned major, unsigned minor)
{
	if (x->version[0] != major)
		return x->version[0] > major;
	return x->version[1] >= minor;
}

struct xd_row *xd_pool(const struct xd *x)
{
	const struct xd_table *pools = xd_db_table(&x->db, "pool");

	return pools && pools->n ? pools->row[0] : NULL;
}

const struct xd_host *xd_host_of(const struct xd *x, const char *ref)
{
	for (size_t i = 0; i < x->n_hosts; i++)
		if (!strcmp(x->host[i].ref, ref))
			return &x->host[i];
	return NULL;
}

const struct xd_host *xd_coordinator(const struct xd *x)
{
	return xd_host_of(x, xd_row_get(xd_pool(x), "master"));
}

char *xd_host_path(const struct xd_host *host, const char *path)
{
	return xpt_fmt("%s%s", host->root, path);
}

void xd_save(struct xd *x)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_FREE char *path = NULL;

	if (!x->db.is_dirty)
		return;
	path = xd_host_path(xd_coordinator(x), "/var/lib/xcp/state.db");
	if (xd_db_save(&x->db, path, &err))
		fprintf(stderr, "xapid: %s\n", err.sentence);
}

const char *xd_now(char buf[32])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(buf, 32, "%Y%m%dT%H:%M:%SZ", &utc);
	return buf;
}

unsigned long long xd_clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned long long)ts.tv_sec * 1000 + (unsigned long long)ts.tv_nsec / 1000000;
}
