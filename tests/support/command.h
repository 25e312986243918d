/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built command against a root of a test's own that holds a plugin of ours: a script which notes how it
 * was called and says what the test left in files. Failures are cmocka's.
 */
#ifndef XPT_TESTS_SUPPORT_COMMAND_H
#define XPT_TESTS_SUPPORT_COMMAND_H

#include <limits.h>
#include <sys/types.h>

#include "base/str.h"
#include "script_server.h"

struct xpt_command_world {
	struct xpt_script *xapi; /* NULL: no toolstack */
	char *root;
	char command[PATH_MAX];
};

struct xpt_command_result {
	int status;
	struct xpt_str out, err;
};

/* For cmocka: the root with the plugin in it, as *state. */
int xpt_command_setup(void **state);
int xpt_command_teardown(void **state);
#define XPT_COMMAND_TEST(f) \
	cmocka_unit_test_setup_teardown(f, xpt_command_setup, xpt_command_teardown)

/* A file below root. */
void xpt_command_write(const char *root, const char *name, const char *text, mode_t mode);
/*
 * What the plugin says when it is asked for function: "FUNCTION", with ".plan" behind it for a dry run and
 * ".HOST" for one host only. The second one is an ErrorDescription.
 */
void xpt_command_answer(const struct xpt_command_world *w, const char *function, const char *json);
void xpt_command_refuse(const struct xpt_command_world *w, const char *function, const char *code,
			const char *sentence, const char *subject, const char *hint);
/* How often the plugin was called with this text in its argument. */
size_t xpt_command_calls(const struct xpt_command_world *w, const char *text);
/* A toolstack that knows the hosts h1 (called one) and h2 (called two), asked as often as times. */
void xpt_command_add_pool(struct xpt_command_world *w, size_t times);

/* Run `xe-passthrough line` (cut at blanks) without a terminal; release *ret. */
void xpt_command_run(const struct xpt_command_world *w, const char *line,
		     struct xpt_command_result *ret);
void xpt_command_result_done(struct xpt_command_result *r);
/* The same with all it prints known. */
void xpt_command_expect(const struct xpt_command_world *w, const char *line, int status,
			const char *out, const char *err);
/* On a terminal of that many columns, with typed as what the admin types. Returns the status. */
int xpt_command_on_terminal(const struct xpt_command_world *w, const char *line, const char *typed,
			    unsigned short columns, struct xpt_str *screen);

#endif
