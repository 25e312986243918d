/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every exchange that was recorded with a real xapi, through the code that talks to one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "../support/value_equal.h"
#include "codec/xml.h"
#include "codec/xmlrpc.h"
#include "host/http.h"

#define RECORDINGS "recordings/xapi-26.1.4"
#define EXCHANGES 141
#define MAX_SIZE (16u << 20)

/* A line of the index. */
struct exchange {
	struct xpt_strv cells; /* number and name, method, status, error code */
};

enum { NAME, METHOD, STATUS, CODE, CELLS };

struct recordings {
	struct xpt_host folder;
	struct exchange exchanges[EXCHANGES];
	size_t n;
};

/* "| a | b |" as its cells, without the blanks around them. */
static void split_row(const char *row, struct xpt_strv *cells)
{
	XPT_STRV parts = {0};

	xpt_strv_split(&parts, row, '|');
	for (size_t i = 1; i + 1 < parts.n; i++) {
		const char *cell = parts.v[i] + strspn(parts.v[i], " ");
		size_t len = strlen(cell);

		while (len && cell[len - 1] == ' ')
			len--;
		xpt_strv_take(cells, xpt_strndup(cell, len));
	}
}

static void read_index(struct recordings *r)
{
	XPT_FREE char *text = NULL;
	XPT_STRV rows = {0};

	assert_int_equal(xpt_fs_read_file(&r->folder, "INDEX.md", MAX_SIZE, &text, NULL, NULL), 0);
	xpt_strv_split(&rows, text, '\n');
	for (size_t i = 0; i < rows.n; i++) {
		if (!xpt_has_prefix(rows.v[i], "| "))
			continue;
		assert_true(r->n < EXCHANGES);
		split_row(rows.v[i], &r->exchanges[r->n].cells);
		assert_int_equal(r->exchanges[r->n].cells.n, CELLS);
		r->n++;
	}
}

static int setup(void **state)
{
	XPT_FREE char *path = xpt_corpus_shared(RECORDINGS);
	struct recordings *r;

	if (!path)
		return 0;
	r = xpt_alloc(sizeof(*r));
	assert_int_equal(xpt_host_open(path, &r->folder, NULL), 0);
	read_index(r);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct recordings *r = *state;

	for (size_t i = 0; r && i < r->n; i++)
		xpt_strv_done(&r->exchanges[i].cells);
	if (r)
		xpt_host_close(&r->folder);
	free(r);
	return 0;
}

static void the_index_names_all_of_them(void **state)
{
	struct recordings *r = *state;

	if (!r)
		skip();
	assert_int_equal(r->n, EXCHANGES);
}

static char *read_request(const struct recordings *r, const struct exchange *e, size_t *ret_len)
{
	XPT_FREE char *name = xpt_fmt("%s.request.xml", e->cells.v[NAME]);
	char *bytes;

	assert_int_equal(xpt_fs_read_file(&r->folder, name, MAX_SIZE, &bytes, ret_len, NULL), 0);
	return bytes;
}

static void every_request_is_read_and_survives_a_round_trip(void **state)
{
	struct recordings *r = *state;

	if (!r)
		skip();
	for (size_t i = 0; i < r->n; i++) {
		struct exchange *e = &r->exchanges[i];
		struct xpt_call call, back;
		XPT_FREE char *bytes = NULL;
		XPT_STR written = {0};
		size_t len;

		bytes = read_request(r, e, &len);
		assert_int_equal(xpt_xmlrpc_parse_call(bytes, len, &call, NULL), 0);
		assert_string_equal(call.method, e->cells.v[METHOD]);
		xpt_xmlrpc_write_call(&written, call.method, call.params);
		assert_int_equal(xpt_xmlrpc_parse_call(written.s, written.len, &back, NULL), 0);
		assert_true(xpt_value_equal(call.params, back.params));
		xpt_call_done(&call);
		xpt_call_done(&back);
	}
}

/* The reply of an exchange as the client would get it from its connection. */
static struct xpt_http_reply read_reply(const struct recordings *r, const struct exchange *e)
{
	XPT_FREE char *name = xpt_fmt("%s.response.http", e->cells.v[NAME]);
	struct xpt_http_reply reply = {0};
	struct xpt_http h;

	xpt_http_init(&h, openat(r->folder.root_fd, name, O_RDONLY | O_CLOEXEC), "xapi", 1000);
	assert_true(h.fd >= 0);
	assert_int_equal(xpt_http_read_reply(&h, MAX_SIZE, &reply, NULL), 0);
	assert_int_equal(h.start, h.end);
	xpt_http_done(&h);
	return reply;
}

static void check_success(const struct exchange *e, const struct xpt_value *v)
{
	XPT_VALUE *back = NULL;
	XPT_STR written = {0};

	assert_string_equal(e->cells.v[STATUS], "Success");
	xpt_xmlrpc_write_success(&written, v);
	assert_int_equal(xpt_xmlrpc_parse_response(written.s, written.len, &back, NULL), 0);
	assert_true(xpt_value_equal(v, back));
}

static void check_failure(const struct exchange *e, const struct xpt_err *err)
{
	XPT_STR written = {0};
	XPT_ERR back = XPT_ERR_INIT;
	struct xpt_value *v = NULL;

	assert_string_equal(e->cells.v[STATUS], "Failure");
	assert_int_equal(err->code, XPT_XAPI);
	assert_string_equal(err->subject, e->cells.v[CODE]);
	xpt_xmlrpc_write_failure(&written, &err->detail);
	assert_true(xpt_xmlrpc_parse_response(written.s, written.len, &v, &back) < 0);
	assert_int_equal(back.detail.n, err->detail.n);
	for (size_t i = 0; i < back.detail.n; i++)
		assert_string_equal(back.detail.v[i], err->detail.v[i]);
}

static void every_reply_is_read_as_the_index_says(void **state)
{
	struct recordings *r = *state;

	if (!r)
		skip();
	for (size_t i = 0; i < r->n; i++) {
		struct exchange *e = &r->exchanges[i];
		XPT_HTTP_REPLY reply = read_reply(r, e);
		XPT_VALUE *v = NULL;
		XPT_ERR err = XPT_ERR_INIT;

		assert_int_equal(reply.status, 200);
		if (xpt_xmlrpc_parse_response(reply.body.s, reply.body.len, &v, &err) == 0)
			check_success(e, v);
		else
			check_failure(e, &err);
	}
}

static void check_database(const struct recordings *r, const char *name)
{
	XPT_FREE char *bytes = NULL;
	XPT_XML *doc = NULL;
	const struct xpt_xml_node *table, *row;
	size_t len, n_vms = 0;

	assert_int_equal(xpt_fs_read_file(&r->folder, name, MAX_SIZE, &bytes, &len, NULL), 0);
	assert_int_equal(xpt_xml_parse(bytes, len, 4, &doc, NULL), 0);
	table = xpt_xml_child(xpt_xml_root(doc), "table");
	for (; table; table = xpt_xml_next(table, "table")) {
		if (!xpt_streq(xpt_xml_attr(table, "name"), "VM"))
			continue;
		for (row = xpt_xml_child(table, "row"); row; row = xpt_xml_next(row, "row")) {
			assert_non_null(xpt_xml_attr(row, "uuid"));
			n_vms++;
		}
	}
	assert_true(n_vms > 0);
}

static void both_database_files_are_read(void **state)
{
	struct recordings *r = *state;

	if (!r)
		skip();
	check_database(r, "state-before.db.xml");
	check_database(r, "state-after.db.xml");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_index_names_all_of_them),
		cmocka_unit_test(every_request_is_read_and_survives_a_round_trip),
		cmocka_unit_test(every_reply_is_read_as_the_index_says),
		cmocka_unit_test(both_database_files_are_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
