/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The classes of xapi's database that model/pool loads, and how a record of each becomes a struct. For
 * pool.c only.
 */
#ifndef XPT_MODEL_POOL_CLASS_H
#define XPT_MODEL_POOL_CLASS_H

#include "model/pool.h"

#define XPT_POOL_CLASSES 9
#define XPT_POOL_ALWAYS \
	(1u << 31) /* beside XPT_POOL_VMS and its like: loaded whatever was asked for */

struct xpt_pool_class {
	const char *method; /* gives a struct from ref to record */
	unsigned when;      /* XPT_POOL_VMS and its like */
	size_t array;       /* offsets in struct xpt_pool of the items and their number */
	size_t count;
	size_t size; /* of an item */
	/* Fill a zeroed item; false: the record is of no use, and the item is as it was. */
	bool (*decode)(const char *ref, const struct xpt_value *record, void *item);
	void (*done)(void *item);
};

/* The text of a record's field, "" where it is absent or of another type. Caller frees. */
char *xpt_pool_take_text(const struct xpt_value *record, const char *key);

extern const struct xpt_pool_class xpt_pool_classes[XPT_POOL_CLASSES];

#endif
