/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/contract.h"

#include <string.h>

#include "base/macro.h"

const struct xpt_function *xpt_function_find(const char *name)
{
	for (size_t i = 0; i < xpt_n_functions; i++) {
		if (!strcmp(xpt_functions[i].name, name))
			return &xpt_functions[i];
	}
	return NULL;
}

static const struct xpt_param *find_param(const struct xpt_param *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(list[i].name, name))
			return &list[i];
	}
	return NULL;
}

const struct xpt_param *xpt_function_param(const struct xpt_function *f, const char *name)
{
	const struct xpt_param *p = find_param(f->params, f->n_params, name);

	if (!p)
		p = find_param(xpt_common_params, xpt_n_common_params, name);
	if (!p && f->effect == XPT_CHANGES)
		p = find_param(xpt_change_params, xpt_n_change_params, name);
	return p;
}

const char *xpt_effect_name(enum xpt_effect effect)
{
	static const char *const names[] = {"reads", "reads sensitive", "changes"};

	return names[effect];
}

const char *xpt_type_name(enum xpt_type type)
{
	static const char *const names[] = {
		"string", "boolean", "number",    "choice", "devices", "vm",
		"host",   "reasons", "operation", "object", "list",
	};

	return names[type];
}
