/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acpitable.h"
#include "codec/acpi.h"
#include "corpus.h"

/* ---- a table in words, a line a structure, as the disassembler's listing can be told too ---- */

static void tell_scopes(struct xpt_str *s, const struct xpt_acpi_scopes *scopes)
{
	for (size_t i = 0; i < scopes->n; i++) {
		const struct xpt_acpi_scope *scope = &scopes->v[i];

		xpt_str_addf(s, " type=%x id=%x bus=%x", scope->type, scope->id, scope->bus);
		for (size_t k = 0; k < scope->n; k++)
			xpt_str_addf(s, " %x.%x", scope->hops[k].dev, scope->hops[k].fn);
	}
	xpt_str_addc(s, '\n');
}

static char *tell_dmar(const struct xpt_acpi_dmar *dmar)
{
	struct xpt_str s = {0};

	xpt_str_addf(&s, "dmar bits=%u flags=%x\n", dmar->address_bits, dmar->flags);
	for (size_t i = 0; i < dmar->n_drhds; i++) {
		const struct xpt_acpi_drhd *d = &dmar->drhds[i];

		xpt_str_addf(&s, "drhd all=%d segment=%x base=%llx", d->includes_all, d->segment,
			     (unsigned long long)d->base);
		tell_scopes(&s, &d->scopes);
	}
	for (size_t i = 0; i < dmar->n_rmrrs; i++) {
		const struct xpt_acpi_rmrr *r = &dmar->rmrrs[i];

		xpt_str_addf(&s, "rmrr segment=%x base=%llx limit=%llx", r->segment,
			     (unsigned long long)r->base, (unsigned long long)r->limit);
		tell_scopes(&s, &r->scopes);
	}
	return xpt_str_take(&s);
}

static char *tell_ivrs(const struct xpt_acpi_ivrs *ivrs)
{
	struct xpt_str s = {0};

	for (size_t i = 0; i < ivrs->n; i++) {
		const struct xpt_acpi_ivmd *m = &ivrs->v[i];

		xpt_str_addf(&s, "ivmd flags=%x devices=%x-%x base=%llx length=%llx\n",
			     m->is_unity | m->can_read << 1 | m->can_write << 2 |
				     m->is_exclusion << 3,
			     m->first, m->last, (unsigned long long)m->base,
			     (unsigned long long)m->length);
	}
	return xpt_str_take(&s);
}

/* Either kind of table, by its signature. */
static int tell(const char *bytes, size_t len, char **ret, bool *ret_sum, struct xpt_err *err)
{
	XPT_ACPI_DMAR dmar = {0};
	XPT_ACPI_IVRS ivrs = {0};
	bool is_ivrs = len >= 4 && memcmp(bytes, "IVRS", 4) == 0;
	int failed = is_ivrs ? xpt_acpi_parse_ivrs(bytes, len, &ivrs, err)
			     : xpt_acpi_parse_dmar(bytes, len, &dmar, err);

	if (failed)
		return failed;
	*ret = is_ivrs ? tell_ivrs(&ivrs) : tell_dmar(&dmar);
	*ret_sum = is_ivrs ? ivrs.has_checksum : dmar.has_checksum;
	return 0;
}

static void expect(const struct xpt_str *t, const char *wanted)
{
	XPT_FREE char *told = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	bool adds_up;

	if (tell(t->s, t->len, &told, &adds_up, &err))
		fail_msg("%s", err.sentence);
	assert_string_equal(told, wanted);
	assert_true(adds_up);
}

static void expect_error(const struct xpt_str *t, const char *sentence)
{
	XPT_FREE char *told = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	bool adds_up;

	assert_int_equal(tell(t->s, t->len, &told, &adds_up, &err), -EINVAL);
	assert_int_equal(err.code, XPT_MALFORMED);
	assert_string_equal(err.sentence, sentence);
	assert_null(told);
}

/* ---- tables made by hand ---- */

static void units_and_reserved_memory_come_with_their_scopes(void **state)
{
	XPT_STR t = {0};

	(void)state;
	xpt_acpitable_begin(&t, "DMAR", 45, 1);
	xpt_acpitable_drhd(&t, 0, 0, 0xfed90000, "00/02.0");
	xpt_acpitable_drhd(&t, 1, 2, 0x1fed91000, "ioapic@f0/1f.0 hpet@00/0f.0");
	xpt_acpitable_rmrr(&t, 2, 0x7b000000, 0x7b0fffff, "00/14.0 85/02.0/00.1 bridge@00/1c.0");
	xpt_acpitable_end(&t);
	expect(&t, "dmar bits=46 flags=1\n"
		   "drhd all=0 segment=0 base=fed90000 type=1 id=0 bus=0 2.0\n"
		   "drhd all=1 segment=2 base=1fed91000 type=3 id=0 bus=f0 1f.0 type=4 id=0 bus=0 "
		   "f.0\n"
		   "rmrr segment=2 base=7b000000 limit=7b0fffff type=1 id=0 bus=0 14.0 type=1 id=0 "
		   "bus=85 2.0 0.1 type=2 id=0 bus=0 1c.0\n");
}

static void xens_name_of_the_table_is_as_good(void **state)
{
	XPT_STR t = {0};

	(void)state;
	xpt_acpitable_begin(&t, "RMAD", 38, 0);
	xpt_acpitable_end(&t);
	expect(&t, "dmar bits=39 flags=0\n");
}

static void structures_of_other_types_are_skipped(void **state)
{
	XPT_STR t = {0};
	XPT_STR ivrs = {0};

	(void)state;
	xpt_acpitable_begin(&t, "DMAR", 45, 1);
	for (uint16_t type = 2; type < 8; type++)
		xpt_acpitable_dmar_other(&t, type, type);
	xpt_acpitable_rmrr(&t, 0, 1, 2, "");
	xpt_acpitable_dmar_other(&t, 0xffff, 0);
	xpt_acpitable_end(&t);
	expect(&t, "dmar bits=46 flags=1\nrmrr segment=0 base=1 limit=2\n");
	xpt_acpitable_begin(&ivrs, "IVRS", 0, 0);
	xpt_acpitable_ivrs_other(&ivrs, 0x10, 20);
	xpt_acpitable_ivrs_other(&ivrs, 0x11, 36);
	xpt_acpitable_ivrs_other(&ivrs, 0x40, 36);
	xpt_acpitable_ivmd(&ivrs, 0x21, 7, 0x10, 0, 0x1000, 0x2000);
	xpt_acpitable_end(&ivrs);
	expect(&ivrs, "ivmd flags=7 devices=10-10 base=1000 length=2000\n");
}

static void memory_of_amd_is_of_one_of_some_or_of_all(void **state)
{
	XPT_STR t = {0};

	(void)state;
	xpt_acpitable_begin(&t, "IVRS", 0, 0);
	xpt_acpitable_ivmd(&t, 0x20, 8, 0x1234, 0x5678, 0x1000, 0x1000);
	xpt_acpitable_ivmd(&t, 0x21, 1, 0x1234, 0x5678, 0x2000, 0x1000);
	xpt_acpitable_ivmd(&t, 0x22, 2, 0x1234, 0x5678, 0x3000, 0x1000);
	xpt_acpitable_ivmd(&t, 0x23, 4, 0x1234, 0x5678, 0x4000, UINT64_MAX);
	xpt_acpitable_ivrs_other(&t, 0x24, 0);
	xpt_acpitable_end(&t);
	expect(&t, "ivmd flags=8 devices=0-ffff base=1000 length=1000\n"
		   "ivmd flags=1 devices=1234-1234 base=2000 length=1000\n"
		   "ivmd flags=2 devices=1234-5678 base=3000 length=1000\n"
		   "ivmd flags=4 devices=0-ffff base=4000 length=ffffffffffffffff\n");
}

static void a_wrong_checksum_is_told_and_no_error(void **state)
{
	XPT_STR t = {0};
	XPT_FREE char *told = NULL;
	bool adds_up = true;

	(void)state;
	xpt_acpitable_begin(&t, "DMAR", 45, 1);
	xpt_acpitable_end(&t);
	t.s[9]++;
	assert_int_equal(tell(t.s, t.len, &told, &adds_up, NULL), 0);
	assert_false(adds_up);
}

static void bytes_behind_the_table_are_not_its_own(void **state)
{
	XPT_STR t = {0};

	(void)state;
	xpt_acpitable_begin(&t, "DMAR", 45, 1);
	xpt_acpitable_end(&t);
	xpt_str_addn(&t, "\1\0\0\0", 4);
	expect(&t, "dmar bits=46 flags=1\n");
}

static void a_length_that_cannot_be_is_an_error_that_names_the_place(void **state)
{
	XPT_STR t = {0};

	(void)state;
	xpt_acpitable_begin(&t, "DMAR", 45, 1);
	xpt_acpitable_rmrr(&t, 0, 0, 0, "00/14.0");
	xpt_acpitable_end(&t);
	t.s[50] = 0;
	expect_error(&t,
		     "the structure at offset 0x30 says it has 0 bytes; it needs 24, and 32 are "
		     "left");
	t.s[50] = 33;
	expect_error(&t, "the structure at offset 0x30 says it has 33 bytes; it needs 24, and 32 "
			 "are left");
	t.s[50] = 32;
	t.s[73] = 6;
	expect_error(&t, "the device scope at offset 0x48 says it has 6 bytes; it needs 8, and 8 "
			 "are left");
	t.s[73] = 10;
	expect_error(&t, "the device scope at offset 0x48 says it has 10 bytes; it needs 8, and 8 "
			 "are left");
	t.s[73] = 8;
	t.s[4]++;
	expect_error(&t, "the table at offset 0x0 says it has 81 bytes; it needs 48, and 80 are "
			 "left");
}

static void another_table_is_refused_by_name(void **state)
{
	XPT_STR t = {0};
	struct xpt_acpi_ivrs ivrs = {0};
	XPT_ERR err = XPT_ERR_INIT;

	(void)state;
	xpt_acpitable_begin(&t, "SRAT", 0, 0);
	xpt_acpitable_end(&t);
	expect_error(&t, "the table's signature is 'SRAT', not DMAR or RMAD");
	assert_int_equal(xpt_acpi_parse_ivrs(t.s, t.len, &ivrs, &err), -EINVAL);
	assert_string_equal(err.sentence, "the table's signature is 'SRAT', not IVRS");
	assert_int_equal(xpt_acpi_parse_ivrs(NULL, 0, &ivrs, NULL), -EINVAL);
}

/* ---- files ---- */

static void check_good(const char *name, const char *bytes, size_t len)
{
	XPT_HOST here = {.root_fd = -1};
	XPT_FREE char *path = xpt_fmt("%s.txt", name), *expected = NULL, *told = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	bool adds_up;

	if (tell(bytes, len, &told, &adds_up, &err))
		fail_msg("%s: %s", name, err.sentence);
	assert_int_equal(xpt_host_open("tests/fuzz/acpi/expect", &here, NULL), 0);
	assert_int_equal(xpt_fs_read_file(&here, path, 4096, &expected, NULL, NULL), 0);
	if (!xpt_streq(told, expected))
		fail_msg("%s gives\n%snot\n%s", name, told, expected);
}

static void check_bad(const char *name, const char *bytes, size_t len)
{
	XPT_FREE char *told = NULL;
	XPT_ERR err = XPT_ERR_INIT;
	bool adds_up;

	if (!tell(bytes, len, &told, &adds_up, &err))
		fail_msg("%s is accepted:\n%s", name, told);
	assert_int_equal(err.code, XPT_MALFORMED);
}

static void good_and_bad_files_are_read_as_they_say(void **state)
{
	(void)state;
	xpt_corpus_each("tests/fuzz/acpi/good", check_good);
	xpt_corpus_each("tests/fuzz/acpi/bad", check_bad);
}

/* In memory of its own size, so that a sanitizer sees a byte too far. */
static void read_exactly(const char *bytes, size_t len)
{
	XPT_FREE char *copy = len ? memcpy(xpt_alloc(len), bytes, len) : NULL;
	XPT_FREE char *told = NULL;
	bool adds_up;

	(void)tell(copy, len, &told, &adds_up, NULL);
}

static void check_damage(const char *name, const char *bytes, size_t len)
{
	static const char values[] = {0, 1, 4, 0x7f, (char)0xff};
	XPT_FREE char *copy = memcpy(xpt_alloc(len), bytes, len);

	(void)name;
	for (size_t i = 0; i < len; i++) {
		read_exactly(bytes, i);
		for (size_t k = 0; k < sizeof(values); k++) {
			copy[i] = values[k];
			read_exactly(copy, len);
		}
		copy[i] = bytes[i];
	}
}

static void no_cut_and_no_changed_byte_reads_past_the_end(void **state)
{
	(void)state;
	xpt_corpus_each("tests/fuzz/acpi/good", check_damage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_and_reserved_memory_come_with_their_scopes),
		cmocka_unit_test(xens_name_of_the_table_is_as_good),
		cmocka_unit_test(structures_of_other_types_are_skipped),
		cmocka_unit_test(memory_of_amd_is_of_one_of_some_or_of_all),
		cmocka_unit_test(a_wrong_checksum_is_told_and_no_error),
		cmocka_unit_test(bytes_behind_the_table_are_not_its_own),
		cmocka_unit_test(a_length_that_cannot_be_is_an_error_that_names_the_place),
		cmocka_unit_test(another_table_is_refused_by_name),
		cmocka_unit_test(good_and_bad_files_are_read_as_they_say),
		cmocka_unit_test(no_cut_and_no_changed_byte_reads_past_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
