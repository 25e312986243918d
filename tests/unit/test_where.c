/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "where.h"

/* A database of one row: VM vm-1, which is no template. */
static int setup(void **state)
{
	struct xd_db *db = xpt_alloc(sizeof(*db));
	struct xd_row *vm = xd_db_add_row(xd_db_make_table(db, "VM"), "OpaqueRef:vm-1");

	xd_db_set(db, vm, "name__label", "vm-1");
	*state = db;
	return 0;
}

static int teardown(void **state)
{
	struct xd_db *db = *state;

	xd_db_done(db);
	free(db);
	return 0;
}

static void expect(void **state, const char *expression, int wanted)
{
	const struct xd_row *vm = xd_db_find(*state, "VM", "OpaqueRef:vm-1");
	int found = xd_where_match(expression, vm);

	if (found != wanted)
		fail_msg("%.80s gives %d, not %d", expression, found, wanted);
}

static void a_field_is_compared_with_a_literal(void **state)
{
	expect(state, "field \"name__label\" = \"vm-1\"", 1);
	expect(state, "field \"name__label\"=\"vm-2\"", 0);
	expect(state, "\"vm-1\" = field \"name__label\"", 1);
	expect(state, "field\t\"name__label\"\n= \"vm-1\" ", 1);
	expect(state, "\"a\" = \"a\"", 1);
	expect(state, "field \"name__label\" = field \"name__description\"", 0);
}

static void a_field_that_nobody_set_has_its_initial_value(void **state)
{
	expect(state, "field \"is_a_template\" = \"false\"", 1);
	expect(state, "field \"power_state\" = \"Halted\"", 1);
	expect(state, "field \"tags\" = \"()\"", 1);
}

static void and_binds_tighter_than_or_and_not_tightest(void **state)
{
	expect(state, "true or true and false", 1);
	expect(state, "(true or true) and false", 0);
	expect(state, "false and false or true", 1);
	expect(state, "not false and false", 0);
	expect(state, "not (false and false)", 1);
	expect(state, "not not true", 1);
	expect(state, "not field \"name__label\" = \"vm-2\"", 1);
}

static void every_operand_of_and_and_or_counts(void **state)
{
	expect(state, "true and true and false", 0);
	expect(state, "false or false or true", 1);
	expect(state, "true and nonsense", -EINVAL);
	expect(state, "false and nonsense", -EINVAL);
	expect(state, "true or nonsense", -EINVAL);
}

static void what_is_no_expression_is_refused(void **state)
{
	static const char *const NONE[] = {
		"",
		" ",
		"true true",
		"truefalse",
		"(true",
		"true)",
		"()",
		"not",
		"field",
		"field \"name__label\"",
		"field \"name__label\" = ",
		"field \"name__label\" = vm-1",
		"field name__label = \"vm-1\"",
		"\"a\" = \"a",
		"\"a\" != \"b\"",
		"field \"nothing\" = \"x\"",
		"\"x\" = field \"nothing\"",
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(NONE); i++)
		expect(state, NONE[i], -EINVAL);
}

/* before, n times, true, n times after */
static char *wrapped(size_t n, const char *before, const char *after)
{
	struct xpt_str out = {0};

	for (size_t i = 0; i < n; i++)
		xpt_str_add(&out, before);
	xpt_str_add(&out, "true");
	for (size_t i = 0; i < n; i++)
		xpt_str_add(&out, after);
	return xpt_str_take(&out);
}

static void nesting_has_a_limit_and_length_has_none(void **state)
{
	XPT_FREE char *deep = wrapped(32, "(", ")");
	XPT_FREE char *too_deep = wrapped(33, "(", ")");
	XPT_FREE char *too_negative = wrapped(100000, "not ", "");
	XPT_FREE char *unclosed = wrapped(100000, "(", "");
	XPT_FREE char *wide = wrapped(100, "(true) and ", " and (true)");

	expect(state, deep, 1);
	expect(state, too_deep, -EINVAL);
	expect(state, too_negative, -EINVAL);
	expect(state, unclosed, -EINVAL);
	expect(state, wide, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_field_is_compared_with_a_literal),
		TEST(a_field_that_nobody_set_has_its_initial_value),
		TEST(and_binds_tighter_than_or_and_not_tightest),
		TEST(every_operand_of_and_and_or_counts),
		TEST(what_is_no_expression_is_refused),
		TEST(nesting_has_a_limit_and_length_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
