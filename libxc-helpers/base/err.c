/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/err.h"

#include <errno.h>
#include <string.h>

/* Here they are defined, be it for the analyzer (base/err.h). */
#undef xpt_err_set
#undef xpt_err_sys

static const char *const code_names[XPT_CODES] = {
	[XPT_OK] = "XPT_OK",
	[XPT_USAGE] = "XPT_USAGE",
	[XPT_NOT_FOUND] = "XPT_NOT_FOUND",
	[XPT_AMBIGUOUS] = "XPT_AMBIGUOUS",
	[XPT_REFUSED] = "XPT_REFUSED",
	[XPT_BUSY] = "XPT_BUSY",
	[XPT_CONFLICT] = "XPT_CONFLICT",
	[XPT_MALFORMED] = "XPT_MALFORMED",
	[XPT_UNSUPPORTED] = "XPT_UNSUPPORTED",
	[XPT_DENIED] = "XPT_DENIED",
	[XPT_TIMEOUT] = "XPT_TIMEOUT",
	[XPT_XAPI] = "XPT_XAPI",
	[XPT_SYSTEM] = "XPT_SYSTEM",
	[XPT_UNKNOWN_FUNCTION] = "UNKNOWN_XENAPI_PLUGIN_FUNCTION",
};

const char *xpt_code_name(enum xpt_code code)
{
	return code_names[code];
}

/* The code of such a name, XPT_CODES when it is none of ours. */
static enum xpt_code code_of_name(const char *name)
{
	enum xpt_code code = XPT_OK;

	while (code < XPT_CODES && strcmp(code_names[code], name) != 0)
		code++;
	return code;
}

static int fill(struct xpt_err *err, enum xpt_code code, int errnum, const char *subject,
		const char *hint, char *sentence)
{
	if (err) {
		xpt_err_done(err);
		err->code = code;
		err->errnum = errnum;
		err->sentence = sentence;
		err->subject = xpt_strdup(subject);
		err->hint = xpt_strdup(hint);
	} else {
		free(sentence);
	}
	return errnum ? -errnum : -EIO;
}

/* The name in parentheses: err.h has macros of it for the analyzer. */
int(xpt_err_set)(struct xpt_err *err, enum xpt_code code, int errnum, const char *subject,
		 const char *hint, const char *fmt, ...)
{
	va_list ap;
	char *sentence;

	va_start(ap, fmt);
	sentence = xpt_vfmt(fmt, ap);
	va_end(ap);
	return fill(err, code, errnum, subject, hint, sentence);
}

int(xpt_err_sys)(struct xpt_err *err, int errnum, const char *subject, const char *fmt, ...)
{
	va_list ap;
	char *what, *sentence;

	va_start(ap, fmt);
	what = xpt_vfmt(fmt, ap);
	va_end(ap);
	sentence = xpt_fmt("%s: %s", what, strerror(errnum));
	free(what);
	return fill(err, XPT_SYSTEM, errnum, subject, NULL, sentence);
}

void xpt_err_prefix(struct xpt_err *err, const char *fmt, ...)
{
	va_list ap;
	char *prefix, *old;

	if (!err || !err->sentence)
		return;
	va_start(ap, fmt);
	prefix = xpt_vfmt(fmt, ap);
	va_end(ap);
	old = err->sentence;
	err->sentence = xpt_fmt("%s%s", prefix, old);
	free(prefix);
	free(old);
}

void xpt_err_hint(struct xpt_err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	free(err->hint);
	va_start(ap, fmt);
	err->hint = xpt_vfmt(fmt, ap);
	va_end(ap);
}

void xpt_err_describe(const struct xpt_err *err, struct xpt_strv *ret)
{
	xpt_strv_add(ret, xpt_code_name(err->code));
	if (err->code == XPT_UNKNOWN_FUNCTION) {
		/* As xapi's own plugins say it: the function's name and no more. */
		xpt_strv_add(ret, err->subject ? err->subject : "");
		return;
	}
	xpt_strv_add(ret, err->sentence ? err->sentence : "");
	xpt_strv_add(ret, err->subject ? err->subject : "");
	xpt_strv_add(ret, err->hint ? err->hint : "");
}

/* The i-th string, NULL where there is none or it is empty. */
static const char *described(const struct xpt_strv *d, size_t i)
{
	return i < d->n && *d->v[i] ? d->v[i] : NULL;
}

bool xpt_err_unwrap(struct xpt_err *err)
{
	const struct xpt_strv *d = &err->detail;
	enum xpt_code code = d->n ? code_of_name(d->v[0]) : XPT_CODES;
	struct xpt_err ours = XPT_ERR_INIT;

	if (err->code != XPT_XAPI || code == XPT_CODES || code == XPT_OK)
		return false;
	if (code == XPT_UNKNOWN_FUNCTION)
		xpt_err_set(&ours, code, ENOSYS, described(d, 1),
			    "install the same version of xe-passthrough on every host",
			    "the plugin there has no function '%s'",
			    described(d, 1) ? described(d, 1) : "");
	else
		xpt_err_set(&ours, code, EREMOTEIO, described(d, 2), described(d, 3), "%s",
			    described(d, 1) ? described(d, 1) : "no reason given");
	xpt_err_move(err, &ours);
	return true;
}

void xpt_err_move(struct xpt_err *dst, struct xpt_err *src)
{
	if (dst) {
		xpt_err_done(dst);
		*dst = *src;
	} else {
		xpt_err_done(src);
	}
	*src = (struct xpt_err)XPT_ERR_INIT;
}

void xpt_err_done(struct xpt_err *err)
{
	if (!err)
		return;
	free(err->sentence);
	free(err->subject);
	free(err->hint);
	xpt_strv_done(&err->detail);
	*err = (struct xpt_err)XPT_ERR_INIT;
}
