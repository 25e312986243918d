/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Are two values the same, all the way down? */
#ifndef XPT_TESTS_SUPPORT_VALUE_EQUAL_H
#define XPT_TESTS_SUPPORT_VALUE_EQUAL_H

#include "base/str.h"
#include "codec/value.h"

static inline bool xpt_value_equal(const struct xpt_value *a, const struct xpt_value *b)
{
	if (a->type != b->type || a->num != b->num || a->is_date != b->is_date || a->n != b->n ||
	    !xpt_streq(a->str, b->str))
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->type == XPT_V_STRUCT && !xpt_streq(a->key[i], b->key[i]))
			return false;
		if (!xpt_value_equal(a->item[i], b->item[i]))
			return false;
	}
	return true;
}

#endif
