/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../support/corpus.h"
#include "codec/xml.h"

#define DEPTH 100

static struct xpt_xml *parse(const char *text)
{
	struct xpt_xml *doc = NULL;

	assert_int_equal(xpt_xml_parse(text, strlen(text), DEPTH, &doc, NULL), 0);
	return doc;
}

static void check_good(const char *name, const char *bytes, size_t len)
{
	XPT_XML *doc = NULL;

	if (xpt_xml_parse(bytes, len, DEPTH, &doc, NULL) < 0)
		fail_msg("%s is refused", name);
	assert_non_null(xpt_xml_root(doc)->name);
}

static void good_documents_are_read(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/xml/good", check_good);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	struct xpt_xml *doc = (struct xpt_xml *)bytes;
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_xml_parse(bytes, len, DEPTH, &doc, &err) >= 0)
		fail_msg("%s is taken", name);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_null(strchr(err.sentence, '\n'));
	assert_ptr_equal(doc, bytes);
}

static void bad_documents_are_refused(void **state XPT_UNUSED)
{
	xpt_corpus_each("tests/fuzz/xml/bad", check_bad);
}

static void nothing_is_ever_printed(void **state XPT_UNUSED)
{
	char name[] = "/tmp/xpt-test-XXXXXX";
	int saved = dup(STDERR_FILENO), fd = mkstemp(name);
	struct stat st;

	assert_true(saved >= 0 && fd >= 0);
	dup2(fd, STDERR_FILENO);
	xpt_corpus_each("tests/fuzz/xml/bad", check_bad);
	dup2(saved, STDERR_FILENO);
	assert_int_equal(fstat(fd, &st), 0);
	close(saved);
	close(fd);
	unlink(name);
	assert_int_equal(st.st_size, 0);
}

static void an_error_says_what_and_where(void **state XPT_UNUSED)
{
	const char *text = "<a>\n<b>\n</c></a>";
	struct xpt_xml *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xml_parse(text, strlen(text), DEPTH, &doc, &err), -EINVAL);
	assert_non_null(strstr(err.sentence, "mismatch"));
	assert_non_null(strstr(err.sentence, "line 3"));
}

static void a_long_name_does_not_make_a_long_error(void **state XPT_UNUSED)
{
	XPT_STR text = {0};
	struct xpt_xml *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	xpt_str_add(&text, "<a></");
	for (int i = 0; i < 5000; i++)
		xpt_str_add(&text, "b");
	xpt_str_add(&text, ">");
	assert_true(xpt_xml_parse(text.s, text.len, DEPTH, &doc, &err) < 0);
	assert_true(strlen(err.sentence) < 300);
}

static void depth_is_limited_to_what_the_caller_allows(void **state XPT_UNUSED)
{
	const char *text = "<a><b><c/></b></a>";
	XPT_XML *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xml_parse(text, strlen(text), 2, &doc, &err), -EFBIG);
	assert_non_null(strstr(err.sentence, "in each other"));
	assert_null(doc);
	assert_int_equal(xpt_xml_parse(text, strlen(text), 3, &doc, NULL), 0);
}

static void the_number_of_nodes_is_limited(void **state XPT_UNUSED)
{
	size_t n = XPT_XML_MAX_NODES, len = 3 + 4 * n + 4;
	XPT_FREE char *text = malloc(len + 1);
	struct xpt_xml *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	memcpy(text, "<r>", 3);
	for (size_t i = 0; i < n; i++)
		memcpy(text + 3 + 4 * i, "<a/>", 4);
	memcpy(text + 3 + 4 * n, "</r>", 5);
	assert_int_equal(xpt_xml_parse(text, len, DEPTH, &doc, &err), -EFBIG);
	assert_non_null(strstr(err.sentence, "too many"));
}

static void an_oversized_document_is_refused_unread(void **state XPT_UNUSED)
{
	struct xpt_xml *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xml_parse("<a/>", (size_t)XPT_XML_MAX_BYTES + 1, DEPTH, &doc, &err),
			 -EFBIG);
	assert_int_equal(err.code, XPT_MALFORMED);
}

static void a_doctype_is_refused_by_name(void **state XPT_UNUSED)
{
	const char *text = "<!DOCTYPE a [<!ENTITY x 'y'>]>\n<a>&x;</a>";
	struct xpt_xml *doc = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_xml_parse(text, strlen(text), DEPTH, &doc, &err), -EINVAL);
	assert_non_null(strstr(err.sentence, "document type"));
}

static void text_around_comments_and_cdata_is_one_text(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<a>one<!-- c -->two<![CDATA[<&>]]>&#10;&#x41;&amp;</a>");

	assert_string_equal(xpt_xml_text(xpt_xml_root(doc)), "onetwo<&>\nA&");
}

static void blank_text_is_dropped_and_other_text_kept_whole(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<a> \n\t<b> </b>\n<c> x </c> </a>");
	const struct xpt_xml_node *b = xpt_xml_root(doc)->child;

	assert_true(xpt_xml_is(b, "b"));
	assert_string_equal(xpt_xml_text(b), "");
	assert_true(xpt_xml_is(b->next, "c"));
	assert_string_equal(xpt_xml_text(b->next), " x ");
	assert_null(b->next->next);
}

static void text_beside_elements_is_a_node(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<a>x<b/>y</a>");
	const struct xpt_xml_node *root = xpt_xml_root(doc);

	assert_null(xpt_xml_text(root));
	assert_string_equal(root->child->text, "x");
	assert_true(xpt_xml_is(root->child->next, "b"));
	assert_string_equal(root->child->next->next->text, "y");
	assert_ptr_equal(xpt_xml_child(root, NULL), root->child->next);
}

static void attributes_keep_order_and_lose_their_escapes(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<row ref=\"r\" name__label='a &quot;b&quot; &lt;&#xe9;'/>");
	const struct xpt_xml_node *row = xpt_xml_root(doc);

	assert_int_equal(row->n_attrs, 2);
	assert_string_equal(row->attrs[0].name, "ref");
	assert_string_equal(xpt_xml_attr(row, "name__label"), "a \"b\" <\xc3\xa9");
	assert_null(xpt_xml_attr(row, "uuid"));
}

static void prefixes_are_part_of_names(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<n:a xmlns:n='urn:x' n:b='1'><other:c/></n:a>");
	const struct xpt_xml_node *root = xpt_xml_root(doc);

	assert_true(xpt_xml_is(root, "n:a"));
	assert_string_equal(xpt_xml_attr(root, "n:b"), "1");
	assert_true(xpt_xml_is(root->child, "other:c"));
}

static void children_are_found_by_name_with_their_lines(void **state XPT_UNUSED)
{
	XPT_XML *doc = parse("<d>\n<t name='1'/>\n<u/>\n<t name='2'/>\n</d>");
	const struct xpt_xml_node *t = xpt_xml_child(xpt_xml_root(doc), "t");

	assert_string_equal(xpt_xml_attr(t, "name"), "1");
	assert_int_equal(t->line, 2);
	t = xpt_xml_next(t, "t");
	assert_string_equal(xpt_xml_attr(t, "name"), "2");
	assert_int_equal(t->line, 4);
	assert_null(xpt_xml_next(t, NULL));
}

static void asking_nothing_gives_nothing(void **state XPT_UNUSED)
{
	assert_false(xpt_xml_is(NULL, "a"));
	assert_null(xpt_xml_text(NULL));
	assert_null(xpt_xml_attr(NULL, "a"));
	assert_null(xpt_xml_child(NULL, NULL));
	assert_null(xpt_xml_next(NULL, NULL));
}

static void a_database_of_tens_of_megabytes_is_read(void **state XPT_UNUSED)
{
	enum { ROWS = 40000, VALUE = 500 };
	XPT_STR text = {0};
	XPT_XML *doc = NULL;
	char value[VALUE + 1];
	size_t rows = 0;

	memset(value, 'v', VALUE);
	value[VALUE] = '\0';
	xpt_str_add(&text, "<database><table name=\"VM\">");
	for (int i = 0; i < ROWS; i++)
		xpt_str_addf(&text, "<row ref=\"OpaqueRef:%d\" other_config=\"%s\"/>", i, value);
	xpt_str_add(&text, "</table></database>");
	assert_int_equal(xpt_xml_parse(text.s, text.len, DEPTH, &doc, NULL), 0);
	for (const struct xpt_xml_node *row = xpt_xml_child(xpt_xml_root(doc)->child, "row"); row;
	     row = xpt_xml_next(row, "row"))
		rows += strlen(xpt_xml_attr(row, "other_config")) == VALUE;
	assert_int_equal(rows, ROWS);
}

static void a_text_of_twelve_megabytes_is_read(void **state XPT_UNUSED)
{
	enum { SIZE = 12 << 20 };
	XPT_FREE char *text = malloc(SIZE + 8);
	XPT_XML *doc = NULL;

	memcpy(text, "<a>", 3);
	memset(text + 3, 'x', SIZE);
	memcpy(text + 3 + SIZE, "</a>", 5);
	doc = parse(text);
	assert_int_equal(strlen(xpt_xml_text(xpt_xml_root(doc))), SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_documents_are_read),
		cmocka_unit_test(bad_documents_are_refused),
		cmocka_unit_test(nothing_is_ever_printed),
		cmocka_unit_test(an_error_says_what_and_where),
		cmocka_unit_test(a_long_name_does_not_make_a_long_error),
		cmocka_unit_test(depth_is_limited_to_what_the_caller_allows),
		cmocka_unit_test(the_number_of_nodes_is_limited),
		cmocka_unit_test(an_oversized_document_is_refused_unread),
		cmocka_unit_test(a_doctype_is_refused_by_name),
		cmocka_unit_test(text_around_comments_and_cdata_is_one_text),
		cmocka_unit_test(blank_text_is_dropped_and_other_text_kept_whole),
		cmocka_unit_test(text_beside_elements_is_a_node),
		cmocka_unit_test(attributes_keep_order_and_lose_their_escapes),
		cmocka_unit_test(prefixes_are_part_of_names),
		cmocka_unit_test(children_are_found_by_name_with_their_lines),
		cmocka_unit_test(asking_nothing_gives_nothing),
		cmocka_unit_test(a_database_of_tens_of_megabytes_is_read),
		cmocka_unit_test(a_text_of_twelve_megabytes_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
