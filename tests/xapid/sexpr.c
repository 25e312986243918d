/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sexpr.h"

#include <errno.h>
#include <string.h>

static const char PLAIN[] = "% \t\n\r";
static const char CODED[] = "%.tnr";

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t\r\n");
}

static bool take(const char **at, char wanted)
{
	skip_blanks(at);
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

/* One quoted string; -EINVAL when there is none or it does not end. */
static int read_string(const char **at, struct xpt_strv *ret)
{
	XPT_STR text = {0};
	char quote;

	skip_blanks(at);
	quote = **at;
	if (quote != '\'' && quote != '"')
		return -EINVAL;
	for ((*at)++; **at != quote; (*at)++) {
		if (**at == '\\')
			(*at)++;
		if (**at == '\0')
			return -EINVAL;
		xpt_str_addc(&text, **at);
	}
	(*at)++;
	xpt_strv_take(ret, xpt_str_take(&text));
	return 0;
}

static int read_pair(const char **at, struct xpt_strv *ret)
{
	if (!take(at, '(') || read_string(at, ret) || read_string(at, ret) || !take(at, ')'))
		return -EINVAL;
	return 0;
}

static int read_list(const char *text, int (*read_item)(const char **, struct xpt_strv *),
		     struct xpt_strv *ret)
{
	struct xpt_strv items = {0};
	const char *at = text;
	int rc = take(&at, '(') ? 0 : -EINVAL;

	while (!rc && !take(&at, ')'))
		rc = read_item(&at, &items);
	skip_blanks(&at);
	if (!rc && *at)
		rc = -EINVAL;
	if (!rc)
		xpt_strv_copy(ret, &items);
	xpt_strv_done(&items);
	return rc;
}

int xd_sexpr_read_set(const char *text, struct xpt_strv *ret)
{
	return read_list(text, read_string, ret);
}

int xd_sexpr_read_map(const char *text, struct xpt_strv *ret)
{
	return read_list(text, read_pair, ret);
}

static void write_string(struct xpt_str *out, const char *s)
{
	xpt_str_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			xpt_str_addc(out, '\\');
		xpt_str_addc(out, *s);
	}
	xpt_str_addc(out, '\'');
}

char *xd_sexpr_write_set(const struct xpt_strv *set)
{
	struct xpt_str out = {0};

	xpt_str_addc(&out, '(');
	for (size_t i = 0; i < set->n; i++) {
		if (i)
			xpt_str_addc(&out, ' ');
		write_string(&out, set->v[i]);
	}
	xpt_str_addc(&out, ')');
	return xpt_str_take(&out);
}

char *xd_sexpr_write_map(const struct xpt_strv *map)
{
	struct xpt_str out = {0};

	xpt_str_addc(&out, '(');
	for (size_t i = 0; i + 1 < map->n; i += 2) {
		xpt_str_add(&out, i ? " (" : "(");
		write_string(&out, map->v[i]);
		xpt_str_addc(&out, ' ');
		write_string(&out, map->v[i + 1]);
		xpt_str_addc(&out, ')');
	}
	xpt_str_addc(&out, ')');
	return xpt_str_take(&out);
}

char *xd_sexpr_protect(const char *text)
{
	struct xpt_str out = {0};

	for (; *text; text++) {
		const char *hit = strchr(PLAIN, *text);

		if (hit) {
			xpt_str_addc(&out, '%');
			xpt_str_addc(&out, CODED[hit - PLAIN]);
		} else {
			xpt_str_addc(&out, *text);
		}
	}
	return xpt_str_take(&out);
}

char *xd_sexpr_unprotect(const char *text)
{
	struct xpt_str out = {0};

	for (; *text; text++) {
		const char *hit = *text == '%' && text[1] ? strchr(CODED, text[1]) : NULL;

		if (hit) {
			xpt_str_addc(&out, PLAIN[hit - CODED]);
			text++;
		} else {
			xpt_str_addc(&out, *text);
		}
	}
	return xpt_str_take(&out);
}
