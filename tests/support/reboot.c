/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reboot ROOT [SYS]
 *
 * A host reboot, played on the files of a machine. SYS is the plain tree of its /sys (default ROOT/sys; the
 * tree behind the mount where kernelfs is mounted). The default entry of the first grub.cfg there is gives
 * /proc/cmdline, of which Xen hands at most 1023 bytes to dom0; the last xen-pciback.hide of it goes to
 * xpt_kernel_boot. /run and the Xen double's xenstore are emptied; boot id and uptime are new.
 * Exit: 0, 1 with a sentence when the machine would not boot, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "codec/cmdline.h"
#include "codec/grubcfg.h"
#include "kernel.h"
#include "tree.h"

/* xen/include/public/xen.h: start_info.cmd_line[MAX_GUEST_CMDLINE], with the NUL. */
#define XEN_CMDLINE_MAX 1023
#define GRUB_CFG_MAX (1 << 20)

/* In the order of xcp-python-libs, xcp/bootloader.py. */
static const char *const grub_files[] = {"boot/efi/EFI/xenserver/grub.cfg", "boot/grub/grub.cfg",
					 "boot/grub2/grub.cfg"};

static int complain(int rc, const char *what)
{
	if (rc)
		fprintf(stderr, "reboot: %s: %s\n", what, strerror(-rc));
	return rc;
}

/* PRODUCT_BRAND='XCP-ng' of the inventory. Caller frees. */
static char *read_brand(int root)
{
	static const char key[] = "PRODUCT_BRAND=";
	XPT_STRV lines = {0};

	if (xpt_tree_lines(root, &lines, "etc/xensource-inventory"))
		return xpt_strdup("XCP-ng");
	for (size_t i = 0; i < lines.n; i++) {
		const char *value = lines.v[i] + strlen(key);

		if (!xpt_has_prefix(lines.v[i], key))
			continue;
		value += strspn(value, "'\"");
		return xpt_strndup(value, strcspn(value, "'\""));
	}
	return xpt_strdup("XCP-ng");
}

/* Dom0's command line of the next boot. Caller frees; NULL when there is none, after saying why. */
static char *next_cmdline(int root)
{
	XPT_FREE char *text = xpt_alloc(GRUB_CFG_MAX);
	XPT_FREE char *brand = read_brand(root);
	const struct xpt_grub_entry *entry;
	XPT_GRUBCFG grub = {0};
	XPT_ERR err = XPT_ERR_INIT;
	ssize_t len = -ENOENT;

	for (size_t i = 0; len == -ENOENT && i < XPT_ARRAY_SIZE(grub_files); i++)
		len = xpt_tree_read(root, text, GRUB_CFG_MAX, "%s", grub_files[i]);
	if (len < 0) {
		complain((int)len, "grub.cfg");
		return NULL;
	}
	if (xpt_grubcfg_parse(text, (size_t)len, brand, &grub, &err)) {
		fprintf(stderr, "reboot: %s\n", err.sentence);
		return NULL;
	}
	entry = xpt_grubcfg_default(&grub);
	if (!entry->kernel_args) {
		fprintf(stderr, "reboot: the entry \"%s\" has no kernel\n", entry->title);
		return NULL;
	}
	return entry->xen_args ? xpt_strndup(entry->kernel_args, XEN_CMDLINE_MAX)
			       : xpt_strdup(entry->kernel_args);
}

static int boot_kernel(struct xpt_kernel *kernel, const char *cmdline)
{
	XPT_STRV words = {0}, values = {0};
	struct xpt_hidelist hide = {0};
	int rc;

	xpt_cmdline_words(cmdline, &words);
	xpt_cmdline_values(&words, "xen-pciback.hide", &values);
	xpt_hidelist_parse(values.n ? values.v[values.n - 1] : "", &hide);
	rc = xpt_kernel_boot(kernel, &hide);
	xpt_hidelist_done(&hide);
	return rc;
}

static int empty_xenstore(int root)
{
	XPT_STRV names = {0};
	int rc = xpt_tree_names(root, &names, "var/lib/xen-double");

	if (rc)
		return rc == -ENOENT ? 0 : rc;
	for (size_t i = 0; !rc && i < names.n; i++) {
		if (xpt_has_prefix(names.v[i], "xenstore"))
			rc = xpt_tree_remove(root, "var/lib/xen-double/%s", names.v[i]);
	}
	return rc;
}

/* What procfs says after a boot. */
static int write_proc(int root, const char *cmdline)
{
	XPT_FREE char *line = xpt_fmt("%s\n", cmdline);
	char uuid[64];
	int rc = xpt_tree_line(AT_FDCWD, uuid, sizeof(uuid), "/proc/sys/kernel/random/uuid");

	if (!rc)
		rc = xpt_tree_write_text(root, line, "proc/cmdline");
	if (!rc)
		rc = xpt_tree_write_text(root, "20.00 30.00\n", "proc/uptime");
	strcat(uuid, "\n");
	return rc ? rc : xpt_tree_write_text(root, uuid, "proc/sys/kernel/random/boot_id");
}

static int reboot_machine(int root, struct xpt_kernel *kernel)
{
	XPT_FREE char *cmdline = next_cmdline(root);

	if (!cmdline || complain(boot_kernel(kernel, cmdline), "kernel model") ||
	    complain(write_proc(root, cmdline), "proc") ||
	    complain(xpt_tree_empty(root, "run"), "run") ||
	    complain(empty_xenstore(root), "xen-double"))
		return 1;
	return 0;
}

int main(int argc, char **argv)
{
	struct xpt_kernel kernel;
	int rc, root;

	if (argc != 2 && argc != 3) {
		fputs("usage: reboot ROOT [SYS]\n", stderr);
		return 2;
	}
	root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || complain(xpt_kernel_open(argv[1], argv[2], &kernel), argv[1])) {
		complain(root < 0 ? -errno : 0, argv[1]);
		return 1;
	}
	rc = reboot_machine(root, &kernel);
	xpt_kernel_close(&kernel);
	close(root);
	return rc;
}
