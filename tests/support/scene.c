/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

struct xpt_bdf scene_address(const char *text)
{
	struct xpt_bdf addr;

	assert_int_equal(xpt_bdf_parse(text, &addr), 0);
	return addr;
}

struct xpt_pci_device scene_device(const char *addr, uint32_t class_code, int parent,
				   const char *driver)
{
	struct xpt_pci_device d = {.addr = scene_address(addr),
				   .class_code = class_code,
				   .parent = parent,
				   .physfn = XPT_PCI_NONE,
				   .can_reset = true};

	d.cap.valid = true;
	d.cap.header_type = class_code >> 8 == 0x0604;
	strcpy(d.driver, driver);
	return d;
}

static void make_devices(struct scene *s)
{
	s->devices[PORT] = scene_device("0000:00:01.0", 0x060400, XPT_PCI_NONE, "pcieport");
	s->devices[GPU] = scene_device("0000:03:00.0", 0x030200, PORT, "nvidia");
	s->devices[AUDIO] = scene_device("0000:03:00.1", 0x040300, PORT, "snd_hda_intel");
	s->devices[NIC] = scene_device("0000:19:00.0", 0x020000, XPT_PCI_NONE, "i40e");
	s->devices[VF] = scene_device("0000:19:02.0", 0x020000, XPT_PCI_NONE, "pciback");
	s->devices[VF].physfn = NIC;
	s->devices[DISK] = scene_device("0000:86:00.0", 0x010802, XPT_PCI_NONE, "nvme");
	s->devices[VGA] = scene_device("10000:01:00.0", 0x030000, XPT_PCI_NONE, "ast");
	s->pci = (struct xpt_pci){s->devices, DEVICES};
}

static void make_vms(struct scene *s)
{
	static const char *const names[] = {"web", "db", "lab"};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(s->vms); i++) {
		s->vms[i] = (struct xpt_vm){
			.ref = XPT_TEXT(names[i]),
			.uuid = xpt_fmt("00000001-0000-4000-8000-00000000000%zu", i),
			.name = XPT_TEXT(names[i]),
			.domid = -1,
			.memory_static_max = 4 * GIB,
			.memory_dynamic_min = 4 * GIB,
			.memory_dynamic_max = 4 * GIB,
			.is_uefi = true,
		};
	}
	s->pool = (struct xpt_pool){
		.loaded = XPT_POOL_VMS | XPT_POOL_PCIS,
		.hosts = s->hosts,
		.n_hosts = 1,
		.vms = s->vms,
		.n_vms = XPT_ARRAY_SIZE(s->vms),
		.pcis = &s->record,
		.n_pcis = 1,
		.here = &s->hosts[0],
	};
	s->hosts[0].ref = HERE;
	s->hosts[1].ref = THERE;
	s->record = (struct xpt_pci_record){XPT_TEXT("pci-gpu"), NULL, HERE, s->devices[GPU].addr};
}

int scene_setup(void **state)
{
	struct scene *s = xpt_alloc(sizeof(*s));

	make_devices(s);
	make_vms(s);
	s->uses.v = s->use;
	s->holders = (struct xpt_holders){&s->holder, 0, true};
	s->world = (struct xpt_world){&s->pci,  &s->uses,     &s->holders, &s->boot,
				      &s->pool, XPT_IOMMU_ON, &s->reserved};
	*state = s;
	return 0;
}

int scene_teardown(void **state)
{
	struct scene *s = *state;

	for (size_t i = 0; i < s->uses.n; i++) {
		xpt_strv_done(&s->use[i].chain);
		xpt_bdfs_done(&s->use[i].hops);
	}
	free(s->uses.hops);
	for (size_t i = 0; i < XPT_ARRAY_SIZE(s->vms); i++) {
		free(s->vms[i].uuid);
		xpt_vmpci_done(&s->vms[i].pci);
		xpt_strv_done(&s->vms[i].attached_pcis);
	}
	xpt_hidelist_done(&s->boot.next.list);
	xpt_verdicts_done(&s->verdicts);
	free(s);
	return 0;
}

/* ---- telling the scene ---- */

void scene_dom0_uses(struct scene *s, enum xpt_reason reason, const char *chain,
		     const char *const *hops)
{
	struct xpt_use *use = &s->use[s->uses.n++];

	use->reason = reason;
	xpt_strv_add(&use->chain, chain);
	for (; *hops; hops++) {
		struct xpt_bdf addr = scene_address(*hops);

		xpt_bdfs_add(&use->hops, &addr);
	}
	xpt_uses_index(&s->uses);
}

#define HOPS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

void scene_claims(struct xpt_vm *vm, const char *key)
{
	xpt_vmpci_parse(key, &vm->pci);
}

void scene_runs(struct xpt_vm *vm, char *host, long long domid)
{
	vm->power_state = XPT_VM_RUNNING;
	vm->resident_on = host;
	vm->domid = domid;
}

void scene_domain_holds(struct scene *s, long long domid, const char *addr)
{
	s->holder = (struct xpt_holder){scene_address(addr), domid};
	s->holders.n = 1;
}

void scene_share_memory(struct scene *s, size_t a, size_t b)
{
	s->reserving[0] = a;
	s->reserving[1] = b;
	s->region = (struct xpt_reserved_region){.kind = XPT_RESERVED_RMRR,
						 .base = 0x7b000000,
						 .limit = 0x7b0fffff,
						 .is_shared = true,
						 .devices = s->reserving,
						 .n = 2};
	s->reserved = (struct xpt_reserved){.v = &s->region, .n = 1, .quarantines = true};
}

static struct xpt_bdfs list(const char *text)
{
	struct xpt_bdfs addrs = {0};
	XPT_STRV parts = {0};

	xpt_strv_split(&parts, text, ',');
	for (size_t i = 0; i < parts.n; i++) {
		struct xpt_bdf addr = scene_address(parts.v[i]);

		xpt_bdfs_add(&addrs, &addr);
	}
	return addrs;
}

/* ---- asking ---- */

void scene_hide(struct scene *s, const char *devices)
{
	struct xpt_bdfs addrs = list(devices);

	xpt_verdicts_done(&s->verdicts);
	xpt_safety_hide(&s->world, &addrs, &s->verdicts);
	xpt_bdfs_done(&addrs);
}

void scene_unhide(struct scene *s, const char *devices)
{
	struct xpt_bdfs addrs = list(devices);

	xpt_verdicts_done(&s->verdicts);
	xpt_safety_unhide(&s->world, &addrs, &s->verdicts);
	xpt_bdfs_done(&addrs);
}

void scene_attach(struct scene *s, const char *devices)
{
	struct xpt_bdfs addrs = list(devices), all = {0};

	xpt_verdicts_done(&s->verdicts);
	xpt_vmpci_order(&s->vms[0].pci, &all);
	for (size_t i = 0; i < addrs.n; i++)
		xpt_bdfs_add(&all, &addrs.v[i]);
	xpt_safety_attach(&s->world, &s->vms[0], &addrs, &all, &s->verdicts);
	xpt_bdfs_done(&addrs);
	xpt_bdfs_done(&all);
}

void scene_expect(struct scene *s, const char *wanted)
{
	XPT_STRV found = {0};
	XPT_FREE char *text = NULL;

	for (size_t i = 0; i < s->verdicts.n; i++) {
		const struct xpt_verdict *v = &s->verdicts.v[i];
		bool is_vm = v->subject && !strcmp(v->subject, s->vms[0].uuid);

		xpt_strv_addf(&found, "%s%s%s%s", v->refuses ? "!" : "", xpt_reason_name(v->reason),
			      v->subject ? "@" : "",
			      is_vm        ? "vm"
			      : v->subject ? v->subject
					   : "");
	}
	text = xpt_strv_join(&found, " ");
	assert_string_equal(text, wanted);
}

const char *scene_sentence(const struct scene *s, size_t at)
{
	assert_true(at < s->verdicts.n);
	return s->verdicts.v[at].sentence;
}
