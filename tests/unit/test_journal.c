/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/journal.h"

static void make_op(struct xpt_op *op)
{
	*op = (struct xpt_op){0};
	op->id = xpt_strdup("20261120-101500-4f2a");
	op->function = xpt_strdup("pci_attach");
	op->time = xpt_strdup("2026-11-20T10:15:00Z");
	op->who = xpt_strdup("root \"local\"");
	op->vm = xpt_strdup("a6886aca");
	op->vm_name = xpt_strdup("win11");
	xpt_strv_add(&op->devices, "0000:3b:00.0");
	xpt_op_add_step(op, "vm_key", "win11 pci", "a6886aca pci", NULL,
			"0/0000:3b:00.0\n\t\"\\é\x01");
	xpt_op_add_step(op, "vm_key", "win11 msitranslate", "a6886aca msitranslate", "1", NULL);
}

static void what_is_written_is_read_back(void **state)
{
	XPT_OP op = {0}, read = {0};
	XPT_STR text = {0}, again = {0};

	(void)state;
	make_op(&op);
	xpt_journal_write_op(&text, &op);
	assert_int_equal(xpt_journal_parse(text.s, text.len, &read, NULL), 0);
	xpt_journal_write_op(&again, &read);
	assert_string_equal(text.s, again.s);
	assert_null(read.steps[0].from);
	assert_string_equal(read.steps[0].to, op.steps[0].to);
	assert_null(read.steps[1].to);
	assert_string_equal(read.who, "root \"local\"");
	assert_string_equal(read.vm_name, "win11");
}

static void the_last_state_of_a_step_counts(void **state)
{
	XPT_OP op = {0}, read = {0};
	XPT_STR text = {0};

	(void)state;
	make_op(&op);
	xpt_journal_write_op(&text, &op);
	xpt_journal_write_state(&text, 0, XPT_STEP_STARTED);
	xpt_journal_write_state(&text, 0, XPT_STEP_DONE);
	xpt_journal_write_state(&text, 1, XPT_STEP_STARTED);
	assert_int_equal(xpt_journal_parse(text.s, text.len, &read, NULL), 0);
	assert_int_equal(read.steps[0].state, XPT_STEP_DONE);
	assert_int_equal(read.steps[1].state, XPT_STEP_STARTED);
	assert_int_equal(xpt_op_steps_done(&read), 1);
}

static void a_journal_cut_anywhere_reads_as_what_was_whole(void **state)
{
	XPT_OP op = {0};
	XPT_STR text = {0};

	(void)state;
	make_op(&op);
	xpt_journal_write_op(&text, &op);
	xpt_journal_write_state(&text, 0, XPT_STEP_STARTED);
	for (size_t len = 0; len < text.len; len++) {
		XPT_OP read = {0};

		assert_int_equal(xpt_journal_parse(text.s, len, &read, NULL), 0);
		assert_int_equal(read.n_steps, memchr(text.s, '\n', len) ? 2 : 0);
		if (read.n_steps)
			assert_int_equal(read.steps[0].state, XPT_STEP_PLANNED);
	}
}

static void what_is_no_journal_is_malformed_and_names_the_line(void **state)
{
	static const char *const bad[] = {
		"{}\n",
		"[]\n",
		"garbage\n",
		"{\"v\":1}\n",
		"{\"v\":1,\"operation\":\"a\",\"function\":\"b\",\"steps\":[{}]}\n",
		("{\"v\":1,\"operation\":\"a\",\"function\":\"b\",\"steps\":[]}\n"
		 "{\"step\":0,\"state\":\"done\"}\n"),
		"{\"v\":1,\"operation\":\"a\",\"function\":\"b\",\"steps\":[]}\n\n",
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(bad); i++) {
		XPT_ERR err = XPT_ERR_INIT;
		struct xpt_op read = {.id = NULL};

		assert_true(xpt_journal_parse(bad[i], strlen(bad[i]), &read, &err) < 0);
		assert_non_null(err.sentence);
		assert_null(read.id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(the_last_state_of_a_step_counts),
		cmocka_unit_test(a_journal_cut_anywhere_reads_as_what_was_whole),
		cmocka_unit_test(what_is_no_journal_is_malformed_and_names_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
