/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dom0's access to PCI devices. Source: xen-api ocaml/xapi/pciops.ml, ocaml/xapi/xapi_pci.ml,
 * ocaml/xapi/xapi_pci_helpers.ml.
 */
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "dom0_access.h"
#include "host.h"
#include "job.h"

struct access_job {
	struct xd_dom0_access access;
	char *root, *address;
};

static int work(void *data)
{
	struct access_job *a = data;

	return xd_dom0_access_work(&a->access);
}

static void work_done(struct xd_job *job, int status)
{
	struct access_job *a = job->data;
	XPT_STR out = {0};
	XPT_STRV lines = {0};

	xd_job_output(job->out, &out);
	xpt_strv_split(&lines, xpt_str_text(&out), '\n');
	if (!WIFEXITED(status) || lines.n < 2)
		xd_call_fail(job->call, "INTERNAL_ERROR", "the worker died", NULL);
	else if (WEXITSTATUS(status))
		xd_call_fail(job->call, lines.v[0], lines.v[1], NULL);
	else
		xd_call_ok_str(job->call, lines.v[0]);
	free(a->root);
	free(a->address);
	free(a);
}

static void begin(struct xd_call *c, enum xd_dom0_change change)
{
	const struct xd_row *pci = xd_call_object(c, 1, "PCI");
	const struct xd_host *host = pci ? xd_host_reach(c, xd_row_get(pci, "host")) : NULL;
	struct access_job *a;

	if (!host)
		return;
	a = xpt_alloc(sizeof(*a));
	a->root = xpt_strdup(host->root);
	a->address = xpt_strdup(xd_row_get(pci, "pci_id"));
	a->access.root = a->root;
	a->access.address = a->address;
	a->access.change = change;
	a->access.guards_boot_device = xd_is_since(c->x, 26, 16);
	xd_job_start(c, work, a, work_done);
}

static void get_status(struct xd_call *c)
{
	begin(c, XD_DOM0_ASK);
}

static void disable(struct xd_call *c)
{
	begin(c, XD_DOM0_HIDE);
}

static void enable(struct xd_call *c)
{
	begin(c, XD_DOM0_SHOW);
}

const struct xd_method xd_pci_methods[] = {
	{"PCI.get_dom0_access_status", "r", XD_ROLE_POOL_OPERATOR, get_status, {24, 14}},
	{"PCI.disable_dom0_access", "r", XD_ROLE_POOL_OPERATOR, disable, {24, 14}},
	{"PCI.enable_dom0_access", "r", XD_ROLE_POOL_OPERATOR, enable, {24, 14}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
