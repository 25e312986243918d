/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking the files that tests feed to codecs: tests/fuzz/CODEC/{good,bad}, and what lies beside the
 * source tree. Tests run from the top of the tree. Needs cmocka.h before it.
 */
#ifndef XPT_TESTS_SUPPORT_CORPUS_H
#define XPT_TESTS_SUPPORT_CORPUS_H

#include "host/fs.h"

typedef void (*xpt_corpus_check)(const char *name, const char *bytes, size_t len);

/* Give every file of a directory to check; fails the test when there is none. */
static inline void xpt_corpus_each(const char *dir, xpt_corpus_check check)
{
	XPT_HOST here = {.root_fd = -1};
	XPT_STRV names = {0};

	assert_int_equal(xpt_host_open(dir, &here, NULL), 0);
	assert_int_equal(xpt_fs_names(&here, &names, "/"), 0);
	assert_true(names.n > 0);
	for (size_t i = 0; i < names.n; i++) {
		XPT_FREE char *bytes = NULL;
		size_t len;

		assert_int_equal(xpt_fs_read_file(&here, names.v[i], 64u << 20, &bytes, &len, NULL),
				 0);
		check(names.v[i], bytes, len);
	}
}

/* A path below the shared data: XPT_SHARED, else ../shared. NULL when it is not there. Caller frees. */
static inline char *xpt_corpus_shared(const char *path)
{
	const char *top = getenv("XPT_SHARED");
	char *full = xpt_fmt("%s/%s", top ? top : "../shared", path);

	if (access(full, R_OK) < 0) {
		free(full);
		return NULL;
	}
	return full;
}

#endif
