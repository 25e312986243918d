/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/pciids.h"

#include <dlfcn.h>
#include <pci/pci.h>
#include <search.h>
#include <setjmp.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"

/* Opened at the first question: with what it links, it would cost every call its start-up time. */
#define LIBRARY "libpci.so.3"
#define MAX_LIST (16 << 20) /* bytes of a pci.ids; today's has 1.4 million */
#define MAX_NAME 1024       /* libpci's own limit of a line */
#define LOOKUP (PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB)

struct libpci {
	void *module;
	__typeof__(pci_alloc) *alloc;
	__typeof__(pci_cleanup) *cleanup;
	__typeof__(pci_set_name_list_path) *set_list;
	__typeof__(pci_load_name_list) *load_list;
	__typeof__(pci_lookup_name) *lookup;
};

struct xpt_pciids {
	char *list; /* path of the name list, NULL when there is none */
	bool is_asked;
	struct libpci lib;
	struct pci_access *access; /* NULL: no names */
	void *names;               /* tree of struct name */
};

/* An answer: flags and ids are the question, text is NULL when the list has no name. */
struct name {
	int flags;
	uint64_t ids;
	char *text;
};

/* ---- libpci's complaints ---- */

/* Where to go on when libpci gives up; its error handler gets no context and must not return. */
static __thread jmp_buf *way_out;

static void give_up(char *msg XPT_UNUSED, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void give_up(char *msg XPT_UNUSED, ...)
{
	if (way_out)
		longjmp(*way_out, 1);
	abort();
}

static void ignore(char *msg XPT_UNUSED, ...) XPT_PRINTF(1, 2);
static void ignore(char *msg XPT_UNUSED, ...)
{
}

/* ---- loading ---- */

/* The path of a regular file of sane size, NULL otherwise. Caller frees. */
static char *usable_list(const struct xpt_host *host, const char *path)
{
	char *real = xpt_host_path(host, path);
	struct stat st;

	if (stat(real, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MAX_LIST)
		return real;
	free(real);
	return NULL;
}

static bool open_library(struct libpci *lib)
{
	lib->module = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!lib->module)
		return false;
	*(void **)&lib->alloc = dlsym(lib->module, "pci_alloc");
	*(void **)&lib->cleanup = dlsym(lib->module, "pci_cleanup");
	*(void **)&lib->set_list = dlsym(lib->module, "pci_set_name_list_path");
	*(void **)&lib->load_list = dlsym(lib->module, "pci_load_name_list");
	*(void **)&lib->lookup = dlsym(lib->module, "pci_lookup_name");
	return lib->alloc && lib->cleanup && lib->set_list && lib->load_list && lib->lookup;
}

/* False when there is no list or libpci does not accept it. */
static bool load_list(const struct libpci *lib, struct pci_access *a)
{
	jmp_buf here;
	bool is_loaded = false;

	if (setjmp(here) == 0) {
		way_out = &here;
		is_loaded = lib->load_list(a);
	}
	way_out = NULL;
	return is_loaded;
}

/* No pci_init: it looks for a way to reach devices, and we ask for names only. */
static void load(struct xpt_pciids *ids)
{
	struct pci_access *a;

	if (!ids->list || !open_library(&ids->lib))
		return;
	a = ids->lib.alloc();
	a->error = give_up;
	a->warning = ignore;
	a->debug = ignore;
	a->id_lookup_mode = 0; /* not the cache in somebody's home */
	ids->lib.set_list(a, ids->list, 0);
	if (load_list(&ids->lib, a))
		ids->access = a;
	else
		ids->lib.cleanup(a);
}

struct xpt_pciids *xpt_pciids_new(const struct xpt_host *host)
{
	struct xpt_pciids *ids = xpt_alloc(sizeof(*ids));

	ids->list = usable_list(host, "/usr/share/hwdata/pci.ids");
	if (!ids->list)
		ids->list = usable_list(host, "/usr/share/misc/pci.ids");
	return ids;
}

static void free_name(void *item)
{
	struct name *name = item;

	free(name->text);
	free(name);
}

void xpt_pciids_free(struct xpt_pciids *ids)
{
	if (!ids)
		return;
	tdestroy(ids->names, free_name);
	if (ids->access)
		ids->lib.cleanup(ids->access);
	if (ids->lib.module)
		dlclose(ids->lib.module);
	free(ids->list);
	free(ids);
}

/* ---- questions ---- */

static int compare_names(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	if (x->flags != y->flags)
		return x->flags < y->flags ? -1 : 1;
	return x->ids < y->ids ? -1 : x->ids > y->ids;
}

/* libpci writes names into a buffer of ours; a name that was asked for once is kept. */
static const char *name_of(struct xpt_pciids *ids, int flags, unsigned a, unsigned b, unsigned c,
			   unsigned d)
{
	struct name key = {flags, (uint64_t)a << 48 | (uint64_t)b << 32 | c << 16 | d, NULL};
	char buf[MAX_NAME];
	struct name *name;
	void *found;

	if (!ids->is_asked)
		load(ids);
	ids->is_asked = true;
	if (!ids->access)
		return NULL;
	found = tfind(&key, &ids->names, compare_names);
	if (found)
		return (*(struct name **)found)->text;
	name = xpt_alloc(sizeof(*name));
	*name = key;
	name->text = xpt_strdup(
		ids->lib.lookup(ids->access, buf, sizeof(buf), LOOKUP | flags, a, b, c, d));
	tsearch(name, &ids->names, compare_names);
	return name->text;
}

const char *xpt_pciids_vendor(struct xpt_pciids *ids, uint16_t vendor)
{
	return name_of(ids, PCI_LOOKUP_VENDOR, vendor, 0, 0, 0);
}

const char *xpt_pciids_device(struct xpt_pciids *ids, uint16_t vendor, uint16_t device)
{
	return name_of(ids, PCI_LOOKUP_DEVICE, vendor, device, 0, 0);
}

const char *xpt_pciids_subsystem(struct xpt_pciids *ids, uint16_t vendor, uint16_t device,
				 uint16_t subvendor, uint16_t subdevice)
{
	return name_of(ids, PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_DEVICE, vendor, device, subvendor,
		       subdevice);
}

const char *xpt_pciids_class(struct xpt_pciids *ids, uint16_t class_id)
{
	return name_of(ids, PCI_LOOKUP_CLASS, class_id, 0, 0, 0);
}
