/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One error as an admin gets it: a code that programs match, a sentence that people read, what it
 * is about, and the next step.
 *
 * Fallible functions return 0 or a negative errno and take a trailing struct xpt_err *. The error is
 * set once, where the cause is known; callers may prefix the sentence. Success leaves the error
 * alone, failure leaves every other out-parameter alone. A NULL error is allowed everywhere: the
 * caller then wants the errno only.
 */
#ifndef XPT_BASE_ERR_H
#define XPT_BASE_ERR_H

#include "base/macro.h"
#include "base/str.h"

/* The error codes of the contract. Never renumbered in meaning: the names travel to clients. */
enum xpt_code {
	XPT_OK = 0,
	XPT_USAGE,
	XPT_NOT_FOUND,
	XPT_AMBIGUOUS,
	XPT_REFUSED,
	XPT_BUSY,
	XPT_CONFLICT,
	XPT_MALFORMED,
	XPT_UNSUPPORTED,
	XPT_DENIED,
	XPT_TIMEOUT,
	XPT_XAPI,
	XPT_SYSTEM,
	XPT_UNKNOWN_FUNCTION,
	XPT_CODES
};

struct xpt_err {
	enum xpt_code code;
	int errnum;             /* positive errno, 0 when none fits */
	char *sentence;         /* one sentence: what happened and why */
	char *subject;          /* the object it is about, NULL when there is none */
	char *hint;             /* the next step, NULL when there is none */
	struct xpt_strv detail; /* XPT_XAPI: XenAPI's code and parameters, else empty */
};

#define XPT_ERR_INIT \
	{ \
		0 \
	}
/* An error that is released at the end of its scope. */
#define XPT_ERR XPT_CLEANUP(xpt_err_done) struct xpt_err

/* The name as it stands in ErrorDescription, "XPT_USAGE"; XPT_UNKNOWN_FUNCTION has xapi's name. */
const char *xpt_code_name(enum xpt_code code);

/*
 * Fill err (if not NULL) and return -errnum, or -EIO when errnum is 0. subject and hint may be NULL;
 * all strings are copied.
 */
int xpt_err_set(struct xpt_err *err, enum xpt_code code, int errnum, const char *subject,
		const char *hint, const char *fmt, ...) XPT_PRINTF(6, 7);
/* XPT_SYSTEM with ": <strerror>" after the sentence. Returns -errnum. */
int xpt_err_sys(struct xpt_err *err, int errnum, const char *subject, const char *fmt, ...)
	XPT_PRINTF(4, 5);
/* Put text in front of the sentence of an error that is set; nothing happens when err is NULL. */
void xpt_err_prefix(struct xpt_err *err, const char *fmt, ...) XPT_PRINTF(2, 3);
/* Replace the hint. */
void xpt_err_hint(struct xpt_err *err, const char *fmt, ...) XPT_PRINTF(2, 3);
/*
 * The four strings of an ErrorDescription, and back: an XPT_XAPI error whose detail is one of ours
 * (code, sentence, subject, hint; "" for none) becomes that error. Any other is left as it is, false.
 */
void xpt_err_describe(const struct xpt_err *err, struct xpt_strv *ret);
bool xpt_err_unwrap(struct xpt_err *err);
/* Move src into dst (dst is released first) and leave src empty. */
void xpt_err_move(struct xpt_err *dst, struct xpt_err *src);
/* Release the contents; the struct is empty and reusable afterwards. */
void xpt_err_done(struct xpt_err *err);

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: tell it that an error is never 0. */
#define xpt_err_set(...) ((void)xpt_err_set(__VA_ARGS__), -1)
#define xpt_err_sys(...) ((void)xpt_err_sys(__VA_ARGS__), -1)
#endif

#endif
