/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine.h"

#include "expand.h"
#include "host/fs.h"
#include "scratch.h"

void xpt_machine_open(struct xpt_machine *m, const char *name)
{
	XPT_FREE char *file = xpt_fmt("tests/hosts/inuse/%s.host", name);
	XPT_ERR err = XPT_ERR_INIT;

	*m = (struct xpt_machine){.host = {.root_fd = -1}};
	xpt_scratch_open(&m->host);
	if (xpt_expand(file, m->host.root, &err) < 0)
		fail_msg("%s", err.sentence);
	assert_int_equal(xpt_pci_scan(&m->host, &m->pci, NULL), 0);
}

void xpt_machine_close(struct xpt_machine *m)
{
	xpt_uses_done(&m->uses);
	xpt_pci_done(&m->pci);
	xpt_scratch_close(&m->host);
}

void xpt_machine_remove(struct xpt_machine *m, const char *path)
{
	assert_int_equal(xpt_fs_remove(&m->host, path, NULL), 0);
}

void xpt_machine_expect(struct xpt_machine *m, const struct xpt_pool *pool,
			const char *const *lines, size_t n)
{
	XPT_STRV found = {0}, wanted = {0};
	XPT_FREE char *found_text = NULL;
	XPT_FREE char *wanted_text = NULL;

	xpt_uses_done(&m->uses);
	xpt_inuse_scan(&m->host, &m->pci, pool, &m->uses);
	for (size_t i = 0; i < m->uses.n; i++) {
		XPT_FREE char *chain = xpt_use_chain(&m->uses.v[i]);

		xpt_strv_addf(&found, "%s: %s", xpt_reason_name(m->uses.v[i].reason), chain);
	}
	for (size_t i = 0; i < n; i++)
		xpt_strv_add(&wanted, lines[i]);
	xpt_strv_sort(&found);
	xpt_strv_sort(&wanted);
	found_text = xpt_strv_join(&found, "\n");
	wanted_text = xpt_strv_join(&wanted, "\n");
	assert_string_equal(found_text, wanted_text);
}

char *xpt_machine_reasons(const struct xpt_machine *m, const char *address)
{
	XPT_STRV reasons = {0};
	const struct xpt_use *use;
	struct xpt_bdf addr;
	size_t at = 0;

	assert_int_equal(xpt_bdf_parse(address, &addr), 0);
	while ((use = xpt_uses_next(&m->uses, &addr, &at)))
		xpt_strv_add(&reasons, xpt_reason_name(use->reason));
	return xpt_strv_join(&reasons, ",");
}
