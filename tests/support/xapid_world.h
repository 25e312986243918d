/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pool that lives while a test runs: scratch roots, their few files, and the test xapi that
 * serves them. Needs cmocka.h before it; every failure to make it is the test's.
 */
#ifndef XPT_TESTS_XAPID_WORLD_H
#define XPT_TESTS_XAPID_WORLD_H

#include "base/str.h"
#include "server.h"

#define XAPID_WORLD_HOSTS 2

/* What a plugin prints when it succeeds, value being XML; a script that prints a text so. */
#define XAPID_PLUGIN_SUCCESS(value) \
	"<methodResponse><params><param><value><struct><member><name>Status</name>" \
	"<value>Success</value></member><member><name>Value</name>" value \
	"</member></struct></value></param></params></methodResponse>"
#define XAPID_PLUGIN_ANSWER(text) "echo \"" XAPID_PLUGIN_SUCCESS("<value>" text "</value>") "\"\n"

struct xapid_world {
	char dir[64]; /* the scratch folder */
	char *root[XAPID_WORLD_HOSTS];
	int fd[XAPID_WORLD_HOSTS]; /* of the roots, for support/tree.h */
	size_t n;
	struct xpt_server server;
};

/* Roots for n hosts, with pciback's files and a xen-cmdline that keeps its words in boot/words. */
struct xapid_world *xapid_world_new(size_t n);
/* Serve pool; uuid names each host. version is of xapi, NULL for its default. */
void xapid_world_serve(struct xapid_world *w, const char *pool, const char *const *uuid,
		       const char *version);
void xapid_world_free(struct xapid_world *w);

/* A device in host i's sysfs; driver may be NULL. */
void xapid_world_device(struct xapid_world *w, size_t i, const char *address, const char *driver);
/* A plugin: a shell script. */
void xapid_world_plugin(struct xapid_world *w, size_t i, const char *name, const char *script);
/*
 * Send bytes through a door of host i ("xapi" or "xapi-tcp"), read until it closes. Caller frees.
 */
char *xapid_world_talk(struct xapid_world *w, size_t i, const char *door, const char *bytes,
		       size_t len);
/* POST a body with HTTP/1.0; the whole reply. Caller frees. */
char *xapid_world_post(struct xapid_world *w, size_t i, const char *door, const char *body);
/* A line "NAME = VALUE" of host i's xenstore: VALUE, NULL when absent. Caller frees. */
char *xapid_world_xenstore(struct xapid_world *w, size_t i, const char *path);

#endif
