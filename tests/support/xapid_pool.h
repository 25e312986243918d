/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two hosts of tests/xapid/two-hosts.xml, served while a test runs, and short ways to ask them.
 *
 * Parameters are text: "b:1" is a boolean, "f:0.5" a float, "m:k=v" a map ("m:" an empty one), "l:a" a
 * list; else a string. An outcome is one line: a success's text or XML, CODE|parameter|parameter of a
 * failure, the status line of an answer without a body. Outcomes live as long as the pool. Only for
 * cmocka programs: what cannot be done fails the test.
 */
#ifndef XPT_TESTS_XAPID_POOL_H
#define XPT_TESTS_XAPID_POOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "xapid_world.h"

#define HOST_A "OpaqueRef:host-a" /* the coordinator */
#define HOST_B "OpaqueRef:host-b"
#define VM1 "OpaqueRef:vm-1"
#define VM2 "OpaqueRef:vm-2"
#define GPU_A "OpaqueRef:gpu-a" /* of host a, at ADDRESS */
#define ADDRESS "0000:3b:00.0"
#define NO "b:0"

/* The test gets the pool served by the default version, or its roots only. */
#define SERVED(test) cmocka_unit_test_setup_teardown(test, pool_setup, pool_teardown)
#define UNSERVED(test) cmocka_unit_test_setup_teardown(test, pool_setup_unserved, pool_teardown)

struct pool {
	struct xapid_world *w;
	char *root_session; /* on the coordinator's own door */
	struct xpt_strv kept;
};

/* The roots, not yet served. */
struct pool *pool_new(void);
/* Serve a database (NULL: two-hosts.xml) as this version of xapi (NULL: the default), and log in. */
void pool_serve(struct pool *p, const char *database, const char *version);
void pool_free(struct pool *p);
/*
 * For a world that is served in another way: log in as root on the coordinator's own door, and
 * release all but the world.
 */
void pool_log_in(struct pool *p);
void pool_done(struct pool *p);

int pool_setup(void **state);
int pool_setup_unserved(void **state);
int pool_teardown(void **state);

/* Ask host i through a door ("xapi" or "xapi-tcp"); parameters up to NULL. */
const char *pool_ask_at(struct pool *p, size_t i, const char *door, const char *method, ...)
	__attribute__((sentinel));
/* Ask the coordinator as root. */
#define pool_ask(p, method, ...) \
	pool_ask_at(p, 0, "xapi", method, (p)->root_session, ##__VA_ARGS__, NULL)
/* Ask the coordinator from outside, with a session of pool_login. */
#define pool_ask_as(p, session, method, ...) \
	pool_ask_at(p, 0, "xapi-tcp", method, session, ##__VA_ARGS__, NULL)
/* A session from outside; "role:vm-operator" is a user of that role. */
const char *pool_login(struct pool *p, const char *user);
const char *pool_vm_field(struct pool *p, const char *vm, const char *field);
const char *pool_start(struct pool *p, const char *vm);

void assert_begins(const char *text, const char *prefix);
void assert_has(const char *text, const char *part);
/* A value of host i's xenstore; NULL: there is none. */
void assert_node(struct pool *p, size_t i, const char *path, const char *expected);
/* A file of host i, shorter than 512 bytes. */
void assert_host_file(struct pool *p, size_t i, const char *path, const char *expected);

#endif
