/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "codec/hostfile.h"
#include "file.h"

#define GOOD "tests/fuzz/hostfile/good"
#define BAD "tests/fuzz/hostfile/bad"

static void assert_reads(const char *text, struct xpt_hostfile *ret)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_hostfile_parse(text, strlen(text), ret, &err) < 0)
		fail_msg("%s: %s", text, err.sentence);
}

static void assert_refuses(const char *text, int errnum, const char *sentence)
{
	XPT_HOSTFILE list = {0};
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_hostfile_parse(text, strlen(text), &list, &err), -errnum);
	assert_string_equal(err.sentence, sentence);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_int_equal(list.n, 0);
}

static void assert_entry(const struct xpt_hostfile_entry *e, enum xpt_hostfile_kind kind,
			 const char *path, const char *value)
{
	assert_int_equal(e->kind, kind);
	assert_true(xpt_streq(e->path, path));
	assert_true(xpt_streq(e->value, value));
	assert_int_equal(e->len, value ? strlen(value) : 0);
}

static void assert_same(const struct xpt_hostfile *a, const struct xpt_hostfile *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->v[i].kind, b->v[i].kind);
		assert_true(xpt_streq(a->v[i].path, b->v[i].path));
		assert_int_equal(a->v[i].len, b->v[i].len);
		if (a->v[i].value || b->v[i].value)
			assert_memory_equal(a->v[i].value, b->v[i].value, a->v[i].len + 1);
	}
}

static void every_kind_of_entry_is_read(void **state)
{
	XPT_HOSTFILE l = {0};
	XPT_FREE char *text = NULL;

	(void)state;
	assert_int_equal(xpt_file_read(GOOD "/every-kind.host", 4096, &text, NULL, NULL), 0);
	assert_reads(text, &l);
	assert_int_equal(l.n, 9);
	assert_entry(&l.v[0], XPT_HOSTFILE_TEXT, "/sys/bus/pci/devices/0000:3b:00.0/vendor",
		     "0x10de\n");
	assert_int_equal(l.v[0].line, 3);
	assert_entry(&l.v[2], XPT_HOSTFILE_LINK, "/sys/bus/pci/devices/0000:3b:00.0/driver",
		     "../../../bus/pci/drivers/nvidia");
	assert_entry(&l.v[3], XPT_HOSTFILE_PROGRAM, "/opt/xensource/libexec/xen-cmdline",
		     "stand-ins/xen-cmdline");
	assert_entry(&l.v[4], XPT_HOSTFILE_FILE, "/sys/firmware/acpi/tables/RMAD",
		     "blobs/dmar.bin");
	assert_entry(&l.v[5], XPT_HOSTFILE_DIR, "/var/empty", NULL);
	assert_entry(&l.v[6], XPT_HOSTFILE_INCLUDE, NULL, "base.host");
	assert_entry(&l.v[7], XPT_HOSTFILE_XEN, NULL, "topology.json");
	assert_entry(&l.v[8], XPT_HOSTFILE_POOL, NULL, "pool.xml");
	assert_int_equal(l.v[8].line, 11);
}

static void bytes_stand_at_their_offsets_and_the_rest_is_zero(void **state)
{
	static const unsigned char want[8] = {0x86, 0x80, 0, 0, 0xab, 0, 0, 0};
	XPT_HOSTFILE l = {0};

	(void)state;
	assert_reads("/a := 8 @0 86 80 @0x4 AB\n", &l);
	assert_int_equal(l.v[0].kind, XPT_HOSTFILE_BYTES);
	assert_int_equal(l.v[0].len, sizeof(want));
	assert_memory_equal(l.v[0].value, want, sizeof(want));
}

static void escapes_are_decoded_and_text_keeps_its_blanks(void **state)
{
	XPT_HOSTFILE l = {0};

	(void)state;
	assert_reads("/a\\x20b =  two\\nlines\\t\\\\ \n/c =\n", &l);
	assert_entry(&l.v[0], XPT_HOSTFILE_TEXT, "/a b", " two\nlines\t\\ \n");
	assert_entry(&l.v[1], XPT_HOSTFILE_TEXT, "/c", "\n");
}

static void what_is_written_reads_back_the_same(void **state)
{
	XPT_STRV names = {0};

	(void)state;
	assert_int_equal(xpt_file_names(GOOD, &names, NULL), 0);
	assert_true(names.n >= 4);
	for (size_t i = 0; i < names.n; i++) {
		XPT_HOSTFILE first = {0}, second = {0};
		XPT_STR out = {0};
		XPT_FREE char *path = xpt_fmt("%s/%s", GOOD, names.v[i]);
		XPT_FREE char *text = NULL;

		assert_int_equal(xpt_file_read(path, 65536, &text, NULL, NULL), 0);
		assert_reads(text, &first);
		xpt_hostfile_emit(&first, &out);
		assert_reads(xpt_str_text(&out), &second);
		assert_same(&first, &second);
	}
}

static void hostile_bytes_survive_writing(void **state)
{
	static const char text[] = " \\ \x01\xff\xc3\xa9\x7f\r\t\0end \n";
	XPT_HOSTFILE first = {0}, second = {0};
	XPT_STR out = {0};

	(void)state;
	xpt_hostfile_add(&first, XPT_HOSTFILE_TEXT, "/a b\\\n", text, sizeof(text) - 1);
	xpt_hostfile_add(&first, XPT_HOSTFILE_LINK, "/l", "a b", 3);
	xpt_hostfile_emit(&first, &out);
	assert_string_equal(out.s, "/a\\x20b\\\\\\n = \\x20\\\\ \\x01\\xff\xc3\xa9\\x7f\\x0d\\t"
				   "\\x00end\\x20\n"
				   "/l -> a\\x20b\n");
	assert_reads(out.s, &second);
	assert_same(&first, &second);
}

static void zeros_between_bytes_are_left_out_when_written(void **state)
{
	static const char data[16] = {1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3};
	XPT_HOSTFILE l = {0};
	XPT_STR out = {0};

	(void)state;
	xpt_hostfile_add(&l, XPT_HOSTFILE_BYTES, "/a", data, sizeof(data));
	xpt_hostfile_add(&l, XPT_HOSTFILE_BYTES, "/b", "", 0);
	xpt_hostfile_emit(&l, &out);
	assert_string_equal(out.s, "/a := 16 @0 01 00 00 00 02 @10 03\n/b := 0\n");
}

static void every_bad_file_is_refused_with_a_place(void **state)
{
	XPT_STRV names = {0};

	(void)state;
	assert_int_equal(xpt_file_names(BAD, &names, NULL), 0);
	assert_true(names.n >= 30);
	for (size_t i = 0; i < names.n; i++) {
		XPT_HOSTFILE l = {0};
		XPT_ERR err = XPT_ERR_INIT;
		XPT_FREE char *path = xpt_fmt("%s/%s", BAD, names.v[i]);
		XPT_FREE char *text = NULL;
		size_t len;

		assert_int_equal(xpt_file_read(path, 65536, &text, &len, NULL), 0);
		if (xpt_hostfile_parse(text, len, &l, &err) == 0)
			fail_msg("%s was accepted", path);
		assert_int_equal(err.code, XPT_MALFORMED);
		assert_true(xpt_has_prefix(err.sentence, "line "));
		assert_non_null(strstr(err.sentence, ", column "));
	}
}

static void a_mistake_is_named_with_line_and_column(void **state)
{
	(void)state;
	assert_refuses("# x\n/a 0x10de\n", EINVAL,
		       "line 2, column 4: one of = := -> ! < expected after the path");
	assert_refuses("/a/b -> ../../c\n", EINVAL,
		       "line 1, column 9: the link target leaves the root");
	assert_refuses("/a/../b = 1\n", EINVAL,
		       "line 1, column 1: a path has no . or .. components");
	assert_refuses("/a := 4 @0 1\n", EINVAL,
		       "line 1, column 12: bytes are two hex digits each");
	assert_refuses("/a -> b c\n", EINVAL,
		       "line 1, column 9: \"c\" where the line should end (a blank is \\x20)");
	assert_refuses("%\x1b[31mred x\n", EINVAL,
		       "line 1, column 1: \"%\\x1b[31mred\" is none of %include, %xen, %pool");
}

static void sizes_are_capped(void **state)
{
	XPT_HOSTFILE l = {0};
	XPT_STR text = {0};

	(void)state;
	assert_refuses("/a := 65537\n", EFBIG,
		       "line 1, column 7: a size of at most 65536 expected");
	for (unsigned i = 0; i < 1025; i++)
		xpt_str_addf(&text, "/%u := 65536\n", i);
	assert_int_equal(xpt_hostfile_parse(text.s, text.len, &l, NULL), -EFBIG);
	xpt_str_done(&text);
	xpt_str_addc(&text, '/');
	for (unsigned i = 0; i < 600; i++)
		xpt_str_add(&text, "a/");
	assert_int_equal(xpt_hostfile_parse(text.s, text.len, &l, NULL), -EFBIG);
	assert_int_equal(xpt_hostfile_parse(text.s, XPT_HOSTFILE_MAX_TEXT + 1, &l, NULL), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_entry_is_read),
		cmocka_unit_test(bytes_stand_at_their_offsets_and_the_rest_is_zero),
		cmocka_unit_test(escapes_are_decoded_and_text_keeps_its_blanks),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(hostile_bytes_survive_writing),
		cmocka_unit_test(zeros_between_bytes_are_left_out_when_written),
		cmocka_unit_test(every_bad_file_is_refused_with_a_place),
		cmocka_unit_test(a_mistake_is_named_with_line_and_column),
		cmocka_unit_test(sizes_are_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
