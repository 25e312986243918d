/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/xen.h"

#include <dlfcn.h>
#include <errno.h>

#include "host/fs.h"

#define MODULE_DIR "/usr/lib64/xe-passthrough"

static int read_version(const struct xpt_host *host, long long *ret_major, long long *ret_minor,
			struct xpt_err *err)
{
	if (xpt_fs_number(host, ret_major, "/sys/hypervisor/version/major") < 0 ||
	    xpt_fs_number(host, ret_minor, "/sys/hypervisor/version/minor") < 0)
		return xpt_err_set(
			err, XPT_UNSUPPORTED, ENODEV, "/sys/hypervisor/version", NULL,
			"this host does not run under Xen: /sys/hypervisor/version cannot be "
			"read");
	return 0;
}

static int load(const struct xpt_host *host, const char *path, struct xpt_xen *ret,
		struct xpt_err *err)
{
	XPT_FREE char *file = xpt_host_path(host, path);
	const struct xpt_xen_ops *ops;
	void *module;

	if (!xpt_fs_exists(host, "%s", path))
		return xpt_err_set(err, XPT_UNSUPPORTED, ENOENT, path,
				   "install the xe-passthrough package made for this Xen",
				   "there is no module for this version of Xen: %s is missing",
				   path);
	module = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!module)
		return xpt_err_set(err, XPT_UNSUPPORTED, ELIBBAD, path,
				   "install the xe-passthrough package made for this Xen",
				   "the module for this version of Xen cannot be loaded: %s",
				   dlerror());
	ops = dlsym(module, XPT_XEN_OPS_SYMBOL);
	if (!ops || ops->version != XPT_XEN_OPS_VERSION) {
		dlclose(module);
		return xpt_err_set(err, XPT_UNSUPPORTED, ELIBBAD, path,
				   "install plugin and module from the same package",
				   "%s belongs to another version of xe-passthrough", path);
	}
	ret->module = module;
	ret->ops = ops;
	return 0;
}

int xpt_xen_open(const struct xpt_host *host, struct xpt_xen *ret, struct xpt_err *err)
{
	long long major = 0, minor = 0;
	struct xpt_xen xen = {0};
	XPT_FREE char *path = NULL;
	int failed = read_version(host, &major, &minor, err);

	if (failed)
		return failed;
	path = xpt_fmt("%s/xen-%lld.%lld.so", MODULE_DIR, major, minor);
	failed = load(host, path, &xen, err);
	if (failed)
		return failed;
	failed = xen.ops->open(host->root, &xen.handle, err);
	if (failed) {
		dlclose(xen.module);
		return failed;
	}
	*ret = xen;
	return 0;
}

void xpt_xen_close(struct xpt_xen *xen)
{
	if (!xen->ops)
		return;
	xen->ops->close(xen->handle);
	dlclose(xen->module);
	*xen = (struct xpt_xen){0};
}
