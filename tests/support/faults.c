/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "faults.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/str.h"

#define HIGHEST_ERRNO 133

static int errno_by_name(const char *name)
{
	for (int e = 1; e <= HIGHEST_ERRNO; e++) {
		if (xpt_streq(strerrorname_np(e), name))
			return e;
	}
	return 0;
}

static bool parse_delay(const char *text, unsigned long *ret)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || (strcmp(end, "ms") != 0 && strcmp(end, "s") != 0))
		return false;
	*ret = strcmp(end, "s") ? value : value * 1000;
	return true;
}

/* words: what stands behind the number. Returns how many the action takes, 0 when it is none. */
static size_t parse_action(const struct xpt_strv *words, struct xpt_fault_rule *rule)
{
	const char *action = words->n > 1 ? words->v[1] : "";

	if (!strcmp(action, "delay"))
		return words->n > 2 && parse_delay(words->v[2], &rule->delay_ms) ? 2 : 0;
	if (!strcmp(action, "kill-before"))
		rule->kind = XPT_FAULT_KILL_BEFORE;
	else if (!strcmp(action, "kill-after"))
		rule->kind = XPT_FAULT_KILL_AFTER;
	else if ((rule->errnum = errno_by_name(action)))
		rule->kind = XPT_FAULT_ERRNO;
	else
		return 0;
	return 1;
}

static bool parse_rule(const struct xpt_strv *words, struct xpt_fault_rule *ret)
{
	struct xpt_fault_rule rule = {0};
	uint64_t at;
	size_t used;

	if (xpt_parse_uint(words->v[0], 10, ~0UL, &at) || !at)
		return false;
	rule.at = at;
	used = 1 + parse_action(words, &rule);
	if (used == 1 || words->n > used + 1)
		return false;
	rule.pattern = words->n > used ? xpt_strdup(words->v[used]) : NULL;
	*ret = rule;
	return true;
}

/* The words of a line, cut at blanks, without its comment. */
static void split_words(const char *line, struct xpt_strv *ret)
{
	while (*line && *line != '#') {
		size_t blank = strspn(line, " \t\r"), n = strcspn(line + blank, " \t\r#");

		if (n)
			xpt_strv_take(ret, xpt_strndup(line + blank, n));
		line += blank + n;
	}
}

size_t xpt_faults_parse(const char *text, struct xpt_faults *ret)
{
	struct xpt_faults f = {0};
	XPT_STRV lines = {0};
	size_t bad = 0;

	xpt_strv_split(&lines, text, '\n');
	for (size_t i = 0; !bad && i < lines.n; i++) {
		XPT_STRV words = {0};

		split_words(lines.v[i], &words);
		if (!words.n)
			continue;
		f.v = xpt_grow(f.v, f.n + 1, sizeof(*f.v));
		if (parse_rule(&words, &f.v[f.n]))
			f.n++;
		else
			bad = i + 1;
	}
	if (bad)
		xpt_faults_done(&f);
	else
		*ret = f;
	return bad;
}

void xpt_faults_done(struct xpt_faults *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].pattern);
	free(f->v);
	*f = (struct xpt_faults){0};
}

struct xpt_fault xpt_faults_next(struct xpt_faults *f, const char *path)
{
	struct xpt_fault out = {XPT_FAULT_NONE, 0, 0};

	for (size_t i = 0; i < f->n; i++) {
		struct xpt_fault_rule *rule = &f->v[i];

		if (rule->pattern && fnmatch(rule->pattern, path, 0) != 0)
			continue;
		if (++rule->seen != rule->at)
			continue;
		out.delay_ms += rule->delay_ms;
		if (out.kind == XPT_FAULT_NONE) {
			out.kind = rule->kind;
			out.errnum = rule->errnum;
		}
	}
	return out;
}
