/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "codec/json.h"
#include "xen_double_store.h"

#define DRIVERS "/sys/bus/pci/drivers"
#define DEVICES "/sys/bus/pci/devices"
#define BACKEND "/local/domain/0/backend/pci"
#define TOPOLOGY_FILE XEN_DOUBLE_DIR "/topology.json"

void xd_devices_free(struct xd_devices *d)
{
	free(d->root);
	free(d->uuid);
	xpt_strv_done(&d->address);
	free(d);
}

/* ---- the key's value ---- */

struct item {
	long index;
	char address[40]; /* four ints in hex */
};

/* At most max hex digits, at least one; -1 when there is none. */
static int scan_hex(const char **at, int max)
{
	char digits[8] = "";
	int n = 0;

	while (n < max && strspn(*at, "0123456789abcdefABCDEF"))
		digits[n++] = *(*at)++;
	return n ? (int)strtol(digits, NULL, 16) : -1;
}

static bool scan_char(const char **at, char wanted)
{
	return **at == wanted ? (*at)++, true : false;
}

/* "%d/%04x:%02x:%02x.%1x"; what follows does not matter. */
static bool scan_item(const char *s, struct item *ret)
{
	int domain, bus, dev, fn;
	char *end;

	if (!strspn(s, "+-0123456789"))
		return false;
	ret->index = strtol(s, &end, 10);
	if (end == s)
		return false;
	s = end;
	if (!scan_char(&s, '/') || (domain = scan_hex(&s, 4)) < 0 || !scan_char(&s, ':') ||
	    (bus = scan_hex(&s, 2)) < 0 || !scan_char(&s, ':') || (dev = scan_hex(&s, 2)) < 0 ||
	    !scan_char(&s, '.') || (fn = scan_hex(&s, 1)) < 0)
		return false;
	snprintf(ret->address, sizeof(ret->address), "%04x:%02x:%02x.%01x", domain, bus, dev, fn);
	return true;
}

/* Before its equals: so those of one index end up in reverse order. */
static void insert(struct item *list, size_t n, const struct item *item)
{
	size_t at = 0;

	while (at < n && list[at].index < item->index)
		at++;
	memmove(&list[at + 1], &list[at], (n - at) * sizeof(*list));
	list[at] = *item;
}

void xd_device_order(const char *value, struct xpt_strv *ret)
{
	XPT_STRV parts = {0};
	XPT_FREE struct item *list = NULL;
	size_t n = 0;

	xpt_strv_split(&parts, value ? value : "", ',');
	list = xpt_alloc((parts.n + 1) * sizeof(*list));
	for (size_t i = 0; i < parts.n; i++) {
		struct item item;

		if (scan_item(parts.v[i], &item))
			insert(list, n++, &item);
	}
	for (size_t i = 0; i < n; i++)
		xpt_strv_add(ret, list[i].address);
}

/* ---- failures, as the API shows xenopsd's exceptions ---- */

static const struct errno_name {
	int number;
	int constructor; /* of OCaml's Unix.error */
	const char *name;
} ERRNO_NAMES[] = {
	{EACCES, 1, "EACCES"},  {EBUSY, 4, "EBUSY"},    {EEXIST, 8, "EEXIST"},
	{EINVAL, 12, "EINVAL"}, {EIO, 13, "EIO"},       {ENODEV, 19, "ENODEV"},
	{ENOENT, 20, "ENOENT"}, {ENOSPC, 24, "ENOSPC"}, {ENOTTY, 28, "ENOTTY"},
	{ENXIO, 29, "ENXIO"},   {EPERM, 30, "EPERM"},   {EROFS, 33, "EROFS"},
};

static const struct errno_name *name_of(int number)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(ERRNO_NAMES); i++)
		if (ERRNO_NAMES[i].number == number)
			return &ERRNO_NAMES[i];
	return &ERRNO_NAMES[4];
}

static int fail(const char *what)
{
	printf("INTERNAL_ERROR\n%s\n", what);
	return -1;
}

static int fail_system(int number, const char *call)
{
	XPT_FREE char *what =
		xpt_fmt("xenopsd internal error: Unix.Unix_error(Unix.%s, \"%s\", \"\")",
			name_of(number)->name, call);

	return fail(what);
}

static int fail_add(const char *address, int number)
{
	XPT_FREE char *what = xpt_fmt(
		"xenopsd internal error: Cannot_add(%s, Xenctrlext.Unix_error(%d, \"%d: %s\"))",
		address, name_of(number)->constructor, number, strerror(number));

	return fail(what);
}

/* ---- sysfs ---- */

static bool exists(const struct xd_devices *d, const char *path)
{
	XPT_FREE char *full = xpt_fmt("%s%s", d->root, path);
	struct stat st;

	return !stat(full, &st);
}

/* 0 or a negative errno. */
static int write_attribute(const struct xd_devices *d, const char *path, const char *value)
{
	XPT_FREE char *full = xpt_fmt("%s%s", d->root, path);
	XPT_CLOSE int fd = open(full, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(value);

	if (fd < 0)
		return -errno;
	return write(fd, value, n) == (ssize_t)n ? 0 : -errno;
}

/* The name of the driver that has the device, NULL for none. Caller frees. */
static char *driver_of(const struct xd_devices *d, const char *address)
{
	XPT_FREE char *link = xpt_fmt("%s" DEVICES "/%s/driver", d->root, address);
	char target[PATH_MAX];
	ssize_t n = readlink(link, target, sizeof(target) - 1);
	const char *slash;

	if (n < 0)
		return NULL;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return xpt_strdup(slash ? slash + 1 : target);
}

/* Whatever comes of it: xenopsd ignores every failure of a reset. */
static void reset(const struct xd_devices *d, const char *address)
{
	XPT_FREE char *path = xpt_fmt(DEVICES "/%s/reset", address);

	if (exists(d, path))
		(void)write_attribute(d, path, "1");
}

static int bind(const struct xd_devices *d, const char *address)
{
	XPT_FREE char *driver = driver_of(d, address);
	int rc = 0;

	if (!xpt_streq(driver, "pciback")) {
		if (driver) {
			XPT_FREE char *unbind = xpt_fmt(DRIVERS "/%s/unbind", driver);

			rc = write_attribute(d, unbind, address);
		}
		if (!rc)
			rc = write_attribute(d, DRIVERS "/pciback/new_slot", address);
		if (!rc)
			rc = write_attribute(d, DRIVERS "/pciback/bind", address);
	}
	if (rc)
		return fail_system(-rc, "write");
	reset(d, address);
	return 0;
}

/* ---- Xen ---- */

static bool has_iommu(const struct xd_devices *d)
{
	XPT_FREE char *path = xpt_fmt("%s" TOPOLOGY_FILE, d->root);
	XPT_JSON *topology = NULL;
	char text[65536];
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return true;
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return xpt_json_parse(text, n, &topology, NULL) || xpt_json_get_bool(topology, "iommu");
}

/* Does another domain hold the device? */
static bool is_held(const struct xen_double_store *store, const struct xd_devices *d,
		    const char *address)
{
	XPT_FREE char *own = xpt_fmt(BACKEND "/%llu/", d->domid);

	for (size_t i = 0; i + 1 < store->node.n; i += 2) {
		const char *path = store->node.v[i];

		if (xpt_has_prefix(path, BACKEND "/") && !xpt_has_prefix(path, own) &&
		    strstr(path, "/0/dev-") && !strcmp(store->node.v[i + 1], address))
			return true;
	}
	return false;
}

static void put(struct xen_double_store *store, const struct xd_devices *d, const char *name,
		const char *value)
{
	XPT_FREE char *path = xpt_fmt(BACKEND "/%llu/0/%s", d->domid, name);

	xen_double_store_set(store, path, value);
}

/* Give the device to the domain, which Xen refuses when it is gone or another domain has it. */
static int assign(const struct xd_devices *d, const char *address, size_t index)
{
	XPT_CLOSE int lock = xen_double_store_lock(d->root, NULL);
	XEN_DOUBLE_STORE store = {{0}};
	XPT_FREE char *sysfs = xpt_fmt(DEVICES "/%s", address);
	XPT_FREE char *name = xpt_fmt("dev-%zu", index);

	if (lock < 0 || xen_double_store_load(d->root, &store, NULL))
		return fail("xenopsd internal error: no xenstore");
	if (!exists(d, sysfs))
		return fail_add(address, ENODEV);
	if (is_held(&store, d, address))
		return fail_add(address, EBUSY);
	put(&store, d, name, address);
	return xen_double_store_save(d->root, &store, NULL)
		       ? fail("xenopsd internal error: no xenstore")
		       : 0;
}

/* The domain itself and the settings of its bus. */
static int set_up_domain(const struct xd_devices *d)
{
	XPT_CLOSE int lock = xen_double_store_lock(d->root, NULL);
	XEN_DOUBLE_STORE store = {{0}};
	XPT_FREE char *path = xpt_fmt("/local/domain/%llu/vm", d->domid);
	XPT_FREE char *value = xpt_fmt("/vm/%s", d->uuid);

	if (lock < 0 || xen_double_store_load(d->root, &store, NULL))
		return fail("xenopsd internal error: no xenstore");
	xen_double_store_set(&store, path, value);
	if (d->address.n) {
		put(&store, d, "msitranslate", d->msitranslate ? "1" : "0");
		put(&store, d, "power_mgmt", "0");
	}
	return xen_double_store_save(d->root, &store, NULL)
		       ? fail("xenopsd internal error: no xenstore")
		       : 0;
}

/* ---- a domain comes and goes ---- */

static void take_down(const struct xd_devices *d, unsigned long long domid)
{
	XPT_CLOSE int lock = xen_double_store_lock(d->root, NULL);
	XEN_DOUBLE_STORE store = {{0}};
	XPT_FREE char *backend = xpt_fmt(BACKEND "/%llu", domid);
	XPT_FREE char *devices = xpt_fmt(BACKEND "/%llu/0/dev-", domid);
	XPT_FREE char *domain = xpt_fmt("/local/domain/%llu", domid);

	if (lock < 0 || xen_double_store_load(d->root, &store, NULL))
		return;
	for (size_t i = 0; i + 1 < store.node.n; i += 2)
		if (xpt_has_prefix(store.node.v[i], devices))
			reset(d, store.node.v[i + 1]);
	xen_double_store_remove(&store, backend);
	xen_double_store_remove(&store, domain);
	(void)xen_double_store_save(d->root, &store, NULL);
}

static int plug(const struct xd_devices *d, const char *address, size_t index)
{
	int rc;

	if (!exists(d, DRIVERS "/pciback"))
		return fail("pciback has not loaded");
	rc = bind(d, address);
	return rc ? rc : assign(d, address, index);
}

static int set_up(const struct xd_devices *d)
{
	int rc;

	if (d->address.n && !has_iommu(d))
		return fail("xenopsd internal error: Invalid_argument(\"IOMMU unavailable\")");
	rc = set_up_domain(d);
	for (size_t i = 0; !rc && i < d->address.n; i++)
		rc = plug(d, d->address.v[i], i);
	if (rc)
		take_down(d, d->domid);
	return rc;
}

int xd_device_work(const struct xd_devices *d)
{
	if (d->old_domid)
		take_down(d, d->old_domid);
	return d->domid && set_up(d) ? 1 : 0;
}
