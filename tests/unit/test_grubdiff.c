/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/grubdiff.h"

#define HEAD "set default=0\nset timeout=5\n"
#define ENTRY(title, xen, kernel) \
	"menuentry '" title "' {\n\tsearch --label --set root r\n\tmultiboot2 /xen " xen \
	"\n\tmodule2 /k " kernel "\n\tmodule2 /i\n}\n"
#define SAFE ENTRY("B in Safe Mode", "x=1", "ro  key=old")
#define BEFORE HEAD ENTRY("B", "x=1  y", "ro  key=old quiet") SAFE

static const struct {
	const char *after, *word;
	const char *sentence; /* NULL: nothing is wrong */
} vectors[] = {
	{HEAD ENTRY("B", "x=1  y", "ro quiet key=new") SAFE, "key=new", NULL},
	{HEAD ENTRY("B", "x=1  y", "ro quiet") SAFE, NULL, NULL},
	/* What the library adds, moves and drops by itself. */
	{"serial --unit=0 --speed=115200\nterminal_input serial console\n"
	 "terminal_output serial console\nset default=0\nif [ -s $prefix/grubenv ]; then\n"
	 "\tload_env\nfi\n\nif [ -n \"$override_entry\" ]; then\n"
	 "\tset default=$override_entry\nfi\n" ENTRY("B", "x=1  y", "ro quiet key=new") SAFE,
	 "key=new", NULL},
	{BEFORE, "key=new", "the dom0 parameters of the entry \"B\" are not as asked"},
	{HEAD ENTRY("B", "x=1  y", "ro key=new quiet") SAFE, "key=new",
	 "the dom0 parameters of the entry \"B\" are not as asked"},
	{HEAD ENTRY("B", "x=1 y", "ro quiet key=new") SAFE, "key=new",
	 "Xen's parameters in the entry \"B\" changed"},
	{HEAD ENTRY("B", "x=1  y", "ro quiet key=new") ENTRY("B in Safe Mode", "x=1", "ro key=new"),
	 "key=new", "the dom0 parameters of the entry \"B in Safe Mode\" are not as asked"},
	{HEAD SAFE ENTRY("B", "x=1  y", "ro quiet key=new"), "key=new",
	 "another menu entry stands in place of \"B\""},
	{HEAD ENTRY("B", "x=1  y", "ro quiet key=new") SAFE "set default=1\n", "key=new",
	 "the default entry changed"},
	{HEAD ENTRY("B", "x=1  y", "ro quiet key=new"), "key=new",
	 "there were 2 menu entries and are 1 now"},
	{HEAD "reboot\n" ENTRY("B", "x=1  y", "ro quiet key=new") SAFE, "key=new",
	 "a line \"reboot\" was added"},
	{HEAD "menuentry 'B' {\n\tmultiboot2 /xen x=1  y\n\tmodule2 /k ro quiet key=new\n"
	      "\tmodule2 /i\n}\n" SAFE,
	 "key=new", "other lines of the entry \"B\" changed"},
};

static void only_the_edit_that_was_asked_for_passes(void **state)
{
	XPT_GRUBCFG before = {0};

	(void)state;
	assert_int_equal(xpt_grubcfg_parse(BEFORE, strlen(BEFORE), "B", &before, NULL), 0);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(vectors); i++) {
		XPT_GRUBCFG after = {0};
		XPT_ERR err = XPT_ERR_INIT;
		int failed;

		assert_int_equal(xpt_grubcfg_parse(vectors[i].after, strlen(vectors[i].after), "B",
						   &after, NULL),
				 0);
		failed = xpt_grubdiff_check(&before, &after, "key", vectors[i].word, &err);
		if (!xpt_streq(err.sentence, vectors[i].sentence))
			fail_msg("%zu: %s", i, err.sentence ? err.sentence : "accepted");
		assert_int_equal(failed, vectors[i].sentence ? -EPROTO : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_edit_that_was_asked_for_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
