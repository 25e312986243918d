/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request, checked against the contract before anything else looks at it.
 *
 * Arguments are strings by name, as xapi passes them on (untrusted). A parameter that the function
 * does not have, one that is missing, empty or of the wrong type is XPT_USAGE with the next step; an
 * empty value is never taken for "none", because a forgotten variable would then mean "all".
 */
#ifndef XPT_API_REQUEST_H
#define XPT_API_REQUEST_H

#include "api/contract.h"
#include "base/err.h"
#include "codec/xmlrpc.h"

struct xpt_request {
	const struct xpt_function *function;
	const char *session;          /* "" when the command called; not owned */
	const struct xpt_value *args; /* a struct of strings; not owned */
};

/*
 * Fill *ret from a call as it came: method name, session reference, struct of arguments. The call
 * must live as long as the request. An unknown function is XPT_UNKNOWN_FUNCTION with its name as
 * subject.
 */
int xpt_request_check(const struct xpt_call *call, struct xpt_request *ret, struct xpt_err *err);

/* The text of an argument, NULL when it was not given. */
const char *xpt_request_get(const struct xpt_request *r, const char *name);
/* A boolean argument, false when it was not given. */
bool xpt_request_is_set(const struct xpt_request *r, const char *name);
/* A number, dflt when it was not given. */
unsigned long long xpt_request_number(const struct xpt_request *r, const char *name,
				      unsigned long long dflt);

#endif
