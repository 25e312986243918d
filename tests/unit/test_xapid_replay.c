/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a real xapi was recorded to answer, asked of the test xapi in the same order.
 *
 * Names that are made on the way (references, uuids) differ: each is learnt where it first stands
 * in an answer, and put into the requests that follow. Sets are compared without their order,
 * times need only be times.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xapid_pool.h"

#include "codec/xmlrpc.h"
#include "corpus.h"
#include "tree.h"

#define HOST_UUID "1d1c1d1c-0000-4000-8000-0000000000aa"
#define VM_A "OpaqueRef:2cad1d8a-b99b-9a89-c0c0-968d511d9986"
#define SETTLE_STEPS 500
#define SETTLE_STEP_US 10000
#define RECORDINGS "recordings/xapi-26.1.4"

/* ---- what is not replayed, and why ---- */

static const struct exception {
	int first, last;
	const char *why;
} EXCHANGES[] = {
	{24, 24, "messages lie in files beside the database, which were not recorded"},
	{45, 45, "PUSB.set_passthrough_enabled is not served"},
	{47, 50, "VUSBs cannot be made"},
	{52, 56, "VUSBs cannot be made"},
	{58, 58, "VUSBs cannot be made"},
	{68, 68, "the recording's domains have no type, because nothing was under it"},
	{72, 74, "the recording's simulator gives one device to two domains, Xen does not"},
	{77, 77, "PUSB.scan is not served"},
	{78, 88, "PGPU's own methods are not served"},
	{90, 92, "VGPUs cannot be made"},
};

static const struct {
	const char *key, *why;
} FIELDS[] = {
	{"memory_target", "the recording's simulator tells no memory of domains"},
	{"session", "other daemons of the recorded host had sessions"},
	{"passthrough_enabled", "45 was not replayed"},
	{"token", "generations depend on every write that went before"},
};

static const char *not_replayed(int number)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(EXCHANGES); i++)
		if (number >= EXCHANGES[i].first && number <= EXCHANGES[i].last)
			return EXCHANGES[i].why;
	return NULL;
}

static bool is_compared(const char *key)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(FIELDS); i++)
		if (!strcmp(FIELDS[i].key, key))
			return false;
	return true;
}

/* ---- names ---- */

struct replay {
	struct pool pool; /* one host, of the recording */
	char *dir;        /* the recordings */
	char *database;   /* text of what was there before */
	struct xpt_strv theirs, ours;
	struct xpt_str complaint; /* of the exchange at hand */
};

static bool is_uuid(const char *s)
{
	static const char SHAPE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (xpt_has_prefix(s, "OpaqueRef:"))
		s += strlen("OpaqueRef:");
	for (size_t i = 0; SHAPE[i]; i++)
		if (SHAPE[i] == '-' ? s[i] != '-' : !s[i] || !strchr("0123456789abcdef", s[i]))
			return false;
	return s[strlen(SHAPE)] == '\0';
}

/* Our name for one of theirs; the same when none was learnt. */
static const char *translate(const struct replay *r, const char *theirs)
{
	for (size_t i = 0; i < r->theirs.n; i++)
		if (!strcmp(r->theirs.v[i], theirs))
			return r->ours.v[i];
	return theirs;
}

static bool learn(struct replay *r, const char *theirs, const char *ours)
{
	if (!is_uuid(theirs) || !is_uuid(ours) || strstr(r->database, theirs) ||
	    strcmp(translate(r, theirs), theirs))
		return false;
	xpt_strv_add(&r->theirs, theirs);
	xpt_strv_add(&r->ours, ours);
	return true;
}

static char *replace_all(const char *text, const char *from, const char *to)
{
	struct xpt_str out = {0};
	const char *hit;

	while ((hit = strstr(text, from))) {
		xpt_str_addn(&out, text, (size_t)(hit - text));
		xpt_str_add(&out, to);
		text = hit + strlen(from);
	}
	xpt_str_add(&out, text);
	return xpt_str_take(&out);
}

static char *translate_all(const struct replay *r, const char *text)
{
	char *now = xpt_strdup(text);

	for (size_t i = 0; i < r->theirs.n; i++) {
		char *next = replace_all(now, r->theirs.v[i], r->ours.v[i]);

		free(now);
		now = next;
	}
	return now;
}

/* ---- comparing ---- */

static void compare(struct replay *r, const char *path, const struct xpt_value *theirs,
		    const struct xpt_value *ours);

static void complain(struct replay *r, const char *path, const char *theirs, const char *ours)
{
	xpt_str_addf(&r->complaint, "%s: recorded \"%.200s\", got \"%.200s\"\n", path, theirs,
		     ours);
}

static void compare_text(struct replay *r, const char *path, const struct xpt_value *theirs,
			 const struct xpt_value *ours)
{
	if (theirs->is_date && ours->is_date &&
	    xpt_has_prefix(theirs->str, "1970") == xpt_has_prefix(ours->str, "1970"))
		return;
	if (theirs->is_date == ours->is_date &&
	    (!strcmp(translate(r, theirs->str), ours->str) || learn(r, theirs->str, ours->str)))
		return;
	complain(r, path, theirs->str, ours->str);
}

static void compare_struct(struct replay *r, const char *path, const struct xpt_value *theirs,
			   const struct xpt_value *ours)
{
	if (theirs->n != ours->n)
		complain(r, path, "a number of members", "another one");
	for (size_t i = 0; i < theirs->n; i++) {
		XPT_FREE char *below = xpt_fmt("%s/%s", path, theirs->key[i]);
		const struct xpt_value *v = xpt_value_get(ours, translate(r, theirs->key[i]));

		if (!is_compared(theirs->key[i]))
			continue;
		if (v)
			compare(r, below, theirs->item[i], v);
		else
			complain(r, below, "a member", "none");
	}
}

static bool is_strings(const struct xpt_value *array)
{
	for (size_t i = 0; i < array->n; i++)
		if (!xpt_value_text(array->item[i]))
			return false;
	return true;
}

static char *sorted_text(const struct replay *r, const struct xpt_value *set)
{
	XPT_STRV list = {0};

	for (size_t i = 0; i < set->n; i++)
		xpt_strv_add(&list, translate(r, set->item[i]->str));
	xpt_strv_sort(&list);
	return xpt_strv_join(&list, " ");
}

static void compare_array(struct replay *r, const char *path, const struct xpt_value *theirs,
			  const struct xpt_value *ours)
{
	if (is_strings(theirs) && is_strings(ours)) {
		XPT_FREE char *a = sorted_text(r, theirs);
		XPT_FREE char *b = sorted_text(r, ours);

		if (strcmp(a, b))
			complain(r, path, a, b);
		return;
	}
	if (theirs->n != ours->n) {
		complain(r, path, "a number of items", "another one");
		return;
	}
	for (size_t i = 0; i < theirs->n; i++)
		compare(r, path, theirs->item[i], ours->item[i]);
}

static void compare(struct replay *r, const char *path, const struct xpt_value *theirs,
		    const struct xpt_value *ours)
{
	if (theirs->type != ours->type)
		complain(r, path, "a type", "another one");
	else if (theirs->type == XPT_V_STRUCT)
		compare_struct(r, path, theirs, ours);
	else if (theirs->type == XPT_V_ARRAY)
		compare_array(r, path, theirs, ours);
	else if (theirs->str)
		compare_text(r, path, theirs, ours);
	else if (theirs->num != ours->num)
		complain(r, path, "a number", "another one");
}

/* What a plugin's parser says about garbage is its own affair. */
static bool is_parser_message(const struct xpt_strv *description, size_t i)
{
	return i == 3 && !strcmp(description->v[1], "failed to parse plugin output");
}

static void compare_failure(struct replay *r, const struct xpt_err *theirs,
			    const struct xpt_err *ours)
{
	if (theirs->code != ours->code || theirs->detail.n != ours->detail.n) {
		complain(r, "failure", theirs->sentence, ours->sentence ? ours->sentence : "none");
		return;
	}
	for (size_t i = 0; i < theirs->detail.n; i++)
		if (strcmp(translate(r, theirs->detail.v[i]), ours->detail.v[i]) &&
		    !is_parser_message(&theirs->detail, i))
			complain(r, "failure", theirs->detail.v[i], ours->detail.v[i]);
}

/* Status line and headers but for the length, which depends on how empty elements are written. */
static void compare_head(struct replay *r, const char *theirs, const char *ours)
{
	XPT_STRV a = {0};
	XPT_STRV b = {0};

	xpt_strv_split(&a, theirs, '\n');
	xpt_strv_split(&b, ours, '\n');
	for (size_t i = 0; i < a.n && i < b.n && strcmp(a.v[i], "\r"); i++)
		if (strcmp(a.v[i], b.v[i]) && !xpt_has_prefix(a.v[i], "content-length"))
			complain(r, "head", a.v[i], b.v[i]);
}

static void compare_reply(struct replay *r, const char *theirs, const char *ours)
{
	const char *a = strstr(theirs, "\r\n\r\n"), *b = strstr(ours, "\r\n\r\n");
	XPT_VALUE *their_value = NULL;
	XPT_VALUE *our_value = NULL;
	XPT_ERR their_err = XPT_ERR_INIT;
	XPT_ERR our_err = XPT_ERR_INIT;

	assert_non_null(a);
	if (!b) {
		complain(r, "reply", "HTTP", ours);
		return;
	}
	compare_head(r, theirs, ours);
	if (xpt_xmlrpc_parse_response(a + 4, strlen(a + 4), &their_value, &their_err))
		their_value = NULL;
	if (xpt_xmlrpc_parse_response(b + 4, strlen(b + 4), &our_value, &our_err))
		our_value = NULL;
	if (!their_value && !our_value)
		compare_failure(r, &their_err, &our_err);
	else if (!their_value || !our_value)
		complain(r, "outcome", their_value ? "success" : their_err.sentence,
			 our_value ? "success" : our_err.sentence);
	else
		compare(r, "", their_value, our_value);
}

/* ---- replaying ---- */

static char *read_recording(const struct replay *r, const char *name)
{
	size_t cap = 1u << 20;
	char *text = xpt_alloc(cap);
	ssize_t n = xpt_tree_read(AT_FDCWD, text, cap - 1, "%s/%s", r->dir, name);

	assert_true(n > 0);
	return text;
}

static char *post(struct replay *r, const char *body)
{
	return xapid_world_post(r->pool.w, 0, "xapi", body);
}

/* Between the saved database and the first exchange vm-a was given two devices and started. */
static void prepare_vm(struct replay *r)
{
	pool_log_in(&r->pool);
	assert_string_equal(pool_ask(&r->pool, "VM.add_to_other_config", VM_A, "pci",
				     "0/0000:5e:00.0,0/0000:5e:00.1"),
			    "");
	assert_string_equal(pool_start(&r->pool, VM_A), "");
	assert_string_equal(pool_ask(&r->pool, "session.logout"), "");
}

static void make_plugins(struct xapid_world *w)
{
#define FAILURE(strings) \
	"<methodResponse><params><param><value><struct><member><name>Status</name>" \
	"<value>Failure</value></member><member><name>ErrorDescription</name>" \
	"<value><array><data>" strings "</data></array></value></member></struct></value></param>" \
	"</params></methodResponse>"
	xapid_world_plugin(w, 0, "echo",
			   "case $1 in *'<name>a</name>'*) a=\"{'a': 'b'}\" ;; *) a={} ;; "
			   "esac\n" XAPID_PLUGIN_ANSWER("args were: $a"));
	xapid_world_plugin(w, 0, "t_failure",
			   "echo '" FAILURE("<value>MY_ERR</value><value>p1</value>"
					    "<value>p2</value>") "'\n");
	xapid_world_plugin(w, 0, "t_int",
			   "echo '" XAPID_PLUGIN_SUCCESS("<value><int>5</int></value>") "'\n");
	xapid_world_plugin(w, 0, "t_exit3", "echo out; echo err >&2; exit 3\n");
	xapid_world_plugin(w, 0, "t_signal", "echo out; echo err >&2; kill -KILL $$\n");
	xapid_world_plugin(w, 0, "t_exit_ok_garbage", "echo garbage\n");
	xapid_world_plugin(w, 0, "t_fault",
			   "echo '<methodResponse><fault><value><struct><member>"
			   "<name>faultCode</name><value><int>42</int></value></member>"
			   "<member><name>faultString</name><value>oops</value></member>"
			   "</struct></value></fault></methodResponse>'\n");
}

static int setup(void **state)
{
	static const char *const UUID[] = {HOST_UUID};
	struct replay *r = xpt_alloc(sizeof(*r));
	XPT_FREE char *pool = NULL;

	*state = r;
	r->dir = xpt_corpus_shared(RECORDINGS);
	if (!r->dir)
		return 0;
	r->pool.w = xapid_world_new(1);
	r->database = read_recording(r, "state-before.db.xml");
	xapid_world_device(r->pool.w, 0, "0000:5e:00.0", "nvidia");
	xapid_world_device(r->pool.w, 0, "0000:5e:00.1", NULL);
	make_plugins(r->pool.w);
	pool = xpt_fmt("%s/state-before.db.xml", r->dir);
	xapid_world_serve(r->pool.w, pool, UUID, NULL);
	return 0;
}

static int teardown(void **state)
{
	struct replay *r = *state;

	if (r->pool.w)
		xapid_world_free(r->pool.w);
	pool_done(&r->pool);
	free(r->dir);
	free(r->database);
	xpt_strv_done(&r->theirs);
	xpt_strv_done(&r->ours);
	xpt_str_done(&r->complaint);
	free(r);
	return 0;
}

/* The reply to a request; one about a task that still runs is asked again. Caller frees. */
static char *post_until_settled(struct replay *r, const char *request)
{
	char *reply = post(r, request);

	for (int i = 0; i < SETTLE_STEPS && strstr(reply, "<value>pending</value>"); i++) {
		usleep(SETTLE_STEP_US);
		free(reply);
		reply = post(r, request);
	}
	return reply;
}

/* Returns whether the exchange differs, after saying how. */
static bool replay_one(struct replay *r, const char *request_name)
{
	XPT_FREE char *reply_name = replace_all(request_name, ".request.xml", ".response.http");
	XPT_FREE char *recorded = read_recording(r, request_name);
	XPT_FREE char *request = translate_all(r, recorded);
	XPT_FREE char *theirs = read_recording(r, reply_name);
	XPT_FREE char *ours = post_until_settled(r, request);

	xpt_str_done(&r->complaint);
	compare_reply(r, theirs, ours);
	if (r->complaint.len)
		print_error("%s\n%s", request_name, r->complaint.s);
	return r->complaint.len;
}

static void every_recorded_exchange_is_answered_alike(void **state)
{
	struct replay *r = *state;
	XPT_STRV names = {0};
	size_t replayed = 0, differ = 0, left_out = 0;

	if (!r->dir)
		skip();
	prepare_vm(r);
	assert_int_equal(xpt_tree_names(AT_FDCWD, &names, "%s", r->dir), 0);
	for (size_t i = 0; i < names.n; i++) {
		if (!xpt_has_suffix(names.v[i], ".request.xml"))
			continue;
		if (not_replayed(atoi(names.v[i]))) {
			left_out++;
			continue;
		}
		replayed++;
		differ += replay_one(r, names.v[i]);
	}
	print_message("%zu exchanges replayed, %zu left out\n", replayed, left_out);
	assert_true(replayed > 100);
	assert_int_equal(differ, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_recorded_exchange_is_answered_alike, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
