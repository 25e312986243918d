/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grub.cfg of a XenServer or XCP-ng host, read and never written (xen-cmdline writes it).
 *
 * Knows what the installer writes: menuentry blocks with multiboot2/module2 (or multiboot/module,
 * xen_hypervisor/xen_module, and linux/initrd for a kernel without Xen), `set default=` by number, title
 * or id. As xen-cmdline does, it reads lines, takes only an unindented `set default=` and ends an
 * entry at a line "}". Labels are those of xen-cmdline's library. Source: python-libs
 * xcp/bootloader.py; GRUB's grub-core/normal/menu.c for defaults by title and id.
 */
#ifndef XPT_CODEC_GRUBCFG_H
#define XPT_CODEC_GRUBCFG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct xpt_grub_entry {
	char *title;
	char *id;       /* menuentry --id, NULL when there is none */
	char *label;    /* "xe", "xe-serial", "safe", "fallback", ... as xen-cmdline names them */
	bool is_edited; /* xen-cmdline changes this entry: xe and xe-serial */
	bool is_default;
	char *xen_args;    /* after the hypervisor's path, NULL when there is no hypervisor */
	char *kernel_args; /* after the kernel's path, NULL when there is no kernel */
	char *rest; /* what an edit of arguments leaves alone: the other lines, and commands and
			      paths of these two; white space collapsed, sorted, one a line */
};

struct xpt_grubcfg {
	struct xpt_grub_entry *v;
	size_t n;
	struct xpt_strv outside; /* lines that belong to no entry, white space collapsed */
};

/*
 * Parse. brand is PRODUCT_BRAND of the inventory ("XCP-ng"), which titles the xe entry; NULL when it is
 * not known: no entry is xe then.
 * XPT_MALFORMED when there is no menu entry, an entry is not closed, there is a NUL byte, or the
 * default does not exist (xen-cmdline crashes there).
 */
int xpt_grubcfg_parse(const char *text, size_t len, const char *brand, struct xpt_grubcfg *ret,
		      struct xpt_err *err);
void xpt_grubcfg_done(struct xpt_grubcfg *g);
#define XPT_GRUBCFG XPT_CLEANUP(xpt_grubcfg_done) struct xpt_grubcfg

/* Never NULL after a successful parse. */
const struct xpt_grub_entry *xpt_grubcfg_default(const struct xpt_grubcfg *g);

#endif
