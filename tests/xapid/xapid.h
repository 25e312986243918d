/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xapid, the test xapi: the pool it serves, the hosts, and a call from arrival to answer.
 *
 * One process plays every xapi of a pool. Each host has its root directory and two doors below it:
 * var/lib/xcp/xapi, where everyone is root as on a dom0, and var/lib/xcp/xapi-tcp, which stands
 * for the TCP port: there the user name "role:vm-operator" decides the role. Names of this program
 * begin with xd_.
 */
#ifndef XAPID_XAPID_H
#define XAPID_XAPID_H

#include <stdbool.h>
#include <sys/types.h>

#include "codec/xmlrpc.h"
#include "db.h"

struct xd_conn; /* http.c */
struct xd_job;  /* job.c */

struct xd_host {
	char *uuid, *ref;
	char *root; /* absolute, no slash at the end; "" for "/" */
};

struct xd_call {
	struct xd *x;
	struct xd_call *next;       /* among those that wait for an event */
	const struct xd_host *host; /* where it arrived */
	bool is_remote;             /* by the door that stands for TCP */
	struct xd_conn *conn;       /* who gets the answer; NULL once that is gone */
	char *task;                 /* Async: the task that gets it instead, else NULL */
	char *method;               /* without Async. */
	struct xpt_value *params;   /* an array, the session first */
	char *session;              /* its reference, "" where the method takes none */
	bool is_pending;            /* the answer comes later, by xd_call_finish */
	struct xpt_value *value;    /* the answer; NULL is void */
	struct xpt_strv error;      /* the failure instead; empty is success */
	uint64_t since;             /* event.from: what the caller has seen */
	unsigned long long deadline_ms;
};

struct xd {
	struct xd_db db;
	struct xd_host *host;
	size_t n_hosts;
	unsigned version[3]; /* of xapi, 26.1.4 */
	struct xd_job *jobs;
	struct xd_call *waiting; /* event.from */
	unsigned long long next_domid;
	bool is_stopping;
};

/* ---- pool (pool.c) ---- */

/* Is this xapi at least that version? */
bool xd_is_since(const struct xd *x, unsigned major, unsigned minor);
struct xd_row *xd_pool(const struct xd *x);
const struct xd_host *xd_coordinator(const struct xd *x);
/* The served host of a host reference; NULL for one that is in the database only. */
const struct xd_host *xd_host_of(const struct xd *x, const char *ref);
/* Root and path in one. Caller frees. */
char *xd_host_path(const struct xd_host *host, const char *path);
/* The database to the coordinator's var/lib/xcp/state.db, when it changed. */
void xd_save(struct xd *x);
/* Now as XenAPI writes it, 20261120T10:49:26Z. */
const char *xd_now(char buf[32]);
unsigned long long xd_clock_ms(void);

/* ---- calls (call.c) ---- */

/*
 * Take a request and answer it, now or later. conn is told by xd_http_answer; it owns nothing of
 * the call. Consumes *rpc.
 */
void xd_call_start(struct xd *x, const struct xd_host *host, bool is_remote, struct xd_conn *conn,
		   struct xpt_call *rpc);
/* Send the outcome of a pending call and free it. */
void xd_call_finish(struct xd_call *c);
/* The outcome: a value (owned from here on; NULL is void) or a code with parameters up to NULL. */
void xd_call_ok(struct xd_call *c, struct xpt_value *value);
void xd_call_ok_str(struct xd_call *c, const char *text);
void xd_call_fail(struct xd_call *c, const char *code, ...) __attribute__((sentinel));
bool xd_call_failed(const struct xd_call *c);
/* Parameter i, from 1; 0 is the session. Its type was checked. Text of strings, numbers too. */
const struct xpt_value *xd_call_arg(const struct xd_call *c, size_t i);
const char *xd_call_text(const struct xd_call *c, size_t i);
/* The object that parameter i refers to; NULL after HANDLE_INVALID was set. */
struct xd_row *xd_call_object(struct xd_call *c, size_t i, const char *cls);

/* ---- who may (session.c) ---- */

/* Is this the session's? Sets SESSION_INVALID otherwise. */
bool xd_session_check(struct xd_call *c);
/* May the session call this? key is NULL or a map's key. Sets RBAC_PERMISSION_DENIED otherwise. */
bool xd_session_may(struct xd_call *c, const char *action, const char *key, enum xd_role role);
/* A session for a call that is passed on to another host; its row, to be destroyed afterwards. */
struct xd_row *xd_session_anonymous(struct xd *x, const struct xd_host *host);

/* ---- methods ---- */

/*
 * A method of its own, where the generic ones are not enough. args are the types after the
 * session: r ref, s string, i int, f float, b bool, m map, S set.
 */
struct xd_method {
	const char *name;
	const char *args; /* NULL: it takes no session and looks at its parameters itself */
	enum xd_role role;
	void (*run)(struct xd_call *c);
	unsigned since[2]; /* the first xapi that has it; {0} for all */
};

/* NULL-terminated tables. */
extern const struct xd_method xd_session_methods[];
extern const struct xd_method xd_task_methods[];
extern const struct xd_method xd_host_methods[];
extern const struct xd_method xd_vm_methods[];
extern const struct xd_method xd_vm_copy_methods[];
extern const struct xd_method xd_pci_methods[];
extern const struct xd_method xd_event_methods[];

/* All of them, for the session's list of permissions; NULL past the last. */
const struct xd_method *xd_method_at(size_t i);

/* CLASS.get_all_records and the like (generic.c). False when there is no such method. */
bool xd_generic_run(struct xd_call *c);

/* Tasks that Async makes (task.c). */
char *xd_task_start(struct xd_call *c);
void xd_task_end(struct xd_call *c);
/* Add a message, as xapi does when a VM starts. */
struct xd_row *xd_message_add(struct xd *x, const char *name, const char *priority, const char *cls,
			      const char *uuid, const char *body);

/* Answer those that wait for an event and have one, or waited long enough (event.c). */
void xd_event_wake(struct xd *x);
/* Milliseconds until the next of them must be answered, -1 when none waits. */
int xd_event_timeout(const struct xd *x);

#endif
