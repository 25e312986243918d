/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables behind schema.h, in three files; each ends with an entry whose name is NULL. */
#ifndef XAPID_SCHEMA_TABLE_H
#define XAPID_SCHEMA_TABLE_H

#include "base/macro.h"
#include "schema.h"

#define XD_CLASS(name, fields, writers, is_volatile) \
	{ \
		name, fields, XPT_ARRAY_SIZE(fields), writers, is_volatile \
	}

extern const struct xd_class xd_schema_pool[];
extern const struct xd_class xd_schema_vm[];
extern const struct xd_class xd_schema_device[];

#endif
