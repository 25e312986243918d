/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/reserved.h"

#include <errno.h>
#include <string.h>

#include "codec/acpi.h"
#include "host/fs.h"
#include "host/xenopsd.h"

#define TABLES "/sys/firmware/acpi/tables"
#define DMI "/sys/class/dmi/id"
#define CLASS_AUDIO 0x0403

/* What a table is turned into regions with. */
struct work {
	const struct xpt_host *host;
	const struct xpt_pci *pci;
	struct xpt_reserved *ret;
	bool drops_audio; /* has_audio_quirk */
};

/* ---- devices of a region ---- */

static void add_device(struct xpt_reserved_region *region, size_t device)
{
	region->devices = xpt_grow(region->devices, region->n + 1, sizeof(*region->devices));
	region->devices[region->n++] = device;
}

static int compare_index(const void *a, const void *b)
{
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return (left > right) - (left < right);
}

/* In order, each once: a region may name a device twice. */
static void sort_devices(struct xpt_reserved_region *region)
{
	size_t kept = 0;

	if (region->n)
		qsort(region->devices, region->n, sizeof(*region->devices), compare_index);
	for (size_t i = 0; i < region->n; i++) {
		if (!kept || region->devices[i] != region->devices[kept - 1])
			region->devices[kept++] = region->devices[i];
	}
	region->n = kept;
}

static bool has_device(const struct xpt_reserved_region *region, size_t device)
{
	return region->n && bsearch(&device, region->devices, region->n, sizeof(*region->devices),
				    compare_index);
}

static void add_region(struct xpt_reserved *r, struct xpt_reserved_region *region)
{
	if (!region->n) {
		free(region->devices);
		return;
	}
	r->v = xpt_grow(r->v, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = *region;
}

/* ---- DMAR: scopes to devices ---- */

/* The device at the end of a scope's path, NULL when there is none. */
static const struct xpt_pci_device *resolve(const struct xpt_pci *pci, uint16_t segment,
					    const struct xpt_acpi_scope *scope)
{
	const struct xpt_pci_device *d = NULL;
	uint8_t bus = scope->bus;

	for (size_t i = 0; i < scope->n; i++) {
		struct xpt_bdf addr = {segment, bus, scope->hops[i].dev, scope->hops[i].fn};

		if (d && !xpt_pci_is_bridge(d))
			return NULL;
		d = xpt_pci_find(pci, &addr);
		if (!d)
			return NULL;
		bus = d->cap.secondary_bus;
	}
	return d;
}

/*
 * HP's Gen8 servers name the audio functions of display cards too, which makes the memory shared without
 * need; Xen as XCP-ng builds it leaves them out.
 */
static bool has_audio_quirk(const struct xpt_host *host)
{
	char vendor[64], product[128];

	return xpt_fs_line(host, vendor, sizeof(vendor), DMI "/sys_vendor") == 0 &&
	       xpt_streq(vendor, "HP") &&
	       xpt_fs_line(host, product, sizeof(product), DMI "/product_name") == 0 &&
	       strstr(product, "Gen8");
}

static bool is_dropped(const struct work *w, const struct xpt_pci_device *d)
{
	return w->drops_audio && d && d->addr.fn != 0 && d->class_code >> 8 == CLASS_AUDIO;
}

static void add_below(const struct xpt_pci *pci, const struct xpt_pci_device *bridge,
		      struct xpt_reserved_region *region)
{
	for (size_t i = xpt_pci_index(pci, bridge) + 1; i < pci->n; i++) {
		if (xpt_pci_is_above(pci, bridge, &pci->v[i]) && !xpt_pci_is_bridge(&pci->v[i]))
			add_device(region, i);
	}
}

/* Xen counts what an RMRR names, whether it is there or not. */
static void convert_rmrr(const struct work *w, const struct xpt_acpi_rmrr *rmrr)
{
	struct xpt_reserved_region region = {
		.kind = XPT_RESERVED_RMRR,
		.base = rmrr->base,
		.limit = rmrr->limit,
	};
	size_t named = 0;

	for (size_t i = 0; i < rmrr->scopes.n; i++) {
		const struct xpt_acpi_scope *scope = &rmrr->scopes.v[i];
		const struct xpt_pci_device *d = resolve(w->pci, rmrr->segment, scope);

		if (is_dropped(w, d))
			continue;
		named++;
		if (d && scope->type == XPT_ACPI_SCOPE_BRIDGE)
			add_below(w->pci, d, &region);
		else if (d && scope->type == XPT_ACPI_SCOPE_ENDPOINT)
			add_device(&region, xpt_pci_index(w->pci, d));
	}
	sort_devices(&region);
	region.is_shared = named > 1 || region.n > 1;
	add_region(w->ret, &region);
}

static int read_dmar(struct work *w, const char *bytes, size_t len, bool *ret_adds_up,
		     struct xpt_err *err)
{
	XPT_ACPI_DMAR dmar = {0};
	int failed = xpt_acpi_parse_dmar(bytes, len, &dmar, err);

	if (failed)
		return failed;
	w->drops_audio = dmar.n_rmrrs && has_audio_quirk(w->host);
	for (size_t i = 0; i < dmar.n_rmrrs; i++) {
		if (dmar.rmrrs[i].base <= dmar.rmrrs[i].limit)
			convert_rmrr(w, &dmar.rmrrs[i]);
	}
	*ret_adds_up = dmar.has_checksum;
	return 0;
}

/* ---- IVRS ---- */

static void convert_ivmd(const struct work *w, const struct xpt_acpi_ivmd *ivmd)
{
	struct xpt_reserved_region region = {
		.kind = XPT_RESERVED_IVMD,
		.base = ivmd->base,
		.limit = ivmd->base + ivmd->length - 1,
		.is_exclusion = ivmd->is_exclusion,
	};

	for (size_t i = 0; i < w->pci->n; i++) {
		const struct xpt_bdf *a = &w->pci->v[i].addr;
		unsigned id = (unsigned)a->bus << 8 | (unsigned)a->dev << 3 | a->fn;

		if (a->domain == ivmd->segment && id >= ivmd->first && id <= ivmd->last)
			add_device(&region, i);
	}
	region.is_shared = region.n > 1;
	add_region(w->ret, &region);
}

static int read_ivrs(struct work *w, const char *bytes, size_t len, bool *ret_adds_up,
		     struct xpt_err *err)
{
	XPT_ACPI_IVRS ivrs = {0};
	int failed = xpt_acpi_parse_ivrs(bytes, len, &ivrs, err);

	if (failed)
		return failed;
	for (size_t i = 0; i < ivrs.n; i++) {
		if (ivrs.v[i].length && ivrs.v[i].base <= UINT64_MAX - (ivrs.v[i].length - 1))
			convert_ivmd(w, &ivrs.v[i]);
	}
	*ret_adds_up = ivrs.has_checksum;
	return 0;
}

/* ---- the table ---- */

typedef int (*reader)(struct work *w, const char *bytes, size_t len, bool *ret_adds_up,
		      struct xpt_err *err);

static const struct {
	const char *path;
	reader read;
} tables[] = {
	{TABLES "/RMAD", read_dmar},
	{TABLES "/DMAR", read_dmar},
	{TABLES "/IVRS", read_ivrs},
};

static int read_table(struct work *w, const char *path, reader read, bool *ret_adds_up,
		      struct xpt_err *err)
{
	XPT_FREE char *bytes = NULL;
	size_t len;
	int failed = xpt_fs_read_file(w->host, path, XPT_ACPI_MAX, &bytes, &len, err);

	if (failed)
		return failed;
	failed = read(w, bytes, len, ret_adds_up, err);
	if (failed)
		xpt_err_prefix(err, "%s: ", path);
	return failed;
}

static void read_tables(struct work *w)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(tables); i++) {
		XPT_ERR err = XPT_ERR_INIT;
		bool adds_up = true;

		if (!xpt_fs_exists(w->host, "%s", tables[i].path))
			continue;
		if (read_table(w, tables[i].path, tables[i].read, &adds_up, &err) < 0)
			xpt_strv_add(&w->ret->missing, err.sentence);
		else if (!adds_up)
			xpt_strv_addf(&w->ret->missing,
				      "the checksum of %s is wrong, and what it says may be too",
				      tables[i].path);
		return;
	}
}

static bool has_shared_rmrr(const struct xpt_reserved *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].kind == XPT_RESERVED_RMRR && r->v[i].is_shared)
			return true;
	}
	return false;
}

void xpt_reserved_read(const struct xpt_host *host, const struct xpt_pci *pci,
		       struct xpt_reserved *ret)
{
	struct xpt_reserved r = {.quarantines = true};
	XPT_ERR err = XPT_ERR_INIT;

	read_tables(&(struct work){host, pci, &r, false});
	if (has_shared_rmrr(&r) && xpt_xenopsd_quarantines(host, &r.quarantines, &err) < 0)
		xpt_strv_add(&r.missing, err.sentence);
	*ret = r;
}

void xpt_reserved_done(struct xpt_reserved *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].devices);
	free(r->v);
	xpt_strv_done(&r->missing);
	*r = (struct xpt_reserved){0};
}

/* ---- questions ---- */

const char *xpt_reserved_kind_name(enum xpt_reserved_kind kind)
{
	return kind == XPT_RESERVED_RMRR ? "rmrr" : "ivmd";
}

const struct xpt_reserved_region *xpt_reserved_next(const struct xpt_reserved *r, size_t device,
						    size_t *at)
{
	while (*at < r->n) {
		const struct xpt_reserved_region *region = &r->v[(*at)++];

		if (has_device(region, device))
			return region;
	}
	return NULL;
}

/* How much a region matters to whoever wants to give its device away, the most last. */
enum weight { NONE, MAPPED, EXCLUDED, RISKY, REFUSED, WEIGHTS };

static enum weight weigh(const struct xpt_reserved *r, const struct xpt_reserved_region *region)
{
	if (region->kind == XPT_RESERVED_IVMD)
		return region->is_exclusion ? EXCLUDED : MAPPED;
	if (!region->is_shared)
		return MAPPED;
	return r->quarantines ? REFUSED : RISKY;
}

const struct xpt_reserved_region *xpt_reserved_obstacle(const struct xpt_reserved *r, size_t device)
{
	const struct xpt_reserved_region *region;
	size_t at = 0;

	while ((region = xpt_reserved_next(r, device, &at))) {
		if (weigh(r, region) == REFUSED)
			return region;
	}
	return NULL;
}

const char *xpt_reserved_means(const struct xpt_reserved *r, size_t device)
{
	static const char *const sentences[WEIGHTS] = {
		[MAPPED] = "Xen maps it into the VM that gets the device, which works.",
		[EXCLUDED] = "The device reaches it around the IOMMU's translation.",
		[RISKY] = "Xen gives it to a VM with a warning in its log, because other devices "
			  "share the memory.",
		[REFUSED] = "It cannot be given to a VM: xenopsd puts devices into quarantine, "
			    "which Xen refuses for shared reserved memory (Operation not "
			    "permitted), unless /etc/xenopsd.conf says pci-quarantine = false.",
	};
	const struct xpt_reserved_region *region;
	enum weight most = NONE;
	size_t at = 0;

	while ((region = xpt_reserved_next(r, device, &at))) {
		if (weigh(r, region) > most)
			most = weigh(r, region);
	}
	return sentences[most];
}
