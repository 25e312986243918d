/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small machine in a temporary directory, for the tests of the kernel model:
 *
 *   0000:00:1c.0 bridge to bus 01   pcieport
 *     0000:01:00.0 10de:2336        nouveau         cannot be reset alone
 *     0000:01:00.1 10de:0fb0        snd_hda_intel   cannot be reset alone
 *   0000:00:1d.0 bridge to bus 02   pcieport
 *     0000:02:00.0 8086:10fb        ixgbe           reset, SR-IOV: 4 functions from 0000:02:10.0 in steps of 2
 *   0000:00:1e.0 bridge to bus 03   pcieport
 *     0000:03:00.0 10de:2336        pciback         reset
 *   0000:00:1f.0 8086:a123          -
 */
#ifndef XPT_TESTS_PCITREE_H
#define XPT_TESTS_PCITREE_H

struct xpt_pcitree {
	char *root;
	char *sys; /* root + "/sys" or what was asked for */
	int root_fd;
	int sys_fd;
};

/* Make it, with /sys in root/<sys>. Returns 0 or -errno. */
int xpt_pcitree_make(const char *sys, struct xpt_pcitree *ret);
/* Remove it. */
void xpt_pcitree_done(struct xpt_pcitree *t);

/* What drives a function: a name in a static buffer, "" for none. */
const char *xpt_pcitree_driver(const struct xpt_pcitree *t, const char *name);

#endif
