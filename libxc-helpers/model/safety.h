/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verdicts: what may not be done to a device, and what it costs, each with reason, sentence and chain.
 *
 * Pure functions of what was found out; the same for whoever calls. A fact that is not known counts as a
 * reason to refuse where the known one would. Refusals can be overridden one by one, by their reason;
 * those that can cost the host its disk or network only together with the device.
 */
#ifndef XPT_MODEL_SAFETY_H
#define XPT_MODEL_SAFETY_H

#include "model/bootcfg.h"
#include "model/holders.h"
#include "model/inuse.h"
#include "model/reserved.h"

enum xpt_iommu { XPT_IOMMU_UNKNOWN, XPT_IOMMU_OFF, XPT_IOMMU_ON };

/* What verdicts are made from. pool is NULL without a toolstack; nothing here is owned. */
struct xpt_world {
	const struct xpt_pci *pci;
	const struct xpt_uses *uses;
	const struct xpt_holders *holders;
	const struct xpt_bootcfg *boot;
	const struct xpt_pool *pool;
	enum xpt_iommu iommu;
	const struct xpt_reserved *reserved;
};

struct xpt_verdict {
	enum xpt_reason reason;
	bool refuses;  /* false: a warning */
	char *subject; /* device address or VM uuid, NULL when it is about the whole request */
	char *sentence;
	char *hint; /* next step or NULL */
};

struct xpt_verdicts {
	struct xpt_verdict *v;
	size_t n;
};

void xpt_verdicts_done(struct xpt_verdicts *v);
#define XPT_VERDICTS XPT_CLEANUP(xpt_verdicts_done) struct xpt_verdicts
/* Append one; strings are copied. */
void xpt_verdicts_add(struct xpt_verdicts *v, enum xpt_reason reason, bool refuses,
		      const char *subject, const char *hint, const char *fmt, ...) XPT_PRINTF(6, 7);

/* Verdicts on hiding devices from dom0 from the next boot on (those hidden already left out). */
void xpt_safety_hide(const struct xpt_world *w, const struct xpt_bdfs *devices,
		     struct xpt_verdicts *ret);
/* Verdicts on giving devices back to dom0 from the next boot on: VMs that claim or hold them. */
void xpt_safety_unhide(const struct xpt_world *w, const struct xpt_bdfs *devices,
		       struct xpt_verdicts *ret);
/*
 * Verdicts on giving a VM devices: `added` are new to it, `all` is what it will have, in plug order.
 * pool must not be NULL.
 */
void xpt_safety_attach(const struct xpt_world *w, const struct xpt_vm *vm,
		       const struct xpt_bdfs *added, const struct xpt_bdfs *all,
		       struct xpt_verdicts *ret);

/*
 * Apply `override=` (NULL: none): "reason" or "reason@address", comma-separated. Overridden refusals become
 * warnings. Returns 0 when no refusal is left. XPT_USAGE for a token of no known reason, one that this
 * plan did not raise, one that cannot be overridden, or one that must name its device and does not.
 * XPT_REFUSED: sentence holds every refusal's, joined with "; "; subject the tokens that would override
 * them, comma-joined (those that can be); hint the first refusal's.
 */
int xpt_verdicts_settle(struct xpt_verdicts *v, const char *overrides, struct xpt_err *err);

/* The running VM on this host that holds addr (by holders, else by attached_PCIs), NULL when none. */
const struct xpt_vm *xpt_safety_holder(const struct xpt_world *w, const struct xpt_bdf *addr);

/* A VM other than but whose pci key names addr and that could start here with it, NULL when none. */
const struct xpt_vm *xpt_safety_claim(const struct xpt_world *w, const struct xpt_bdf *addr,
				      const struct xpt_vm *but);

#endif
