/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "handlers.h"

#include <string.h>

const struct xpt_handler xpt_handlers[] = {
	{"describe", xpt_fn_describe, true},        {"history", xpt_fn_history, false},
	{"op_resolve", xpt_fn_op_resolve, false},   {"pci_attach", xpt_fn_pci_attach, false},
	{"pci_detach", xpt_fn_pci_detach, false},   {"pci_groups", xpt_fn_pci_groups, false},
	{"pci_hide", xpt_fn_pci_hide, false},       {"pci_list", xpt_fn_pci_list, false},
	{"pci_reorder", xpt_fn_pci_reorder, false}, {"pci_show", xpt_fn_pci_show, false},
	{"pci_unhide", xpt_fn_pci_unhide, false},   {"status", xpt_fn_status, false},
	{"version", xpt_fn_version, true},
};
const size_t xpt_n_handlers = XPT_ARRAY_SIZE(xpt_handlers);

const struct xpt_handler *xpt_handler_find(const char *function)
{
	for (size_t i = 0; i < xpt_n_handlers; i++) {
		if (!strcmp(xpt_handlers[i].function, function))
			return &xpt_handlers[i];
	}
	return NULL;
}
