/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot parameters in effect and after the next boot, as far as passthrough cares.
 *
 * "now" is <root>/proc/cmdline, "next" the default entry of the grub.cfg in use (host/bootfile.h). The
 * kernel obeys the last hide word of a line.
 */
#ifndef XPT_MODEL_BOOTCFG_H
#define XPT_MODEL_BOOTCFG_H

#include "codec/grubcfg.h"
#include "codec/hidelist.h"
#include "host/host.h"

/* Longest dom0 line we write; Xen cuts at 1,023 bytes without a word (Xen 4.17 setup.c). */
#define XPT_LINE_MAX 999

struct xpt_hide_line {
	bool known;     /* the source could be read */
	unsigned words; /* how many hide words the line has for the kernel */
	bool is_exact;  /* xapi and xen-cmdline find the same words with the same values */
	char *value;    /* of the word the kernel obeys, "" when there is none */
	struct xpt_hidelist list; /* of that value */
	size_t line_len;          /* bytes of the whole line */
};

struct xpt_bootcfg {
	struct xpt_hide_line now;
	struct xpt_hide_line next;
	char *path;              /* grub.cfg in use, NULL when there is none */
	struct xpt_grubcfg grub; /* empty when it could not be read */
	struct xpt_strv missing; /* sentences: what could not be read and why */
};

/* Reads both; what is absent or malformed is in missing and known=false, never an error. */
void xpt_bootcfg_read(const struct xpt_host *host, struct xpt_bootcfg *ret);
void xpt_bootcfg_done(struct xpt_bootcfg *b);

/* xapi's four states from (hidden now, hidden next). */
enum xpt_dom0_access {
	XPT_DOM0_ENABLED,
	XPT_DOM0_DISABLE_ON_REBOOT,
	XPT_DOM0_DISABLED,
	XPT_DOM0_ENABLE_ON_REBOOT,
	XPT_DOM0_UNKNOWN
};
enum xpt_dom0_access xpt_bootcfg_access(const struct xpt_bootcfg *b, const struct xpt_bdf *addr);
const char *xpt_dom0_access_name(enum xpt_dom0_access a); /* "disable_on_reboot", NULL if unknown */

/* May the hide list be edited as it is? One word at most, canonical, xapi and kernel agree. */
bool xpt_bootcfg_is_canonical(const struct xpt_hide_line *l);
/* Bytes of the longest dom0 line in the entries that xen-cmdline edits if their hide words were replaced
 * by one with this value (NULL: removed). 0 when there is no such entry. */
size_t xpt_bootcfg_length_with(const struct xpt_bootcfg *b, const char *value);
/* Entries that xen-cmdline does not edit and whose hiding of addr differs from want (titles). */
void xpt_bootcfg_others(const struct xpt_bootcfg *b, const struct xpt_bdf *addr, bool want,
			struct xpt_strv *ret);

#endif
