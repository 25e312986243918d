/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/safety.h"

#include <errno.h>
#include <string.h>

#define MAX_SHOWN 80 /* bytes of the caller's text in a sentence */

void xpt_verdicts_add(struct xpt_verdicts *v, enum xpt_reason reason, bool refuses,
		      const char *subject, const char *hint, const char *fmt, ...)
{
	struct xpt_verdict verdict = {reason, refuses, xpt_strdup(subject), NULL, xpt_strdup(hint)};
	va_list ap;

	va_start(ap, fmt);
	verdict.sentence = xpt_vfmt(fmt, ap);
	va_end(ap);
	v->v = xpt_grow(v->v, v->n + 1, sizeof(*v->v));
	v->v[v->n++] = verdict;
}

void xpt_verdicts_done(struct xpt_verdicts *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i].subject);
		free(v->v[i].sentence);
		free(v->v[i].hint);
	}
	free(v->v);
	*v = (struct xpt_verdicts){0};
}

/* The device it is about. False when it is about a VM or the whole request. */
static bool address_of(const struct xpt_verdict *v, struct xpt_bdf *ret)
{
	return v->subject && xpt_bdf_parse(v->subject, ret) == 0;
}

/* The override that would do: "boot-disk@0000:01:00.0", or "no-iommu". Caller frees. */
static char *token_of(const struct xpt_verdict *v)
{
	struct xpt_bdf addr;

	if (!address_of(v, &addr))
		return xpt_strdup(xpt_reason_name(v->reason));
	return xpt_fmt("%s@%s", xpt_reason_name(v->reason), v->subject);
}

/* ---- what the caller wrote ---- */

struct item {
	const char *text;
	enum xpt_reason reason;
	bool has_addr;
	struct xpt_bdf addr;
};

static int no_reason(const char *name, struct xpt_err *err)
{
	XPT_FREE char *shown = xpt_clean_cut(name, MAX_SHOWN);

	return xpt_err_set(err, XPT_USAGE, EINVAL, "override",
			   "the subject of a refusal holds the reasons, ready to be given",
			   "override: there is no reason '%s'", shown);
}

static int no_address(const char *text, struct xpt_err *err)
{
	XPT_FREE char *shown = xpt_clean_cut(text, MAX_SHOWN);

	return xpt_err_set(err, XPT_USAGE, EINVAL, "override", NULL,
			   "override: '%s' is not a PCI address", shown);
}

static int parse_item(const char *text, struct item *ret, struct xpt_err *err)
{
	size_t n = strcspn(text, "@");
	XPT_FREE char *name = xpt_strndup(text, n);
	struct item item = {.text = text, .reason = xpt_reason_of_name(name)};

	if (item.reason == XPT_REASONS)
		return no_reason(name, err);
	item.has_addr = text[n] == '@';
	if (item.has_addr && xpt_bdf_parse(text + n + 1, &item.addr) < 0)
		return no_address(text + n + 1, err);
	*ret = item;
	return 0;
}

/* Is v what the item is about, whether or not that is enough to override it? */
static bool is_meant(const struct item *item, const struct xpt_verdict *v)
{
	struct xpt_bdf addr;

	if (!v->refuses || v->reason != item->reason)
		return false;
	return !item->has_addr || (address_of(v, &addr) && xpt_bdf_equal(&item->addr, &addr));
}

static const struct xpt_verdict *find_meant(const struct xpt_verdicts *verdicts,
					    const struct item *item)
{
	for (size_t i = 0; i < verdicts->n; i++) {
		if (is_meant(item, &verdicts->v[i]))
			return &verdicts->v[i];
	}
	return NULL;
}

static int check_item(const struct xpt_verdicts *verdicts, const struct item *item,
		      struct xpt_err *err)
{
	const struct xpt_reason_info *info = xpt_reason_info(item->reason);
	const struct xpt_verdict *meant = find_meant(verdicts, item);
	XPT_FREE char *token = NULL;

	if (!meant)
		return xpt_err_set(
			err, XPT_USAGE, EINVAL, "override",
			"leave it out: an override that is not needed hides the next one "
			"that is",
			"override: nothing here is refused for %s", item->text);
	if (!info->can_override)
		return xpt_err_set(err, XPT_USAGE, EINVAL, "override", meant->hint,
				   "override: %s cannot be overridden: %s", info->name,
				   meant->sentence);
	token = token_of(meant);
	if (info->costs_host && !item->has_addr)
		return xpt_err_set(err, XPT_USAGE, EINVAL, "override", NULL,
				   "override: %s can cost the host its disk or network and is "
				   "overridden for one device at a time, as %s",
				   info->name, token);
	return 0;
}

static int parse_items(const struct xpt_verdicts *verdicts, const struct xpt_strv *texts,
		       struct item *items, struct xpt_err *err)
{
	for (size_t i = 0; i < texts->n; i++) {
		int failed = parse_item(texts->v[i], &items[i], err);

		if (!failed)
			failed = check_item(verdicts, &items[i], err);
		if (failed)
			return failed;
	}
	return 0;
}

static bool is_overridden(const struct xpt_verdict *v, const struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_meant(&items[i], v))
			return true;
	}
	return false;
}

/* ---- what is left ---- */

static int refuse(const struct xpt_verdicts *verdicts, const struct item *items, size_t n,
		  struct xpt_err *err)
{
	XPT_STRV sentences = {0};
	XPT_STRV tokens = {0};
	XPT_FREE char *sentence = NULL;
	XPT_FREE char *subject = NULL;
	const char *hint = NULL;

	for (size_t i = 0; i < verdicts->n; i++) {
		const struct xpt_verdict *v = &verdicts->v[i];

		if (!v->refuses || is_overridden(v, items, n))
			continue;
		if (!xpt_strv_has(&sentences, v->sentence))
			xpt_strv_add(&sentences, v->sentence);
		if (xpt_reason_info(v->reason)->can_override)
			xpt_strv_take(&tokens, token_of(v));
		hint = hint ? hint : v->hint;
	}
	if (!sentences.n)
		return 0;
	sentence = xpt_strv_join(&sentences, "; ");
	subject = xpt_strv_join(&tokens, ",");
	return xpt_err_set(err, XPT_REFUSED, EPERM, tokens.n ? subject : NULL, hint, "%s",
			   sentence);
}

int xpt_verdicts_settle(struct xpt_verdicts *verdicts, const char *overrides, struct xpt_err *err)
{
	XPT_FREE struct item *items = NULL;
	XPT_STRV texts = {0};
	int failed;

	xpt_strv_split(&texts, overrides ? overrides : "", ',');
	items = xpt_alloc(texts.n * sizeof(*items));
	failed = parse_items(verdicts, &texts, items, err);
	if (!failed)
		failed = refuse(verdicts, items, texts.n, err);
	if (failed)
		return failed;
	for (size_t i = 0; i < verdicts->n; i++)
		verdicts->v[i].refuses = false;
	return 0;
}
