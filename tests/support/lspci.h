/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps of config space (`lspci -xxxx`) and lspci's reading of them (`lspci -nnvvv`), to compare ours
 * with. A file that is no such text fails the test that reads it.
 */
#ifndef XPT_TESTS_SUPPORT_LSPCI_H
#define XPT_TESTS_SUPPORT_LSPCI_H

#include "codec/pcicap.h"

#define XPT_LSPCI_MAX 128 /* devices of a file */

/* A device of a dump. */
struct xpt_lspci_dump {
	char addr[32]; /* as the file writes it */
	uint8_t config[XPT_PCI_CONFIG_SIZE];
	size_t len;
};

/* What lspci says of a device: the fields of cap that it prints, the others zero. */
struct xpt_lspci_device {
	char addr[32];
	struct xpt_pcicap cap;
	bool has_subsystem;
	bool is_compared; /* the caller's mark */
};

/* Read a file into v, which has room for XPT_LSPCI_MAX; returns the number of devices. */
size_t xpt_lspci_read_dump(const char *path, struct xpt_lspci_dump *v);
size_t xpt_lspci_read(const char *path, struct xpt_lspci_device *v);

#endif
