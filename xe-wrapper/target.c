/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "call.h"

#include <errno.h>
#include <string.h>

#include "names.h"

static void add(struct xpt_targets *t, const char *host, const char *name)
{
	t->v = xpt_grow(t->v, t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct xpt_target){xpt_strdup(host), xpt_strdup(name)};
}

int xpt_targets_find(const struct xpt_host *host, const char *option, struct xpt_targets *ret,
		     struct xpt_err *err)
{
	XPT_NAMES hosts = {0};
	int failed;

	if (!option || strcmp(option, "all") != 0) {
		add(ret, option, NULL);
		return 0;
	}
	failed = xpt_names_hosts(host, 0, &hosts, err);
	if (failed) {
		xpt_err_prefix(err, "cannot tell the hosts of the pool: ");
		return failed;
	}
	if (!hosts.n)
		return xpt_err_set(err, XPT_MALFORMED, EPROTO, NULL, NULL,
				   "xapi's database has no host");
	for (size_t i = 0; i < hosts.n; i++)
		add(ret, hosts.v[i].uuid, hosts.v[i].name);
	return 0;
}

void xpt_targets_done(struct xpt_targets *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].host);
		free(t->v[i].name);
	}
	free(t->v);
	*t = (struct xpt_targets){0};
}
