/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cmocka.h>

#include "../support/file.h"
#include "../support/scratch.h"
#include "../support/script_server.h"
#include "host/xapi.h"

#define TIMEOUT_MS 3000
#define SHORT_MS 100

struct world {
	struct xpt_host host;
	struct xpt_script *server;
	struct xpt_strv texts; /* what steps point into */
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_script_stop(w->server);
	xpt_strv_done(&w->texts);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

static const char *keep_text(struct world *w, char *text)
{
	xpt_strv_take(&w->texts, text);
	return text;
}

static struct xpt_script_step answer(struct world *w, const char *text)
{
	return (struct xpt_script_step){.reply = keep_text(w, xpt_script_success(text, true))};
}

static struct xpt_script_step answer_and_close(struct world *w, const char *text)
{
	return (struct xpt_script_step){.reply = keep_text(w, xpt_script_success(text, false)),
					.then = XPT_SCRIPT_CLOSE};
}

static struct xpt_script_step raw(const char *reply, enum xpt_script_then then)
{
	return (struct xpt_script_step){.reply = reply, .then = then};
}

static void serve(struct world *w, const struct xpt_script_step *steps, size_t n)
{
	w->server = xpt_script_start(w->host.root, steps, n);
}

/* A client that brings a session, so that the first step is its first call. */
static struct xpt_xapi *open_with_session(struct world *w, unsigned timeout_ms)
{
	struct xpt_xapi *x = NULL;

	assert_int_equal(xpt_xapi_open(&w->host, "OpaqueRef:caller", timeout_ms, &x, NULL), 0);
	return x;
}

/* Call VM.start; the text of the answer, or NULL with err filled. Caller frees. */
static char *call_start(struct xpt_xapi *x, struct xpt_err *err)
{
	XPT_VALUE *v = NULL;

	if (xpt_xapi_calls(x, "VM.start", XPT_XAPI_STRS("OpaqueRef:vm"), &v, err) < 0) {
		assert_null(v);
		return NULL;
	}
	return xpt_strdup(xpt_value_text(v));
}

static void expect_answer(struct xpt_xapi *x, const char *expected)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_FREE char *text = call_start(x, &err);

	if (!text)
		fail_msg("%s", err.sentence);
	assert_string_equal(text, expected);
}

static void expect_error(struct xpt_xapi *x, enum xpt_code code, const char *part)
{
	XPT_ERR err = XPT_ERR_INIT;
	XPT_FREE char *text = call_start(x, &err);

	assert_null(text);
	if (err.code != code || !strstr(err.sentence, part))
		fail_msg("%s: %s", xpt_code_name(err.code), err.sentence);
	assert_true(xpt_has_prefix(err.sentence, "VM.start: "));
	assert_non_null(err.hint);
}

/* ---- sessions ---- */

static void without_a_session_the_client_logs_in_and_out(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "OpaqueRef:mine"), answer(w, "done"),
					  answer(w, "")};
	const struct xpt_script_log *log;
	struct xpt_xapi *x = NULL;

	serve(w, steps, 3);
	log = xpt_script_log(w->server);
	assert_int_equal(xpt_xapi_open(&w->host, "", TIMEOUT_MS, &x, NULL), 0);
	expect_answer(x, "done");
	xpt_xapi_close(x);
	assert_int_equal(log->n_requests, 3);
	assert_string_equal(log->method[0], "session.login_with_password");
	assert_string_equal(log->method[1], "VM.start");
	assert_string_equal(log->first_param[1], "OpaqueRef:mine");
	assert_string_equal(log->method[2], "session.logout");
	assert_string_equal(log->first_param[2], "OpaqueRef:mine");
	assert_int_equal(log->n_accepted, 1);
}

static void a_callers_session_is_used_and_not_logged_out(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "done"), answer(w, "too much")};
	struct xpt_xapi *x;

	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_answer(x, "done");
	xpt_xapi_close(x);
	assert_int_equal(xpt_script_log(w->server)->n_requests, 1);
	assert_string_equal(xpt_script_log(w->server)->first_param[0], "OpaqueRef:caller");
}

static void a_login_that_gives_no_session_fails(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "")};
	struct xpt_xapi *x = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	serve(w, steps, 1);
	assert_true(xpt_xapi_open(&w->host, NULL, TIMEOUT_MS, &x, &err) < 0);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_null(x);
}

static void the_request_is_http_as_xapi_wants_it(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "done")};
	XPT_XAPI_CLIENT *x = NULL;
	const char *head;

	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	expect_answer(x, "done");
	head = xpt_script_log(w->server)->head[0];
	assert_true(xpt_has_prefix(head, "POST / HTTP/1.1\r\n"));
	assert_non_null(strstr(head, "\r\nHost: "));
	assert_non_null(strstr(head, "\r\nUser-Agent: xe-passthrough/"));
	assert_non_null(strstr(head, "\r\nContent-Type: text/xml"));
}

/* ---- answers ---- */

static void any_kind_of_body_is_read(void **state)
{
	static const char body[] =
		"<methodResponse><params><param><value><struct><member><name>Status</name>"
		"<value>Success</value></member><member><name>Value</name><value>ok</value>"
		"</member></struct></value></param></params></methodResponse>";
	struct world *w = *state;
	char *chunked = xpt_fmt("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				"10\r\n%.16s\r\n%zx\r\n%s\r\n0\r\n\r\n",
				body, sizeof(body) - 1 - 16, body + 16);
	char *until_close = xpt_fmt("HTTP/1.1 200 OK\r\n\r\n%s", body);
	struct xpt_script_step steps[] = {raw(keep_text(w, chunked), XPT_SCRIPT_KEEP),
					  raw(keep_text(w, until_close), XPT_SCRIPT_CLOSE),
					  answer_and_close(w, "ok")};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 3);
	x = open_with_session(w, TIMEOUT_MS);
	for (int i = 0; i < 3; i++)
		expect_answer(x, "ok");
	assert_int_equal(xpt_script_log(w->server)->n_accepted, 2);
}

static void an_answer_of_many_megabytes_is_read(void **state)
{
	enum { SIZE = 20 << 20 };
	struct world *w = *state;
	XPT_FREE char *large = xpt_alloc(SIZE + 1);
	struct xpt_script_step steps[1];
	XPT_XAPI_CLIENT *x = NULL;
	XPT_FREE char *text = NULL;

	memset(large, 'x', SIZE);
	steps[0] = answer(w, large);
	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	text = call_start(x, NULL);
	assert_int_equal(strlen(text), SIZE);
}

static void a_slow_answer_is_read_when_no_single_wait_is_too_long(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "slow")};
	XPT_XAPI_CLIENT *x = NULL;

	steps[0].drip_us = 1000;
	serve(w, steps, 1);
	x = open_with_session(w, SHORT_MS);
	expect_answer(x, "slow");
}

static void an_error_of_xapi_carries_its_code(void **state)
{
	struct world *w = *state;
	XPT_STRV description = {0};
	XPT_STR body = {0};
	struct xpt_script_step steps[2];
	XPT_XAPI_CLIENT *x = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	xpt_strv_add(&description, "MAP_DUPLICATE_KEY");
	xpt_strv_add(&description, "VM");
	xpt_xmlrpc_write_failure(&body, &description);
	steps[0] = raw(keep_text(w, xpt_script_http(body.s, true)), XPT_SCRIPT_KEEP);
	steps[1] = answer(w, "fine");
	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	assert_null(call_start(x, &err));
	assert_true(xpt_xapi_is_error(&err, "MAP_DUPLICATE_KEY"));
	assert_false(xpt_xapi_is_error(&err, "UUID_INVALID"));
	assert_string_equal(err.subject, "MAP_DUPLICATE_KEY");
	assert_string_equal(err.detail.v[1], "VM");
	expect_answer(x, "fine");
}

static void only_xapis_errors_have_its_codes(void **state XPT_UNUSED)
{
	XPT_ERR err = XPT_ERR_INIT;

	assert_false(xpt_xapi_is_error(NULL, "X"));
	assert_false(xpt_xapi_is_error(&err, "X"));
	xpt_err_set(&err, XPT_SYSTEM, EIO, "X", NULL, "X");
	assert_false(xpt_xapi_is_error(&err, "X"));
}

static void parameters_of_any_type_follow_the_session(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "")};
	struct xpt_value *params = xpt_value_push(xpt_value_array(), xpt_value_bool(true));
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	assert_int_equal(xpt_xapi_call(x, "task.set_progress", params, NULL, NULL), 0);
	assert_string_equal(xpt_script_log(w->server)->first_param[0], "OpaqueRef:caller");
}

/* ---- what goes wrong ---- */

static void expect_open_error(struct world *w, enum xpt_code code, const char *part)
{
	struct xpt_xapi *x = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_true(xpt_xapi_open(&w->host, NULL, SHORT_MS, &x, &err) < 0);
	assert_null(x);
	if (err.code != code || !strstr(err.sentence, part))
		fail_msg("%s: %s", xpt_code_name(err.code), err.sentence);
	assert_non_null(strstr(err.hint, "xe-toolstack-restart"));
}

static void an_absent_socket_is_a_toolstack_that_does_not_answer(void **state)
{
	struct world *w = *state;

	expect_open_error(w, XPT_SYSTEM, "not answering: there is no socket");
	xpt_scratch_mkdir(&w->host, "/var/lib/xcp");
	expect_open_error(w, XPT_SYSTEM, "not answering: there is no socket");
}

static void a_socket_that_nobody_listens_on_is_named(void **state)
{
	struct world *w = *state;
	XPT_FREE char *path = NULL;

	serve(w, NULL, 0);
	xpt_script_stop(XPT_TAKE(w->server));
	path = xpt_host_path(&w->host, XPT_XAPI_SOCKET);
	expect_open_error(w, XPT_SYSTEM, "nobody listens on");
	expect_open_error(w, XPT_SYSTEM, path);
}

static void a_toolstack_that_takes_no_connections_is_given_up(void **state)
{
	struct world *w = *state;
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	XPT_CLOSE int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	XPT_CLOSE int first = socket(AF_UNIX, SOCK_STREAM, 0);

	xpt_scratch_mkdir(&w->host, "/var/lib/xcp");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/proc/self/fd/%d" XPT_XAPI_SOCKET,
		 w->host.root_fd);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(connect(first, (struct sockaddr *)&addr, sizeof(addr)), 0);
	expect_open_error(w, XPT_TIMEOUT, "no connection");
}

static void a_silent_toolstack_is_a_timeout_and_is_not_logged_out_of(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "OpaqueRef:mine"), raw(NULL, XPT_SCRIPT_HANG)};
	struct xpt_xapi *x = NULL;

	serve(w, steps, 2);
	assert_int_equal(xpt_xapi_open(&w->host, NULL, SHORT_MS, &x, NULL), 0);
	expect_error(x, XPT_TIMEOUT, "silent for 0.1 seconds");
	xpt_xapi_close(x);
	assert_int_equal(xpt_script_log(w->server)->n_requests, 2);
	assert_int_equal(xpt_script_log(w->server)->n_accepted, 1);
}

static void a_request_is_never_sent_twice(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {raw(NULL, XPT_SCRIPT_CLOSE), answer(w, "second")};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_error(x, XPT_SYSTEM, "closed the connection without an answer");
	assert_int_equal(xpt_script_log(w->server)->n_requests, 1);
	expect_answer(x, "second");
}

static void a_kept_connection_that_ends_after_the_request_is_not_retried(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "first"), raw(NULL, XPT_SCRIPT_CLOSE),
					  answer(w, "third")};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 3);
	x = open_with_session(w, TIMEOUT_MS);
	expect_answer(x, "first");
	expect_error(x, XPT_SYSTEM, "without an answer");
	assert_int_equal(xpt_script_log(w->server)->n_requests, 2);
	expect_answer(x, "third");
}

static void a_connection_that_ended_while_idle_is_made_anew(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {answer(w, "first"), answer(w, "second")};
	XPT_XAPI_CLIENT *x = NULL;

	steps[0].then = XPT_SCRIPT_CLOSE;
	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_answer(x, "first");
	assert_true(xpt_script_wait_closed(w->server, 1));
	expect_answer(x, "second");
	assert_int_equal(xpt_script_log(w->server)->n_requests, 2);
	assert_int_equal(xpt_script_log(w->server)->n_accepted, 2);
}

static void bytes_that_nobody_asked_for_end_the_connection(void **state)
{
	struct world *w = *state;
	char *chatty = xpt_script_success("first", true);
	struct xpt_script_step steps[] = {
		raw(keep_text(w, xpt_fmt("%sHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", chatty)),
		    XPT_SCRIPT_KEEP),
		answer(w, "second")};
	XPT_XAPI_CLIENT *x = NULL;

	keep_text(w, chatty);
	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_answer(x, "first");
	expect_answer(x, "second");
	assert_int_equal(xpt_script_log(w->server)->n_accepted, 2);
}

static void a_connection_that_is_closed_unread_is_an_error(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {{.unread = true}, {.unread = true}};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	assert_true(xpt_script_wait_closed(w->server, 1));
	expect_error(x, XPT_SYSTEM, "closed the connection");
	assert_int_equal(xpt_script_log(w->server)->n_accepted, 2);
}

static void an_answer_that_breaks_off_is_an_error(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {
		raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<methodResponse>",
		    XPT_SCRIPT_CLOSE)};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	expect_error(x, XPT_SYSTEM, "in the middle of its answer");
}

static void an_http_error_is_shown_with_its_status(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {
		raw("HTTP/1.1 500 Internal Error\r\ncontent-length: 6\r\nconnection: close\r\n\r\n"
		    "<html>",
		    XPT_SCRIPT_CLOSE),
		answer(w, "again")};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_error(x, XPT_SYSTEM, "HTTP status 500 Internal Error");
	expect_answer(x, "again");
}

static void what_is_not_http_is_refused(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {raw("SSH-2.0-OpenSSH_7.4\r\n", XPT_SCRIPT_CLOSE)};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	expect_error(x, XPT_MALFORMED, "does not speak HTTP");
}

static void what_is_not_xml_rpc_is_refused(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {
		raw(keep_text(w, xpt_script_http("<html>", true)), XPT_SCRIPT_KEEP),
		raw(keep_text(w, xpt_script_http("<html/>", true)), XPT_SCRIPT_KEEP)};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 2);
	x = open_with_session(w, TIMEOUT_MS);
	expect_error(x, XPT_MALFORMED, "not well-formed XML");
	expect_error(x, XPT_MALFORMED, "not XML-RPC");
}

static void a_request_that_xapi_would_not_take_is_not_sent(void **state)
{
	struct world *w = *state;
	XPT_FREE char *large = xpt_alloc(XPT_XAPI_MAX_REQUEST + 1);
	struct xpt_script_step steps[] = {answer(w, "small")};
	XPT_XAPI_CLIENT *x = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	memset(large, 'x', XPT_XAPI_MAX_REQUEST);
	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	assert_int_equal(xpt_xapi_calls(x, "a.b", XPT_XAPI_STRS(large), NULL, &err), -E2BIG);
	assert_int_equal(err.code, XPT_USAGE);
	expect_answer(x, "small");
}

static void an_error_may_be_unwanted(void **state)
{
	struct world *w = *state;
	struct xpt_script_step steps[] = {raw(NULL, XPT_SCRIPT_CLOSE)};
	XPT_XAPI_CLIENT *x = NULL;

	serve(w, steps, 1);
	x = open_with_session(w, TIMEOUT_MS);
	assert_int_equal(xpt_xapi_calls(x, "a.b", NULL, 0, NULL, NULL), -ECONNRESET);
}

static void a_root_deeper_than_a_socket_address_works(void **state)
{
	struct world *w = *state;
	XPT_STR deep = {0};
	struct xpt_script_step steps[] = {answer(w, "deep")};
	XPT_XAPI_CLIENT *x = NULL;
	XPT_HOST host = {.root_fd = -1};

	xpt_str_add(&deep, w->host.root);
	while (deep.len < 300)
		xpt_str_add(&deep, "/a-directory-with-a-long-name");
	assert_int_equal(xpt_file_mkdir(deep.s, NULL), 0);
	w->server = xpt_script_start(deep.s, steps, 1);
	assert_int_equal(xpt_host_open(deep.s, &host, NULL), 0);
	assert_int_equal(xpt_xapi_open(&host, "OpaqueRef:caller", TIMEOUT_MS, &x, NULL), 0);
	xpt_host_close(&host);
	expect_answer(x, "deep");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_session_the_client_logs_in_and_out),
		TEST(a_callers_session_is_used_and_not_logged_out),
		TEST(a_login_that_gives_no_session_fails),
		TEST(the_request_is_http_as_xapi_wants_it),
		TEST(any_kind_of_body_is_read),
		TEST(an_answer_of_many_megabytes_is_read),
		TEST(a_slow_answer_is_read_when_no_single_wait_is_too_long),
		TEST(an_error_of_xapi_carries_its_code),
		cmocka_unit_test(only_xapis_errors_have_its_codes),
		TEST(parameters_of_any_type_follow_the_session),
		TEST(an_absent_socket_is_a_toolstack_that_does_not_answer),
		TEST(a_socket_that_nobody_listens_on_is_named),
		TEST(a_toolstack_that_takes_no_connections_is_given_up),
		TEST(a_silent_toolstack_is_a_timeout_and_is_not_logged_out_of),
		TEST(a_request_is_never_sent_twice),
		TEST(a_kept_connection_that_ends_after_the_request_is_not_retried),
		TEST(a_connection_that_ended_while_idle_is_made_anew),
		TEST(bytes_that_nobody_asked_for_end_the_connection),
		TEST(a_connection_that_is_closed_unread_is_an_error),
		TEST(an_answer_that_breaks_off_is_an_error),
		TEST(an_http_error_is_shown_with_its_status),
		TEST(what_is_not_http_is_refused),
		TEST(what_is_not_xml_rpc_is_refused),
		TEST(a_request_that_xapi_would_not_take_is_not_sent),
		TEST(an_error_may_be_unwanted),
		TEST(a_root_deeper_than_a_socket_address_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
