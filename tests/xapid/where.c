/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "where.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define MAX_DEPTH 32

struct parser {
	const char *at;
	const struct xd_row *row;
	unsigned depth;
};

static void skip_blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool take(struct parser *p, const char *token)
{
	size_t n = strlen(token);

	skip_blanks(p);
	if (strncmp(p->at, token, n))
		return false;
	if (isalpha((unsigned char)token[0]) && isalnum((unsigned char)p->at[n]))
		return false;
	p->at += n;
	return true;
}

/* A quoted string. Caller frees; NULL when there is none. */
static char *take_string(struct parser *p)
{
	const char *end;
	char *text;

	if (!take(p, "\""))
		return NULL;
	end = strchr(p->at, '"');
	if (!end)
		return NULL;
	text = xpt_strndup(p->at, (size_t)(end - p->at));
	p->at = end + 1;
	return text;
}

/* The value of an operand: a field's, or a literal. Caller frees; NULL when it is neither. */
static char *operand(struct parser *p)
{
	bool is_field = take(p, "field");
	XPT_FREE char *text = take_string(p);
	int i;

	if (!text || !is_field)
		return XPT_TAKE(text);
	i = xd_schema_field(p->row->table->cls, text);
	return i < 0 ? NULL : xpt_strdup(xd_row_at(p->row, (size_t)i));
}

/* A part of what is being read; -EINVAL when parts lie too deep in each other. */
static int nested(struct parser *p, int (*read)(struct parser *))
{
	int value;

	if (p->depth == MAX_DEPTH)
		return -EINVAL;
	p->depth++;
	value = read(p);
	p->depth--;
	return value;
}

static int either(struct parser *p);

static int primary(struct parser *p)
{
	XPT_FREE char *left = NULL;
	XPT_FREE char *right = NULL;
	int value;

	if (take(p, "true"))
		return 1;
	if (take(p, "false"))
		return 0;
	if (take(p, "not")) {
		value = nested(p, primary);
		return value < 0 ? value : !value;
	}
	if (take(p, "(")) {
		value = nested(p, either);
		return take(p, ")") ? value : -EINVAL;
	}
	left = operand(p);
	right = left && take(p, "=") ? operand(p) : NULL;
	return right ? !strcmp(left, right) : -EINVAL;
}

static int both(struct parser *p)
{
	int value = primary(p);

	while (value >= 0 && take(p, "and")) {
		int next = primary(p);

		value = next < 0 ? next : value && next;
	}
	return value;
}

static int either(struct parser *p)
{
	int value = both(p);

	while (value >= 0 && take(p, "or")) {
		int next = both(p);

		value = next < 0 ? next : value || next;
	}
	return value;
}

int xd_where_match(const char *expression, const struct xd_row *row)
{
	struct parser p = {expression, row, 0};
	int value = either(&p);

	skip_blanks(&p);
	return *p.at ? -EINVAL : value;
}
