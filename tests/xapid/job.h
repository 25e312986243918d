/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that takes its time, in a child process: plugins, and whatever writes to a host's files,
 * which may hang there or kill the writer. xapid goes on serving meanwhile.
 */
#ifndef XAPID_JOB_H
#define XAPID_JOB_H

#include "xapid.h"

struct xd_job {
	struct xd_job *next;
	struct xd_call *call; /* pending until done has run */
	pid_t pid;
	int out, err; /* regular files, already without a name */
	void *data;
	/* status is waitpid's. Sets the call's outcome and releases data. */
	void (*done)(struct xd_job *job, int status);
};

/* What the child does, with its stdout and stderr in place; the return value is its exit status. */
typedef int (*xd_job_child)(void *data);

/* Make call pending and start the child. data belongs to done from here on. */
void xd_job_start(struct xd_call *call, xd_job_child child, void *data,
		  void (*done)(struct xd_job *job, int status));
/* Finish the calls whose children have ended. */
void xd_job_reap(struct xd *x);
/* End all children and drop their calls unanswered. */
void xd_job_stop(struct xd *x);
/* All that the child wrote to one of its files. */
void xd_job_output(int fd, struct xpt_str *ret);

#endif
