/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/bootfile.h"

#include <errno.h>

#include "host/fs.h"
#include "host/inventory.h"

#define GRUB_CFG_MAX (1024 * 1024)

const char *xpt_bootfile_path(const struct xpt_host *host)
{
	static const char *const places[] = {
		"/boot/efi/EFI/xenserver/grub.cfg",
		"/boot/grub/grub.cfg",
		"/boot/grub2/grub.cfg",
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(places); i++) {
		if (xpt_fs_exists(host, "%s", places[i]))
			return places[i];
	}
	return NULL;
}

int xpt_bootfile_read(const struct xpt_host *host, struct xpt_bootfile *ret, struct xpt_err *err)
{
	XPT_BOOTFILE file = {.path = xpt_bootfile_path(host)};
	XPT_FREE char *brand = NULL;
	int failed;

	if (!file.path)
		return xpt_err_set(err, XPT_NOT_FOUND, ENOENT, "grub.cfg",
				   "Mount the boot partition; grub.cfg is looked for in "
				   "/boot/efi/EFI/xenserver, /boot/grub and /boot/grub2.",
				   "this host has no boot configuration");
	failed = xpt_fs_read_file(host, file.path, GRUB_CFG_MAX, &file.text, &file.len, err);
	if (failed < 0)
		return failed;
	(void)xpt_inventory_get(host, "PRODUCT_BRAND", &brand);
	failed = xpt_grubcfg_parse(file.text, file.len, brand, &file.grub, err);
	if (failed < 0) {
		xpt_err_prefix(err, "%s: ", file.path);
		return failed;
	}
	*ret = file;
	file = (struct xpt_bootfile){0};
	return 0;
}

void xpt_bootfile_done(struct xpt_bootfile *f)
{
	free(f->text);
	xpt_grubcfg_done(&f->grub);
	*f = (struct xpt_bootfile){0};
}
