/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How xapi's database writes sets and maps: ('a' 'b') and (('k' 'v') ('k2' 'v2')).
 *
 * Inside the quotes ' and \ carry a backslash. In the file every value is protected once more so
 * that XML keeps it: % is %%, a blank %., TAB %t, LF %n, CR %r. A map is held here as a flat list,
 * key, value, key, value, in its order. Source: xen-api ocaml/libs/sexpr/sExpr.ml,
 * ocaml/database/xml_spaces.ml.
 */
#ifndef XAPID_SEXPR_H
#define XAPID_SEXPR_H

#include "base/str.h"

/* Append the members of a set. 0, or -EINVAL when text is no set. */
int xd_sexpr_read_set(const char *text, struct xpt_strv *ret);
/* Append keys and values of a map, alternating. 0, or -EINVAL when text is no map. */
int xd_sexpr_read_map(const char *text, struct xpt_strv *ret);
/* The text of a set or of a flat map. Caller frees. */
char *xd_sexpr_write_set(const struct xpt_strv *set);
char *xd_sexpr_write_map(const struct xpt_strv *map);

/* The file's protection of white space; caller frees. An unknown %x is kept as it is. */
char *xd_sexpr_protect(const char *text);
char *xd_sexpr_unprotect(const char *text);

#endif
