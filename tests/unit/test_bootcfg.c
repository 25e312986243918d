/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "host/bootline.h"
#include "model/bootcfg.h"

static const struct xpt_bdf gpu = {0, 4, 0, 0};
static const struct xpt_bdf audio = {0, 4, 0, 1};

/* A host with one xe entry that has next as its dom0 line. */
static void set_lines(struct boothost *b, const char *now, const char *next)
{
	XPT_FREE char *grub = xpt_fmt("menuentry 'XCP-ng' {\n\tmultiboot2 /boot/xen.gz a=1\n"
				      "\tmodule2 /boot/vmlinuz %s\n}\n",
				      next);

	boothost_put(b, "/etc/xensource-inventory", "PRODUCT_BRAND='XCP-ng'\n", 0644);
	boothost_put(b, "/proc/cmdline", now, 0444);
	boothost_put(b, BOOTHOST_GRUB, grub, 0644);
}

static void the_four_states_follow_from_now_and_next(void **state)
{
	static const struct {
		const char *now, *next, *name;
	} vectors[] = {
		{"ro\n", "ro", "enabled"},
		{"ro\n", "ro xen-pciback.hide=(0000:04:00.0)", "disable_on_reboot"},
		{"ro xen-pciback.hide=(0000:04:00.0)\n", "ro xen-pciback.hide=(0000:04:00.0)",
		 "disabled"},
		{"ro xen-pciback.hide=(0000:04:00.0)\n", "ro", "enable_on_reboot"},
		/* The kernel's reading decides, not xapi's. */
		{"ro xen_pciback.hide=(04:00.*)\n", "ro xen-pciback.hide=(04:*.*)", "disabled"},
		{"ro xen-pciback.hide=(0000:04:00.0)(bad)\n", "ro xen-pciback.hide=(0000:04:00.1)",
		 "enabled"},
		{"ro xen-pciback.hide=(0000:04:00.0) xen-pciback.hide=(0000:05:00.0)\n", "ro",
		 "enabled"},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		struct xpt_bootcfg b;

		set_lines(*state, vectors[i].now, vectors[i].next);
		xpt_bootcfg_read(&((struct boothost *)*state)->host, &b);
		assert_int_equal(b.missing.n, 0);
		assert_string_equal(xpt_dom0_access_name(xpt_bootcfg_access(&b, &gpu)),
				    vectors[i].name);
		xpt_bootcfg_done(&b);
	}
}

static void only_one_exact_canonical_word_may_be_edited(void **state)
{
	static const struct {
		const char *next;
		unsigned words;
		bool canonical;
	} vectors[] = {
		{"ro", 0, true},
		{"ro xen-pciback.hide=(0000:04:00.0)(0000:04:00.1)", 1, true},
		{"ro xen-pciback.hide=", 1, true},
		{"ro xen-pciback.hide=(04:00.0)", 1, false},
		{"ro xen-pciback.hide=(0000:0A:00.0)", 1, false},
		{"ro xen-pciback.hide=(10000:04:00.0)", 1, false},
		{"ro xen_pciback.hide=(0000:04:00.0)", 1, false},
		{"ro \"xen-pciback.hide=(0000:04:00.0)\"", 1, false},
		{"ro xen-pciback.hide=\"(0000:04:00.0)\"", 1, false},
		{"ro xen-pciback.hide=(0000:04:00.0) xen-pciback.hide=(0000:04:00.0)", 2, false},
		{"ro xen-pciback.hide=(0000:04:00.0) xen_pciback.hide=(0000:04:00.1)", 2, false},
		/* An open quote swallows the word for the kernel. */
		{"ro a=\"b xen-pciback.hide=(0000:04:00.0)", 0, false},
		{"ro -- xen-pciback.hide=(0000:04:00.0)", 0, false},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		struct xpt_bootcfg b;

		set_lines(*state, "ro\n", vectors[i].next);
		xpt_bootcfg_read(&((struct boothost *)*state)->host, &b);
		assert_int_equal(b.next.words, vectors[i].words);
		if (xpt_bootcfg_is_canonical(&b.next) != vectors[i].canonical)
			fail_msg("%s", vectors[i].next);
		assert_true(xpt_bootcfg_is_canonical(&b.now));
		xpt_bootcfg_done(&b);
	}
}

static void a_line_that_xen_would_cut_is_read_as_the_kernel_gets_it(void **state)
{
	XPT_STR line = {0};
	struct xpt_bootcfg b;

	xpt_str_add(&line, "xen-pciback.hide=");
	for (unsigned i = 0; i < 73; i++)
		xpt_str_addf(&line, "(0000:%02x:00.0)", i);
	set_lines(*state, "ro\n", xpt_str_text(&line));
	xpt_bootcfg_read(&((struct boothost *)*state)->host, &b);
	assert_int_equal(b.next.line_len, 17 + 73 * 14);
	assert_false(b.next.list.kernel_accepts);
	assert_false(xpt_bootcfg_is_canonical(&b.next));
	xpt_bootcfg_done(&b);
}

static void a_host_without_files_is_unknown_and_says_why(void **state)
{
	struct boothost *host = *state;
	struct xpt_bootcfg b;

	xpt_bootcfg_read(&host->host, &b);
	assert_false(b.now.known || b.next.known);
	assert_null(b.path);
	assert_string_equal(b.now.value, "");
	assert_int_equal(b.missing.n, 2);
	assert_non_null(strstr(b.missing.v[0], "/proc/cmdline"));
	assert_non_null(strstr(b.missing.v[1], "this host has no boot configuration"));
	assert_int_equal(xpt_bootcfg_access(&b, &gpu), XPT_DOM0_UNKNOWN);
	assert_null(xpt_dom0_access_name(XPT_DOM0_UNKNOWN));
	assert_false(xpt_bootcfg_is_canonical(&b.next));
	assert_int_equal(xpt_bootcfg_length_with(&b, "(0000:04:00.0)"), 0);
	xpt_bootcfg_done(&b);
}

static void a_malformed_grub_cfg_is_unknown_and_keeps_its_path(void **state)
{
	struct boothost *host = *state;
	struct xpt_bootcfg b;

	boothost_put(host, "/proc/cmdline", "ro\n", 0444);
	boothost_put(host, BOOTHOST_GRUB, "set default=0\n", 0644);
	xpt_bootcfg_read(&host->host, &b);
	assert_true(b.now.known);
	assert_false(b.next.known);
	assert_string_equal(b.path, BOOTHOST_GRUB);
	assert_int_equal(b.missing.n, 1);
	assert_non_null(strstr(b.missing.v[0], BOOTHOST_GRUB ": the boot configuration has no"));
	xpt_bootcfg_done(&b);
}

static void a_default_without_kernel_is_unknown(void **state)
{
	struct boothost *host = *state;
	struct xpt_bootcfg b;

	boothost_put(host, BOOTHOST_GRUB, "menuentry 'Setup' {\n\tfwsetup\n}\n", 0644);
	xpt_bootcfg_read(&host->host, &b);
	assert_false(b.next.known);
	assert_non_null(strstr(b.missing.v[1], "\"Setup\""));
	xpt_bootcfg_done(&b);
}

static void entries_that_stay_behind_are_named(void **state)
{
	struct boothost *host = *state;
	XPT_STRV wanting = {0}, hiding = {0}, other = {0};
	struct xpt_bootcfg b;

	boothost_use(host, "xcp-ng-8.3-bios.cfg");
	xpt_bootcfg_read(&host->host, &b);
	xpt_bootcfg_others(&b, &audio, true, &wanting);
	xpt_bootcfg_others(&b, &audio, false, &hiding);
	xpt_bootcfg_others(&b, &(struct xpt_bdf){0, 9, 0, 0}, true, &other);
	assert_int_equal(wanting.n, 1);
	assert_string_equal(wanting.v[0], "XCP-ng kernel-alt 4.19.322");
	assert_int_equal(hiding.n, 3);
	assert_string_equal(hiding.v[0], "XCP-ng in Safe Mode");
	assert_int_equal(other.n, 4);
	xpt_bootcfg_done(&b);
}

/* The longest dom0 line that the entries have which xen-cmdline edits. */
static size_t longest_edited(const struct xpt_bootcfg *b)
{
	size_t longest = 0;

	for (size_t i = 0; i < b->grub.n; i++) {
		const struct xpt_grub_entry *e = &b->grub.v[i];

		if (e->is_edited && strlen(e->kernel_args) > longest)
			longest = strlen(e->kernel_args);
	}
	return longest;
}

static void check_prediction(struct boothost *host, const char *value)
{
	struct xpt_bootcfg before, after;

	xpt_bootcfg_read(&host->host, &before);
	assert_int_equal(xpt_bootline_set_hide(&host->host, -1, value, NULL), 0);
	xpt_bootcfg_read(&host->host, &after);
	assert_int_equal(longest_edited(&after), xpt_bootcfg_length_with(&before, value));
	assert_string_equal(after.next.value, value ? value : "");
	assert_int_equal(after.next.words, value ? 1 : 0);
	xpt_bootcfg_done(&before);
	xpt_bootcfg_done(&after);
}

static void the_predicted_length_is_what_xen_cmdline_writes(void **state)
{
	static const char *const files[] = {"xcp-ng-8.3-efi.cfg", "xcp-ng-8.3-bios.cfg",
					    "xenserver-9-efi.cfg"};
	static const char *const lines[] = {
		"root=x  ro\tquiet   a=\"1  2\" ",
		"xen-pciback.hide=(0000:04:00.0)  ro xen-pciback.hide=(0000:05:00.0)",
		"xen-pciback.hide=(0000:04:00.0)",
		"ro \"a  b\" c=\"d e\"f\"g  h\"i",
	};
	struct boothost *host = *state;

	boothost_stand_in(host);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(files); i++) {
		boothost_use(host, files[i]);
		check_prediction(host, "(0000:04:00.0)(0000:04:00.1)(0000:05:00.0)");
		check_prediction(host, "(0000:04:00.1)");
		check_prediction(host, NULL);
		check_prediction(host, NULL);
	}
	for (size_t i = 0; i < XPT_ARRAY_SIZE(lines); i++) {
		set_lines(host, "ro\n", lines[i]);
		check_prediction(host, "(0000:04:00.0)");
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, boothost_setup, boothost_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_four_states_follow_from_now_and_next),
		TEST(only_one_exact_canonical_word_may_be_edited),
		TEST(a_line_that_xen_would_cut_is_read_as_the_kernel_gets_it),
		TEST(a_host_without_files_is_unknown_and_says_why),
		TEST(a_malformed_grub_cfg_is_unknown_and_keeps_its_path),
		TEST(a_default_without_kernel_is_unknown),
		TEST(entries_that_stay_behind_are_named),
		TEST(the_predicted_length_is_what_xen_cmdline_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
