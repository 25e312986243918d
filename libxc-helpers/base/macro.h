/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes and small helpers that every room uses.
 *
 * XPT_CLEANUP(fn) runs fn on a pointer to the variable when it leaves scope; the cleanup functions
 * named here cover what libc hands out, each module declares its own beside its _done or _free.
 */
#ifndef XPT_BASE_MACRO_H
#define XPT_BASE_MACRO_H

#include <stdlib.h>
#include <unistd.h>

#define XPT_CLEANUP(fn) __attribute__((cleanup(fn)))
#define XPT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define XPT_MUST_CHECK __attribute__((warn_unused_result))
#define XPT_UNUSED __attribute__((unused))

#define XPT_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline void xpt_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void xpt_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* A malloc'ed local that is freed at the end of its scope. */
#define XPT_FREE XPT_CLEANUP(xpt_cleanup_free)
/* A file descriptor, -1 when there is none, that is closed at the end of its scope. */
#define XPT_CLOSE XPT_CLEANUP(xpt_cleanup_close)

/* Hand a pointer out of a scope that would otherwise free it. */
#define XPT_TAKE(p) \
	({ \
		__typeof__(p) taken_ = (p); \
		(p) = NULL; \
		taken_; \
	})

#endif
