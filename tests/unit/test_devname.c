/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "model/devname.h"

static void expect(uint16_t class_id, const char *vendor, const char *device, const char *name)
{
	const struct xpt_devname d = {class_id, 0x10de, 0x2231, vendor, device};
	XPT_FREE char *drawn = xpt_devname(&d);

	assert_string_equal(drawn, name);
}

static void a_gpu_is_called_what_it_is_sold_as(void **state)
{
	(void)state;
	expect(0x0300, "NVIDIA Corporation", "GA102GL [RTX A5000]", "NVIDIA RTX A5000");
	expect(0x0380, "Advanced Micro Devices, Inc. [AMD/ATI]", "Aldebaran [Instinct MI210]",
	       "AMD Instinct MI210");
	expect(0x1200, "Habana Labs Ltd.", "HL-2080 AI Training Accelerator [Gaudi2]",
	       "Habana Labs Gaudi2");
	expect(0x0300, "NVIDIA Corporation", "GA102GL []", "NVIDIA GA102GL []");
}

static void a_family_of_chips_is_too(void **state)
{
	(void)state;
	expect(0x0200, "Mellanox Technologies", "MT28908 Family [ConnectX-6]",
	       "Mellanox ConnectX-6");
}

static void elsewhere_brackets_are_only_a_part_of_the_name(void **state)
{
	(void)state;
	expect(0x0106, "Intel Corporation", "C620 Series Chipset SATA Controller [AHCI mode]",
	       "Intel C620 Series Chipset SATA Controller [AHCI mode]");
	expect(0x0108, "Intel Corporation", "NVMe Datacenter SSD [3DNAND, Beta Rock Controller]",
	       "Intel NVMe Datacenter SSD [3DNAND, Beta Rock Controller]");
}

static void vendors_lose_what_trade_and_law_add(void **state)
{
	static const char *const names[][2] = {
		{"Samsung Electronics Co Ltd", "Samsung x"},
		{"Matrox Electronics Systems Ltd.", "Matrox x"},
		{"MosChip Semiconductor Technology Ltd.", "MosChip x"},
		{"Broadcom Inc. and subsidiaries", "Broadcom x"},
		{"Red Hat, Inc.", "Red Hat x"},
		{"Super Micro Computer Inc", "Super Micro Computer x"},
		{"Broadcom / LSI", "Broadcom / LSI x"},
		{"Micron/Crucial Technology", "Micron/Crucial x"},
		{"Corporation", "Corporation x"},
		{"Incoming Networks", "Incoming Networks x"},
		{"Two  Blanks Inc.", "Two  Blanks x"},
	};

	(void)state;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(names); i++)
		expect(0x0200, names[i][0], "x", names[i][1]);
}

static void numbers_stand_for_names_that_are_not_known(void **state)
{
	(void)state;
	expect(0x0300, NULL, NULL, "10de:2231");
	expect(0x0300, "NVIDIA Corporation", NULL, "NVIDIA 10de:2231");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gpu_is_called_what_it_is_sold_as),
		cmocka_unit_test(a_family_of_chips_is_too),
		cmocka_unit_test(elsewhere_brackets_are_only_a_part_of_the_name),
		cmocka_unit_test(vendors_lose_what_trade_and_law_add),
		cmocka_unit_test(numbers_stand_for_names_that_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
