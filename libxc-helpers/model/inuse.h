/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dom0 uses a PCI function for, with the chain from the use down to the hardware:
 * "/ <- md0 <- sda3 <- ata1 <- 0000:00:1f.2".
 *
 * Roots of chains: mounted file systems and swap (<root>/proc/self/mountinfo and swaps, resolved by
 * major:minor through /sys/dev/block, never from /dev), plugged SRs of this host, management and storage
 * interfaces (through bridges, VLANs, bonds), the console display. A chain goes on through dm, md, loop,
 * multipath, NVMe subsystems, iSCSI and network file systems to the NIC that carries them. Every PCI hop
 * counts: hiding a bridge takes all behind it.
 *
 * A link that cannot be followed is itself a use, of reason storage-unknown or network-unknown, attached to every device
 * that could be meant (storage: class 01; network: class 02).
 */
#ifndef XPT_MODEL_INUSE_H
#define XPT_MODEL_INUSE_H

#include "model/pci.h"
#include "model/pool.h"
#include "model/reason.h"

struct xpt_use {
	enum xpt_reason reason;
	/* From what is used ("/", "SR Local storage", "management") to the address. */
	struct xpt_strv chain;
	/* The PCI functions on it: endpoint, bridges above, and the PF when the endpoint is a VF. */
	struct xpt_bdfs hops;
};

/* A PCI function and a use that it is a hop of, by its number. */
struct xpt_use_hop {
	struct xpt_bdf addr;
	size_t use;
};

struct xpt_uses {
	struct xpt_use *v;
	size_t n;
	struct xpt_use_hop *hops; /* all hops of all uses, sorted: what xpt_uses_next looks in */
	size_t n_hops;
};

/*
 * Find all uses. pool may be NULL (no toolstack); one that does not know this host or was loaded without
 * XPT_POOL_NETWORKS and XPT_POOL_STORAGE counts as NULL: then interfaces and SRs are judged from what the
 * kernel and /etc/xensource-inventory show, and what stays unclear is a use of an -unknown reason. What
 * cannot be read is such a use as well, never an error. A NIC that carries a network of VMs only is a
 * use of reason guest-network, which is a warning. Release with xpt_uses_done.
 */
void xpt_inuse_scan(const struct xpt_host *host, const struct xpt_pci *pci,
		    const struct xpt_pool *pool, struct xpt_uses *ret);
void xpt_uses_done(struct xpt_uses *uses);
#define XPT_USES XPT_CLEANUP(xpt_uses_done) struct xpt_uses

/* Make the sorted hops anew, after uses were added by hand; xpt_inuse_scan has done so. */
void xpt_uses_index(struct xpt_uses *uses);
/* The next use of addr; NULL at the end. Start with *at = 0. */
const struct xpt_use *xpt_uses_next(const struct xpt_uses *uses, const struct xpt_bdf *addr,
				    size_t *at);
/* "/ <- sda3 <- ata1 <- 0000:00:1f.2". Caller frees. */
char *xpt_use_chain(const struct xpt_use *use);

#endif
