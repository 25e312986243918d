/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading JSON: answers in the command, the journal, records. The only user of jansson.
 *
 * Nodes are read-only and belong to the document they came from. Asking a node for what it is not
 * gives the "nothing" of that question (NULL, 0, false), so that a reader can walk without checks
 * and test once. Integers are 64 bits, duplicate keys are an error, depth is limited by jansson.
 */
#ifndef XPT_CODEC_JSON_H
#define XPT_CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct xpt_json;

/*
 * Parse len bytes holding one JSON object or array. The caller frees *ret with xpt_json_free.
 * XPT_MALFORMED (-EINVAL) names line and column.
 */
int xpt_json_parse(const char *text, size_t len, struct xpt_json **ret, struct xpt_err *err);
void xpt_json_free(struct xpt_json *doc);
void xpt_json_freep(struct xpt_json **doc);
#define XPT_JSON XPT_CLEANUP(xpt_json_freep) struct xpt_json

const struct xpt_json *xpt_json_get(const struct xpt_json *object, const char *key);
size_t xpt_json_len(const struct xpt_json *array); /* items of an array, members of an object */
const struct xpt_json *xpt_json_at(const struct xpt_json *array, size_t i);

bool xpt_json_is_null(const struct xpt_json *node); /* null or absent */
bool xpt_json_is_int(const struct xpt_json *node);
const char *xpt_json_str(const struct xpt_json *node);
long long xpt_json_int(const struct xpt_json *node);
bool xpt_json_bool(const struct xpt_json *node); /* true only for true */

/* Shorthands: the member's value, NULL, 0 or false when absent or of another type. */
const char *xpt_json_get_str(const struct xpt_json *object, const char *key);
long long xpt_json_get_int(const struct xpt_json *object, const char *key);
bool xpt_json_get_bool(const struct xpt_json *object, const char *key);

#endif
