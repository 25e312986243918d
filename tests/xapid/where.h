/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions of get_all_records_where: field "name__label" = "vm-a" and not (true or false).
 *
 * Strings stand in double quotes and cannot hold one; fields have their database names; there is
 * equality and nothing else. Source: xen-api ocaml/database/db_filter_parse.mly.
 */
#ifndef XAPID_WHERE_H
#define XAPID_WHERE_H

#include "db.h"

/* Does the row match? 1, 0, or -EINVAL for an expression that is none or nests deeper than 32. */
int xd_where_match(const char *expression, const struct xd_row *row);

#endif
