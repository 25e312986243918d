/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test xapi where the recordings do not reach: roles, several hosts, devices, waiting. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "codec/xmlrpc.h"
#include "program.h"
#include "tree.h"
#include "xapid_world.h"

#define POOL "tests/xapid/two-hosts.xml"
#define HOST_A "OpaqueRef:host-a"
#define HOST_B "OpaqueRef:host-b"
#define VM1 "OpaqueRef:vm-1"
#define VM2 "OpaqueRef:vm-2"
#define GPU_A "OpaqueRef:gpu-a"
#define ADDRESS "0000:3b:00.0"
#define NO "b:0"

#define ANSWER(value) \
	"echo \"<methodResponse><params><param><value><struct><member><name>Status</name>" \
	"<value>Success</value></member><member><name>Value</name><value>" value \
	"</value></member></struct></value></param></params></methodResponse>\"\n"

static const char *const UUIDS[] = {
	"a0000000-0000-4000-8000-000000000000",
	"b0000000-0000-4000-8000-000000000000",
};

/* ---- asking ---- */

struct pool {
	struct xapid_world *w;
	char *root_session; /* on the coordinator's own door */
	struct xpt_strv kept;
};

/*
 * "b:1" is a boolean, "f:0.5" a float, "m:k=v" a map ("m:" an empty one), "l:a" a list; else a
 * string.
 */
static struct xpt_value *parameter(const char *text)
{
	const char *equals;

	if (xpt_has_prefix(text, "b:"))
		return xpt_value_bool(text[2] == '1');
	if (xpt_has_prefix(text, "f:"))
		return xpt_value_double(text + 2);
	if (xpt_has_prefix(text, "l:"))
		return xpt_value_push(xpt_value_array(), xpt_value_str(text + 2));
	if (!xpt_has_prefix(text, "m:"))
		return xpt_value_str(text);
	equals = strchr(text, '=');
	if (!equals)
		return xpt_value_struct();
	XPT_FREE char *key = xpt_strndup(text + 2, (size_t)(equals - text - 2));

	return xpt_value_put(xpt_value_struct(), key, xpt_value_str(equals + 1));
}

/* The outcome as one line: a success's text or XML, or CODE|parameter|parameter. */
static char *outcome(const char *reply)
{
	const char *xml = strstr(reply, "\r\n\r\n");
	XPT_VALUE *value = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	struct xpt_str out = {0};

	if (!xml || !xml[4])
		return xpt_strndup(reply, strcspn(reply, "\r"));
	if (xpt_xmlrpc_parse_response(xml + 4, strlen(xml + 4), &value, &err))
		return err.code == XPT_XAPI ? xpt_strv_join(&err.detail, "|")
					    : xpt_strdup(err.sentence);
	if (xpt_value_text(value))
		return xpt_strdup(xpt_value_text(value));
	xpt_xmlrpc_write_value(&out, value);
	return xpt_str_take(&out);
}

static char *request(const char *method, va_list ap)
{
	XPT_VALUE *params = xpt_value_array();
	struct xpt_str out = {0};

	for (const char *s = va_arg(ap, const char *); s; s = va_arg(ap, const char *))
		xpt_value_push(params, parameter(s));
	xpt_xmlrpc_write_call(&out, method, params);
	return xpt_str_take(&out);
}

/* Ask host i through a door. The outcome lives as long as the pool. */
static const char *ask_at(struct pool *p, size_t i, const char *door, const char *method, ...)
{
	XPT_FREE char *body = NULL;
	XPT_FREE char *reply = NULL;
	char *text;
	va_list ap;

	va_start(ap, method);
	body = request(method, ap);
	va_end(ap);
	reply = xapid_world_post(p->w, i, door, body);
	text = outcome(reply);
	xpt_strv_take(&p->kept, text);
	return text;
}

/* Ask the coordinator as root. */
#define ask(p, method, ...) ask_at(p, 0, "xapi", method, (p)->root_session, ##__VA_ARGS__, NULL)

static const char *login(struct pool *p, const char *user)
{
	return ask_at(p, 0, "xapi-tcp", "session.login_with_password", user, "secret", "2.21",
		      "test", NULL);
}

static const char *field(struct pool *p, const char *vm, const char *name)
{
	XPT_FREE char *method = xpt_fmt("VM.get_%s", name);

	return ask(p, method, vm);
}

static const char *start(struct pool *p, const char *vm)
{
	return ask(p, "VM.start", vm, NO, NO);
}

static void serve(struct pool *p, const char *version)
{
	xapid_world_serve(p->w, POOL, UUIDS, version);
	p->root_session = xpt_strdup(
		ask_at(p, 0, "xapi", "session.login_with_password", "anyone", "wrong", NULL));
	assert_true(xpt_has_prefix(p->root_session, "OpaqueRef:"));
}

static int setup_unserved(void **state)
{
	struct pool *p = xpt_alloc(sizeof(*p));

	p->w = xapid_world_new(2);
	*state = p;
	return 0;
}

static int setup(void **state)
{
	setup_unserved(state);
	serve(*state, NULL);
	return 0;
}

static int teardown(void **state)
{
	struct pool *p = *state;

	xapid_world_free(p->w);
	xpt_strv_done(&p->kept);
	free(p->root_session);
	free(p);
	return 0;
}

static void assert_begins(const char *text, const char *prefix)
{
	if (!xpt_has_prefix(text, prefix))
		fail_msg("\"%s\" does not begin with \"%s\"", text, prefix);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" has no \"%s\"", text, part);
}

static void assert_node(struct pool *p, size_t i, const char *path, const char *expected)
{
	XPT_FREE char *value = xapid_world_xenstore(p->w, i, path);

	if (!xpt_streq(value, expected))
		fail_msg("%s is %s, not %s", path, value ? value : "absent",
			 expected ? expected : "absent");
}

static void assert_file(struct pool *p, size_t i, const char *path, const char *expected)
{
	char text[512] = "";

	assert_true(xpt_tree_read(p->w->fd[i], text, sizeof(text) - 1, "%s", path) >= 0);
	assert_string_equal(text, expected);
}

/* ---- database ---- */

static void the_saved_database_can_be_served_again(void **state)
{
	struct pool *p = *state;
	struct pool again = {.w = xapid_world_new(2)};
	XPT_FREE char *saved = xpt_fmt("%s/var/lib/xcp/state.db", p->w->root[0]);
	char text[65536] = "";

	assert_has(ask(p, "VM.get_other_config", VM1), "it's 50%\nof it");
	assert_string_equal(ask(p, "VM.add_to_other_config", VM1, "k\\", "<'%.'> \t"), "");
	xapid_world_serve(again.w, saved, UUIDS, NULL);
	again.root_session = xpt_strdup(
		ask_at(&again, 0, "xapi", "session.login_with_password", "root", "", NULL));
	assert_string_equal(ask(&again, "VM.get_other_config", VM1),
			    ask(p, "VM.get_other_config", VM1));
	assert_true(xpt_tree_read(p->w->fd[0], text, sizeof(text) - 1, "var/lib/xcp/state.db") > 0);
	assert_has(text, "colour=\"dark%.green\"");
	assert_null(strstr(text, again.root_session));
	xapid_world_free(again.w);
	free(again.root_session);
	xpt_strv_done(&again.kept);
}

static void mirrored_sets_follow_their_references(void **state)
{
	struct pool *p = *state;

	assert_string_equal(
		ask(p, "host.get_resident_VMs", HOST_A),
		"<value><array><data><value>OpaqueRef:dom0-a</value></data></array></value>");
	assert_string_equal(start(p, VM1), "");
	assert_has(ask(p, "host.get_resident_VMs", HOST_A), VM1);
	assert_string_equal(ask(p, "VM.hard_shutdown", VM1), "");
	assert_null(strstr(ask(p, "host.get_resident_VMs", HOST_A), VM1));
}

static void expressions_select_records(void **state)
{
	struct pool *p = *state;
	const char *both = ask(p, "VM.get_all_records_where",
			       "not field \"is_control_domain\" = \"true\" and"
			       " (field \"name__label\"=\"vm-1\" or field \"domid\" = \"-1\")");

	assert_has(both, "<name>" VM1 "</name>");
	assert_has(both, "<name>" VM2 "</name>");
	assert_null(strstr(both, "dom0-a"));
	assert_begins(ask(p, "VM.get_all_records_where", "field \"nothing\" = \"x\""),
		      "INTERNAL_ERROR");
	assert_begins(ask(p, "VM.get_all_records_where", "true true"), "INTERNAL_ERROR");
}

/* ---- who may ---- */

static void a_role_limits_what_a_session_may_do(void **state)
{
	struct pool *p = *state;
	const char *operator= login(p, "role:vm-operator");
	const char *admin = login(p, "role:vm-admin");
	const char *pool_admin = login(p, "role:pool-admin");

	assert_begins(ask_at(p, 0, "xapi-tcp", "host.call_plugin", operator, HOST_A, "x", "f",
			     "m:", NULL),
		      "RBAC_PERMISSION_DENIED|host.call_plugin|");
	assert_begins(ask_at(p, 0, "xapi-tcp", "VM.add_to_other_config", admin, VM1, "pci",
			     "0/" ADDRESS, NULL),
		      "RBAC_PERMISSION_DENIED|vm.add_to_other_config/key:pci|");
	assert_string_equal(
		ask_at(p, 0, "xapi-tcp", "VM.add_to_other_config", admin, VM1, "note", "x", NULL),
		"");
	assert_string_equal(ask_at(p, 0, "xapi-tcp", "VM.add_to_other_config", pool_admin, VM1,
				   "pci", "0/" ADDRESS, NULL),
			    "");
	assert_begins(ask_at(p, 0, "xapi-tcp", "PCI.disable_dom0_access", admin, GPU_A, NULL),
		      "RBAC_PERMISSION_DENIED");
	assert_begins(ask_at(p, 0, "xapi-tcp", "pool.add_to_other_config", admin, "OpaqueRef:pool",
			     "k", "v", NULL),
		      "RBAC_PERMISSION_DENIED");
	assert_begins(ask_at(p, 0, "xapi-tcp", "VM.get_all", operator, NULL), "<value><array>");
}

static void a_session_tells_its_permissions(void **state)
{
	struct pool *p = *state;
	const char *operator= login(p, "role:vm-operator");
	const char *list =
		ask_at(p, 0, "xapi-tcp", "session.get_rbac_permissions", operator, operator, NULL);

	assert_has(list, "<value>vm.call_host_plugin</value>");
	assert_null(strstr(list, "<value>host.call_plugin</value>"));
	assert_string_equal(ask_at(p, 0, "xapi-tcp",
				   "session.get_is_local_superuser", operator, operator, NULL),
			    "<value><boolean>0</boolean></value>");
	assert_begins(login(p, "role:nobody"), "SESSION_AUTHENTICATION_FAILED");
	assert_begins(login(p, "mallory"), "SESSION_AUTHENTICATION_FAILED");
	assert_begins(login(p, "root"), "OpaqueRef:");
}

static const char *set_pci_as_vm_admin(struct pool *p)
{
	return ask_at(p, 0, "xapi-tcp", "VM.set_other_config", login(p, "role:vm-admin"), VM2,
		      "m:pci=0/" ADDRESS, NULL);
}

static void before_26_12_a_whole_map_goes_past_the_key_roles(void **state)
{
	struct pool *p = *state;

	serve(p, "26.11.0");
	assert_string_equal(set_pci_as_vm_admin(p), "");
}

static void since_26_12_a_whole_map_needs_the_key_roles(void **state)
{
	struct pool *p = *state;

	serve(p, "26.12.0");
	assert_begins(set_pci_as_vm_admin(p), "RBAC_PERMISSION_DENIED");
	assert_string_equal(ask(p, "VM.set_other_config", VM2, "m:pci=0/" ADDRESS), "");
}

static void old_versions_lack_new_methods(void **state)
{
	struct pool *p = *state;

	serve(p, "25.21.0");
	assert_begins(ask(p, "VM.call_host_plugin", VM1, "x", "f", "m:"), "MESSAGE_METHOD_UNKNOWN");
}

static void a_supporter_serves_the_pool_inside_and_nobody_outside(void **state)
{
	struct pool *p = *state;
	const char *session = ask_at(p, 1, "xapi", "session.login_with_password", "root", "", NULL);

	assert_string_equal(ask_at(p, 1, "xapi", "session.get_this_host", session, session, NULL),
			    HOST_B);
	assert_has(ask_at(p, 1, "xapi", "VM.get_all", session, NULL), VM1);
	assert_string_equal(
		ask_at(p, 1, "xapi-tcp", "session.login_with_password", "root", "", NULL),
		"HOST_IS_SLAVE|192.0.2.1");
}

/* ---- plugins ---- */

#define CALL(p, host, name, args) ask(p, "host.call_plugin", host, name, "fn", args)

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
			   "ulimit -n >files\n" ANSWER("$#"));
	assert_string_equal(CALL(p, HOST_A, "look", "m:a=x<y&\"z\""), "1");
	expected = xpt_fmt("<methodCall><methodName>fn</methodName><params><param><value>%s</value>"
			   "</param><param><value><struct><member><name>a</name><value>"
			   "x&lt;y&amp;&quot;z&quot;</value></member></struct></value></param>"
			   "</params></methodCall>",
			   p->root_session);
	assert_file(p, 0, "argument", expected);
	environment = xpt_fmt("PATH=/sbin:/usr/sbin:/bin:/usr/bin\nXE_PASSTHROUGH_ROOT=%s\n",
			      p->w->root[0]);
	assert_file(p, 0, "environment", environment);
	assert_file(p, 0, "stdin", "none\n");
	assert_file(p, 0, "files", "1024\n");
}

static void a_supporters_plugin_has_a_session_that_ends_with_the_call(void **state)
{
	struct pool *p = *state;
	const char *session;

	xapid_world_plugin(p->w, 1, "who",
			   "s=${1#*<param><value>}\ns=${s%%</value>*}\n" ANSWER("$s"));
	session = CALL(p, HOST_B, "who", "m:");
	assert_begins(session, "OpaqueRef:");
	assert_string_not_equal(session, p->root_session);
	assert_begins(ask_at(p, 0, "xapi", "VM.get_all", session, NULL), "SESSION_INVALID|");
}

static void a_vm_operator_reaches_plugins_through_a_running_vm(void **state)
{
	struct pool *p = *state;
	const char *operator= login(p, "role:vm-operator");

	xapid_world_plugin(p->w, 1, "hello", ANSWER("hello"));
	assert_begins(ask_at(p, 0, "xapi-tcp", "VM.call_host_plugin", operator, VM2, "hello", "fn",
			     "m:", NULL),
		      "VM_BAD_POWER_STATE|" VM2 "|running|halted");
	assert_string_equal(start(p, VM2), "");
	assert_string_equal(ask_at(p, 0, "xapi-tcp", "VM.call_host_plugin", operator, VM2, "hello",
				   "fn", "m:", NULL),
			    "hello");
}

static void a_plugin_that_runs_keeps_nobody_waiting(void **state)
{
	struct pool *p = *state;
	const char *task;
	int waited = 0;

	xapid_world_plugin(
		p->w, 0, "wait",
		"while [ ! -e \"$XE_PASSTHROUGH_ROOT/go\" ]; do sleep 0.01; done\n" ANSWER("done"));
	xapid_world_plugin(p->w, 0, "go", "touch \"$XE_PASSTHROUGH_ROOT/go\"\n" ANSWER("gone"));
	task = ask(p, "Async.host.call_plugin", HOST_A, "wait", "fn", "m:");
	assert_begins(task, "OpaqueRef:");
	assert_string_equal(ask(p, "task.get_status", task), "pending");
	assert_string_equal(CALL(p, HOST_A, "go", "m:"), "gone");
	while (!strcmp(ask(p, "task.get_status", task), "pending") && waited++ < 500)
		usleep(10000);
	assert_string_equal(ask(p, "task.get_status", task), "success");
	assert_string_equal(ask(p, "task.get_result", task), "<value>done</value>");
}

static void what_a_plugin_cannot_be_given_fails_as_exec_does(void **state)
{
	struct pool *p = *state;
	XPT_FREE char *fits = xpt_fmt("m:k=%0*d", 130000, 0);
	XPT_FREE char *too_long = xpt_fmt("m:k=%0*d", 131000, 0);

	xapid_world_plugin(p->w, 0, "size", ANSWER("ok"));
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
	xapid_world_plugin(p->w, 0, "control", ANSWER("a$(printf '\\001')b"));
	xapid_world_plugin(p->w, 0, "latin", ANSWER("a$(printf '\\351')b"));
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

/* ---- devices ---- */

#define BACKEND "/local/domain/0/backend/pci/"

static void a_start_takes_the_devices_that_xapi_would_take(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "nvidia");
	xapid_world_device(p->w, 0, "0000:3b:00.1", NULL);
	xapid_world_device(p->w, 0, "0000:3c:00.0", NULL);
	ask(p, "VM.add_to_other_config", VM1, "pci",
	    "7/0000:3c:00.0,0/0000:3B:0.0@x, "
	    "1/0000:3d:00.0,0/0000:3b:00.1,3d:00.0,0/10000:3d:00.0");
	assert_string_equal(start(p, VM1), "");
	assert_node(p, 0, BACKEND "1/0/dev-0", "0000:3b:00.1");
	assert_node(p, 0, BACKEND "1/0/dev-1", ADDRESS);
	assert_node(p, 0, BACKEND "1/0/dev-2", "0000:3c:00.0");
	assert_node(p, 0, BACKEND "1/0/dev-3", NULL);
	assert_node(p, 0, BACKEND "1/0/msitranslate", "1");
	assert_node(p, 0, BACKEND "1/0/power_mgmt", "0");
	assert_file(p, 0, "sys/bus/pci/drivers/nvidia/unbind", ADDRESS);
	assert_file(p, 0, "sys/bus/pci/drivers/pciback/bind", "0000:3c:00.0");
	assert_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_has(field(p, VM1, "attached_PCIs"), GPU_A);
}

static void a_shutdown_resets_and_lets_go(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "pciback");
	ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(start(p, VM1), "");
	assert_int_equal(
		xpt_tree_write_text(p->w->fd[0], "", "sys/bus/pci/devices/%s/reset", ADDRESS), 0);
	assert_string_equal(ask(p, "VM.hard_shutdown", VM1), "");
	assert_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_node(p, 0, BACKEND "1/0/dev-0", NULL);
	assert_string_equal(field(p, VM1, "attached_PCIs"),
			    "<value><array><data></data></array></value>");
	assert_string_equal(start(p, VM1), "");
	assert_node(p, 0, BACKEND "2/0/dev-0", ADDRESS);
	assert_string_equal(ask(p, "VM.hard_reboot", VM1), "");
	assert_node(p, 0, BACKEND "2/0/dev-0", NULL);
	assert_node(p, 0, BACKEND "3/0/dev-0", ADDRESS);
	assert_string_equal(field(p, VM1, "domid"), "3");
}

static void a_device_in_use_is_reset_before_xen_refuses_it(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, "pciback");
	ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(start(p, VM1), "");
	assert_int_equal(
		xpt_tree_write_text(p->w->fd[0], "", "sys/bus/pci/devices/%s/reset", ADDRESS), 0);
	ask(p, "VM.add_to_other_config", VM2, "pci", "0/" ADDRESS);
	assert_string_equal(ask(p, "VM.start_on", VM2, HOST_A, NO, NO),
			    "INTERNAL_ERROR|xenopsd internal error: Cannot_add(" ADDRESS
			    ", Xenctrlext.Unix_error(4, \"16: Device or resource busy\"))");
	assert_file(p, 0, "sys/bus/pci/devices/" ADDRESS "/reset", "1");
	assert_string_equal(field(p, VM2, "power_state"), "Halted");
	assert_node(p, 0, BACKEND "1/0/dev-0", ADDRESS);
	assert_node(p, 0, BACKEND "2/0/msitranslate", NULL);
}

static void a_start_fails_where_the_machine_cannot(void **state)
{
	struct pool *p = *state;
	int fd = p->w->fd[0];

	ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_has(start(p, VM1), "Cannot_add(" ADDRESS ", Xenctrlext.Unix_error(19, \"19: ");
	xapid_world_device(p->w, 0, ADDRESS, NULL);
	assert_int_equal(
		xpt_tree_write_text(fd, "{\"iommu\": false}", "var/lib/xen-double/topology.json"),
		0);
	assert_has(start(p, VM1), "IOMMU unavailable");
	assert_int_equal(xpt_tree_remove(fd, "var/lib/xen-double/topology.json"), 0);
	assert_int_equal(xpt_tree_remove(fd, "sys/bus/pci/drivers/pciback/bind"), 0);
	assert_has(start(p, VM1), "Unix.Unix_error(Unix.ENOENT, \"write\", \"\")");
	assert_int_equal(xpt_tree_remove(fd, "sys/bus/pci/drivers/pciback"), 0);
	assert_string_equal(start(p, VM1), "INTERNAL_ERROR|pciback has not loaded");
	assert_string_equal(field(p, VM1, "power_state"), "Halted");
}

static void a_guest_with_tools_moves_only_without_devices(void **state)
{
	struct pool *p = *state;

	xapid_world_device(p->w, 0, ADDRESS, NULL);
	ask(p, "VM.add_to_other_config", VM1, "xapid-guest-tools", "true");
	assert_string_equal(ask(p, "VM.start_on", VM1, HOST_A, NO, NO), "");
	assert_string_equal(ask(p, "VM.pool_migrate", VM1, HOST_B, "m:"), "");
	assert_string_equal(field(p, VM1, "resident_on"), HOST_B);
	assert_string_equal(ask(p, "VM.suspend", VM1), "");
	assert_string_equal(field(p, VM1, "power_state"), "Suspended");
	assert_string_equal(ask(p, "VM.hard_shutdown", VM1), "");
	assert_string_equal(field(p, VM1, "power_state"), "Halted");
	ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	assert_string_equal(ask(p, "VM.start_on", VM1, HOST_A, NO, NO), "");
	assert_string_equal(ask(p, "VM.suspend", VM1), "VM_HAS_PCI_ATTACHED|" VM1);
	assert_string_equal(ask(p, "VM.pool_migrate", VM1, HOST_B, "m:"),
			    "VM_HAS_PCI_ATTACHED|" VM1);
	assert_string_equal(ask(p, "VM.clean_shutdown", VM1), "");
}

static void a_snapshot_carries_the_key_and_brings_it_back(void **state)
{
	struct pool *p = *state;
	const char *snapshot;

	ask(p, "VM.add_to_other_config", VM1, "pci", "0/" ADDRESS);
	snapshot = ask(p, "VM.snapshot", VM1, "before");
	assert_has(field(p, VM1, "snapshots"), snapshot);
	ask(p, "VM.remove_from_other_config", VM1, "pci");
	assert_null(strstr(field(p, VM1, "other_config"), ADDRESS));
	assert_string_equal(ask(p, "VM.revert", snapshot), "");
	assert_has(field(p, VM1, "other_config"), ADDRESS);
	assert_string_equal(field(p, VM1, "name_label"), "vm-1");
}

/* ---- dom0's access ---- */

static void hiding_prepends_and_showing_removes(void **state)
{
	struct pool *p = *state;
	int fd = p->w->fd[0];

	assert_int_equal(xpt_tree_write_text(fd, "xen-pciback.hide=(0000:01:00.0)\n", "boot/words"),
			 0);
	assert_string_equal(ask(p, "PCI.disable_dom0_access", GPU_A), "disable_on_reboot");
	assert_file(p, 0, "boot/words", "xen-pciback.hide=(" ADDRESS ")(0000:01:00.0)\n");
	assert_int_equal(
		xpt_tree_write_text(fd, "x xen-pciback.hide=(" ADDRESS ")\n", "proc/cmdline"), 0);
	assert_string_equal(ask(p, "PCI.get_dom0_access_status", GPU_A), "disabled");
	assert_string_equal(ask(p, "PCI.enable_dom0_access", GPU_A), "enable_on_reboot");
	assert_file(p, 0, "boot/words", "xen-pciback.hide=(0000:01:00.0)\n");
}

static void a_list_that_is_not_canonical_breaks_every_call(void **state)
{
	static const char *const LISTS[] = {"(01:00.0)", "(0000:01:00.*)",
					    "(0000:01:00.0) (0000:02:00.0)"};
	struct pool *p = *state;

	for (size_t i = 0; i < XPT_ARRAY_SIZE(LISTS); i++) {
		XPT_FREE char *word = xpt_fmt("xen-pciback.hide=%s\n", LISTS[i]);

		assert_int_equal(xpt_tree_write_text(p->w->fd[0], word, "boot/words"), 0);
		assert_begins(ask(p, "PCI.get_dom0_access_status", GPU_A),
			      "INTERNAL_ERROR|Stdlib.Scanf.Scan_failure(");
	}
}

static void make_boot_device(struct pool *p)
{
	int fd = p->w->fd[0];

	assert_int_equal(xpt_tree_write_text(fd, "1 0 8:1 / / rw - ext3 /dev/sda1 rw\n",
					     "proc/self/mountinfo"),
			 0);
	assert_int_equal(
		xpt_tree_symlink(fd, "../../devices/pci0000:00/" ADDRESS "/ata1/block/sda/sda1",
				 "sys/dev/block/8:1"),
		0);
}

static void the_boot_device_is_guarded_since_26_16(void **state)
{
	struct pool *p = *state;

	make_boot_device(p);
	serve(p, "26.16.0");
	assert_string_equal(ask(p, "PCI.disable_dom0_access", GPU_A),
			    "BOOT_DEVICE_PASSTHROUGH_DISALLOWED|/dev/sda1");
	assert_string_equal(ask(p, "PCI.get_dom0_access_status", GPU_A), "enabled");
}

static void before_26_16_the_boot_device_can_be_hidden(void **state)
{
	struct pool *p = *state;

	make_boot_device(p);
	serve(p, "26.15.0");
	assert_string_equal(ask(p, "PCI.disable_dom0_access", GPU_A), "disable_on_reboot");
}

/* ---- hosts ---- */

static void a_reboot_wants_a_host_that_is_disabled_and_empty(void **state)
{
	struct pool *p = *state;

	assert_string_equal(start(p, VM1), "");
	assert_string_equal(ask(p, "host.reboot", HOST_A), "HOST_NOT_DISABLED");
	assert_string_equal(ask(p, "host.disable", HOST_A), "");
	assert_string_equal(ask(p, "host.reboot", HOST_A), "HOST_IN_USE|" HOST_A "|VM|" VM1);
	assert_string_equal(ask(p, "VM.hard_shutdown", VM1), "");
	assert_false(xpt_tree_has(p->w->fd[0], "var/lib/xcp/reboot-requested"));
	assert_string_equal(ask(p, "host.reboot", HOST_A), "");
	assert_true(xpt_tree_has(p->w->fd[0], "var/lib/xcp/reboot-requested"));
	assert_string_equal(ask(p, "VM.start_on", VM1, HOST_A, NO, NO), "HOST_DISABLED|" HOST_A);
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
	const char *all = ask(p, "event.from", "l:vm", "", "f:0");
	const char *token = token_of(p, all), *task, *batch;

	assert_has(all, "<value>add</value>");
	assert_null(strstr(ask(p, "event.from", "l:vm", token, "f:0"), "<name>operation</name>"));
	ask(p, "VM.set_name_description", VM1, "changed");
	batch = ask(p, "event.from", "l:vm", token, "f:5");
	assert_has(batch, "<name>operation</name><value>mod</value>");
	assert_has(batch, "<value>changed</value>");
	assert_null(strstr(batch, VM2));
	task = ask(p, "task.create", "t", "");
	batch = ask(p, "event.from", "l:task", "", "f:0");
	ask(p, "task.destroy", task);
	assert_has(ask(p, "event.from", "l:task", token_of(p, batch), "f:5"),
		   "<name>operation</name><value>del</value>");
	assert_begins(ask(p, "event.from", "l:vm", "nonsense", "f:0"),
		      "EVENT_FROM_TOKEN_PARSE_FAILURE");
}

static void waiting_for_an_event_ends_when_it_comes(void **state)
{
	struct pool *p = *state;
	const char *token = token_of(p, ask(p, "event.from", "l:vm", "", "f:0"));

	xapid_world_plugin(p->w, 0, "slow", "sleep 0.3\n" ANSWER("x"));
	const char *task = ask(p, "Async.host.call_plugin", HOST_A, "slow", "fn", "m:");
	XPT_FREE char *subscription = xpt_fmt("l:task/%s", task);
	const char *before = ask(p, "event.from", subscription, "", "f:0");
	const char *after = ask(p, "event.from", subscription, token_of(p, before), "f:20");

	assert_has(before, "<value>pending</value>");
	assert_has(after, "<value>success</value>");
	assert_null(strstr(ask(p, "event.from", "l:vm", token, "f:0.1"), "<name>operation</name>"));
}

/* ---- HTTP ---- */

static void a_body_past_300_kib_is_refused(void **state)
{
	struct pool *p = *state;
	XPT_FREE char *value = xpt_fmt("%0*d", 310000, 0);

	assert_string_equal(ask(p, "VM.add_to_other_config", VM1, "big", value),
			    "HTTP/1.0 500 Internal Error");
	value[290000] = '\0';
	assert_string_equal(ask(p, "VM.add_to_other_config", VM1, "big", value), "");
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
#define SERVED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define UNSERVED(test) cmocka_unit_test_setup_teardown(test, setup_unserved, teardown)
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
		SERVED(a_plugin_gets_xapis_bytes_and_nothing_else),
		SERVED(a_supporters_plugin_has_a_session_that_ends_with_the_call),
		SERVED(a_vm_operator_reaches_plugins_through_a_running_vm),
		SERVED(a_plugin_that_runs_keeps_nobody_waiting),
		SERVED(what_a_plugin_cannot_be_given_fails_as_exec_does),
		SERVED(what_a_plugin_prints_must_have_the_right_shape),
		SERVED(a_host_that_is_not_served_is_offline),
		SERVED(a_start_takes_the_devices_that_xapi_would_take),
		SERVED(a_shutdown_resets_and_lets_go),
		SERVED(a_device_in_use_is_reset_before_xen_refuses_it),
		SERVED(a_start_fails_where_the_machine_cannot),
		SERVED(a_guest_with_tools_moves_only_without_devices),
		SERVED(a_snapshot_carries_the_key_and_brings_it_back),
		SERVED(hiding_prepends_and_showing_removes),
		SERVED(a_list_that_is_not_canonical_breaks_every_call),
		UNSERVED(the_boot_device_is_guarded_since_26_16),
		UNSERVED(before_26_16_the_boot_device_can_be_hidden),
		SERVED(a_reboot_wants_a_host_that_is_disabled_and_empty),
		SERVED(events_tell_what_was_made_changed_and_destroyed),
		SERVED(waiting_for_an_event_ends_when_it_comes),
		SERVED(a_body_past_300_kib_is_refused),
		SERVED(http_1_1_keeps_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
