/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does tests/stand-ins/xen-cmdline do what the real one was seen to do? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "codec/grubcfg.h"

#define HIDE_TWO "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)"

/* Run the program and expect status 0 and this output. */
static void expect(struct boothost *b, const char *const *args, const char *output)
{
	XPT_RUN_RESULT r = {0};

	if (boothost_run(b, args, &r) != 0)
		fail_msg("%s", xpt_str_text(&r.err));
	assert_string_equal(xpt_str_text(&r.out), output);
}

#define EXPECT(b, output, ...) expect(b, (const char *const[]){__VA_ARGS__, NULL}, output)

static void read_menu(struct boothost *b, struct xpt_grubcfg *ret)
{
	XPT_FREE char *text = boothost_get(b, BOOTHOST_GRUB);

	assert_int_equal(xpt_grubcfg_parse(text, strlen(text), "XCP-ng", ret, NULL), 0);
}

static int setup(void **state)
{
	boothost_setup(state);
	boothost_use(*state, "xcp-ng-8.3-efi.cfg");
	boothost_stand_in(*state);
	return 0;
}

static void a_set_word_is_appended_to_xe_and_xe_serial_only(void **state)
{
	XPT_GRUBCFG before = {0}, after = {0};

	read_menu(*state, &before);
	EXPECT(*state, "", "--set-dom0", HIDE_TWO);
	read_menu(*state, &after);
	assert_int_equal(after.n, before.n);
	for (size_t i = 0; i < after.n; i++) {
		XPT_FREE char *line =
			xpt_fmt("%s%s", before.v[i].kernel_args, i < 2 ? " " HIDE_TWO : "");

		assert_string_equal(after.v[i].kernel_args, line);
		assert_string_equal(after.v[i].xen_args, before.v[i].xen_args);
		assert_string_equal(after.v[i].rest, before.v[i].rest);
	}
	assert_int_equal(boothost_mode(*state, BOOTHOST_GRUB), 0600);
}

static void words_are_read_from_the_default_entry(void **state)
{
	EXPECT(*state, "", "--set-dom0", HIDE_TWO);
	EXPECT(*state, HIDE_TWO "\n", "--get-dom0", "xen-pciback.hide");
	EXPECT(*state, "\n", "--get-dom0", "nothing");
	EXPECT(*state, "console=hvc0\nconsole=tty0\n" HIDE_TWO "\n", "--get-dom0", "console",
	       "xen-pciback.hide");
	EXPECT(*state, "dom0_mem=8192M,max:8192M\n", "--get-xen", "dom0_mem");
	EXPECT(*state, "watchdog\n", "--get-xen", "watchdog");
}

static void two_keys_at_once_double_every_word_and_keep_old_values(void **state)
{
	XPT_GRUBCFG g = {0};

	EXPECT(*state, "", "--set-dom0", "xen-pciback.hide=(0000:01:00.0)");
	EXPECT(*state, "", "--set-dom0", "foo=1", "xen-pciback.hide=(0000:02:00.0)");
	read_menu(*state, &g);
	assert_string_equal(g.v[1].kernel_args,
			    "root=LABEL=root-kwzqtj root=LABEL=root-kwzqtj ro ro nolvm nolvm "
			    "hpet=disable hpet=disable console=tty0 console=tty0 console=hvc0 "
			    "console=hvc0 xen-pciback.hide=(0000:01:00.0) foo=1 "
			    "xen-pciback.hide=(0000:02:00.0)");
}

static void a_deleted_key_is_gone_and_the_rest_stays(void **state)
{
	XPT_GRUBCFG before = {0}, after = {0};

	read_menu(*state, &before);
	EXPECT(*state, "", "--set-dom0", HIDE_TWO);
	EXPECT(*state, "", "--delete-dom0", "xen-pciback.hide");
	read_menu(*state, &after);
	for (size_t i = 0; i < after.n; i++)
		assert_string_equal(after.v[i].kernel_args, before.v[i].kernel_args);
}

static void unknown_options_and_missing_arguments_change_nothing(void **state)
{
	XPT_FREE char *before = boothost_get(*state, BOOTHOST_GRUB);
	XPT_FREE char *after = NULL;

	EXPECT(*state, "", "--set-dom0");
	EXPECT(*state, "", "--list-xen", "dom0_mem");
	EXPECT(*state, "", "foo=1");
	after = boothost_get(*state, BOOTHOST_GRUB);
	assert_string_equal(after, before);
}

static void expect_crash(struct boothost *b, const char *option, const char *word,
			 const char *exception)
{
	XPT_RUN_RESULT r = {0};

	assert_int_equal(boothost_run(b, (const char *const[]){option, word, NULL}, &r), 1);
	assert_non_null(strstr(xpt_str_text(&r.err), "Traceback"));
	assert_non_null(strstr(xpt_str_text(&r.err), exception));
}

static void a_missing_file_or_default_is_a_crash(void **state)
{
	struct boothost *b = *state;

	boothost_put(b, BOOTHOST_GRUB, "set default=3\nmenuentry 'XCP-ng' {\n}\n", 0600);
	expect_crash(b, "--get-dom0", "ro", "IndexError");
	boothost_put(b, BOOTHOST_GRUB, "set default=\"XCP-ng\"\nmenuentry 'XCP-ng' {\n}\n", 0600);
	expect_crash(b, "--get-dom0", "ro", "KeyError");
	assert_int_equal(xpt_fs_remove(&b->host, BOOTHOST_GRUB, NULL), 0);
	expect_crash(b, "--get-dom0", "ro", "RuntimeError");
}

static void the_first_file_in_the_search_order_is_edited(void **state)
{
	static const char entry[] =
		"menuentry 'XCP-ng' {\n\tmultiboot2 /xen a\n\tmodule2 /k ro\n}\n";
	struct boothost *b = *state;
	XPT_FREE char *second = boothost_get(b, BOOTHOST_GRUB);
	XPT_FREE char *first = NULL, *untouched = NULL;

	boothost_put(b, "/boot/efi/EFI/xenserver/grub.cfg", entry, 0644);
	EXPECT(b, "", "--set-dom0", "foo=1");
	first = boothost_get(b, "/boot/efi/EFI/xenserver/grub.cfg");
	assert_non_null(strstr(first, "\tmodule2 /k ro foo=1\n"));
	assert_non_null(strstr(first, "load_env"));
	untouched = boothost_get(b, BOOTHOST_GRUB);
	assert_string_equal(untouched, second);
}

static void without_an_xe_entry_nothing_happens_and_the_status_is_zero(void **state)
{
	struct boothost *b = *state;
	XPT_GRUBCFG before = {0}, after = {0};

	boothost_put(b, "/etc/xensource-inventory", "PRODUCT_BRAND='Other'\n", 0644);
	read_menu(b, &before);
	EXPECT(b, "", "--set-dom0", "foo=1");
	read_menu(b, &after);
	assert_string_equal(after.v[0].kernel_args, before.v[0].kernel_args);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, boothost_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_set_word_is_appended_to_xe_and_xe_serial_only),
		TEST(words_are_read_from_the_default_entry),
		TEST(two_keys_at_once_double_every_word_and_keep_old_values),
		TEST(a_deleted_key_is_gone_and_the_rest_stays),
		TEST(unknown_options_and_missing_arguments_change_nothing),
		TEST(a_missing_file_or_default_is_a_crash),
		TEST(the_first_file_in_the_search_order_is_edited),
		TEST(without_an_xe_entry_nothing_happens_and_the_status_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
