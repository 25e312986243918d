/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/acpi.h"

#include <errno.h>
#include <string.h>

/* Both tables: ACPI's header, 12 bytes of their own, then structures. */
#define TABLE_LENGTH 4
#define TABLE_STRUCTURES 48
#define DMAR_WIDTH 36
#define DMAR_FLAGS 37

#define DMAR_TYPE 0
#define DMAR_LENGTH 2
#define DMAR_HEADER 4
#define DMAR_SEGMENT 6
#define DMAR_BASE 8
#define DRHD 0
#define DRHD_FLAGS 4
#define DRHD_INCLUDE_ALL 0x01
#define DRHD_SCOPES 16
#define RMRR 1
#define RMRR_LIMIT 16
#define RMRR_SCOPES 24

#define SCOPE_TYPE 0
#define SCOPE_LENGTH 1
#define SCOPE_ID 4
#define SCOPE_BUS 5
#define SCOPE_PATH 6
#define HOP_SIZE 2

#define IVRS_TYPE 0
#define IVRS_FLAGS 1
#define IVRS_LENGTH 2
#define IVRS_HEADER 4
#define IVMD_ALL 0x20
#define IVMD_ONE 0x21
#define IVMD_RANGE 0x22
#define IVMD_IOMMU 0x23
#define IVMD_DEVICE 4
#define IVMD_AUX 6
#define IVMD_SEGMENT 8
#define IVMD_START 16
#define IVMD_LENGTH 24
#define IVMD_SIZE 32
#define IVMD_UNITY 0x01
#define IVMD_READ 0x02
#define IVMD_WRITE 0x04
#define IVMD_EXCLUSION 0x08

/* A part of the table; at is where it begins there, for errors. */
struct span {
	const uint8_t *bytes;
	size_t len, at;
};

/* ---- reading; bytes past the end are zero ---- */

static uint8_t get8(const struct span *s, size_t at)
{
	return at < s->len ? s->bytes[at] : 0;
}

static uint16_t get16(const struct span *s, size_t at)
{
	return (uint16_t)(get8(s, at) | get8(s, at + 1) << 8);
}

static uint32_t get32(const struct span *s, size_t at)
{
	return get16(s, at) | (uint32_t)get16(s, at + 2) << 16;
}

static uint64_t get64(const struct span *s, size_t at)
{
	return get32(s, at) | (uint64_t)get32(s, at + 4) << 32;
}

/* The first len bytes of rest, which begin with a header that says so. */
static int take(struct span *rest, size_t len, size_t least, const char *what, struct span *ret,
		struct xpt_err *err)
{
	if (len < least || len > rest->len)
		return xpt_err_set(
			err, XPT_MALFORMED, EINVAL, NULL, NULL,
			"the %s at offset 0x%zx says it has %zu bytes; it needs %zu, and "
			"%zu are left",
			what, rest->at, len, least, rest->len);
	*ret = (struct span){rest->bytes, len, rest->at};
	*rest = (struct span){rest->bytes + len, rest->len - len, rest->at + len};
	return 0;
}

static int open_table(const void *bytes, size_t len, struct span *ret, struct xpt_err *err)
{
	struct span file = {bytes, len, 0};

	return take(&file, get32(&file, TABLE_LENGTH), TABLE_STRUCTURES, "table", ret, err);
}

static bool has_signature(const struct span *table, const char *signature)
{
	return memcmp(table->bytes, signature, strlen(signature)) == 0;
}

static int refuse_signature(const struct span *table, const char *wanted, struct xpt_err *err)
{
	XPT_FREE char *found = xpt_clean((const char *)table->bytes, 4);

	return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
			   "the table's signature is '%s', not %s", found, wanted);
}

static bool adds_up(const struct span *table)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < table->len; i++)
		sum = (uint8_t)(sum + table->bytes[i]);
	return sum == 0;
}

static struct span structures_of(const struct span *table)
{
	return (struct span){table->bytes + TABLE_STRUCTURES, table->len - TABLE_STRUCTURES,
			     TABLE_STRUCTURES};
}

/* ---- DMAR ---- */

static struct xpt_acpi_scope decode_scope(const struct span *s)
{
	struct xpt_acpi_scope scope = {.type = get8(s, SCOPE_TYPE),
				       .id = get8(s, SCOPE_ID),
				       .bus = get8(s, SCOPE_BUS),
				       .n = (s->len - SCOPE_PATH) / HOP_SIZE};

	scope.hops = xpt_alloc(scope.n * sizeof(*scope.hops));
	for (size_t i = 0; i < scope.n; i++) {
		scope.hops[i].dev = get8(s, SCOPE_PATH + i * HOP_SIZE);
		scope.hops[i].fn = get8(s, SCOPE_PATH + i * HOP_SIZE + 1);
	}
	return scope;
}

static void scopes_done(struct xpt_acpi_scopes *scopes)
{
	for (size_t i = 0; i < scopes->n; i++)
		free(scopes->v[i].hops);
	free(scopes->v);
}

static int parse_scopes(const struct span *s, size_t from, struct xpt_acpi_scopes *ret,
			struct xpt_err *err)
{
	struct span rest = {s->bytes + from, s->len - from, s->at + from};

	while (rest.len) {
		struct span one;
		int failed = take(&rest, get8(&rest, SCOPE_LENGTH), SCOPE_PATH + HOP_SIZE,
				  "device scope", &one, err);

		if (failed)
			return failed;
		ret->v = xpt_grow(ret->v, ret->n + 1, sizeof(*ret->v));
		ret->v[ret->n++] = decode_scope(&one);
	}
	return 0;
}

static int parse_drhd(const struct span *s, struct xpt_acpi_dmar *dmar, struct xpt_err *err)
{
	struct xpt_acpi_drhd *drhd;

	dmar->drhds = xpt_grow(dmar->drhds, dmar->n_drhds + 1, sizeof(*dmar->drhds));
	drhd = &dmar->drhds[dmar->n_drhds++];
	*drhd = (struct xpt_acpi_drhd){.includes_all = get8(s, DRHD_FLAGS) & DRHD_INCLUDE_ALL,
				       .segment = get16(s, DMAR_SEGMENT),
				       .base = get64(s, DMAR_BASE)};
	return parse_scopes(s, DRHD_SCOPES, &drhd->scopes, err);
}

static int parse_rmrr(const struct span *s, struct xpt_acpi_dmar *dmar, struct xpt_err *err)
{
	struct xpt_acpi_rmrr *rmrr;

	dmar->rmrrs = xpt_grow(dmar->rmrrs, dmar->n_rmrrs + 1, sizeof(*dmar->rmrrs));
	rmrr = &dmar->rmrrs[dmar->n_rmrrs++];
	*rmrr = (struct xpt_acpi_rmrr){.segment = get16(s, DMAR_SEGMENT),
				       .base = get64(s, DMAR_BASE),
				       .limit = get64(s, RMRR_LIMIT)};
	return parse_scopes(s, RMRR_SCOPES, &rmrr->scopes, err);
}

/* What DRHD and RMRR are at least; of the others only the header counts. */
static size_t least_of(uint16_t type)
{
	return type == DRHD ? DRHD_SCOPES : type == RMRR ? RMRR_SCOPES : DMAR_HEADER;
}

static int parse_dmar_structure(const struct span *s, struct xpt_acpi_dmar *dmar,
				struct xpt_err *err)
{
	switch (get16(s, DMAR_TYPE)) {
	case DRHD:
		return parse_drhd(s, dmar, err);
	case RMRR:
		return parse_rmrr(s, dmar, err);
	default:
		return 0;
	}
}

static int parse_dmar(const struct span *table, struct xpt_acpi_dmar *dmar, struct xpt_err *err)
{
	struct span rest = structures_of(table), one;

	dmar->has_checksum = adds_up(table);
	dmar->address_bits = get8(table, DMAR_WIDTH) + 1u;
	dmar->flags = get8(table, DMAR_FLAGS);
	while (rest.len) {
		size_t least = least_of(get16(&rest, DMAR_TYPE));
		int failed = take(&rest, get16(&rest, DMAR_LENGTH), least, "structure", &one, err);

		if (!failed)
			failed = parse_dmar_structure(&one, dmar, err);
		if (failed)
			return failed;
	}
	return 0;
}

int xpt_acpi_parse_dmar(const void *bytes, size_t len, struct xpt_acpi_dmar *ret,
			struct xpt_err *err)
{
	struct xpt_acpi_dmar dmar = {0};
	struct span table;
	int failed = open_table(bytes, len, &table, err);

	if (failed)
		return failed;
	if (!has_signature(&table, "DMAR") && !has_signature(&table, "RMAD"))
		return refuse_signature(&table, "DMAR or RMAD", err);
	failed = parse_dmar(&table, &dmar, err);
	if (failed) {
		xpt_acpi_dmar_done(&dmar);
		return failed;
	}
	*ret = dmar;
	return 0;
}

void xpt_acpi_dmar_done(struct xpt_acpi_dmar *dmar)
{
	for (size_t i = 0; i < dmar->n_drhds; i++)
		scopes_done(&dmar->drhds[i].scopes);
	for (size_t i = 0; i < dmar->n_rmrrs; i++)
		scopes_done(&dmar->rmrrs[i].scopes);
	free(dmar->drhds);
	free(dmar->rmrrs);
	*dmar = (struct xpt_acpi_dmar){0};
}

/* ---- IVRS ---- */

static bool is_ivmd(uint8_t type)
{
	return type >= IVMD_ALL && type <= IVMD_IOMMU;
}

static struct xpt_acpi_ivmd decode_ivmd(const struct span *s)
{
	uint8_t type = get8(s, IVRS_TYPE), flags = get8(s, IVRS_FLAGS);
	struct xpt_acpi_ivmd ivmd = {
		/* Which devices an IOMMU has stands in structures that are skipped: any may be meant. */
		.is_for_all = type == IVMD_ALL || type == IVMD_IOMMU,
		.is_unity = flags & IVMD_UNITY,
		.can_read = flags & IVMD_READ,
		.can_write = flags & IVMD_WRITE,
		.is_exclusion = flags & IVMD_EXCLUSION,
		.segment = get16(s, IVMD_SEGMENT),
		.first = get16(s, IVMD_DEVICE),
		.last = get16(s, type == IVMD_RANGE ? IVMD_AUX : IVMD_DEVICE),
		.base = get64(s, IVMD_START),
		.length = get64(s, IVMD_LENGTH),
	};

	if (ivmd.is_for_all) {
		ivmd.first = 0;
		ivmd.last = UINT16_MAX;
	}
	return ivmd;
}

static int parse_ivrs(const struct span *table, struct xpt_acpi_ivrs *ivrs, struct xpt_err *err)
{
	struct span rest = structures_of(table), one;

	ivrs->has_checksum = adds_up(table);
	while (rest.len) {
		bool is_wanted = is_ivmd(get8(&rest, IVRS_TYPE));
		int failed = take(&rest, get16(&rest, IVRS_LENGTH),
				  is_wanted ? IVMD_SIZE : IVRS_HEADER, "structure", &one, err);

		if (failed)
			return failed;
		if (!is_wanted)
			continue;
		ivrs->v = xpt_grow(ivrs->v, ivrs->n + 1, sizeof(*ivrs->v));
		ivrs->v[ivrs->n++] = decode_ivmd(&one);
	}
	return 0;
}

int xpt_acpi_parse_ivrs(const void *bytes, size_t len, struct xpt_acpi_ivrs *ret,
			struct xpt_err *err)
{
	struct xpt_acpi_ivrs ivrs = {0};
	struct span table;
	int failed = open_table(bytes, len, &table, err);

	if (failed)
		return failed;
	if (!has_signature(&table, "IVRS"))
		return refuse_signature(&table, "IVRS", err);
	failed = parse_ivrs(&table, &ivrs, err);
	if (failed) {
		xpt_acpi_ivrs_done(&ivrs);
		return failed;
	}
	*ret = ivrs;
	return 0;
}

void xpt_acpi_ivrs_done(struct xpt_acpi_ivrs *ivrs)
{
	free(ivrs->v);
	*ivrs = (struct xpt_acpi_ivrs){0};
}
