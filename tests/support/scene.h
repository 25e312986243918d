/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What verdicts are made from, invented: a port with a GPU and its audio, a NIC with a VF, a disk and a display
 * in a domain of five digits; three VMs on a pool of one host. A test changes what its sentence is about,
 * asks, and compares all verdicts. Needs cmocka.h before it.
 */
#ifndef XPT_TESTS_SUPPORT_SCENE_H
#define XPT_TESTS_SUPPORT_SCENE_H

#include "machine.h"
#include "model/safety.h"

#define HERE XPT_TEXT("host-here")
#define THERE XPT_TEXT("host-there")
#define GIB (1ll << 30)

enum { PORT, GPU, AUDIO, NIC, VF, DISK, VGA, DEVICES };

struct scene {
	struct xpt_pci_device devices[DEVICES];
	struct xpt_pci pci;
	struct xpt_use use[2];
	struct xpt_uses uses;
	struct xpt_holder holder;
	struct xpt_holders holders;
	struct xpt_bootcfg boot;
	struct xpt_reserved_region region;
	size_t reserving[2];
	struct xpt_reserved reserved; /* empty until scene_share_memory */
	struct xpt_pool_host hosts[2];
	struct xpt_vm vms[3]; /* [0] is the one that is to have devices */
	struct xpt_pci_record record;
	struct xpt_pool pool;
	struct xpt_world world;
	struct xpt_verdicts verdicts;
};

/* For cmocka: *state is a struct scene. */
int scene_setup(void **state);
int scene_teardown(void **state);

struct xpt_bdf scene_address(const char *text);
struct xpt_pci_device scene_device(const char *addr, uint32_t class_code, int parent,
				   const char *driver);

/* ---- telling ---- */

void scene_dom0_uses(struct scene *s, enum xpt_reason reason, const char *chain,
		     const char *const *hops);
#define HOPS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}
void scene_claims(struct xpt_vm *vm, const char *key);
void scene_runs(struct xpt_vm *vm, char *host, long long domid);
/* An RMRR that two devices share, with xenopsd putting devices into quarantine. */
void scene_share_memory(struct scene *s, size_t a, size_t b);
void scene_domain_holds(struct scene *s, long long domid, const char *addr);

/* ---- asking: devices are addresses, comma-separated; attach asks for vms[0] ---- */

void scene_hide(struct scene *s, const char *devices);
void scene_unhide(struct scene *s, const char *devices);
void scene_attach(struct scene *s, const char *devices);
/* All verdicts in their order: "!boot-disk@0000:86:00.0" refuses, "no-reset@..." warns. */
void scene_expect(struct scene *s, const char *wanted);
const char *scene_sentence(const struct scene *s, size_t at);

#endif
