/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the test xapi calls plugins. */
#include <string.h>

#include "tree.h"
#include "xapid_pool.h"

#define CALL(p, host, name, args) pool_ask(p, "host.call_plugin", host, name, "fn", args)

static void a_plugin_gets_xapis_bytes_and_nothing_else(void **state)
{
	struct pool *p = *state;
	XPT_FREE char *expected = NULL;
	XPT_FREE char *environment = NULL;

	xapid_world_plugin(p->w, 0, "look",
			   "cd \"$XE_PASSTHROUGH_ROOT\"\n"
			   "printf '%s' \"$1\" >argument\n"
			   "tr '\\0' '\\n' </proc/$$/environ >environment\n"
			   "if read -r x 2>/dev/null; then echo read; else echo none; fi >stdin\n"
			   "ulimit -n >files\n" XAPID_PLUGIN_ANSWER("$#"));
	assert_string_equal(CALL(p, HOST_A, "look", "m:a=x<y&\"z\""), "1");
	expected = xpt_fmt("<methodCall><methodName>fn</methodName><params><param><value>%s</value>"
			   "</param><param><value><struct><member><name>a</name><value>"
			   "x&lt;y&amp;&quot;z&quot;</value></member></struct></value></param>"
			   "</params></methodCall>",
			   p->root_session);
	assert_host_file(p, 0, "argument", expected);
	environment = xpt_fmt("PATH=/sbin:/usr/sbin:/bin:/usr/bin\nXE_PASSTHROUGH_ROOT=%s\n",
			      p->w->root[0]);
	assert_host_file(p, 0, "environment", environment);
	assert_host_file(p, 0, "stdin", "none\n");
	assert_host_file(p, 0, "files", "1024\n");
}

static void a_supporters_plugin_has_a_session_that_ends_with_the_call(void **state)
{
	struct pool *p = *state;
	const char *session;

	xapid_world_plugin(p->w, 1, "who",
			   "s=${1#*<param><value>}\ns=${s%%</value>*}\n" XAPID_PLUGIN_ANSWER("$s"));
	session = CALL(p, HOST_B, "who", "m:");
	assert_begins(session, "OpaqueRef:");
	assert_string_not_equal(session, p->root_session);
	assert_begins(pool_ask_at(p, 0, "xapi", "VM.get_all", session, NULL), "SESSION_INVALID|");
}

static void a_vm_operator_reaches_plugins_through_a_running_vm(void **state)
{
	struct pool *p = *state;
	const char *user = pool_login(p, "role:vm-operator");

	xapid_world_plugin(p->w, 1, "hello", XAPID_PLUGIN_ANSWER("hello"));
	assert_begins(pool_ask_as(p, user, "VM.call_host_plugin", VM2, "hello", "fn", "m:"),
		      "VM_BAD_POWER_STATE|" VM2 "|running|halted");
	assert_string_equal(pool_start(p, VM2), "");
	assert_string_equal(pool_ask_as(p, user, "VM.call_host_plugin", VM2, "hello", "fn", "m:"),
			    "hello");
}

static void a_plugin_that_runs_keeps_nobody_waiting(void **state)
{
	struct pool *p = *state;
	const char *task;
	int waited = 0;

	xapid_world_plugin(p->w, 0, "wait",
			   "while [ ! -e \"$XE_PASSTHROUGH_ROOT/go\" ]; do sleep 0.01; "
			   "done\n" XAPID_PLUGIN_ANSWER("done"));
	xapid_world_plugin(p->w, 0, "go",
			   "touch \"$XE_PASSTHROUGH_ROOT/go\"\n" XAPID_PLUGIN_ANSWER("gone"));
	task = pool_ask(p, "Async.host.call_plugin", HOST_A, "wait", "fn", "m:");
	assert_begins(task, "OpaqueRef:");
	assert_string_equal(pool_ask(p, "task.get_status", task), "pending");
	assert_string_equal(CALL(p, HOST_A, "go", "m:"), "gone");
	while (!strcmp(pool_ask(p, "task.get_status", task), "pending") && waited++ < 500)
		usleep(10000);
	assert_string_equal(pool_ask(p, "task.get_status", task), "success");
	assert_string_equal(pool_ask(p, "task.get_result", task), "<value>done</value>");
}

static void what_a_plugin_cannot_be_given_fails_as_exec_does(void **state)
{
	struct pool *p = *state;
	XPT_FREE char *fits = xpt_fmt("m:k=%0*d", 130000, 0);
	XPT_FREE char *too_long = xpt_fmt("m:k=%0*d", 131000, 0);

	xapid_world_plugin(p->w, 0, "size", XAPID_PLUGIN_ANSWER("ok"));
	assert_string_equal(CALL(p, HOST_A, "size", fits), "ok");
	assert_string_equal(CALL(p, HOST_A, "size", too_long),
			    "XENAPI_PLUGIN_FAILURE|non-zero exit||");
	assert_int_equal(xpt_tree_write_text(p->w->fd[0], "x", "etc/xapi.d/plugins/plain"), 0);
	assert_string_equal(CALL(p, HOST_A, "plain", "m:"),
			    "XENAPI_PLUGIN_FAILURE|non-zero exit||");
	assert_string_equal(CALL(p, HOST_A, "../plugins/size", "m:"),
			    "XENAPI_MISSING_PLUGIN|../plugins/size");
}

static void what_a_plugin_prints_must_have_the_right_shape(void **state)
{
	struct pool *p = *state;

	xapid_world_plugin(p->w, 0, "bare",
			   "echo '<methodResponse><params><param><value>x</value></param></params>"
			   "</methodResponse>'\n");
	xapid_world_plugin(p->w, 0, "control", XAPID_PLUGIN_ANSWER("a$(printf '\\001')b"));
	xapid_world_plugin(p->w, 0, "latin", XAPID_PLUGIN_ANSWER("a$(printf '\\351')b"));
	xapid_world_plugin(p->w, 0, "nothing", "exit 0\n");
	assert_begins(CALL(p, HOST_A, "bare", "m:"), "INTERNAL_ERROR|XMLRPC.RunTimeTypeError");
	assert_string_equal(CALL(p, HOST_A, "control", "m:"),
			    "INTERNAL_ERROR|Db_exn.Invalid_value");
	assert_string_equal(CALL(p, HOST_A, "latin", "m:"), "INTERNAL_ERROR|Db_exn.Invalid_value");
	assert_begins(CALL(p, HOST_A, "nothing", "m:"),
		      "XENAPI_PLUGIN_FAILURE|failed to parse plugin output||");
}

static void a_host_that_is_not_served_is_offline(void **state)
{
	struct pool *p = *state;

	assert_string_equal(CALL(p, "OpaqueRef:host-c", "x", "m:"),
			    "HOST_OFFLINE|OpaqueRef:host-c");
	assert_string_equal(CALL(p, "OpaqueRef:none", "x", "m:"),
			    "HANDLE_INVALID|host|OpaqueRef:none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_plugin_gets_xapis_bytes_and_nothing_else),
		SERVED(a_supporters_plugin_has_a_session_that_ends_with_the_call),
		SERVED(a_vm_operator_reaches_plugins_through_a_running_vm),
		SERVED(a_plugin_that_runs_keeps_nobody_waiting),
		SERVED(what_a_plugin_cannot_be_given_fails_as_exec_does),
		SERVED(what_a_plugin_prints_must_have_the_right_shape),
		SERVED(a_host_that_is_not_served_is_offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
