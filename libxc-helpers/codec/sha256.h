/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 (FIPS 180-4) of a buffer, as 64 hex digits: what a one-time token is kept as in a database that
 * many may read. Own code because the smallest library with it costs more start-up time than the whole plugin.
 */
#ifndef XPT_CODEC_SHA256_H
#define XPT_CODEC_SHA256_H

#include <stddef.h>

#define XPT_SHA256_HEX 65

void xpt_sha256_hex(const void *data, size_t len, char ret[XPT_SHA256_HEX]);

#endif
