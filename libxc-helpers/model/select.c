/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/select.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"

#define MAX_ITEMS 4096
#define MAX_SHOWN 4       /* addresses in an ambiguity's sentence */
#define MAX_SHOWN_TEXT 80 /* bytes of an item in a sentence */
#define CLASS_PREFIX "class:"
#define NODE_PREFIX "@node"

#define HINT_FORMS \
	"write 0000:3b:00.0, 3b:00.0, 10de:2336, 10de:2336/all, 10de:2336/2, class:0302 or " \
	"class:0302@node1, separated by commas without blanks"
#define HINT_LIST "'xe-passthrough pci list' shows the ids, classes and nodes of this host"

enum amount { WANT_ONE, WANT_ALL, WANT_COUNT };

/* A set of devices: by id, or by class and perhaps node. */
struct want {
	bool is_class;
	uint16_t vendor, device;
	uint16_t class_id, class_mask;
	int node; /* XPT_PCI_NONE: any */
	enum amount amount;
	size_t count; /* for WANT_COUNT */
};

struct select {
	const struct xpt_pci *pci;
	xpt_select_filter filter;
	void *data;
	bool *is_taken; /* by index in pci */
	struct xpt_bdfs out;
};

/* ---- reading ---- */

static bool parse_hex(const char *s, size_t digits, uint16_t *ret)
{
	XPT_FREE char *part = xpt_strndup(s, digits);
	uint64_t value;

	if (strlen(part) != digits || xpt_parse_uint(part, 16, UINT16_MAX, &value) < 0)
		return false;
	*ret = (uint16_t)value;
	return true;
}

static bool parse_amount(const char *s, struct want *w)
{
	uint64_t count;

	if (!*s)
		return true;
	w->amount = WANT_ALL;
	if (xpt_streq(s, "/all"))
		return true;
	if (*s != '/' || xpt_parse_uint(s + 1, 10, XPT_PCI_MAX, &count) < 0 || count == 0)
		return false;
	w->amount = WANT_COUNT;
	w->count = (size_t)count;
	return true;
}

static bool parse_ids(const char *s, struct want *w)
{
	return parse_hex(s, 4, &w->vendor) && s[4] == ':' && parse_hex(s + 5, 4, &w->device) &&
	       parse_amount(s + 9, w);
}

static bool parse_class(const char *s, struct want *w)
{
	size_t digits = strcspn(s, "@");
	uint64_t node;

	if ((digits != 2 && digits != 4) || !parse_hex(s, digits, &w->class_id))
		return false;
	w->is_class = true;
	w->amount = WANT_ALL;
	w->class_mask = 0xffff;
	if (digits == 2) {
		w->class_id = (uint16_t)(w->class_id << 8);
		w->class_mask = 0xff00;
	}
	s += digits;
	if (!*s)
		return true;
	if (!xpt_has_prefix(s, NODE_PREFIX) ||
	    xpt_parse_uint(s + strlen(NODE_PREFIX), 10, INT_MAX, &node) < 0)
		return false;
	w->node = (int)node;
	return true;
}

static bool parse_want(const char *s, struct want *ret)
{
	struct want w = {.node = XPT_PCI_NONE};
	bool is_class = xpt_has_prefix(s, CLASS_PREFIX);

	if (is_class ? !parse_class(s + strlen(CLASS_PREFIX), &w) : !parse_ids(s, &w))
		return false;
	*ret = w;
	return true;
}

/* ---- choosing ---- */

static bool has_kind(const struct want *w, const struct xpt_pci_device *d)
{
	if (w->is_class)
		return (d->class_code >> 8 & w->class_mask) == w->class_id;
	return d->vendor == w->vendor && d->device == w->device;
}

static bool is_wanted(const struct want *w, const struct xpt_pci_device *d)
{
	return has_kind(w, d) && (w->node == XPT_PCI_NONE || d->node == w->node);
}

static enum xpt_select_rank rank_of(const struct select *s, const struct xpt_pci_device *d)
{
	return s->filter ? s->filter(d, s->data) : XPT_SELECT_FREE;
}

static void take(struct select *s, const struct xpt_pci_device *d)
{
	size_t i = xpt_pci_index(s->pci, d);

	if (!s->is_taken[i])
		xpt_bdfs_add(&s->out, &d->addr);
	s->is_taken[i] = true;
}

static void take_address(struct select *s, const struct xpt_bdf *addr)
{
	const struct xpt_pci_device *d = xpt_pci_find(s->pci, addr);

	if (d)
		take(s, d);
	else if (!xpt_bdfs_has(&s->out, addr))
		xpt_bdfs_add(&s->out, addr);
}

static int none_found(const struct select *s, const char *item, const struct want *w,
		      struct xpt_err *err)
{
	size_t elsewhere = 0;

	for (size_t i = 0; i < s->pci->n; i++)
		elsewhere += has_kind(w, &s->pci->v[i]);
	if (elsewhere)
		return xpt_err_set(err, XPT_NOT_FOUND, ENODEV, item, HINT_LIST,
				   "no device matches '%s': %zu of this class, none known to be "
				   "on node %d",
				   item, elsewhere, w->node);
	return xpt_err_set(err, XPT_NOT_FOUND, ENODEV, item, HINT_LIST, "no device matches '%s'",
			   item);
}

static int too_many(const struct select *s, const char *item, const struct want *w, size_t n,
		    struct xpt_err *err)
{
	XPT_STRV shown = {0};
	XPT_FREE char *list = NULL, *hint = NULL;

	for (size_t i = 0; i < s->pci->n && shown.n < MAX_SHOWN; i++) {
		char addr[XPT_BDF_SIZE];

		if (is_wanted(w, &s->pci->v[i]))
			xpt_strv_add(&shown, xpt_bdf_format(&s->pci->v[i].addr, addr));
	}
	list = xpt_strv_join(&shown, ", ");
	hint = xpt_fmt("name one by its address, or write %s/all for all of them or %s/1 for the "
		       "first that is free",
		       item, item);
	return xpt_err_set(err, XPT_AMBIGUOUS, ENOTUNIQ, item, hint,
			   "'%s' matches %zu devices: %s%s", item, n, list,
			   n > shown.n ? ", ..." : "");
}

static int too_few(const char *item, const struct want *w, size_t found, size_t n_free,
		   struct xpt_err *err)
{
	return xpt_err_set(err, XPT_NOT_FOUND, ENODEV, item,
			   "ask for fewer, or free devices that are in use",
			   "'%s' asks for %zu devices, and %zu of the %zu here are free", item,
			   w->count, n_free, found);
}

static void take_count(struct select *s, const struct want *w)
{
	size_t left = w->count;

	for (int rank = XPT_SELECT_FIRST; rank > XPT_SELECT_NO; rank--) {
		for (size_t i = 0; i < s->pci->n && left; i++) {
			const struct xpt_pci_device *d = &s->pci->v[i];

			if (!is_wanted(w, d) || (int)rank_of(s, d) != rank)
				continue;
			take(s, d);
			left--;
		}
	}
}

static int take_set(struct select *s, const char *item, const struct want *w, struct xpt_err *err)
{
	size_t found = 0, n_free = 0;

	for (size_t i = 0; i < s->pci->n; i++) {
		if (!is_wanted(w, &s->pci->v[i]))
			continue;
		found++;
		n_free += w->amount == WANT_COUNT && rank_of(s, &s->pci->v[i]) != XPT_SELECT_NO;
	}
	if (!found)
		return none_found(s, item, w, err);
	if (w->amount == WANT_ONE && found > 1)
		return too_many(s, item, w, found, err);
	if (w->amount == WANT_COUNT && n_free < w->count)
		return too_few(item, w, found, n_free, err);
	if (w->amount == WANT_COUNT)
		take_count(s, w);
	for (size_t i = 0; w->amount != WANT_COUNT && i < s->pci->n; i++) {
		if (is_wanted(w, &s->pci->v[i]))
			take(s, &s->pci->v[i]);
	}
	return 0;
}

static int take_item(struct select *s, const char *item, struct xpt_err *err)
{
	XPT_FREE char *shown = NULL;
	struct xpt_bdf addr;
	struct want w;

	if (xpt_bdf_parse(item, &addr) == 0) {
		take_address(s, &addr);
		return 0;
	}
	shown = xpt_clean_cut(item, MAX_SHOWN_TEXT);
	if (!parse_want(item, &w))
		return xpt_err_set(err, XPT_USAGE, EINVAL, NULL, HINT_FORMS,
				   "'%s' is no PCI address, vendor:device or class", shown);
	return take_set(s, shown, &w, err);
}

int xpt_select(const struct xpt_pci *pci, const char *text, xpt_select_filter filter, void *data,
	       struct xpt_bdfs *ret, struct xpt_err *err)
{
	XPT_STRV items = {0};
	XPT_FREE bool *is_taken = xpt_alloc(pci->n * sizeof(*is_taken));
	struct select s = {pci, filter, data, is_taken, {0}};

	xpt_strv_split(&items, text, ',');
	if (!items.n)
		return xpt_err_set(err, XPT_USAGE, EINVAL, NULL, HINT_FORMS, "no device is named");
	if (items.n > MAX_ITEMS)
		return xpt_err_set(err, XPT_USAGE, E2BIG, NULL,
				   "name sets by vendor:device/all or by class",
				   "%zu devices are named, more than %d", items.n, MAX_ITEMS);
	for (size_t i = 0; i < items.n; i++) {
		int failed = take_item(&s, items.v[i], err);

		if (failed < 0) {
			xpt_bdfs_done(&s.out);
			return failed;
		}
	}
	*ret = s.out;
	return 0;
}
