/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing JSON as a stream: answers of 4,096 devices without a tree in memory, byte for byte the
 * same for the same values.
 *
 * key is the member's name inside an object and NULL inside an array (and for the outermost value).
 * Strings are cleaned on the way out (xpt_clean), so what comes from devices and guests is safe here.
 */
#ifndef XPT_CODEC_JSONW_H
#define XPT_CODEC_JSONW_H

#include <stdbool.h>

#include "base/str.h"

#define XPT_JSONW_DEPTH 32

struct xpt_jsonw {
	struct xpt_str *out; /* not owned */
	unsigned depth;
	bool has_items[XPT_JSONW_DEPTH]; /* per open level */
	char closer[XPT_JSONW_DEPTH];
};

void xpt_jsonw_init(struct xpt_jsonw *w, struct xpt_str *out);
void xpt_jsonw_object(struct xpt_jsonw *w, const char *key);
void xpt_jsonw_array(struct xpt_jsonw *w, const char *key);
void xpt_jsonw_end(struct xpt_jsonw *w); /* closes the innermost object or array */
void xpt_jsonw_str(struct xpt_jsonw *w, const char *key, const char *value); /* NULL gives null */
/* A string that must come back as it is: control bytes are escaped as JSON does, not cleaned. */
void xpt_jsonw_exact(struct xpt_jsonw *w, const char *key, const char *value);
void xpt_jsonw_strf(struct xpt_jsonw *w, const char *key, const char *fmt, ...) XPT_PRINTF(3, 4);
void xpt_jsonw_int(struct xpt_jsonw *w, const char *key, long long value);
void xpt_jsonw_bool(struct xpt_jsonw *w, const char *key, bool value);
void xpt_jsonw_null(struct xpt_jsonw *w, const char *key);
void xpt_jsonw_strv(struct xpt_jsonw *w, const char *key, const struct xpt_strv *list);
/* A value that is JSON text already (from another writer), taken as it is. */
void xpt_jsonw_raw(struct xpt_jsonw *w, const char *key, const char *json);

#endif
