/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "host/fan.h"

static void square(size_t i, void *data, struct xpt_str *out)
{
	(void)data;
	xpt_str_addf(out, "%zu", i * i);
}

static void each_result_is_where_it_belongs(void **state)
{
	struct xpt_str results[8] = {{0}};

	(void)state;
	assert_int_equal(xpt_fan(8, square, NULL, 100, results, NULL), 0);
	for (size_t i = 0; i < 8; i++) {
		XPT_FREE char *expected = xpt_fmt("%zu", i * i);

		assert_string_equal(xpt_str_text(&results[i]), expected);
		xpt_str_done(&results[i]);
	}
}

static void misbehave(size_t i, void *data, struct xpt_str *out)
{
	(void)data;
	if (i == 0)
		raise(SIGKILL);
	for (size_t k = 0; k < (i == 1 ? 300000 : 200000); k++)
		xpt_str_addc(out, 'x');
	if (i == 2)
		_exit(3);
}

static void who_dies_or_floods_leaves_nothing_and_harms_nobody(void **state)
{
	struct xpt_str results[4] = {{0}};

	(void)state;
	assert_int_equal(xpt_fan(4, misbehave, NULL, 200000, results, NULL), 0);
	assert_int_equal(results[0].len, 0);
	assert_int_equal(results[1].len, 0);
	assert_int_equal(results[2].len, 0);
	assert_int_equal(results[3].len, 200000);
	xpt_str_done(&results[3]);
}

/* Each waits until all are there, which only happens when they run at the same time. */
static void meet(size_t i, void *data, struct xpt_str *out)
{
	const int *pipe_ends = data;
	char byte = 'x';

	(void)i;
	if (write(pipe_ends[1], &byte, 1) != 1)
		return;
	for (int n = 0; n < 5000; n++) {
		struct timespec pause = {0, 1000000};
		int waiting = 0;

		if (ioctl(pipe_ends[0], FIONREAD, &waiting) == 0 && waiting >= 4) {
			xpt_str_add(out, "met");
			return;
		}
		nanosleep(&pause, NULL);
	}
}

static void all_work_at_the_same_time(void **state)
{
	struct xpt_str results[4] = {{0}};
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(xpt_fan(4, meet, ends, 100, results, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(xpt_str_text(&results[i]), "met");
		xpt_str_done(&results[i]);
	}
	close(ends[0]);
	close(ends[1]);
}

static void too_many_are_refused(void **state)
{
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	assert_int_not_equal(xpt_fan(XPT_FAN_MAX + 1, square, NULL, 100, NULL, &err), 0);
	assert_int_equal(err.code, XPT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_result_is_where_it_belongs),
		cmocka_unit_test(who_dies_or_floods_leaves_nothing_and_harms_nobody),
		cmocka_unit_test(all_work_at_the_same_time),
		cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
