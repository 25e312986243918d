/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test xapi where the recordings do not reach: database, roles, several hosts, waiting. */
#include <string.h>

#include "tree.h"
#include "xapid_pool.h"

/* ---- database ---- */

static void the_saved_database_can_be_served_again(void **state)
{
	struct pool *p = *state;
	struct pool *again = pool_new();
	XPT_FREE char *saved = xpt_fmt("%s/var/lib/xcp/state.db", p->w->root[0]);
	char text[65536] = "";

	assert_has(pool_ask(p, "VM.get_other_config", VM1), "it's 50%\nof it");
	assert_string_equal(pool_ask(p, "VM.add_to_other_config", VM1, "k\\", "<'%.'> \t"), "");
	pool_serve(again, saved, NULL);
	assert_string_equal(pool_ask(again, "VM.get_other_config", VM1),
			    pool_ask(p, "VM.get_other_config", VM1));
	assert_true(xpt_tree_read(p->w->fd[0], text, sizeof(text) - 1, "var/lib/xcp/state.db") > 0);
	assert_has(text, "colour=\"dark%.green\"");
	assert_null(strstr(text, again->root_session));
	pool_free(again);
}

static void mirrored_sets_follow_their_references(void **state)
{
	struct pool *p = *state;

	assert_string_equal(
		pool_ask(p, "host.get_resident_VMs", HOST_A),
		"<value><array><data><value>OpaqueRef:dom0-a</value></data></array></value>");
	assert_string_equal(pool_start(p, VM1), "");
	assert_has(pool_ask(p, "host.get_resident_VMs", HOST_A), VM1);
	assert_string_equal(pool_ask(p, "VM.hard_shutdown", VM1), "");
	assert_null(strstr(pool_ask(p, "host.get_resident_VMs", HOST_A), VM1));
}

static void expressions_select_records(void **state)
{
	struct pool *p = *state;
	const char *both =
		pool_ask(p, "VM.get_all_records_where",
			 "not field \"is_control_domain\" = \"true\" and"
			 " (field \"name__label\"=\"vm-1\" or field \"domid\" = \"-1\")");

	assert_has(both, "<name>" VM1 "</name>");
	assert_has(both, "<name>" VM2 "</name>");
	assert_null(strstr(both, "dom0-a"));
	assert_begins(pool_ask(p, "VM.get_all_records_where", "field \"nothing\" = \"x\""),
		      "INTERNAL_ERROR");
	assert_begins(pool_ask(p, "VM.get_all_records_where", "true true"), "INTERNAL_ERROR");
}

/* ---- who may ---- */

static void a_role_limits_what_a_session_may_do(void **state)
{
	struct pool *p = *state;
	const char *user = pool_login(p, "role:vm-operator");
	const char *admin = pool_login(p, "role:vm-admin");
	const char *pool_admin = pool_login(p, "role:pool-admin");

	assert_begins(pool_ask_as(p, user, "host.call_plugin", HOST_A, "x", "f", "m:"),
		      "RBAC_PERMISSION_DENIED|host.call_plugin|");
	assert_begins(pool_ask_as(p, admin, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS),
		      "RBAC_PERMISSION_DENIED|vm.add_to_other_config/key:pci|");
	assert_string_equal(pool_ask_as(p, admin, "VM.add_to_other_config", VM1, "note", "x"), "");
	assert_string_equal(
		pool_ask_as(p, pool_admin, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS), "");
	assert_begins(pool_ask_as(p, admin, "PCI.disable_dom0_access", GPU_A),
		      "RBAC_PERMISSION_DENIED");
	assert_begins(pool_ask_as(p, admin, "pool.add_to_other_config", "OpaqueRef:pool", "k", "v"),
		      "RBAC_PERMISSION_DENIED");
	assert_begins(pool_ask_as(p, user, "VM.get_all"), "<value><array>");
}

static void a_session_tells_its_permissions(void **state)
{
	struct pool *p = *state;
	const char *user = pool_login(p, "role:vm-operator");
	const char *list = pool_ask_as(p, user, "session.get_rbac_permissions", user);

	assert_has(list, "<value>vm.call_host_plugin</value>");
	assert_null(strstr(list, "<value>host.call_plugin</value>"));
	assert_string_equal(pool_ask_as(p, user, "session.get_is_local_superuser", user),
			    "<value><boolean>0</boolean></value>");
	assert_begins(pool_login(p, "role:nobody"), "SESSION_AUTHENTICATION_FAILED");
	assert_begins(pool_login(p, "mallory"), "SESSION_AUTHENTICATION_FAILED");
	assert_begins(pool_login(p, "root"), "OpaqueRef:");
}

static const char *set_pci_as_vm_admin(struct pool *p)
{
	return pool_ask_as(p, pool_login(p, "role:vm-admin"), "VM.set_other_config", VM2,
			   "m:pci=0/" ADDRESS);
}

static void before_26_12_a_whole_map_goes_past_the_key_roles(void **state)
{
	struct pool *p = *state;

	pool_serve(p, NULL, "26.11.0");
	assert_string_equal(set_pci_as_vm_admin(p), "");
}

static void since_26_12_a_whole_map_needs_the_key_roles(void **state)
{
	struct pool *p = *state;

	pool_serve(p, NULL, "26.12.0");
	assert_begins(set_pci_as_vm_admin(p), "RBAC_PERMISSION_DENIED");
	assert_string_equal(pool_ask(p, "VM.set_other_config", VM2, "m:pci=0/" ADDRESS), "");
}

static void old_versions_lack_new_methods(void **state)
{
	struct pool *p = *state;

	pool_serve(p, NULL, "25.21.0");
	assert_begins(pool_ask(p, "VM.call_host_plugin", VM1, "x", "f", "m:"),
		      "MESSAGE_METHOD_UNKNOWN");
}

static void a_supporter_serves_the_pool_inside_and_nobody_outside(void **state)
{
	struct pool *p = *state;
	const char *session =
		pool_ask_at(p, 1, "xapi", "session.login_with_password", "root", "", NULL);

	assert_string_equal(
		pool_ask_at(p, 1, "xapi", "session.get_this_host", session, session, NULL), HOST_B);
	assert_has(pool_ask_at(p, 1, "xapi", "VM.get_all", session, NULL), VM1);
	assert_string_equal(
		pool_ask_at(p, 1, "xapi-tcp", "session.login_with_password", "root", "", NULL),
		"HOST_IS_SLAVE|192.0.2.1");
}

/* ---- hosts ---- */

static void a_reboot_wants_a_host_that_is_disabled_and_empty(void **state)
{
	struct pool *p = *state;

	assert_string_equal(pool_start(p, VM1), "");
	assert_string_equal(pool_ask(p, "host.reboot", HOST_A), "HOST_NOT_DISABLED");
	assert_string_equal(pool_ask(p, "host.disable", HOST_A), "");
	assert_string_equal(pool_ask(p, "host.reboot", HOST_A), "HOST_IN_USE|" HOST_A "|VM|" VM1);
	assert_string_equal(pool_ask(p, "VM.hard_shutdown", VM1), "");
	assert_false(xpt_tree_has(p->w->fd[0], "var/lib/xcp/reboot-requested"));
	assert_string_equal(pool_ask(p, "host.reboot", HOST_A), "");
	assert_true(xpt_tree_has(p->w->fd[0], "var/lib/xcp/reboot-requested"));
	assert_string_equal(pool_ask(p, "VM.start_on", VM1, HOST_A, NO, NO),
			    "HOST_DISABLED|" HOST_A);
}

/* ---- events ---- */

static const char *token_of(struct pool *p, const char *batch)
{
	const char *at = strstr(batch, "<name>token</name><value>");

	assert_non_null(at);
	at += strlen("<name>token</name><value>");
	xpt_strv_take(&p->kept, xpt_strndup(at, strcspn(at, "<")));
	return p->kept.v[p->kept.n - 1];
}

static void events_tell_what_was_made_changed_and_destroyed(void **state)
{
	struct pool *p = *state;
	const char *all = pool_ask(p, "event.from", "l:vm", "", "f:0");
	const char *token = token_of(p, all), *task, *batch;

	assert_has(all, "<value>add</value>");
	assert_null(
		strstr(pool_ask(p, "event.from", "l:vm", token, "f:0"), "<name>operation</name>"));
	pool_ask(p, "VM.set_name_description", VM1, "changed");
	batch = pool_ask(p, "event.from", "l:vm", token, "f:5");
	assert_has(batch, "<name>operation</name><value>mod</value>");
	assert_has(batch, "<value>changed</value>");
	assert_null(strstr(batch, VM2));
	task = pool_ask(p, "task.create", "t", "");
	batch = pool_ask(p, "event.from", "l:task", "", "f:0");
	pool_ask(p, "task.destroy", task);
	assert_has(pool_ask(p, "event.from", "l:task", token_of(p, batch), "f:5"),
		   "<name>operation</name><value>del</value>");
	assert_begins(pool_ask(p, "event.from", "l:vm", "nonsense", "f:0"),
		      "EVENT_FROM_TOKEN_PARSE_FAILURE");
}

static void waiting_for_an_event_ends_when_it_comes(void **state)
{
	struct pool *p = *state;
	const char *token = token_of(p, pool_ask(p, "event.from", "l:vm", "", "f:0"));

	xapid_world_plugin(p->w, 0, "slow", "sleep 0.3\n" XAPID_PLUGIN_ANSWER("x"));
	const char *task = pool_ask(p, "Async.host.call_plugin", HOST_A, "slow", "fn", "m:");
	XPT_FREE char *subscription = xpt_fmt("l:task/%s", task);
	const char *before = pool_ask(p, "event.from", subscription, "", "f:0");
	const char *after = pool_ask(p, "event.from", subscription, token_of(p, before), "f:20");

	assert_has(before, "<value>pending</value>");
	assert_has(after, "<value>success</value>");
	assert_null(strstr(pool_ask(p, "event.from", "l:vm", token, "f:0.1"),
			   "<name>operation</name>"));
}

/* ---- HTTP ---- */

static void a_body_past_300_kib_is_refused(void **state)
{
	struct pool *p = *state;
	XPT_FREE char *value = xpt_fmt("%0*d", 310000, 0);

	assert_string_equal(pool_ask(p, "VM.add_to_other_config", VM1, "big", value),
			    "HTTP/1.0 500 Internal Error");
	value[290000] = '\0';
	assert_string_equal(pool_ask(p, "VM.add_to_other_config", VM1, "big", value), "");
}

static void http_1_1_keeps_the_connection(void **state)
{
	static const char CALL_BODY[] =
		"<methodCall><methodName>a.b</methodName><params/></methodCall>";
	struct pool *p = *state;
	XPT_FREE char *two = xpt_fmt("POST / HTTP/1.1\r\nContent-Length: %zu\r\n\r\n%s"
				     "POST /RPC2 HTTP/1.1\r\nconnection: close\r\n"
				     "content-length: %zu\r\n\r\n%s",
				     strlen(CALL_BODY), CALL_BODY, strlen(CALL_BODY), CALL_BODY);
	XPT_FREE char *reply = xapid_world_talk(p->w, 0, "xapi", two, strlen(two));
	const char *second;

	assert_begins(reply, "HTTP/1.1 200 OK\r\n");
	assert_has(reply, "connection: keep-alive\r\n");
	second = strstr(reply + 1, "HTTP/1.1 200 OK\r\n");
	assert_non_null(second);
	assert_has(second, "connection: close\r\n");
	assert_has(second, "MESSAGE_METHOD_UNKNOWN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(the_saved_database_can_be_served_again),
		SERVED(mirrored_sets_follow_their_references),
		SERVED(expressions_select_records),
		SERVED(a_role_limits_what_a_session_may_do),
		SERVED(a_session_tells_its_permissions),
		UNSERVED(before_26_12_a_whole_map_goes_past_the_key_roles),
		UNSERVED(since_26_12_a_whole_map_needs_the_key_roles),
		UNSERVED(old_versions_lack_new_methods),
		SERVED(a_supporter_serves_the_pool_inside_and_nobody_outside),
		SERVED(a_reboot_wants_a_host_that_is_disabled_and_empty),
		SERVED(events_tell_what_was_made_changed_and_destroyed),
		SERVED(waiting_for_an_event_ends_when_it_comes),
		SERVED(a_body_past_300_kib_is_refused),
		SERVED(http_1_1_keeps_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
