/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <errno.h>
#include <string.h>

static void add(struct xpt_names *names, const char *uuid, const char *name)
{
	names->v = xpt_grow(names->v, names->n + 1, sizeof(*names->v));
	names->v[names->n++] = (struct xpt_name){xpt_strdup(uuid), xpt_strdup(name)};
}

void xpt_names_done(struct xpt_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->v[i].uuid);
		free(names->v[i].name);
	}
	free(names->v);
	*names = (struct xpt_names){0};
}

static int compare(const void *a, const void *b)
{
	const struct xpt_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->uuid, y->uuid);
}

/* Templates, snapshots and control domains are VMs too; hosts have none of these members. */
static bool is_wanted(const struct xpt_value *record)
{
	return !xpt_value_get_bool(record, "is_a_template") &&
	       !xpt_value_get_bool(record, "is_a_snapshot") &&
	       !xpt_value_get_bool(record, "is_control_domain");
}

static void take(const struct xpt_value *records, struct xpt_names *ret)
{
	for (size_t i = 0; i < records->n; i++) {
		const char *uuid = xpt_value_get_text(records->item[i], "uuid");
		const char *name = xpt_value_get_text(records->item[i], "name_label");

		if (uuid && name && is_wanted(records->item[i]))
			add(ret, uuid, name);
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), compare);
}

static int load(const struct xpt_host *host, const char *method, unsigned timeout_ms,
		struct xpt_names *ret, struct xpt_err *err)
{
	XPT_XAPI_CLIENT *x = NULL;
	XPT_VALUE *records = NULL;
	int failed = xpt_xapi_open(host, NULL, timeout_ms, &x, err);

	if (!failed)
		failed = xpt_xapi_call(x, method, NULL, &records, err);
	if (failed)
		return failed;
	if (records->type != XPT_V_STRUCT)
		return xpt_err_set(err, XPT_MALFORMED, EPROTO, method, NULL,
				   "xapi answered %s with something else than records", method);
	take(records, ret);
	return 0;
}

int xpt_names_hosts(const struct xpt_host *host, unsigned timeout_ms, struct xpt_names *ret,
		    struct xpt_err *err)
{
	return load(host, "host.get_all_records", timeout_ms, ret, err);
}

int xpt_names_vms(const struct xpt_host *host, unsigned timeout_ms, struct xpt_names *ret,
		  struct xpt_err *err)
{
	return load(host, "VM.get_all_records", timeout_ms, ret, err);
}
