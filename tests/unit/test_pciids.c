/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/str.h"
#include "host/fs.h"
#include "host/pciids.h"
#include "scratch.h"

#define HWDATA "/usr/share/hwdata/pci.ids"
#define MISC "/usr/share/misc/pci.ids"

static const char list[] = "1234  Example Vendor\n"
			   "\t0001  Example Card\n"
			   "\t\tabcd 0002  Example Card, Special Edition\n"
			   "\t0003  Other Card\n"
			   "abcd  Board Maker\n"
			   "C 02  Network controller\n"
			   "\t00  Ethernet controller\n";

struct world {
	struct xpt_host host;
	struct xpt_pciids *ids;
};

static int setup(void **state)
{
	struct world *w = xpt_alloc(sizeof(*w));

	xpt_scratch_open(&w->host);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	xpt_pciids_free(w->ids);
	xpt_scratch_close(&w->host);
	free(w);
	return 0;
}

static bool is_libpci_loaded(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512];
	bool found = false;

	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, "/libpci.so") != NULL;
	fclose(f);
	return found;
}

static void names_come_from_the_hosts_list(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, MISC, list, 0644);
	w->ids = xpt_pciids_new(&w->host);
	assert_string_equal(xpt_pciids_vendor(w->ids, 0x1234), "Example Vendor");
	assert_string_equal(xpt_pciids_device(w->ids, 0x1234, 0x0001), "Example Card");
	assert_string_equal(xpt_pciids_subsystem(w->ids, 0x1234, 0x0001, 0xabcd, 0x0002),
			    "Example Card, Special Edition");
	assert_string_equal(xpt_pciids_class(w->ids, 0x0200), "Ethernet controller");
}

static void what_the_list_does_not_have_has_no_name(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, MISC, list, 0644);
	w->ids = xpt_pciids_new(&w->host);
	assert_null(xpt_pciids_vendor(w->ids, 0x8086));
	assert_null(xpt_pciids_vendor(w->ids, 0x8086));
	assert_null(xpt_pciids_device(w->ids, 0x1234, 0x0002));
	assert_null(xpt_pciids_device(w->ids, 0x8086, 0x0001));
	assert_null(xpt_pciids_subsystem(w->ids, 0x1234, 0x0003, 0xabcd, 0x0002));
	assert_null(xpt_pciids_class(w->ids, 0xfe00));
}

static void names_stay_when_others_are_asked_for(void **state)
{
	struct world *w = *state;
	const char *vendor, *card;

	xpt_scratch_put(&w->host, MISC, list, 0644);
	w->ids = xpt_pciids_new(&w->host);
	vendor = xpt_pciids_vendor(w->ids, 0x1234);
	card = xpt_pciids_device(w->ids, 0x1234, 0x0001);
	for (unsigned device = 0; device < 1000; device++)
		xpt_pciids_device(w->ids, 0x1234, (uint16_t)device);
	assert_string_equal(vendor, "Example Vendor");
	assert_string_equal(card, "Example Card");
	assert_ptr_equal(xpt_pciids_vendor(w->ids, 0x1234), vendor);
}

static void hwdata_comes_before_misc(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, MISC, list, 0644);
	xpt_scratch_put(&w->host, HWDATA, "1234  Newer Name\n", 0644);
	w->ids = xpt_pciids_new(&w->host);
	assert_string_equal(xpt_pciids_vendor(w->ids, 0x1234), "Newer Name");
}

static void without_a_list_there_are_no_names_and_no_library(void **state)
{
	struct world *w = *state;
	bool was_loaded = is_libpci_loaded();

	w->ids = xpt_pciids_new(&w->host);
	assert_null(xpt_pciids_vendor(w->ids, 0x8086));
	assert_int_equal(is_libpci_loaded(), was_loaded);
}

static void the_library_is_loaded_at_the_first_question(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, MISC, list, 0644);
	assert_false(is_libpci_loaded());
	w->ids = xpt_pciids_new(&w->host);
	assert_false(is_libpci_loaded());
	xpt_pciids_vendor(w->ids, 0x1234);
	assert_true(is_libpci_loaded());
	xpt_pciids_free(XPT_TAKE(w->ids));
	assert_false(is_libpci_loaded());
}

static void a_list_that_libpci_refuses_gives_no_names(void **state)
{
	struct world *w = *state;

	xpt_scratch_put(&w->host, MISC, "1234  Example Vendor\n\t\tnonsense\n", 0644);
	w->ids = xpt_pciids_new(&w->host);
	assert_null(xpt_pciids_vendor(w->ids, 0x1234));
	assert_null(xpt_pciids_class(w->ids, 0x0200));
}

static void a_list_that_is_no_file_or_too_large_is_not_read(void **state)
{
	struct world *w = *state;
	XPT_FREE char *path = xpt_host_path(&w->host, MISC);

	xpt_scratch_put(&w->host, MISC, list, 0644);
	assert_int_equal(truncate(path, (16 << 20) + 1), 0);
	w->ids = xpt_pciids_new(&w->host);
	assert_null(xpt_pciids_vendor(w->ids, 0x1234));
	xpt_pciids_free(XPT_TAKE(w->ids));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	w->ids = xpt_pciids_new(&w->host);
	assert_null(xpt_pciids_vendor(w->ids, 0x1234));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_library_is_loaded_at_the_first_question, setup,
						teardown),
		cmocka_unit_test_setup_teardown(names_come_from_the_hosts_list, setup, teardown),
		cmocka_unit_test_setup_teardown(what_the_list_does_not_have_has_no_name, setup,
						teardown),
		cmocka_unit_test_setup_teardown(names_stay_when_others_are_asked_for, setup,
						teardown),
		cmocka_unit_test_setup_teardown(hwdata_comes_before_misc, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_list_there_are_no_names_and_no_library,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_list_that_libpci_refuses_gives_no_names, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_list_that_is_no_file_or_too_large_is_not_read,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
