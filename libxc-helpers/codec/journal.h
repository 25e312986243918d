/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change as it is written down: what is to be done, and how far it got.
 *
 * The journal is lines of JSON. The first holds the whole operation; each further line says that a step
 * reached a state; lines are only ever added. A last line without its newline was cut by a crash and
 * counts as not written. The history has one line per ended operation.
 */
#ifndef XPT_CODEC_JOURNAL_H
#define XPT_CODEC_JOURNAL_H

#include "base/err.h"
#include "base/str.h"

enum xpt_step_state { XPT_STEP_PLANNED, XPT_STEP_STARTED, XPT_STEP_DONE, XPT_STEP_UNDONE };

/* One value of one object goes from one value to another. NULL means: there is none. */
struct xpt_step {
	char *kind;    /* "boot_line", "dom0_access", "vm_key" */
	char *subject; /* what it changes, for people and as key of "the same object" */
	char *object;  /* what the kind needs to find it again (a uuid, addresses) */
	char *from, *to;
	enum xpt_step_state state;
};

struct xpt_op {
	char *id; /* "20261120-101500-4f2a" */
	char *function;
	char *time; /* "2026-11-20T10:15:00Z" */
	char *who;
	char *vm, *vm_name;      /* uuid and name-label then, or NULL */
	struct xpt_strv devices; /* addresses */
	char *unsettled; /* why it can be neither finished nor undone; NULL: not tried or fine */
	struct xpt_step *steps;
	size_t n_steps;
};

/* Append a planned step; strings are copied. */
void xpt_op_add_step(struct xpt_op *op, const char *kind, const char *subject, const char *object,
		     const char *from, const char *to);
void xpt_op_done(struct xpt_op *op);
#define XPT_OP XPT_CLEANUP(xpt_op_done) struct xpt_op

/* The journal's first line, and a line for a step's new state; each ends with a newline. */
void xpt_journal_write_op(struct xpt_str *out, const struct xpt_op *op);
void xpt_journal_write_state(struct xpt_str *out, size_t step, enum xpt_step_state state);
/* A line that says why the operation can be neither finished nor undone. */
void xpt_journal_write_unsettled(struct xpt_str *out, const char *sentence);
/*
 * Read a journal. XPT_MALFORMED names the line. Text without a whole first line gives an operation
 * without steps (op->id is NULL): nothing had been begun.
 */
int xpt_journal_parse(const char *text, size_t len, struct xpt_op *ret, struct xpt_err *err);
/* Steps that are recorded as done. */
size_t xpt_op_steps_done(const struct xpt_op *op);

const char *xpt_step_state_name(enum xpt_step_state state);

#endif
