/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "file.h"
#include "program.h"
#include "tree.h"
#include "xapid_world.h"
#include "xen_double_store.h"

#define READY_MS 20000

static const char XEN_CMDLINE[] = "#!/bin/sh\n"
				  "words=$XE_PASSTHROUGH_ROOT/boot/words\n"
				  "case $1 in\n"
				  "--get-dom0) cat \"$words\" 2>/dev/null || echo ;;\n"
				  "--set-dom0) echo \"$2\" >\"$words\" ;;\n"
				  "--delete-dom0) rm -f \"$words\" ;;\n"
				  "esac\n";

static void make_root(struct xapid_world *w, size_t i)
{
	static const char *const FILES[] = {"new_slot", "bind", "unbind"};

	w->root[i] = xpt_fmt("%s/host%zu", w->dir, i);
	assert_int_equal(xpt_tree_mkdir(AT_FDCWD, "%s/boot", w->root[i]), 0);
	w->fd[i] = open(w->root[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(w->fd[i] >= 0);
	for (size_t f = 0; f < XPT_ARRAY_SIZE(FILES); f++)
		assert_int_equal(xpt_tree_write_text(w->fd[i], "", "sys/bus/pci/drivers/pciback/%s",
						     FILES[f]),
				 0);
	assert_int_equal(xpt_tree_write_text(w->fd[i], "root=LABEL=root\n", "proc/cmdline"), 0);
	assert_int_equal(xpt_tree_write(w->fd[i], XEN_CMDLINE, strlen(XEN_CMDLINE), 0755,
					"opt/xensource/libexec/xen-cmdline"),
			 0);
}

struct xapid_world *xapid_world_new(size_t n)
{
	struct xapid_world *w = xpt_alloc(sizeof(*w));

	assert_int_equal(xpt_file_temp_dir("xpt-xapid", &w->dir, NULL), 0);
	for (w->n = 0; w->n < n; w->n++)
		make_root(w, w->n);
	return w;
}

void xapid_world_serve(struct xapid_world *w, const char *pool, const char *const *uuid,
		       const char *version)
{
	XPT_FREE char *log = xpt_fmt("%s/log", w->dir);
	XPT_STRV args = {0};
	XPT_ERR err = XPT_ERR_INIT;

	xpt_strv_take(&args, xpt_program_path("xapid"));
	xpt_strv_add(&args, "--pool");
	xpt_strv_add(&args, pool);
	for (size_t i = 0; i < w->n; i++) {
		xpt_strv_add(&args, "--host");
		xpt_strv_addf(&args, "%s=%s", uuid[i], w->root[i]);
	}
	if (version) {
		xpt_strv_add(&args, "--version");
		xpt_strv_add(&args, version);
	}
	if (xpt_server_start(&w->server, &args, log, READY_MS, &err))
		fail_msg("%s", err.sentence);
}

void xapid_world_free(struct xapid_world *w)
{
	xpt_server_stop(&w->server);
	for (size_t i = 0; i < w->n; i++) {
		close(w->fd[i]);
		free(w->root[i]);
	}
	assert_int_equal(xpt_file_remove_tree(w->dir, NULL), 0);
	free(w->dir);
	free(w);
}

void xapid_world_device(struct xapid_world *w, size_t i, const char *address, const char *driver)
{
	int fd = w->fd[i];

	assert_int_equal(xpt_tree_write_text(fd, "", "sys/bus/pci/devices/%s/reset", address), 0);
	if (!driver)
		return;
	assert_int_equal(xpt_tree_write_text(fd, "", "sys/bus/pci/drivers/%s/unbind", driver), 0);
	XPT_FREE char *target = xpt_fmt("../../drivers/%s", driver);

	assert_int_equal(xpt_tree_symlink(fd, target, "sys/bus/pci/devices/%s/driver", address), 0);
}

void xapid_world_plugin(struct xapid_world *w, size_t i, const char *name, const char *script)
{
	XPT_FREE char *text = xpt_fmt("#!/bin/sh\n%s", script);

	assert_int_equal(
		xpt_tree_write(w->fd[i], text, strlen(text), 0755, "etc/xapi.d/plugins/%s", name),
		0);
}

char *xapid_world_talk(struct xapid_world *w, size_t i, const char *door, const char *bytes,
		       size_t len)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	XPT_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct xpt_str reply = {0};
	char chunk[65536];
	ssize_t n;

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/var/lib/xcp/%s",
		 w->fd[i], door);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	while (len && (n = send(fd, bytes, len, MSG_NOSIGNAL)) > 0) {
		bytes += n;
		len -= (size_t)n;
	}
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		xpt_str_addn(&reply, chunk, (size_t)n);
	return xpt_str_take(&reply);
}

char *xapid_world_post(struct xapid_world *w, size_t i, const char *door, const char *body)
{
	XPT_FREE char *request =
		xpt_fmt("POST / HTTP/1.0\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);

	return xapid_world_talk(w, i, door, request, strlen(request));
}

char *xapid_world_xenstore(struct xapid_world *w, size_t i, const char *path)
{
	XEN_DOUBLE_STORE store = {{0}};

	assert_int_equal(xen_double_store_load(w->root[i], &store, NULL), 0);
	return xpt_strdup(xen_double_store_get(&store, path));
}
