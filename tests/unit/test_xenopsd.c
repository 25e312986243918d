/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/xenopsd.h"
#include "scratch.h"

static int setup(void **state)
{
	struct xpt_host *host = xpt_alloc(sizeof(*host));

	xpt_scratch_open(host);
	*state = host;
	return 0;
}

static int teardown(void **state)
{
	xpt_scratch_close(*state);
	free(*state);
	return 0;
}

static void expect(const struct xpt_host *host, bool wanted)
{
	bool quarantines = !wanted;

	assert_int_equal(xpt_xenopsd_quarantines(host, &quarantines, NULL), 0);
	assert_int_equal(quarantines, wanted);
}

static void write_conf(const struct xpt_host *host, const char *text)
{
	xpt_scratch_put(host, "/etc/xenopsd.conf", text, 0644);
}

static void without_a_word_devices_are_quarantined(void **state)
{
	expect(*state, true);
	write_conf(*state, "");
	expect(*state, true);
	write_conf(*state, "# pci-quarantine = false\nqueue = org.xen.xapi.xenops.classic\n"
			   "pci-quarantine-not = false\npci-quarantine\n");
	expect(*state, true);
}

static void the_file_says_so_with_blanks_and_comments(void **state)
{
	write_conf(*state, "pci-quarantine=false");
	expect(*state, false);
	write_conf(*state, "  pci-quarantine\t= false \t# shared RMRRs\r\n");
	expect(*state, false);
	write_conf(*state, "pci-quarantine = false\npci-quarantine = true\n");
	expect(*state, true);
	write_conf(*state, "pci-quarantine = false\npci-quarantine = no\n");
	expect(*state, false);
}

static void files_of_the_directory_come_after_in_order(void **state)
{
	write_conf(*state, "pci-quarantine = true\n");
	xpt_scratch_put(*state, "/etc/xenopsd.conf.d/10-rmrr.conf", "pci-quarantine = false\n",
			0644);
	expect(*state, false);
	xpt_scratch_put(*state, "/etc/xenopsd.conf.d/20-back.conf", "pci-quarantine = true\n",
			0644);
	expect(*state, true);
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	XPT_ERR err = XPT_ERR_INIT;
	bool quarantines = false;

	xpt_scratch_mkdir(*state, "/etc/xenopsd.conf");
	assert_int_equal(xpt_xenopsd_quarantines(*state, &quarantines, &err), -EINVAL);
	assert_string_equal(err.sentence, "/etc/xenopsd.conf is not a regular file");
	assert_false(quarantines);
}

#define HOST_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(without_a_word_devices_are_quarantined),
		HOST_TEST(the_file_says_so_with_blanks_and_comments),
		HOST_TEST(files_of_the_directory_come_after_in_order),
		HOST_TEST(a_file_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
