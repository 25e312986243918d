/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../support/boothost.h"
#include "../support/corpus.h"
#include "codec/grubcfg.h"

static void parse_text(const char *text, const char *brand, struct xpt_grubcfg *ret)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_grubcfg_parse(text, strlen(text), brand, ret, &err) < 0)
		fail_msg("%s", err.sentence);
}

static void parse_source(const char *path, const char *brand, struct xpt_grubcfg *ret)
{
	XPT_FREE char *text = boothost_source(path);

	parse_text(text, brand, ret);
}

static void the_entries_of_a_host_carry_the_labels_of_xen_cmdline(void **state)
{
	static const struct {
		const char *file, *brand, *labels;
	} hosts[] = {
		{"tests/hosts/boot/xcp-ng-8.3-efi.cfg", "XCP-ng",
		 "xe xe-serial safe fallback fallback-serial"},
		{"tests/hosts/boot/xcp-ng-8.3-bios.cfg", "XCP-ng",
		 "xe xe-serial safe fallback fallback-serial label1"},
		{"tests/hosts/boot/xenserver-9-efi.cfg", "XenServer", "xe xe-serial safe"},
		{"tests/hosts/boot/xenserver-9-efi.cfg", "XCP-ng", "label1 xe-serial safe"},
		{"tests/hosts/boot/xenserver-9-efi.cfg", NULL, "label1 xe-serial safe"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(hosts); i++) {
		XPT_GRUBCFG g = {0};
		XPT_STRV labels = {0};
		XPT_FREE char *joined = NULL;

		parse_source(hosts[i].file, hosts[i].brand, &g);
		for (size_t k = 0; k < g.n; k++) {
			bool is_edited =
				!strcmp(g.v[k].label, "xe") || !strcmp(g.v[k].label, "xe-serial");

			assert_int_equal(g.v[k].is_edited, is_edited);
			assert_int_equal(g.v[k].is_default, k == 0);
			xpt_strv_add(&labels, g.v[k].label);
		}
		joined = xpt_strv_join(&labels, " ");
		assert_string_equal(joined, hosts[i].labels);
		assert_ptr_equal(xpt_grubcfg_default(&g), &g.v[0]);
	}
}

static void arguments_are_told_from_programs_and_other_lines(void **state)
{
	XPT_GRUBCFG g = {0};

	(void)state;
	parse_source("tests/hosts/boot/xcp-ng-8.3-efi.cfg", "XCP-ng", &g);
	assert_string_equal(g.v[1].title, "XCP-ng (Serial)");
	assert_string_equal(g.v[1].xen_args,
			    "com1=115200,8n1 console=com1,vga dom0_mem=8192M,max:8192M watchdog "
			    "ucode=scan dom0_max_vcpus=1-16 crashkernel=256M,below=4G");
	assert_string_equal(g.v[1].kernel_args,
			    "root=LABEL=root-kwzqtj ro nolvm hpet=disable console=tty0 "
			    "console=hvc0");
	assert_string_equal(g.v[1].rest, "module2 /boot/initrd-4.19-xen.img\n"
					 "module2 /boot/vmlinuz-4.19-xen\n"
					 "multiboot2 /boot/xen.gz\n"
					 "search --label --set root root-kwzqtj");
	assert_true(xpt_strv_has(&g.outside, "load_env"));
	assert_true(xpt_strv_has(&g.outside, "set default=$override_entry"));
	assert_false(xpt_strv_has(&g.outside, "}"));
}

static void the_default_is_found_by_number_title_and_id(void **state)
{
	static const struct {
		const char *file, *title;
	} vectors[] = {
		{"tests/fuzz/grubcfg/good/default-by-title.cfg", "XCP-ng (Serial)"},
		{"tests/fuzz/grubcfg/good/default-by-id.cfg", "XCP-ng (Serial)"},
		{"tests/fuzz/grubcfg/good/submenu.cfg", "XCP-ng"},
		{"tests/fuzz/grubcfg/good/without-xen.cfg", "Rescue"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_GRUBCFG g = {0};

		parse_source(vectors[i].file, "XCP-ng", &g);
		assert_string_equal(xpt_grubcfg_default(&g)->title, vectors[i].title);
	}
}

static void a_kernel_without_xen_has_no_hypervisor_arguments(void **state)
{
	XPT_GRUBCFG g = {0};

	(void)state;
	parse_source("tests/fuzz/grubcfg/good/without-xen.cfg", "XCP-ng", &g);
	assert_null(g.v[0].xen_args);
	assert_string_equal(g.v[0].kernel_args, "root=/dev/sda1 single");
	assert_string_equal(g.v[0].rest, "initrd /boot/initrd.img\nlinux /boot/vmlinuz");
}

static void trusted_boot_starts_xen_as_its_first_module(void **state)
{
	XPT_GRUBCFG g = {0};

	(void)state;
	parse_source("tests/fuzz/grubcfg/good/trusted-boot.cfg", "XCP-ng", &g);
	assert_string_equal(g.v[0].label, "xe-tboot");
	assert_string_equal(g.v[0].xen_args, "dom0_mem=4096M");
	assert_string_equal(g.v[0].kernel_args, "root=LABEL=root-kwzqtj ro");
	assert_false(g.v[0].is_edited);
}

static void only_an_unindented_default_counts_and_the_last_one(void **state)
{
	XPT_GRUBCFG g = {0};

	(void)state;
	parse_text("set default=0\n  set default=7\n"
		   "menuentry 'a' {\n}\nmenuentry 'b' {\n}\nset default=\"1\"\r\n",
		   "XCP-ng", &g);
	assert_string_equal(xpt_grubcfg_default(&g)->title, "b");
}

static void every_title_has_its_label(void **state)
{
	static const char *const vectors[][2] = {
		{"XCP-ng", "xe"},
		{"XCP-ng (Serial)", "xe-serial"},
		{"XCP-ng kernel-alt (Serial)", "xe-serial"},
		{"XCP-ng (Serial) (Trusted Boot)", "xe-serial-tboot"},
		{"XCP-ng (Trusted Boot)", "xe-tboot"},
		{"XCP-ng in Safe Mode", "safe"},
		{"XCP-ng upgrade", "upgrade"},
		{"XCP-ng (Xen 4.17.4 / Linux 4.19.0+1)", "fallback"},
		{"XCP-ng (Serial, Xen 4.17.4 / Linux 4.19.0+1)", "fallback-serial"},
		{"XCP-ng ", "label1"},
		{"xcp-ng", "label1"},
		{"", "label1"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_FREE char *text = xpt_fmt("menuentry '%s' {\n}\n", vectors[i][0]);
		XPT_GRUBCFG g = {0};

		parse_text(text, "XCP-ng", &g);
		assert_string_equal(g.v[0].title, vectors[i][0]);
		assert_string_equal(g.v[0].label, vectors[i][1]);
	}
}

static void check_good(const char *name, const char *bytes, size_t len)
{
	XPT_GRUBCFG g = {0};
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_grubcfg_parse(bytes, len, "XCP-ng", &g, &err) < 0)
		fail_msg("%s: %s", name, err.sentence);
	assert_non_null(xpt_grubcfg_default(&g));
	assert_non_null(xpt_grubcfg_default(&g)->kernel_args);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	struct xpt_grubcfg g = {.n = 99};
	XPT_ERR err = XPT_ERR_INIT;

	if (xpt_grubcfg_parse(bytes, len, "XCP-ng", &g, &err) != -EINVAL)
		fail_msg("%s is accepted", name);
	assert_int_equal(g.n, 99);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_non_null(err.hint);
}

static void the_files_of_the_corpus_are_judged_as_sorted(void **state)
{
	(void)state;
	xpt_corpus_each("tests/hosts/boot", check_good);
	xpt_corpus_each("tests/fuzz/grubcfg/good", check_good);
	xpt_corpus_each("tests/fuzz/grubcfg/bad", check_bad);
}

static void a_missing_default_is_named_in_the_sentence(void **state)
{
	static const char text[] = "set default=5\nmenuentry 'a' {\n}\n";
	struct xpt_grubcfg g;
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	assert_int_equal(xpt_grubcfg_parse(text, strlen(text), "a", &g, &err), -EINVAL);
	assert_string_equal(err.sentence, "the default entry \"5\" is none of the 1 menu entries");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_entries_of_a_host_carry_the_labels_of_xen_cmdline),
		cmocka_unit_test(arguments_are_told_from_programs_and_other_lines),
		cmocka_unit_test(the_default_is_found_by_number_title_and_id),
		cmocka_unit_test(a_kernel_without_xen_has_no_hypervisor_arguments),
		cmocka_unit_test(trusted_boot_starts_xen_as_its_first_module),
		cmocka_unit_test(only_an_unindented_default_counts_and_the_last_one),
		cmocka_unit_test(every_title_has_its_label),
		cmocka_unit_test(the_files_of_the_corpus_are_judged_as_sorted),
		cmocka_unit_test(a_missing_default_is_named_in_the_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
