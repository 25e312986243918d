/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "host/http.h"

#define MAX_BODY 1000
#define PEER "the peer"

/* A connection whose other end is in *ret_peer. */
static void open_pair(struct xpt_http *h, unsigned timeout_ms, int *ret_peer)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	xpt_http_init(h, fds[0], PEER, timeout_ms);
	*ret_peer = fds[1];
}

/* Read a reply from bytes after which the peer closes. */
static int read_bytes(const void *bytes, size_t len, struct xpt_http_reply *ret,
		      struct xpt_err *err)
{
	FILE *file = tmpfile();
	struct xpt_http h;
	int rc;

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	rewind(file);
	xpt_http_init(&h, dup(fileno(file)), PEER, 1000);
	fclose(file);
	rc = xpt_http_read_reply(&h, MAX_BODY, ret, err);
	xpt_http_done(&h);
	return rc;
}

static int read_text(const char *text, struct xpt_http_reply *ret, struct xpt_err *err)
{
	return read_bytes(text, strlen(text), ret, err);
}

static void check_good(const char *name, const char *bytes, size_t len)
{
	XPT_HTTP_REPLY reply = {0};

	if (read_bytes(bytes, len, &reply, NULL) < 0)
		fail_msg("%s is refused", name);
	assert_int_equal(reply.status, 200);
	assert_string_equal(xpt_str_text(&reply.body), "body");
}

static void good_replies_are_read(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/http/good", check_good);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	struct xpt_http_reply reply = {.status = 7};
	XPT_ERR err = XPT_ERR_INIT;

	if (read_bytes(bytes, len, &reply, &err) >= 0)
		fail_msg("%s is taken", name);
	assert_true(err.code == XPT_MALFORMED || err.code == XPT_SYSTEM);
	assert_true(xpt_has_prefix(err.sentence, PEER) || strstr(err.sentence, PEER));
	assert_int_equal(reply.status, 7);
}

static void bad_replies_are_refused(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/http/bad", check_bad);
}

static void a_reply_in_single_bytes_is_read_whole(void **state XPT_UNUSED)
{
	const char *text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			   "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
	XPT_HTTP_REPLY reply = {0};
	struct xpt_http h;
	int peer;
	pid_t pid;

	open_pair(&h, 2000, &peer);
	pid = fork();
	if (!pid) {
		for (; *text && write(peer, text, 1) == 1; text++)
			usleep(500);
		_exit(0);
	}
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &reply, NULL), 0);
	assert_string_equal(reply.body.s, "body");
	assert_true(reply.keeps_open);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(peer);
	xpt_http_done(&h);
}

static void two_replies_on_one_connection_are_told_apart(void **state XPT_UNUSED)
{
	const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
			   "HTTP/1.1 500 Oh no\r\nContent-Length: 3\r\n\r\ntwo";
	XPT_HTTP_REPLY one = {0}, two = {0};
	struct xpt_http h;
	int peer;

	open_pair(&h, 1000, &peer);
	assert_int_equal(write(peer, text, strlen(text)), strlen(text));
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &one, NULL), 0);
	assert_false(xpt_http_is_idle(&h));
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &two, NULL), 0);
	assert_true(xpt_http_is_idle(&h));
	assert_string_equal(one.body.s, "one");
	assert_int_equal(two.status, 500);
	assert_string_equal(two.reason, "Oh no");
	assert_string_equal(two.body.s, "two");
	close(peer);
	assert_false(xpt_http_is_idle(&h));
	xpt_http_done(&h);
}

static void check_keeps_open(const char *head, bool expected)
{
	XPT_FREE char *text = xpt_fmt("%s\r\nContent-Length: 0\r\n\r\n", head);
	XPT_HTTP_REPLY reply = {0};

	assert_int_equal(read_text(text, &reply, NULL), 0);
	assert_int_equal(reply.keeps_open, expected);
}

static void the_connection_is_kept_as_version_and_header_say(void **state XPT_UNUSED)
{
	XPT_HTTP_REPLY reply = {0};

	check_keeps_open("HTTP/1.1 200 OK", true);
	check_keeps_open("HTTP/1.1 200 OK\r\nConnection: close", false);
	check_keeps_open("HTTP/1.1 200 OK\r\nCONNECTION: Upgrade, Close", false);
	check_keeps_open("HTTP/1.0 200 OK", false);
	check_keeps_open("HTTP/1.0 200 OK\r\nconnection: keep-alive", true);
	assert_int_equal(read_text("HTTP/1.1 200 OK\r\n\r\nbody", &reply, NULL), 0);
	assert_false(reply.keeps_open);
}

static void a_body_at_the_limit_is_read_and_one_byte_more_refused(void **state XPT_UNUSED)
{
	static const char *const heads[] = {"Content-Length: %zu\r\n\r\n",
					    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", "\r\n"};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(heads); i++) {
		for (size_t len = MAX_BODY; len <= MAX_BODY + 1; len++) {
			XPT_HTTP_REPLY reply = {0};
			XPT_STR text = {0};

			xpt_str_add(&text, "HTTP/1.1 200 OK\r\n");
			xpt_str_addf(&text, heads[i], len);
			for (size_t n = 0; n < len; n++)
				xpt_str_addc(&text, 'x');
			xpt_str_add(&text, i == 1 ? "\r\n0\r\n\r\n" : "");
			assert_int_equal(read_text(text.s, &reply, NULL),
					 len > MAX_BODY ? -EFBIG : 0);
			assert_int_equal(reply.body.len, len > MAX_BODY ? 0 : len);
		}
	}
}

static void a_body_may_hold_any_byte(void **state XPT_UNUSED)
{
	XPT_HTTP_REPLY reply = {0};
	const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na\0\r\n";

	assert_int_equal(read_bytes(text, sizeof(text) - 1, &reply, NULL), 0);
	assert_memory_equal(reply.body.s, "a\0\r\n", 4);
}

static void a_status_without_a_body_ends_with_its_head(void **state XPT_UNUSED)
{
	XPT_HTTP_REPLY reply = {0};
	struct xpt_http h;
	int peer;

	open_pair(&h, 100, &peer);
	assert_int_equal(write(peer, "HTTP/1.1 204 None\r\n\r\n", 21), 21);
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &reply, NULL), 0);
	assert_int_equal(reply.status, 204);
	assert_int_equal(reply.body.len, 0);
	close(peer);
	xpt_http_done(&h);
}

static void silence_is_a_timeout(void **state XPT_UNUSED)
{
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_http_reply reply;
	struct xpt_http h;
	int peer;

	open_pair(&h, 50, &peer);
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &reply, &err), -ETIMEDOUT);
	assert_int_equal(err.code, XPT_TIMEOUT);
	assert_string_equal(err.sentence, "the peer was silent for 0.05 seconds");
	close(peer);
	xpt_http_done(&h);
}

static void ignore_signal(int number XPT_UNUSED)
{
}

static void signals_do_not_stretch_a_wait(void **state XPT_UNUSED)
{
	struct itimerval often = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
	struct sigaction act = {.sa_handler = ignore_signal};
	struct xpt_http_reply reply;
	struct timeval before, after;
	struct xpt_http h;
	int peer;

	open_pair(&h, 200, &peer);
	sigaction(SIGALRM, &act, NULL);
	gettimeofday(&before, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_int_equal(xpt_http_read_reply(&h, MAX_BODY, &reply, NULL), -ETIMEDOUT);
	setitimer(ITIMER_REAL, &never, NULL);
	gettimeofday(&after, NULL);
	timersub(&after, &before, &after);
	assert_true(after.tv_sec < 2);
	close(peer);
	xpt_http_done(&h);
}

static void a_peer_that_closed_before_the_request_is_told_from_later(void **state XPT_UNUSED)
{
	size_t len = 4 << 20;
	XPT_FREE char *large = xpt_alloc(len);
	XPT_ERR err = XPT_ERR_INIT;
	char some[1000];
	struct xpt_http h;
	pid_t pid;
	int peer;

	open_pair(&h, 2000, &peer);
	close(peer);
	assert_int_equal(xpt_http_send(&h, "x", 1, &err), -EPIPE);
	assert_int_equal(err.code, XPT_SYSTEM);
	xpt_http_done(&h);

	open_pair(&h, 2000, &peer);
	pid = fork();
	if (!pid)
		_exit(read(peer, some, sizeof(some)) <= 0);
	close(peer);
	assert_int_equal(xpt_http_send(&h, large, len, &err), -ECONNRESET);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	xpt_http_done(&h);
}

static void a_peer_that_takes_nothing_is_a_timeout(void **state XPT_UNUSED)
{
	size_t len = 4 << 20;
	XPT_FREE char *large = xpt_alloc(len);
	struct xpt_http h;
	int peer;

	open_pair(&h, 50, &peer);
	assert_int_equal(xpt_http_send(&h, large, len, NULL), -ETIMEDOUT);
	close(peer);
	xpt_http_done(&h);
}

static void a_close_before_and_in_the_middle_reads_differently(void **state XPT_UNUSED)
{
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_http_reply reply;

	assert_int_equal(read_text("", &reply, &err), -ECONNRESET);
	assert_string_equal(err.sentence, "the peer closed the connection without an answer");
	assert_int_equal(read_text("HTTP/1.1 200", &reply, &err), -ECONNRESET);
	assert_string_equal(err.sentence,
			    "the peer closed the connection in the middle of its answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_replies_are_read),
		cmocka_unit_test(bad_replies_are_refused),
		cmocka_unit_test(a_reply_in_single_bytes_is_read_whole),
		cmocka_unit_test(two_replies_on_one_connection_are_told_apart),
		cmocka_unit_test(the_connection_is_kept_as_version_and_header_say),
		cmocka_unit_test(a_body_at_the_limit_is_read_and_one_byte_more_refused),
		cmocka_unit_test(a_body_may_hold_any_byte),
		cmocka_unit_test(a_status_without_a_body_ends_with_its_head),
		cmocka_unit_test(silence_is_a_timeout),
		cmocka_unit_test(signals_do_not_stretch_a_wait),
		cmocka_unit_test(a_peer_that_closed_before_the_request_is_told_from_later),
		cmocka_unit_test(a_peer_that_takes_nothing_is_a_timeout),
		cmocka_unit_test(a_close_before_and_in_the_middle_reads_differently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
