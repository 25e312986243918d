/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work behind PCI.*_dom0_access, done in a child (job.h): the hide list on the kernel's
 * command line, read from <root>/proc/cmdline for what is in effect and by way of xen-cmdline for
 * what comes with the next boot.
 */
#ifndef XAPID_DOM0_ACCESS_H
#define XAPID_DOM0_ACCESS_H

#include <stdbool.h>

enum xd_dom0_change { XD_DOM0_ASK, XD_DOM0_HIDE, XD_DOM0_SHOW };

struct xd_dom0_access {
	const char *root, *address;
	enum xd_dom0_change change;
	bool guards_boot_device; /* xapi 26.16 and later */
};

/*
 * Print the status afterwards and return 0, or print the failure's code and parameter, a line each,
 * and return 1.
 */
int xd_dom0_access_work(const struct xd_dom0_access *a);

#endif
