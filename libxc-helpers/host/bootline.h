/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that edits boot parameters: by /opt/xensource/libexec/xen-cmdline, one key per call.
 *
 * That program neither locks nor syncs and its exit status says little, so it is surrounded: grub.cfg is
 * copied to /var/lib/xe-passthrough/grub.cfg.before, the program runs, file and directory are synced,
 * and the result is read and compared with what was asked, entry by entry. Only our key may have
 * changed, only in the entries labelled xe and xe-serial. Anything else, and every failure of the program,
 * puts the old file back with its mode and owner. A success leaves the mode that the program gave
 * (0600). Lines outside of entries are rearranged by the program on every run and only judged by
 * whether they could be its own.
 */
#ifndef XPT_HOST_BOOTLINE_H
#define XPT_HOST_BOOTLINE_H

#include "codec/bdf.h"
#include "host/host.h"

#define XPT_BOOTLINE_COPY "/var/lib/xe-passthrough/grub.cfg.before"

/*
 * Make value, which must be canonical and not empty, the value of xen-pciback.hide for the boots to
 * come; NULL removes the key. The caller holds the host's lock; lock_fd is its descriptor, inherited by
 * the program (-1 for none).
 *
 * Returns 0, or -errno after which the file is as before: XPT_USAGE for a value that is not canonical,
 * XPT_NOT_FOUND, XPT_MALFORMED or XPT_UNSUPPORTED for a boot configuration that cannot be edited,
 * XPT_TIMEOUT, XPT_MALFORMED or XPT_SYSTEM for what the program did. Where putting the file back failed
 * as well, the sentence says so and the hint names the copy.
 */
int xpt_bootline_set_hide(const struct xpt_host *host, int lock_fd, const char *value,
			  struct xpt_err *err);

/* Someone else's edit: 0, or -errno with its reason in err. */
typedef int (*xpt_bootline_editor)(void *data, struct xpt_err *err);

/*
 * The same care around an edit that someone else makes (xapi, which runs xen-cmdline itself): editor is
 * called once, and afterwards the list must be canonical and hide addr or not, as asked. What else is in
 * the list by then is not judged: another client of xapi may have hidden its own device meanwhile.
 */
int xpt_bootline_guard(const struct xpt_host *host, const struct xpt_bdf *addr, bool hide,
		       xpt_bootline_editor editor, void *data, struct xpt_err *err);

#endif
