/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pool.h"

#include <errno.h>
#include <string.h>

#include "host/fs.h"
#include "host/inventory.h"
#include "model/pool_class.h"

/* The items of a class in the pool, by memcpy because the field is a pointer of the class's own type. */
static void *get_array(const struct xpt_pool *pool, const struct xpt_pool_class *class)
{
	void *array;

	memcpy(&array, (const char *)pool + class->array, sizeof(array));
	return array;
}

static void set_array(struct xpt_pool *pool, const struct xpt_pool_class *class, void *array)
{
	memcpy((char *)pool + class->array, &array, sizeof(array));
}

static size_t *count_of(struct xpt_pool *pool, const struct xpt_pool_class *class)
{
	return (size_t *)((char *)pool + class->count);
}

/* ---- loading ---- */

/* All records of a class as a struct from ref to record; the pool keeps it. */
static int fetch(struct xpt_xapi *x, const char *method, struct xpt_pool *pool,
		 const struct xpt_value **ret, struct xpt_err *err)
{
	struct xpt_value *reply;
	int rc = xpt_xapi_call(x, method, NULL, &reply, err);

	if (rc < 0)
		return rc;
	pool->replies = xpt_grow(pool->replies, pool->n_replies + 1, sizeof(void *));
	pool->replies[pool->n_replies++] = reply;
	if (reply->type != XPT_V_STRUCT) {
		xpt_err_set(err, XPT_MALFORMED, EPROTO, method, NULL,
			    "%s did not answer with records", method);
		return -EPROTO;
	}
	*ret = reply;
	return 0;
}

static int load_class(struct xpt_xapi *x, const struct xpt_pool_class *class, struct xpt_pool *pool,
		      struct xpt_err *err)
{
	const struct xpt_value *records;
	size_t *count = count_of(pool, class);
	char *array;
	int rc = fetch(x, class->method, pool, &records, err);

	if (rc < 0 || !records->n)
		return rc;
	array = xpt_alloc(records->n * class->size);
	set_array(pool, class, array);
	for (size_t i = 0; i < records->n; i++) {
		if (records->item[i]->type == XPT_V_STRUCT &&
		    class->decode(records->key[i], records->item[i], array + *count * class->size))
			(*count)++;
	}
	return 0;
}

static int load_pool(struct xpt_xapi *x, struct xpt_pool *pool, struct xpt_err *err)
{
	const struct xpt_value *records;
	int rc = fetch(x, "pool.get_all_records", pool, &records, err);

	if (rc < 0)
		return rc;
	if (records->n != 1)
		return xpt_err_set(err, XPT_MALFORMED, EPROTO, NULL, NULL,
				   "xapi's database has %zu pools instead of one", records->n);
	pool->ref = xpt_strdup(records->key[0]);
	pool->uuid = xpt_pool_take_text(records->item[0], "uuid");
	pool->coordinator = xpt_pool_take_text(records->item[0], "master");
	pool->other_config = xpt_value_get(records->item[0], "other_config");
	return 0;
}

static void find_here(const struct xpt_host *host, struct xpt_pool *pool)
{
	XPT_FREE char *uuid = xpt_pool_host_uuid(host);

	for (size_t i = 0; uuid && i < pool->n_hosts; i++) {
		if (!strcmp(pool->hosts[i].uuid, uuid))
			pool->here = &pool->hosts[i];
	}
}

int xpt_pool_load(struct xpt_xapi *x, const struct xpt_host *host, unsigned what,
		  struct xpt_pool *ret, struct xpt_err *err)
{
	struct xpt_pool pool = {.loaded = what};
	int rc = load_pool(x, &pool, err);

	for (size_t i = 0; rc == 0 && i < XPT_POOL_CLASSES; i++) {
		if (xpt_pool_classes[i].when & (what | XPT_POOL_ALWAYS))
			rc = load_class(x, &xpt_pool_classes[i], &pool, err);
	}
	if (rc < 0) {
		xpt_pool_done(&pool);
		return rc;
	}
	find_here(host, &pool);
	*ret = pool;
	return 0;
}

void xpt_pool_done(struct xpt_pool *pool)
{
	for (size_t i = 0; i < XPT_POOL_CLASSES; i++) {
		const struct xpt_pool_class *class = &xpt_pool_classes[i];
		char *array = get_array(pool, class);

		for (size_t k = 0; k < *count_of(pool, class); k++)
			class->done(array + k * class->size);
		free(array);
	}
	for (size_t i = 0; i < pool->n_replies; i++)
		xpt_value_free(pool->replies[i]);
	free(pool->replies);
	free(pool->ref);
	free(pool->uuid);
	free(pool->coordinator);
	*pool = (struct xpt_pool){0};
}

/* ---- files of this host ---- */

char *xpt_pool_host_uuid(const struct xpt_host *host)
{
	XPT_FREE char *uuid = NULL;

	if (xpt_inventory_get(host, "INSTALLATION_UUID", &uuid) < 0 || !*uuid)
		return NULL;
	return XPT_TAKE(uuid);
}

int xpt_pool_is_coordinator(const struct xpt_host *host, bool *ret)
{
	char line[512];
	int rc = xpt_fs_line(host, line, sizeof(line), "/etc/xensource/pool.conf");

	if (rc == 0)
		*ret = !strcmp(line, "master");
	return rc;
}
