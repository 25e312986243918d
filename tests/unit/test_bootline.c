/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "codec/grubdiff.h"
#include "host/bootfile.h"
#include "host/bootline.h"

#define VALUE "(0000:04:00.0)(0000:04:00.1)"
#define WORD "xen-pciback.hide=" VALUE

static int setup(void **state)
{
	boothost_setup(state);
	boothost_use(*state, "xcp-ng-8.3-efi.cfg");
	return 0;
}

/* ---- when the program does its work ---- */

static void a_list_is_set_changed_and_removed_on_every_kind_of_host(void **state)
{
	static const char *const files[] = {"xcp-ng-8.3-efi.cfg", "xcp-ng-8.3-bios.cfg",
					    "xenserver-9-efi.cfg"};
	static const char *const values[] = {VALUE, "(0000:05:00.0)", "(0000:05:00.0)", NULL, NULL};
	struct boothost *b = *state;

	boothost_stand_in(b);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(files); i++) {
		boothost_use(b, files[i]);
		for (size_t k = 0; k < XPT_ARRAY_SIZE(values); k++) {
			XPT_FREE char *word =
				values[k] ? xpt_fmt("xen-pciback.hide=%s", values[k]) : NULL;
			XPT_BOOTFILE before = {0}, after = {0};
			XPT_ERR err = XPT_ERR_INIT;

			assert_int_equal(xpt_bootfile_read(&b->host, &before, NULL), 0);
			if (xpt_bootline_set_hide(&b->host, -1, values[k], &err) < 0)
				fail_msg("%s: %s", files[i], err.sentence);
			assert_null(err.sentence);
			assert_int_equal(xpt_bootfile_read(&b->host, &after, NULL), 0);
			assert_int_equal(xpt_grubdiff_check(&before.grub, &after.grub,
							    "xen-pciback.hide", word, NULL),
					 0);
			assert_int_equal(strstr(after.grub.v[0].kernel_args, "xen-pciback.hide") !=
						 NULL,
					 values[k] != NULL);
		}
	}
}

static void the_old_file_lies_aside_for_root_only(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *before = boothost_get(b, BOOTHOST_GRUB);
	XPT_FREE char *copy = NULL;

	boothost_stand_in(b);
	assert_int_equal(xpt_bootline_set_hide(&b->host, -1, VALUE, NULL), 0);
	copy = boothost_get(b, XPT_BOOTLINE_COPY);
	assert_string_equal(copy, before);
	assert_int_equal(boothost_mode(b, XPT_BOOTLINE_COPY), 0600);
	assert_int_equal(boothost_mode(b, BOOTHOST_GRUB), 0600);
}

static void the_program_gets_one_key_and_inherits_the_lock(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *lock_path = xpt_host_path(&b->host, "/etc/xensource-inventory");
	XPT_FREE char *seen = NULL, *want = NULL;
	XPT_CLOSE int lock = open(lock_path, O_RDONLY | O_CLOEXEC);
	int kept = lock == 3 ? 4 : 3;
	XPT_FREE char *body = xpt_fmt("echo \"$# $*\" >$XE_PASSTHROUGH_ROOT/seen\n"
				      "readlink /proc/$$/fd/%d >>$XE_PASSTHROUGH_ROOT/seen || :",
				      kept);

	boothost_script(b, body);
	assert_true(lock >= 0);
	assert_true(xpt_bootline_set_hide(&b->host, lock, VALUE, NULL) < 0);
	seen = boothost_get(b, "/seen");
	want = xpt_fmt("2 --set-dom0 " WORD "\n%s\n", lock_path);
	assert_string_equal(seen, want);
	free(seen);
	assert_int_equal(xpt_bootline_set_hide(&b->host, -1, NULL, NULL), 0);
	seen = boothost_get(b, "/seen");
	assert_string_equal(seen, "2 --delete-dom0 xen-pciback.hide\n");
}

/* ---- when it does not ---- */

/* The edit fails so, and the file is as before. */
static void expect_failure(struct boothost *b, const char *value, int errnum, enum xpt_code code,
			   const char *sentence)
{
	XPT_FREE char *before = boothost_get(b, BOOTHOST_GRUB);
	XPT_FREE char *after = NULL;
	mode_t mode = boothost_mode(b, BOOTHOST_GRUB);
	XPT_ERR err = XPT_ERR_INIT;
	int failed;

	failed = xpt_bootline_set_hide(&b->host, -1, value, &err);
	if (failed != -errnum || !strstr(err.sentence, sentence))
		fail_msg("%d, \"%s\" is not %d, \"%s\"", failed, failed ? err.sentence : "",
			 -errnum, sentence);
	assert_int_equal(err.code, code);
	assert_non_null(err.hint);
	after = boothost_get(b, BOOTHOST_GRUB);
	assert_string_equal(after, before);
	assert_int_equal(boothost_mode(b, BOOTHOST_GRUB), mode);
}

#define UNCHANGED "the boot parameters are unchanged: "
#define PUT_BACK "the boot parameters were put back: "
#define ELSE PUT_BACK "xen-cmdline wrote something else than it was asked to: "
/* What an honest program does to the two entries that are edited. */
#define HONEST "sed -i '/vmlinuz-4.19-xen/{/earlyprintk/!s|$| " WORD "|}' $G\n"

static void every_way_to_fail_leaves_the_old_file_and_says_why(void **state)
{
	static const struct {
		const char *body;
		int errnum;
		enum xpt_code code;
		const char *sentence;
	} vectors[] = {
		{"exit 0", EIO, XPT_SYSTEM,
		 UNCHANGED "xen-cmdline reported success and changed nothing"},
		{"echo Traceback >&2; echo 'IndexError: list index' >&2; exit 1", EIO, XPT_SYSTEM,
		 UNCHANGED "xen-cmdline ended with status 1: IndexError: list index"},
		{"exit 3", EIO, XPT_SYSTEM, UNCHANGED "xen-cmdline ended with status 3"},
		{"kill -9 $$", EIO, XPT_SYSTEM, UNCHANGED "xen-cmdline was killed by signal 9"},
		{": >$G; kill -9 $$", EIO, XPT_SYSTEM,
		 PUT_BACK "xen-cmdline was killed by signal 9"},
		{HONEST "exit 1", EIO, XPT_SYSTEM, PUT_BACK "xen-cmdline ended with status 1"},
		{": >$G; while :; do echo flood; done", EFBIG, XPT_MALFORMED, PUT_BACK},
		{"rm $G", ENOENT, XPT_SYSTEM,
		 PUT_BACK
		 "xen-cmdline left a file that cannot be used: cannot open " BOOTHOST_GRUB},
		{"echo garbage >$G", EINVAL, XPT_MALFORMED,
		 PUT_BACK "xen-cmdline left a file that cannot be used: " BOOTHOST_GRUB},
		{"head -c 800 $G >$G.new; mv $G.new $G", EINVAL, XPT_MALFORMED,
		 "has no closing brace"},
		{"printf '\\0' >>$G", EINVAL, XPT_MALFORMED, "has a NUL byte"},
		{HONEST "sed -i 's/set default=0/set default=9/' $G", EINVAL, XPT_MALFORMED,
		 "the default entry \"9\""},
		{HONEST "sed -i 's/set default=0/set default=1/' $G", EPROTO, XPT_MALFORMED,
		 ELSE "the default entry changed"},
		{HONEST "sed -i 's/ro nolvm/nolvm/' $G", EPROTO, XPT_MALFORMED,
		 ELSE "the dom0 parameters of the entry \"XCP-ng\" are not as asked"},
		{HONEST "sed -i 's/04:00.1/04:00.2/' $G", EPROTO, XPT_MALFORMED,
		 ELSE "the dom0 parameters of the entry \"XCP-ng\" are not as asked"},
		{"sed -i '/vmlinuz-4.19-xen.*splash/s|$| " WORD "|' $G", EPROTO, XPT_MALFORMED,
		 ELSE "the dom0 parameters of the entry \"XCP-ng (Serial)\" are not as asked"},
		{"sed -i '/vmlinuz/s|$| " WORD "|' $G", EPROTO, XPT_MALFORMED,
		 ELSE "the dom0 parameters of the entry \"XCP-ng in Safe Mode\" are not as asked"},
		{HONEST "sed -i 's/ watchdog//' $G", EPROTO, XPT_MALFORMED,
		 ELSE "Xen's parameters in the entry \"XCP-ng\" changed"},
		{HONEST "sed -i 's/initrd-fallback/initrd-other/' $G", EPROTO, XPT_MALFORMED,
		 ELSE "other lines of the entry \"XCP-ng (Xen 4.17.4 / Linux 4.19.0+1)\""},
		{HONEST "sed -i 's/in Safe Mode/Unsafe/' $G", EPROTO, XPT_MALFORMED,
		 ELSE "another menu entry stands in place of \"XCP-ng in Safe Mode\""},
		{HONEST "printf \"menuentry 'x' {\\n}\\n\" >>$G", EPROTO, XPT_MALFORMED,
		 ELSE "there were 5 menu entries and are 6 now"},
		{HONEST "echo 'configfile /other' >>$G", EPROTO, XPT_MALFORMED,
		 ELSE "a line \"configfile /other\" was added"},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		boothost_script(*state, vectors[i].body);
		expect_failure(*state, VALUE, vectors[i].errnum, vectors[i].code,
			       vectors[i].sentence);
	}
}

/* The table above proves something only if the program it starts from would pass. */
static void an_honest_program_of_another_make_is_accepted(void **state)
{
	struct boothost *b = *state;
	XPT_ERR err = XPT_ERR_INIT;

	boothost_script(b, HONEST);
	if (xpt_bootline_set_hide(&b->host, -1, VALUE, &err) < 0)
		fail_msg("%s", err.sentence);
}

static void the_doubled_words_of_two_keys_are_put_back(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *stand_in = boothost_source("tests/stand-ins/xen-cmdline");

	boothost_put(b, "/real", stand_in, 0755);
	boothost_script(b, "exec $XE_PASSTHROUGH_ROOT/real \"$@\" foo=1");
	expect_failure(b, VALUE, EPROTO, XPT_MALFORMED,
		       ELSE "the dom0 parameters of the entry \"XCP-ng\" are not as asked");
}

static void two_entries_with_one_label_are_put_back(void **state)
{
	static const char twice[] =
		"menuentry 'XCP-ng' {\n\tmultiboot2 /xen a\n\tmodule2 /k ro\n}\n"
		"menuentry 'XCP-ng alt (Serial)' {\n\tmultiboot2 /xen a\n\tmodule2 /k alt\n}\n"
		"menuentry 'XCP-ng (Serial)' {\n\tmultiboot2 /xen a\n\tmodule2 /k serial\n}\n";
	struct boothost *b = *state;

	boothost_put(b, BOOTHOST_GRUB, twice, 0644);
	boothost_stand_in(b);
	expect_failure(b, VALUE, EPROTO, XPT_MALFORMED, ELSE "another menu entry stands in place");
}

static void an_absent_program_is_named(void **state)
{
	expect_failure(*state, VALUE, ENOENT, XPT_SYSTEM, UNCHANGED "cannot run " BOOTHOST_PROGRAM);
}

static void a_file_that_cannot_be_edited_is_left_alone(void **state)
{
	struct boothost *b = *state;

	boothost_script(b, "touch $XE_PASSTHROUGH_ROOT/ran");
	boothost_put(b, "/etc/xensource-inventory", "PRODUCT_BRAND='Other'\n", 0644);
	expect_failure(b, VALUE, ENOTSUP, XPT_UNSUPPORTED,
		       "no menu entry of " BOOTHOST_GRUB " has the product's name as its title");
	boothost_put(b, BOOTHOST_GRUB, "set default=4\nmenuentry 'a' {\n}\n", 0640);
	expect_failure(b, VALUE, EINVAL, XPT_MALFORMED, "the default entry \"4\"");
	assert_false(xpt_fs_exists(&b->host, "/ran"));
	assert_false(xpt_fs_exists(&b->host, XPT_BOOTLINE_COPY));
}

static void a_host_without_grub_cfg_is_told_where_it_is_looked_for(void **state)
{
	struct boothost *b = *state;
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_fs_remove(&b->host, BOOTHOST_GRUB, NULL), 0);
	assert_int_equal(xpt_bootline_set_hide(&b->host, -1, VALUE, &err), -ENOENT);
	assert_int_equal(err.code, XPT_NOT_FOUND);
	assert_non_null(strstr(err.hint, "/boot/efi/EFI/xenserver"));
}

static void a_value_that_is_not_canonical_never_reaches_the_program(void **state)
{
	static const char *const bad[] = {
		"",
		"(04:00.0)",
		"(0000:04:00.*)",
		"(0000:0A:00.0)",
		"(0000:04:20.0)",
		"(0000:04:00.0) (0000:05:00.0)",
		"(0000:04:00.0)\n",
		"--delete-dom0",
		"x",
	};
	struct boothost *b = *state;

	boothost_script(b, "touch $XE_PASSTHROUGH_ROOT/ran");
	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++)
		expect_failure(b, bad[i], EINVAL, XPT_USAGE, "the hide list is not in the form");
	assert_false(xpt_fs_exists(&b->host, "/ran"));
}

static void the_owner_gets_the_file_back(void **state)
{
	struct boothost *b = *state;
	struct stat st;

	if (geteuid() != 0)
		skip();
	assert_int_equal(fchownat(b->host.root_fd, &BOOTHOST_GRUB[1], 1234, 5678, 0), 0);
	boothost_script(b, "echo garbage >$G.new; mv $G.new $G");
	expect_failure(b, VALUE, EINVAL, XPT_MALFORMED, PUT_BACK);
	assert_int_equal(fstatat(b->host.root_fd, &BOOTHOST_GRUB[1], &st, 0), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, 5678);
}

static void where_nothing_can_be_put_back_the_copy_is_named(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *before = boothost_get(b, BOOTHOST_GRUB);
	XPT_FREE char *copy = NULL;
	XPT_ERR err = XPT_ERR_INIT;

	boothost_script(b, "rm $G; mkdir $G");
	assert_int_equal(xpt_bootline_set_hide(&b->host, -1, VALUE, &err), -EINVAL);
	assert_non_null(strstr(err.sentence, BOOTHOST_GRUB " could not be put back"));
	assert_string_equal(err.hint, "Before this host is rebooted, copy " XPT_BOOTLINE_COPY
				      " to " BOOTHOST_GRUB ".");
	copy = boothost_get(b, XPT_BOOTLINE_COPY);
	assert_string_equal(copy, before);
}

static void without_a_place_for_the_copy_the_program_does_not_run(void **state)
{
	struct boothost *b = *state;

	boothost_script(b, "touch $XE_PASSTHROUGH_ROOT/ran");
	boothost_put(b, "/var/lib/xe-passthrough", "a file where the directory goes", 0600);
	assert_true(xpt_bootline_set_hide(&b->host, -1, VALUE, NULL) < 0);
	assert_false(xpt_fs_exists(&b->host, "/ran"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, boothost_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_is_set_changed_and_removed_on_every_kind_of_host),
		TEST(the_old_file_lies_aside_for_root_only),
		TEST(the_program_gets_one_key_and_inherits_the_lock),
		TEST(every_way_to_fail_leaves_the_old_file_and_says_why),
		TEST(an_honest_program_of_another_make_is_accepted),
		TEST(the_doubled_words_of_two_keys_are_put_back),
		TEST(two_entries_with_one_label_are_put_back),
		TEST(an_absent_program_is_named),
		TEST(a_file_that_cannot_be_edited_is_left_alone),
		TEST(a_host_without_grub_cfg_is_told_where_it_is_looked_for),
		TEST(a_value_that_is_not_canonical_never_reaches_the_program),
		TEST(the_owner_gets_the_file_back),
		TEST(where_nothing_can_be_put_back_the_copy_is_named),
		TEST(without_a_place_for_the_copy_the_program_does_not_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
