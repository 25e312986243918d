/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An empty root of a test's own, in a temporary directory, opened as a host. Only for cmocka programs:
 * what cannot be done fails the test.
 */
#ifndef XPT_TESTS_SUPPORT_SCRATCH_H
#define XPT_TESTS_SUPPORT_SCRATCH_H

#include <sys/types.h>

#include "host/host.h"

void xpt_scratch_open(struct xpt_host *ret);
/* Remove the root with all it holds and close it. */
void xpt_scratch_close(struct xpt_host *host);

/* A file in place of what is there, below directories that are made when absent. */
void xpt_scratch_put(const struct xpt_host *host, const char *path, const char *text, mode_t mode);
void xpt_scratch_mkdir(const struct xpt_host *host, const char *path);

#endif
