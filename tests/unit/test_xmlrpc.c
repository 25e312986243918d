/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "../support/value_equal.h"
#include "codec/xmlrpc.h"

#define SUCCESS(value) \
	"<methodResponse><params><param><value><struct><member><name>Status</name>" \
	"<value>Success</value></member><member><name>Value</name>" value \
	"</member></struct></value></param></params></methodResponse>"
#define FAILURE(list) \
	"<methodResponse><params><param><value><struct><member><name>Status</name>" \
	"<value>Failure</value></member><member><name>ErrorDescription</name>" \
	"<value><array><data>" list "</data></array></value>" \
	"</member></struct></value></param></params></methodResponse>"

/* ---- reading ---- */

static void check_good(const char *name, const char *bytes, size_t len)
{
	XPT_VALUE *v = NULL;
	struct xpt_call call = {0};
	int rc;

	if (xpt_has_prefix(name, "call-")) {
		rc = xpt_xmlrpc_parse_call(bytes, len, &call, NULL);
	} else {
		rc = xpt_xmlrpc_parse_response(bytes, len, &v, NULL);
		if (xpt_has_prefix(name, "failure-"))
			rc += EREMOTEIO;
	}
	xpt_call_done(&call);
	if (rc)
		fail_msg("%s gives %d", name, rc);
}

static void good_messages_are_read(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/xmlrpc/good", check_good);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	struct xpt_value *v = NULL;
	struct xpt_call call = {0};
	XPT_ERR as_call = XPT_ERR_INIT;
	XPT_ERR as_response = XPT_ERR_INIT;

	if (xpt_xmlrpc_parse_call(bytes, len, &call, &as_call) >= 0 ||
	    xpt_xmlrpc_parse_response(bytes, len, &v, &as_response) >= 0)
		fail_msg("%s is taken", name);
	assert_int_equal(as_call.code, XPT_MALFORMED);
	if (as_response.code != XPT_MALFORMED)
		fail_msg("%s gives %s", name, xpt_code_name(as_response.code));
	assert_null(v);
	assert_null(call.method);
}

static void bad_messages_are_refused(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/xmlrpc/bad", check_bad);
}

static struct xpt_value *answer(const char *xml)
{
	struct xpt_value *v = NULL;

	assert_int_equal(xpt_xmlrpc_parse_response(xml, strlen(xml), &v, NULL), 0);
	return v;
}

static void a_plugins_argument_is_method_session_and_strings(void **state XPT_UNUSED)
{
	const char *xml = "<methodCall><methodName>list</methodName><params><param>"
			  "<value>OpaqueRef:1</value></param><param><value><struct><member>"
			  "<name>a</name><value>x&lt;y&amp;&quot;z&quot;</value></member><member>"
			  "<name>e</name><value/></member></struct></value></param></params>"
			  "</methodCall>";
	struct xpt_call call;

	assert_int_equal(xpt_xmlrpc_parse_call(xml, strlen(xml), &call, NULL), 0);
	assert_string_equal(call.method, "list");
	assert_int_equal(call.params->n, 2);
	assert_string_equal(xpt_value_text(call.params->item[0]), "OpaqueRef:1");
	assert_string_equal(xpt_value_get_text(call.params->item[1], "a"), "x<y&\"z\"");
	assert_string_equal(xpt_value_get_text(call.params->item[1], "e"), "");
	xpt_call_done(&call);
}

static void typed_and_untyped_strings_are_the_same(void **state XPT_UNUSED)
{
	XPT_VALUE *plain = answer(SUCCESS("<value>text</value>"));
	XPT_VALUE *typed = answer(SUCCESS("<value>\n <string>text</string>\n</value>"));

	assert_true(xpt_value_equal(plain, typed));
	assert_string_equal(xpt_value_text(plain), "text");
}

static void a_blank_string_is_empty_and_other_blanks_are_kept(void **state XPT_UNUSED)
{
	XPT_VALUE *v = answer(SUCCESS("<value><array><data><value> \n\t</value>"
				      "<value><string> </string></value><value> x </value>"
				      "</data></array></value>"));

	assert_string_equal(xpt_value_text(v->item[0]), "");
	assert_string_equal(xpt_value_text(v->item[1]), "");
	assert_string_equal(xpt_value_text(v->item[2]), " x ");
}

static void every_type_is_read(void **state XPT_UNUSED)
{
	XPT_VALUE *v = answer(
		SUCCESS("<value><array><data><value><int>5</int></value>"
			"<value><i4>-5</i4></value><value><i8>9223372036854775807</i8></value>"
			"<value><boolean>1</boolean></value><value><double>1.50</double></value>"
			"<value><nil/></value><value><dateTime.iso8601>19700101T00:00:00Z"
			"</dateTime.iso8601></value></data></array></value>"));

	assert_int_equal(v->item[0]->num, 5);
	assert_int_equal(v->item[1]->num, -5);
	assert_true(v->item[2]->num == INT64_MAX);
	assert_int_equal(v->item[3]->type, XPT_V_BOOL);
	assert_int_equal(v->item[3]->num, 1);
	assert_int_equal(v->item[4]->type, XPT_V_DOUBLE);
	assert_string_equal(v->item[4]->str, "1.50");
	assert_int_equal(v->item[5]->type, XPT_V_NIL);
	assert_true(v->item[6]->is_date);
	assert_string_equal(xpt_value_text(v->item[6]), "19700101T00:00:00Z");
}

static void a_failure_is_an_error_with_code_and_parameters(void **state XPT_UNUSED)
{
	const char *xml =
		FAILURE("<value>UUID_INVALID</value><value>VM</value><value>0&#x7;</value>");
	const char *good =
		FAILURE("<value>UUID_INVALID</value><value>VM</value><value>\xc2\x85</value>");
	struct xpt_value *v = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xmlrpc_parse_response(xml, strlen(xml), &v, &err), -EINVAL);
	assert_int_equal(xpt_xmlrpc_parse_response(good, strlen(good), &v, &err), -EREMOTEIO);
	assert_null(v);
	assert_int_equal(err.code, XPT_XAPI);
	assert_string_equal(err.subject, "UUID_INVALID");
	assert_int_equal(err.detail.n, 3);
	assert_string_equal(err.detail.v[0], "UUID_INVALID");
	assert_string_equal(err.detail.v[2], "\xc2\x85");
	assert_non_null(strstr(err.sentence, "UUID_INVALID: VM, \\xc2\\x85"));
}

static void a_fault_is_an_error_with_its_number(void **state XPT_UNUSED)
{
	const char *xml = "<methodResponse><fault><value><struct><member><name>faultCode</name>"
			  "<value><int>42</int></value></member><member><name>faultString</name>"
			  "<value>oops</value></member></struct></value></fault></methodResponse>";
	struct xpt_value *v = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xmlrpc_parse_response(xml, strlen(xml), &v, &err), -EREMOTEIO);
	assert_int_equal(err.detail.n, 3);
	assert_string_equal(err.detail.v[0], "FAULT");
	assert_string_equal(err.detail.v[1], "42");
	assert_string_equal(err.detail.v[2], "oops");
}

static void a_malformed_message_says_where_and_what(void **state XPT_UNUSED)
{
	const char *xml = "<methodCall>\n<methodName>x</methodName>\n<params>\n<param><value>"
			  "<boolean>yes</boolean></value></param></params></methodCall>";
	struct xpt_call call = {0};
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xmlrpc_parse_call(xml, strlen(xml), &call, &err), -EINVAL);
	assert_non_null(strstr(err.sentence, "<boolean> that is not 0 or 1"));
	assert_non_null(strstr(err.sentence, "line 4"));
}

static void an_error_may_be_unwanted(void **state XPT_UNUSED)
{
	const char *xml = FAILURE("<value>CODE</value>");
	struct xpt_value *v = NULL;

	assert_int_equal(xpt_xmlrpc_parse_response(xml, strlen(xml), &v, NULL), -EREMOTEIO);
}

/* ---- writing ---- */

static void a_call_is_written_as_xapi_writes_it(void **state XPT_UNUSED)
{
	XPT_VALUE *params = xpt_value_push(xpt_value_array(), xpt_value_str("OpaqueRef:1"));
	XPT_STR out = {0};
	struct xpt_value *args = xpt_value_struct();

	xpt_value_put(args, "a", xpt_value_str("x<y&\"z\""));
	xpt_value_put(args, "e", xpt_value_str(""));
	xpt_value_push(params, args);
	xpt_xmlrpc_write_call(&out, "list", params);
	assert_string_equal(out.s,
			    "<methodCall><methodName>list</methodName><params><param>"
			    "<value>OpaqueRef:1</value></param><param><value><struct><member>"
			    "<name>a</name><value>x&lt;y&amp;&quot;z&quot;</value></member><member>"
			    "<name>e</name><value/></member></struct></value></param></params>"
			    "</methodCall>");
}

static void an_empty_struct_is_one_element(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_struct();
	XPT_STR out = {0};

	xpt_xmlrpc_write_value(&out, v);
	assert_string_equal(out.s, "<value><struct/></value>");
}

static void a_success_and_a_failure_are_written_as_xapi_takes_them(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_str("{}");
	XPT_STR success = {0}, failure = {0};
	XPT_STRV description = {0};

	xpt_xmlrpc_write_success(&success, v);
	assert_string_equal(success.s, SUCCESS("<value>{}</value>"));
	xpt_strv_add(&description, "MY_CODE");
	xpt_strv_add(&description, "");
	xpt_xmlrpc_write_failure(&failure, &description);
	assert_string_equal(failure.s, FAILURE("<value>MY_CODE</value><value/>"));
}

static void a_call_without_a_result_succeeds_with_an_empty_string(void **state XPT_UNUSED)
{
	XPT_STR out = {0};

	xpt_xmlrpc_write_success(&out, NULL);
	assert_string_equal(out.s, SUCCESS("<value/>"));
}

static void large_integers_are_written_as_i8(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_push(xpt_value_array(), xpt_value_int(2147483647));
	XPT_STR out = {0};

	xpt_value_push(v, xpt_value_int(-2147483649));
	xpt_xmlrpc_write_value(&out, v);
	assert_non_null(strstr(out.s, "<i4>2147483647</i4>"));
	assert_non_null(strstr(out.s, "<i8>-2147483649</i8>"));
}

static void what_xml_forbids_is_never_written(void **state XPT_UNUSED)
{
	XPT_STR out = {0};

	xpt_xmlrpc_escape(&out, "a\x01\x1f\x0b"
				"b\xef\xbf\xbe\xef\xbf\xbf"
				"c\xff\xed\xa0\x80"
				"d");
	assert_string_equal(out.s, "abc\\xff\\xed\\xa0\\x80d");
}

/* ---- both ---- */

static void check_round_trip(const struct xpt_value *v)
{
	XPT_VALUE *back = NULL;
	XPT_STR xml = {0};

	xpt_xmlrpc_write_success(&xml, v);
	assert_int_equal(xpt_xmlrpc_parse_response(xml.s, xml.len, &back, NULL), 0);
	assert_true(xpt_value_equal(v, back));
}

static void every_type_survives_a_round_trip(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_struct();

	xpt_value_put(v, "", xpt_value_str(""));
	xpt_value_put(v, "a&b",
		      xpt_value_str("<tag attr=\"x\"> 'y' & \t\r\n caf\xc3\xa9 \xf0\x9f\x98\x80"));
	xpt_value_put(v, "]]>", xpt_value_str("]]>"));
	xpt_value_put(v, "int", xpt_value_int(INT64_MIN));
	xpt_value_put(v, "bool", xpt_value_bool(true));
	xpt_value_put(v, "double", xpt_value_double("0.25"));
	xpt_value_put(v, "date", xpt_value_date("20261120T10:00:00Z"));
	xpt_value_put(v, "nil", xpt_value_nil());
	xpt_value_put(v, "list", xpt_value_push(xpt_value_array(), xpt_value_array()));
	xpt_value_put(v, "map", xpt_value_put(xpt_value_struct(), "k", xpt_value_struct()));
	check_round_trip(v);
}

static void lines_with_carriage_returns_survive_a_round_trip(void **state XPT_UNUSED)
{
	XPT_VALUE *v = xpt_value_str("one\r\ntwo\r");

	check_round_trip(v);
}

static void every_valid_character_survives_a_round_trip(void **state XPT_UNUSED)
{
	XPT_STR text = {0};
	XPT_VALUE *v = NULL;

	xpt_str_addc(&text, 'x');
	for (uint32_t c = 0x80; c < 0x800; c++) {
		xpt_str_addc(&text, (char)(0xc0 | c >> 6));
		xpt_str_addc(&text, (char)(0x80 | (c & 0x3f)));
	}
	for (char c = ' '; c < '\x7f'; c++)
		xpt_str_addc(&text, c);
	v = xpt_value_str(text.s);
	check_round_trip(v);
}

static void five_megabytes_survive_a_round_trip(void **state XPT_UNUSED)
{
	XPT_STR text = {0};
	XPT_VALUE *v = NULL;

	while (text.len < 5u << 20)
		xpt_str_add(&text, "{\"address\": \"0000:3b:00.0\"},\n");
	v = xpt_value_str(text.s);
	check_round_trip(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_messages_are_read),
		cmocka_unit_test(bad_messages_are_refused),
		cmocka_unit_test(a_plugins_argument_is_method_session_and_strings),
		cmocka_unit_test(typed_and_untyped_strings_are_the_same),
		cmocka_unit_test(a_blank_string_is_empty_and_other_blanks_are_kept),
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(a_failure_is_an_error_with_code_and_parameters),
		cmocka_unit_test(a_fault_is_an_error_with_its_number),
		cmocka_unit_test(a_malformed_message_says_where_and_what),
		cmocka_unit_test(an_error_may_be_unwanted),
		cmocka_unit_test(a_call_is_written_as_xapi_writes_it),
		cmocka_unit_test(an_empty_struct_is_one_element),
		cmocka_unit_test(a_success_and_a_failure_are_written_as_xapi_takes_them),
		cmocka_unit_test(a_call_without_a_result_succeeds_with_an_empty_string),
		cmocka_unit_test(large_integers_are_written_as_i8),
		cmocka_unit_test(what_xml_forbids_is_never_written),
		cmocka_unit_test(every_type_survives_a_round_trip),
		cmocka_unit_test(lines_with_carriage_returns_survive_a_round_trip),
		cmocka_unit_test(every_valid_character_survives_a_round_trip),
		cmocka_unit_test(five_megabytes_survive_a_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
