/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel_impl.h"

/* As the kernel's kstrtoul: base by prefix, one newline allowed behind it. */
static int parse_number(const char *text, unsigned long max, unsigned long *ret)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	value = strtoul(text, &end, 0);
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (errno || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

static int store_reset(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text)
{
	unsigned long value;
	int rc = parse_number(text, (unsigned long)-1, &value);

	if (rc)
		return rc;
	return value == 1 ? xpt_kpciback_reset(k, dev) : -EINVAL;
}

static int store_remove(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text)
{
	unsigned long value;
	int rc = parse_number(text, (unsigned long)-1, &value);

	if (rc)
		return rc;
	return value ? xpt_khotplug_remove(k, dev) : 0;
}

static int store_numvfs(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text)
{
	unsigned long value;
	int rc = parse_number(text, 0xffff, &value);

	return rc ? rc : xpt_kvf_set(k, dev, value);
}

static int store_probe(const struct xpt_kernel *k, const char *text)
{
	XPT_FREE char *name = xpt_strndup(text, strcspn(text, "\n"));
	struct xpt_kdev dev;
	int rc = xpt_kdev_find(k, name, &dev);

	return rc ? rc : xpt_kdriver_attach(k, &dev);
}

static int store_rescan(const struct xpt_kernel *k, const char *text)
{
	unsigned long value;
	int rc = parse_number(text, (unsigned long)-1, &value);

	if (rc)
		return rc;
	return value ? xpt_khotplug_rescan(k) : 0;
}

static const struct {
	const char *file;
	int (*store)(const struct xpt_kernel *k, const struct xpt_kdev *dev, const char *text);
} device_files[] = {
	{"driver_override", xpt_kdriver_override},
	{"remove", store_remove},
	{"reset", store_reset},
	{"sriov_numvfs", store_numvfs},
};

static const struct {
	const char *file;
	int (*store)(const struct xpt_kernel *k, const char *drv, const char *text);
	bool takes_name; /* text is a device's name, a newline behind it is cut */
} driver_files[] = {
	{"bind", xpt_kdriver_bind, true},
	{"unbind", xpt_kdriver_unbind, true},
	{"new_id", xpt_kdriver_new_id, false},
};

static const struct {
	const char *path;
	int (*store)(const struct xpt_kernel *k, const char *text);
} single_files[] = {
	{"bus/pci/drivers_probe", store_probe},
	{"bus/pci/rescan", store_rescan},
	{XPT_KERNEL_DRIVERS "/" XPT_KERNEL_PCIBACK "/new_slot", xpt_kpciback_new_slot},
	{XPT_KERNEL_DRIVERS "/" XPT_KERNEL_PCIBACK "/remove_slot", xpt_kpciback_remove_slot},
};

/* Cut a path into its last part and the one before; false when it has not two. */
static bool split(const char *path, char owner[XPT_KERNEL_NAME_SIZE], const char **ret_file)
{
	const char *slash = strrchr(path, '/');
	const char *start = slash;

	while (start && start > path && start[-1] != '/')
		start--;
	if (!slash || slash - start >= XPT_KERNEL_NAME_SIZE)
		return false;
	snprintf(owner, XPT_KERNEL_NAME_SIZE, "%.*s", (int)(slash - start), start);
	*ret_file = slash + 1;
	return true;
}

static int single_index(const char *path)
{
	for (size_t i = 0; i < XPT_ARRAY_SIZE(single_files); i++) {
		if (!strcmp(path, single_files[i].path))
			return (int)i;
	}
	return -1;
}

static int driver_index(const char *path, const char *file)
{
	if (!xpt_has_prefix(path, XPT_KERNEL_DRIVERS "/"))
		return -1;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(driver_files); i++) {
		if (!strcmp(file, driver_files[i].file))
			return (int)i;
	}
	return -1;
}

static int device_index(const char *owner, const char *file)
{
	struct xpt_bdf addr;

	if (xpt_bdf_parse(owner, &addr))
		return -1;
	for (size_t i = 0; i < XPT_ARRAY_SIZE(device_files); i++) {
		if (!strcmp(file, device_files[i].file))
			return (int)i;
	}
	return -1;
}

bool xpt_kernel_models(const char *path)
{
	char owner[XPT_KERNEL_NAME_SIZE];
	const char *file;

	return split(path, owner, &file) &&
	       (single_index(path) >= 0 || driver_index(path, file) >= 0 ||
		device_index(owner, file) >= 0);
}

static int store_text(const struct xpt_kernel *k, const char *path, char *text)
{
	char owner[XPT_KERNEL_NAME_SIZE];
	struct xpt_kdev dev;
	const char *file;
	int i, rc;

	if (!split(path, owner, &file))
		return -ENOENT;
	i = single_index(path);
	if (i >= 0)
		return single_files[i].store(k, text);
	i = driver_index(path, file);
	if (i >= 0) {
		if (driver_files[i].takes_name)
			text[strcspn(text, "\n")] = '\0';
		return driver_files[i].store(k, owner, text);
	}
	i = device_index(owner, file);
	if (i < 0)
		return -ENOENT;
	rc = xpt_kdev_find(k, owner, &dev);
	return rc ? rc : device_files[i].store(k, &dev, text);
}

int xpt_kernel_store(struct xpt_kernel *k, const char *path, const void *data, size_t len)
{
	XPT_FREE char *text = xpt_strndup(data, len);

	if (!xpt_tree_has(k->sys, "%s", path))
		return -ENOENT;
	return store_text(k, path, text);
}
