/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xapid: a pool's xapi, for tests. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "job.h"
#include "xapid.h"

static const char USAGE[] =
	"usage: xapid --pool POOL.xml --host UUID=ROOT [--host UUID=ROOT ...]\n"
	"             [--version 26.1.4] [--ready-fd N]\n"
	"Serves the hosts of a pool database on ROOT/var/lib/xcp/xapi (everyone is root) and\n"
	"ROOT/var/lib/xcp/xapi-tcp (user \"root\" or \"role:NAME\") until SIGTERM.\n";

struct options {
	const char *pool;
	const char *version;
	int ready_fd;
};

static bool add_host(struct xd *x, const char *arg)
{
	const char *equals = strchr(arg, '=');
	struct xd_host *host;
	char root[PATH_MAX];

	if (!equals || !realpath(equals + 1, root))
		return false;
	x->host = xpt_grow(x->host, x->n_hosts + 1, sizeof(*x->host));
	host = &x->host[x->n_hosts++];
	host->uuid = xpt_strndup(arg, (size_t)(equals - arg));
	host->root = xpt_strdup(strcmp(root, "/") ? root : "");
	host->ref = NULL;
	return true;
}

static bool read_options(struct xd *x, struct options *o, int argc, char **argv)
{
	static const struct option LONG[] = {
		{"pool", required_argument, NULL, 'p'},
		{"host", required_argument, NULL, 'h'},
		{"version", required_argument, NULL, 'v'},
		{"ready-fd", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", LONG, NULL)) != -1) {
		switch (opt) {
		case 'p':
			o->pool = optarg;
			break;
		case 'h':
			if (!add_host(x, optarg))
				return false;
			break;
		case 'v':
			o->version = optarg;
			break;
		case 'r':
			o->ready_fd = atoi(optarg);
			break;
		default:
			return false;
		}
	}
	return optind == argc && o->pool && x->n_hosts &&
	       sscanf(o->version, "%u.%u.%u", &x->version[0], &x->version[1], &x->version[2]) >= 2;
}

/* Find the hosts that are served in the pool; the coordinator must be among them. */
static int find_hosts(struct xd *x, struct xpt_err *err)
{
	for (size_t i = 0; i < x->n_hosts; i++) {
		const struct xd_row *row = xd_db_find_by(&x->db, "host", "uuid", x->host[i].uuid);

		if (!row)
			return xpt_err_set(err, XPT_NOT_FOUND, ENOENT, x->host[i].uuid, NULL,
					   "the pool has no host %s", x->host[i].uuid);
		x->host[i].ref = xpt_strdup(row->ref);
	}
	if (!xd_pool(x) || !xd_coordinator(x))
		return xpt_err_set(err, XPT_NOT_FOUND, ENOENT, NULL, NULL,
				   "the pool's coordinator is not among the hosts");
	return 0;
}

/* New domains come after those that run already. */
static void continue_domids(struct xd *x)
{
	const struct xd_table *vms = xd_db_table(&x->db, "VM");

	for (size_t i = 0; i < vms->n; i++) {
		uint64_t domid;

		if (!xpt_parse_uint(xd_row_get(vms->row[i], "domid"), 10, UINT32_MAX, &domid) &&
		    domid >= x->next_domid)
			x->next_domid = domid + 1;
	}
}

static void tell_ready(int fd)
{
	if (fd < 0)
		return;
	if (write(fd, "ready\n", 6) != 6)
		fprintf(stderr, "xapid: nobody listens to --ready-fd\n");
	close(fd);
}

static int serve(struct xd *x, const struct options *o, struct xpt_err *err)
{
	struct xd_server *server;
	int rc = xd_db_load(o->pool, &x->db, err);

	if (!rc)
		rc = find_hosts(x, err);
	if (rc)
		return rc;
	continue_domids(x);
	server = xd_http_open(x, err);
	if (!server)
		return -EIO;
	x->db.is_dirty = true;
	xd_save(x);
	tell_ready(o->ready_fd);
	xd_http_serve(server);
	xd_http_close(server);
	return 0;
}

static void release(struct xd *x)
{
	xd_job_stop(x);
	while (x->waiting) {
		struct xd_call *c = x->waiting;

		x->waiting = c->next;
		xd_call_finish(c);
	}
	for (size_t i = 0; i < x->n_hosts; i++) {
		free(x->host[i].uuid);
		free(x->host[i].ref);
		free(x->host[i].root);
	}
	free(x->host);
	xd_db_done(&x->db);
}

int main(int argc, char **argv)
{
	XPT_ERR err = XPT_ERR_INIT;
	struct xd x = {.next_domid = 1};
	struct options o = {NULL, "26.1.4", -1};
	int status = EXIT_SUCCESS;

	if (!read_options(&x, &o, argc, argv)) {
		fputs(USAGE, stderr);
		status = 2;
	} else if (serve(&x, &o, &err)) {
		fprintf(stderr, "xapid: %s\n", err.sentence);
		status = EXIT_FAILURE;
	}
	release(&x);
	return status;
}
