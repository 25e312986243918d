/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts over a small invented machine: a port with a GPU and its audio, a NIC with a VF, a disk. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/safety.h"

#define TEXT(literal) ((char *)(literal))
#define HERE TEXT("host-here")
#define THERE TEXT("host-there")
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
	struct xpt_pool_host hosts[2];
	struct xpt_vm vms[3]; /* [0] is the one that is to have devices */
	struct xpt_pci_record record;
	struct xpt_pool pool;
	struct xpt_world world;
	struct xpt_verdicts verdicts;
};

static struct xpt_bdf address(const char *text)
{
	struct xpt_bdf addr;

	assert_int_equal(xpt_bdf_parse(text, &addr), 0);
	return addr;
}

static struct xpt_pci_device device(const char *addr, uint32_t class_code, int parent,
				    const char *driver)
{
	struct xpt_pci_device d = {.addr = address(addr),
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
	s->devices[PORT] = device("0000:00:01.0", 0x060400, XPT_PCI_NONE, "pcieport");
	s->devices[GPU] = device("0000:03:00.0", 0x030200, PORT, "nvidia");
	s->devices[AUDIO] = device("0000:03:00.1", 0x040300, PORT, "snd_hda_intel");
	s->devices[NIC] = device("0000:19:00.0", 0x020000, XPT_PCI_NONE, "i40e");
	s->devices[VF] = device("0000:19:02.0", 0x020000, XPT_PCI_NONE, "pciback");
	s->devices[VF].physfn = NIC;
	s->devices[DISK] = device("0000:86:00.0", 0x010802, XPT_PCI_NONE, "nvme");
	s->devices[VGA] = device("10000:01:00.0", 0x030000, XPT_PCI_NONE, "ast");
	s->pci = (struct xpt_pci){s->devices, DEVICES};
}

static void make_vms(struct scene *s)
{
	static const char *const names[] = {"web", "db", "lab"};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(s->vms); i++) {
		s->vms[i] = (struct xpt_vm){
			.ref = TEXT(names[i]),
			.uuid = xpt_fmt("00000001-0000-4000-8000-00000000000%zu", i),
			.name = TEXT(names[i]),
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
	s->record = (struct xpt_pci_record){TEXT("pci-gpu"), NULL, HERE, s->devices[GPU].addr};
}

static int setup(void **state)
{
	struct scene *s = xpt_alloc(sizeof(*s));

	make_devices(s);
	make_vms(s);
	s->uses.v = s->use;
	s->holders = (struct xpt_holders){&s->holder, 0, true};
	s->world = (struct xpt_world){&s->pci,  &s->uses, &s->holders,
				      &s->boot, &s->pool, XPT_IOMMU_ON};
	*state = s;
	return 0;
}

static int teardown(void **state)
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

static void dom0_uses(struct scene *s, enum xpt_reason reason, const char *chain,
		      const char *const *hops)
{
	struct xpt_use *use = &s->use[s->uses.n++];

	use->reason = reason;
	xpt_strv_add(&use->chain, chain);
	for (; *hops; hops++) {
		struct xpt_bdf addr = address(*hops);

		xpt_bdfs_add(&use->hops, &addr);
	}
	xpt_uses_index(&s->uses);
}

#define HOPS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static void claims(struct xpt_vm *vm, const char *key)
{
	xpt_vmpci_parse(key, &vm->pci);
}

static void runs(struct xpt_vm *vm, char *host, long long domid)
{
	vm->power_state = XPT_VM_RUNNING;
	vm->resident_on = host;
	vm->domid = domid;
}

static void domain_holds(struct scene *s, long long domid, const char *addr)
{
	s->holder = (struct xpt_holder){address(addr), domid};
	s->holders.n = 1;
}

static struct xpt_bdfs list(const char *text)
{
	struct xpt_bdfs addrs = {0};
	XPT_STRV parts = {0};

	xpt_strv_split(&parts, text, ',');
	for (size_t i = 0; i < parts.n; i++) {
		struct xpt_bdf addr = address(parts.v[i]);

		xpt_bdfs_add(&addrs, &addr);
	}
	return addrs;
}

/* ---- asking ---- */

static void hide(struct scene *s, const char *devices)
{
	struct xpt_bdfs addrs = list(devices);

	xpt_verdicts_done(&s->verdicts);
	xpt_safety_hide(&s->world, &addrs, &s->verdicts);
	xpt_bdfs_done(&addrs);
}

static void unhide(struct scene *s, const char *devices)
{
	struct xpt_bdfs addrs = list(devices);

	xpt_verdicts_done(&s->verdicts);
	xpt_safety_unhide(&s->world, &addrs, &s->verdicts);
	xpt_bdfs_done(&addrs);
}

static void attach(struct scene *s, const char *devices)
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

/* All verdicts in their order: "!boot-disk@0000:86:00.0" refuses, "no-reset@..." warns. */
static void expect(struct scene *s, const char *wanted)
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

static const char *sentence(const struct scene *s, size_t at)
{
	assert_true(at < s->verdicts.n);
	return s->verdicts.v[at].sentence;
}

#define SNAPSHOT " no-snapshot@vm"

/* ---- hiding ---- */

static void a_device_that_nobody_needs_may_be_hidden(void **state)
{
	struct scene *s = *state;

	hide(s, "0000:03:00.0,0000:03:00.1,0000:86:00.0");
	expect(s, "");
}

static void what_dom0_uses_is_refused_with_its_chain(void **state)
{
	struct scene *s = *state;

	dom0_uses(s, XPT_REASON_MANAGEMENT_NIC,
		  "management <- xenbr0 <- bond0 <- eth0 <- 0000:19:00.0", HOPS("0000:19:00.0"));
	dom0_uses(s, XPT_REASON_BOOT_DISK, "/ <- nvme0 <- 0000:86:00.0", HOPS("0000:86:00.0"));
	hide(s, "0000:19:00.0,0000:86:00.0");
	expect(s, "!management-nic@0000:19:00.0 !boot-disk@0000:86:00.0");
	assert_string_equal(sentence(s, 0),
			    "0000:19:00.0 carries the management interface: "
			    "management <- xenbr0 <- bond0 <- eth0 <- 0000:19:00.0");
	assert_string_equal(sentence(s, 1), "0000:86:00.0 carries the disk that this host boots "
					    "from: / <- nvme0 <- 0000:86:00.0");
}

static void several_uses_of_one_kind_are_one_verdict(void **state)
{
	struct scene *s = *state;

	dom0_uses(s, XPT_REASON_BOOT_DISK, "/ <- 0000:86:00.0", HOPS("0000:86:00.0"));
	dom0_uses(s, XPT_REASON_BOOT_DISK, "/boot/efi <- 0000:86:00.0", HOPS("0000:86:00.0"));
	hide(s, "0000:86:00.0");
	expect(s, "!boot-disk@0000:86:00.0");
	assert_non_null(strstr(sentence(s, 0), ": / <- 0000:86:00.0 and 1 more"));
}

static void the_use_of_a_vf_is_refused_for_its_pf(void **state)
{
	struct scene *s = *state;

	dom0_uses(s, XPT_REASON_STORAGE_NIC, "network Storage <- eth4 <- 0000:19:02.0",
		  HOPS("0000:19:02.0", "0000:19:00.0"));
	hide(s, "0000:19:00.0");
	expect(s, "!storage-nic@0000:19:00.0");
	assert_non_null(strstr(sentence(s, 0), "eth4 <- 0000:19:02.0 <- 0000:19:00.0"));
}

static void a_network_of_vms_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	dom0_uses(s, XPT_REASON_GUEST_NETWORK, "network VMs <- eth0 <- 0000:19:00.0",
		  HOPS("0000:19:00.0"));
	hide(s, "0000:19:00.0");
	expect(s, "guest-network@0000:19:00.0");
}

static void bridges_absent_devices_and_long_domains_are_refused(void **state)
{
	struct scene *s = *state;

	hide(s, "0000:00:01.0,0000:42:00.0,10000:01:00.0");
	expect(s, "!bridge@0000:00:01.0 !absent@0000:42:00.0 !domain-too-long@10000:01:00.0");
}

static void what_a_running_vm_holds_is_refused(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[GPU].driver, "pciback");
	runs(&s->vms[1], HERE, 7);
	domain_holds(s, 7, "0000:03:00.0");
	hide(s, "0000:03:00.0,0000:03:00.1");
	expect(s, "!held-by-vm@0000:03:00.0");
	assert_string_equal(sentence(s, 0), "0000:03:00.0 is held by VM db (running)");
}

static void a_holder_that_xapi_does_not_know_is_named_by_its_domain(void **state)
{
	struct scene *s = *state;

	/* The same number on another host is another domain. */
	runs(&s->vms[1], THERE, 7);
	domain_holds(s, 7, "0000:03:00.0");
	hide(s, "0000:03:00.0,0000:03:00.1");
	assert_string_equal(sentence(s, 0), "0000:03:00.0 is held by domain 7");
}

static void without_xen_only_what_pciback_has_may_be_held(void **state)
{
	struct scene *s = *state;

	s->holders.is_known = false;
	strcpy(s->devices[DISK].driver, "pciback");
	hide(s, "0000:03:00.0,0000:03:00.1,0000:86:00.0");
	expect(s, "!holders-unknown@0000:86:00.0");
}

static void without_xen_xapi_may_know_the_holder(void **state)
{
	struct scene *s = *state;
	struct xpt_bdf gpu = address("0000:03:00.0");

	s->holders.is_known = false;
	strcpy(s->devices[GPU].driver, "pciback");
	runs(&s->vms[1], HERE, 7);
	xpt_strv_add(&s->vms[1].attached_pcis, "pci-gpu");
	assert_ptr_equal(xpt_safety_holder(&s->world, &gpu), &s->vms[1]);
	hide(s, "0000:03:00.0,0000:03:00.1");
	expect(s, "!held-by-vm@0000:03:00.0");
	/* Xen's word counts more than xapi's. */
	s->holders.is_known = true;
	assert_null(xpt_safety_holder(&s->world, &gpu));
}

static void a_pf_stays_while_a_vm_has_its_vf(void **state)
{
	struct scene *s = *state;

	claims(&s->vms[1], "0/0000:19:02.0");
	hide(s, "0000:19:00.0");
	expect(s, "!parent-of-used-vf@0000:19:00.0");
	assert_string_equal(sentence(s, 0), "0000:19:00.0 cannot go while its virtual function "
					    "0000:19:02.0 is claimed by VM db (halted)");
	domain_holds(s, 9, "0000:19:02.0");
	hide(s, "0000:19:00.0");
	assert_non_null(strstr(sentence(s, 0), "is held by domain 9"));
}

static void a_pf_stays_while_nobody_can_tell_who_has_its_vf(void **state)
{
	struct scene *s = *state;

	s->world.pool = NULL;
	hide(s, "0000:19:00.0");
	expect(s, "!parent-of-used-vf@0000:19:00.0");
	strcpy(s->devices[VF].driver, "");
	hide(s, "0000:19:00.0");
	expect(s, "");
}

static void a_claim_does_not_stand_in_the_way_of_hiding(void **state)
{
	struct scene *s = *state;

	claims(&s->vms[1], "0/0000:86:00.0");
	hide(s, "0000:86:00.0");
	expect(s, "");
}

static void a_sibling_that_dom0_keeps_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	hide(s, "0000:03:00.0");
	expect(s, "slot-left-behind@0000:03:00.1");
	assert_string_equal(
		sentence(s, 0),
		"0000:03:00.1 stays with dom0 while 0000:03:00.0 of the same slot goes");
	s->boot.next.known = true;
	xpt_hidelist_parse("(0000:03:00.1)", &s->boot.next.list);
	hide(s, "0000:03:00.0");
	expect(s, "");
}

static void the_last_display_of_the_console_is_refused_even_when_all_go_at_once(void **state)
{
	struct scene *s = *state;

	s->devices[VGA] = device("0000:87:00.0", 0x030000, XPT_PCI_NONE, "ast");
	s->devices[VGA].boot_vga = true;
	s->devices[DISK] = device("0000:86:00.0", 0x030000, XPT_PCI_NONE, "radeon");
	hide(s, "0000:87:00.0");
	expect(s, "");
	hide(s, "0000:86:00.0,0000:87:00.0");
	expect(s, "!console-gpu@0000:87:00.0");
	strcpy(s->devices[DISK].driver, "pciback");
	hide(s, "0000:87:00.0");
	expect(s, "!console-gpu@0000:87:00.0");
}

/* ---- giving back ---- */

static void a_claimed_device_stays_hidden(void **state)
{
	struct scene *s = *state;

	claims(&s->vms[1], "0/0000:03:00.0");
	unhide(s, "0000:03:00.0,0000:42:00.0");
	expect(s, "!claimed-by-vm@0000:03:00.0");
}

static void a_held_device_may_be_given_back_for_the_next_boot(void **state)
{
	struct scene *s = *state;

	runs(&s->vms[1], HERE, 7);
	domain_holds(s, 7, "0000:03:00.0");
	unhide(s, "0000:03:00.0");
	expect(s, "held-by-vm@0000:03:00.0");
}

/* ---- giving to a VM ---- */

static void a_hidden_device_may_be_given_to_a_vm(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	attach(s, "0000:86:00.0");
	expect(s, "no-snapshot@vm");
	assert_non_null(strstr(sentence(s, 0), "will not stop you"));
}

static void a_device_with_a_driver_that_dom0_can_spare_warns(void **state)
{
	struct scene *s = *state;

	attach(s, "0000:03:00.0,0000:03:00.1");
	expect(s, "not-hidden@0000:03:00.0 not-hidden@0000:03:00.1" SNAPSHOT);
	assert_non_null(strstr(sentence(s, 0), "driver nvidia"));
	assert_string_equal(s->verdicts.v[0].hint, "hide it with pci_hide, then reboot");
	assert_non_null(strstr(sentence(s, 2), "cannot be suspended"));
	s->boot.next.known = true;
	xpt_hidelist_parse("(0000:03:00.0)", &s->boot.next.list);
	attach(s, "0000:03:00.0,0000:03:00.1");
	assert_string_equal(s->verdicts.v[0].hint, "reboot the host first");
}

static void a_device_that_dom0_uses_is_not_given_to_a_vm(void **state)
{
	struct scene *s = *state;

	dom0_uses(s, XPT_REASON_STORAGE_REPOSITORY, "SR Local <- 0000:86:00.0",
		  HOPS("0000:86:00.0"));
	attach(s, "0000:86:00.0");
	expect(s, "!storage-repository@0000:86:00.0 not-hidden@0000:86:00.0" SNAPSHOT);
}

static void what_another_vm_claims_on_this_host_is_refused(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	claims(&s->vms[1], "0/0000:86:00.0");
	attach(s, "0000:86:00.0");
	expect(s, "!claimed-by-vm@0000:86:00.0" SNAPSHOT);
	s->vms[1].affinity = HERE;
	attach(s, "0000:86:00.0");
	expect(s, "!claimed-by-vm@0000:86:00.0" SNAPSHOT);
}

static void what_a_vm_of_another_host_claims_is_its_own_device_there(void **state)
{
	struct scene *s = *state;

	s->pool.n_hosts = 2;
	strcpy(s->devices[DISK].driver, "pciback");
	claims(&s->vms[1], "0/0000:86:00.0");
	runs(&s->vms[1], THERE, 3);
	attach(s, "0000:86:00.0");
	expect(s, "other-host@0000:86:00.0 other-host@vm" SNAPSHOT);
	/* A host that left the pool binds nobody. */
	s->vms[1].power_state = XPT_VM_HALTED;
	s->vms[1].affinity = TEXT("host-gone");
	attach(s, "0000:86:00.0");
	expect(s, "!claimed-by-vm@0000:86:00.0 other-host@vm" SNAPSHOT);
}

static void templates_and_snapshots_claim_nothing(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	claims(&s->vms[1], "0/0000:86:00.0");
	claims(&s->vms[2], "0/0000:86:00.0");
	s->vms[1].is_template = true;
	s->vms[2].is_snapshot = true;
	attach(s, "0000:86:00.0");
	expect(s, "no-snapshot@vm");
}

static void what_the_vm_itself_holds_is_no_obstacle(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	runs(&s->vms[0], HERE, 5);
	domain_holds(s, 5, "0000:86:00.0");
	attach(s, "0000:86:00.0");
	expect(s, "no-snapshot@vm");
	runs(&s->vms[1], HERE, 6);
	domain_holds(s, 6, "0000:86:00.0");
	attach(s, "0000:86:00.0");
	expect(s, "!held-by-vm@0000:86:00.0" SNAPSHOT);
}

static void without_an_iommu_and_without_knowing_nothing_is_given(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	s->world.iommu = XPT_IOMMU_OFF;
	attach(s, "0000:86:00.0");
	expect(s, "!no-iommu" SNAPSHOT);
	s->world.iommu = XPT_IOMMU_UNKNOWN;
	attach(s, "0000:86:00.0");
	expect(s, "!no-iommu" SNAPSHOT);
}

/* A pci key of n devices that are not there, on bus 40. */
static void fill_key(struct xpt_vm *vm, unsigned n)
{
	XPT_STR key = {0};

	for (unsigned i = 0; i < n; i++)
		xpt_str_addf(&key, "%s%u/0000:40:%02x.%x", i ? "," : "", i, i / 8, i % 8);
	xpt_vmpci_done(&vm->pci);
	claims(vm, xpt_str_text(&key));
}

static void the_number_of_slots_depends_on_the_firmware(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	fill_key(&s->vms[0], 23);
	attach(s, "0000:86:00.0");
	expect(s, "no-snapshot@vm");
	fill_key(&s->vms[0], 24);
	attach(s, "0000:86:00.0");
	expect(s, "!too-many-devices@vm" SNAPSHOT);
	s->vms[0].device_model = TEXT("qemu-upstream-compat");
	attach(s, "0000:86:00.0");
	expect(s, "no-snapshot@vm");
	s->vms[0].device_model = TEXT("qemu-upstream-uefi");
	s->vms[0].is_uefi = false;
	fill_key(&s->vms[0], 27);
	attach(s, "0000:86:00.0");
	expect(s, "!too-many-devices@vm" SNAPSHOT);
}

static void what_the_vm_loses_by_it_is_worth_a_warning(void **state)
{
	struct scene *s = *state;

	strcpy(s->devices[DISK].driver, "pciback");
	s->devices[DISK].can_reset = false;
	s->pool.n_hosts = 2;
	s->vms[0].memory_dynamic_min = 2 * GIB;
	s->vms[0].ha_restart_priority = TEXT("restart");
	attach(s, "0000:86:00.0");
	expect(s, "no-reset@0000:86:00.0 other-host@vm dynamic-memory@vm ha-restart@vm" SNAPSHOT);
}

static void names_of_vms_are_cleaned(void **state)
{
	struct scene *s = *state;

	s->vms[1].name = TEXT("a\033[2Jb");
	runs(&s->vms[1], HERE, 7);
	domain_holds(s, 7, "0000:86:00.0");
	hide(s, "0000:86:00.0");
	assert_string_equal(sentence(s, 0), "0000:86:00.0 is held by VM a\\x1b[2Jb (running)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_device_that_nobody_needs_may_be_hidden),
		TEST(what_dom0_uses_is_refused_with_its_chain),
		TEST(several_uses_of_one_kind_are_one_verdict),
		TEST(the_use_of_a_vf_is_refused_for_its_pf),
		TEST(a_network_of_vms_is_worth_a_warning),
		TEST(bridges_absent_devices_and_long_domains_are_refused),
		TEST(what_a_running_vm_holds_is_refused),
		TEST(a_holder_that_xapi_does_not_know_is_named_by_its_domain),
		TEST(without_xen_only_what_pciback_has_may_be_held),
		TEST(without_xen_xapi_may_know_the_holder),
		TEST(a_pf_stays_while_a_vm_has_its_vf),
		TEST(a_pf_stays_while_nobody_can_tell_who_has_its_vf),
		TEST(a_claim_does_not_stand_in_the_way_of_hiding),
		TEST(a_sibling_that_dom0_keeps_is_worth_a_warning),
		TEST(the_last_display_of_the_console_is_refused_even_when_all_go_at_once),
		TEST(a_claimed_device_stays_hidden),
		TEST(a_held_device_may_be_given_back_for_the_next_boot),
		TEST(a_hidden_device_may_be_given_to_a_vm),
		TEST(a_device_with_a_driver_that_dom0_can_spare_warns),
		TEST(a_device_that_dom0_uses_is_not_given_to_a_vm),
		TEST(what_another_vm_claims_on_this_host_is_refused),
		TEST(what_a_vm_of_another_host_claims_is_its_own_device_there),
		TEST(templates_and_snapshots_claim_nothing),
		TEST(what_the_vm_itself_holds_is_no_obstacle),
		TEST(without_an_iommu_and_without_knowing_nothing_is_given),
		TEST(the_number_of_slots_depends_on_the_firmware),
		TEST(what_the_vm_loses_by_it_is_worth_a_warning),
		TEST(names_of_vms_are_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
