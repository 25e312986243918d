/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "host/bootfile.h"

static void the_efi_file_comes_before_the_bios_ones(void **state)
{
	static const char *const later_first[] = {
		"/boot/grub2/grub.cfg",
		"/boot/grub/grub.cfg",
		"/boot/efi/EFI/xenserver/grub.cfg",
	};
	struct boothost *b = *state;

	assert_null(xpt_bootfile_path(&b->host));
	for (size_t i = 0; i < XPT_ARRAY_SIZE(later_first); i++) {
		boothost_put(b, later_first[i], "", 0600);
		assert_string_equal(xpt_bootfile_path(&b->host), later_first[i]);
	}
}

static void the_text_is_kept_beside_what_it_means(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *text = NULL;
	XPT_BOOTFILE f = {0};

	boothost_use(b, "xenserver-9-efi.cfg");
	text = boothost_get(b, BOOTHOST_GRUB);
	assert_int_equal(xpt_bootfile_read(&b->host, &f, NULL), 0);
	assert_string_equal(f.text, text);
	assert_int_equal(f.len, strlen(text));
	assert_string_equal(xpt_grubcfg_default(&f.grub)->label, "xe");
}

static void expect_error(struct boothost *b, int errnum, enum xpt_code code, const char *sentence)
{
	struct xpt_bootfile f = {.len = 77};
	XPT_ERR err = XPT_ERR_INIT;

	assert_int_equal(xpt_bootfile_read(&b->host, &f, &err), -errnum);
	assert_int_equal(f.len, 77);
	assert_int_equal(err.code, code);
	assert_string_equal(err.sentence, sentence);
}

static void what_cannot_be_read_is_told_apart(void **state)
{
	struct boothost *b = *state;
	XPT_FREE char *large = xpt_alloc((1 << 20) + 2);

	expect_error(b, ENOENT, XPT_NOT_FOUND, "this host has no boot configuration");
	boothost_put(b, BOOTHOST_GRUB, "set default=0\n", 0600);
	expect_error(b, EINVAL, XPT_MALFORMED,
		     BOOTHOST_GRUB ": the boot configuration has no menu entry");
	memset(large, '#', (1 << 20) + 1);
	boothost_put(b, BOOTHOST_GRUB, large, 0600);
	expect_error(b, EFBIG, XPT_SYSTEM, BOOTHOST_GRUB " is larger than 1048576 bytes");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, boothost_setup, boothost_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_efi_file_comes_before_the_bios_ones),
		TEST(the_text_is_kept_beside_what_it_means),
		TEST(what_cannot_be_read_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
