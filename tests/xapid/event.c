/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.from. Source: xen-api ocaml/xapi/xapi_event.ml. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "xapid.h"

#define DAY_MS (24ull * 3600 * 1000)
#define TOKEN_FORMAT "%020llu,%020llu"

struct poll_result {
	struct xpt_value *events;
	uint64_t newest;
};

static char *lower(const char *text)
{
	char *copy = xpt_strdup(text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* Does one of the subscriptions ("*", "vm", "task/OpaqueRef:...") cover this object? */
static bool is_wanted(const struct xpt_value *classes, const char *cls, const char *ref)
{
	XPT_FREE char *object = xpt_fmt("%s/%s", cls, ref);

	for (size_t i = 0; i < classes->n; i++) {
		XPT_FREE char *wanted = lower(classes->item[i]->str);
		XPT_FREE char *exact = lower(object);

		if (!strcmp(wanted, "*") || !strcmp(wanted, cls) || !strcmp(wanted, exact))
			return true;
	}
	return false;
}

static struct xpt_value *event(const char *cls, uint64_t id, const char *operation, const char *ref)
{
	struct xpt_value *e = xpt_value_struct();
	XPT_FREE char *number = xpt_fmt("%llu", (unsigned long long)id);

	xpt_value_put(e, "id", xpt_value_str(number));
	xpt_value_put(e, "timestamp", xpt_value_str("0.0"));
	xpt_value_put(e, "class", xpt_value_str(cls));
	xpt_value_put(e, "operation", xpt_value_str(operation));
	xpt_value_put(e, "ref", xpt_value_str(ref));
	return e;
}

static void note(struct poll_result *r, uint64_t when)
{
	if (when > r->newest)
		r->newest = when;
}

static void add_row(struct poll_result *r, const struct xd_call *c, const char *cls,
		    const struct xd_row *row)
{
	bool is_new = !c->since || row->ctime > c->since;
	struct xpt_value *e;

	note(r, row->mtime);
	if (c->since && row->mtime <= c->since)
		return;
	e = event(cls, row->ctime, is_new ? "add" : "mod", row->ref);
	xpt_value_put(e, "snapshot", xd_record(row));
	xpt_value_push(r->events, e);
}

static void collect(struct poll_result *r, const struct xd_call *c)
{
	const struct xpt_value *classes = xd_call_arg(c, 1);
	const struct xd_db *db = &c->x->db;

	for (size_t t = 0; t < db->n; t++) {
		const struct xd_table *table = db->table[t];
		XPT_FREE char *cls = lower(table->name);

		for (size_t i = 0; table->cls && i < table->n; i++)
			if (is_wanted(classes, cls, table->row[i]->ref))
				add_row(r, c, cls, table->row[i]);
	}
	for (size_t i = 0; i < db->n_gone; i++) {
		const struct xd_tombstone *grave = &db->gone[i];
		XPT_FREE char *cls = lower(grave->cls ? grave->cls->name : "");

		if (!c->since || grave->died <= c->since || grave->ctime > c->since ||
		    !is_wanted(classes, cls, grave->ref))
			continue;
		note(r, grave->died);
		xpt_value_push(r->events, event(cls, grave->died, "del", grave->ref));
	}
}

/* Messages are no objects of xapi's database: it counts none. */
static struct xpt_value *valid_ref_counts(const struct xd_db *db)
{
	struct xpt_value *counts = xpt_value_struct();

	for (size_t i = db->n; i-- > 0;) {
		const struct xd_table *table = db->table[i];
		XPT_FREE char *cls = lower(table->name);
		bool is_message = !strcmp(cls, "message");

		xpt_value_put(counts, cls, xpt_value_int(is_message ? 0 : (long long)table->n));
	}
	return counts;
}

static struct xpt_value *answer(const struct xd_call *c, const struct poll_result *r)
{
	struct xpt_value *batch = xpt_value_struct();
	XPT_FREE char *token = xpt_fmt(TOKEN_FORMAT, (unsigned long long)r->newest, 0ull);

	xpt_value_put(batch, "events", r->events);
	xpt_value_put(batch, "valid_ref_counts", valid_ref_counts(&c->x->db));
	xpt_value_put(batch, "token", xpt_value_str(token));
	return batch;
}

/* Set the outcome if there are events, or must_answer. */
static bool try_answer(struct xd_call *c, bool must_answer)
{
	struct poll_result r = {xpt_value_array(), c->since};

	collect(&r, c);
	if (!r.events->n && !must_answer) {
		xpt_value_free(r.events);
		return false;
	}
	xd_call_ok(c, answer(c, &r));
	return true;
}

static bool read_token(struct xd_call *c, const char *token)
{
	unsigned long long generation = 0, messages = 0;

	if (*token && sscanf(token, "%20llu,%20llu", &generation, &messages) != 2) {
		xd_call_fail(c, "EVENT_FROM_TOKEN_PARSE_FAILURE", token, NULL);
		return false;
	}
	c->since = generation;
	return true;
}

static unsigned long long timeout_ms(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	return end == text || !(seconds >= 0 && seconds < 86400)
		       ? DAY_MS
		       : (unsigned long long)(seconds * 1000);
}

static void from(struct xd_call *c)
{
	XPT_FREE char *why = NULL;
	XPT_FREE char *timeout = xd_record_from(XD_FLOAT, xd_call_arg(c, 3), &why);

	if (!read_token(c, xd_call_text(c, 2)))
		return;
	c->deadline_ms = xd_clock_ms() + timeout_ms(timeout);
	if (try_answer(c, false))
		return;
	c->is_pending = true;
	c->next = c->x->waiting;
	c->x->waiting = c;
}

void xd_event_wake(struct xd *x)
{
	struct xd_call **at = &x->waiting;

	while (*at) {
		struct xd_call *c = *at;

		if (!try_answer(c, !c->conn || xd_clock_ms() >= c->deadline_ms)) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		xd_call_finish(c);
		at = &x->waiting; /* finishing wakes others, too */
	}
}

int xd_event_timeout(const struct xd *x)
{
	unsigned long long now = xd_clock_ms(), first = now + DAY_MS;

	for (const struct xd_call *c = x->waiting; c; c = c->next)
		if (c->deadline_ms < first)
			first = c->deadline_ms;
	if (!x->waiting)
		return -1;
	return first > now ? (int)(first - now) : 0;
}

const struct xd_method xd_event_methods[] = {
	{"event.from", "Ssf", XD_ROLE_READ_ONLY, from, {0}},
	{NULL, NULL, XD_ROLE_READ_ONLY, NULL, {0}},
};
