/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot configuration of a host: which grub.cfg is in use, and what it says.
 *
 * The first that exists of /boot/efi/EFI/xenserver, /boot/grub and /boot/grub2 is the one that
 * xen-cmdline edits, and the others are not looked at (python-libs xcp/bootloader.py, loadExisting).
 */
#ifndef XPT_HOST_BOOTFILE_H
#define XPT_HOST_BOOTFILE_H

#include "codec/grubcfg.h"
#include "host/host.h"

struct xpt_bootfile {
	const char *path; /* on the host, a constant */
	char *text;       /* as it stands on disk */
	size_t len;
	struct xpt_grubcfg grub;
};

/* The path of the grub.cfg in use, a constant; NULL when the host has none. */
const char *xpt_bootfile_path(const struct xpt_host *host);
/*
 * Read and parse it. XPT_NOT_FOUND when the host has none, XPT_MALFORMED when it makes no sense,
 * XPT_SYSTEM when it cannot be read. Release with xpt_bootfile_done.
 */
int xpt_bootfile_read(const struct xpt_host *host, struct xpt_bootfile *ret, struct xpt_err *err);
void xpt_bootfile_done(struct xpt_bootfile *f);
#define XPT_BOOTFILE XPT_CLEANUP(xpt_bootfile_done) struct xpt_bootfile

#endif
