/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running a program of the host: no shell, empty environment but PATH, no stdin, a time limit, and its
 * output capped. A test root's program is told its root in XE_PASSTHROUGH_ROOT.
 */
#ifndef XPT_HOST_RUN_H
#define XPT_HOST_RUN_H

#include "base/str.h"
#include "host/host.h"

/*
 * To be called first by a program that runs others: where its caller left descriptors 0 to 2 closed or
 * ignored SIGCHLD, a file of ours would become somebody's stdout, and no child could be waited for.
 */
void xpt_run_settle(void);

struct xpt_run {
	const char *const *argv; /* argv[0]: path on the host; NULL-terminated */
	unsigned timeout_ms;
	size_t max_output; /* of stdout and of stderr, each */
	int keep_fd;       /* inherited by the child (the lock), -1 for none */
	bool is_ours; /* argv[0] is a path of this system even with a test root: our own build */
};

struct xpt_run_result {
	int status; /* exit status, or 128 + signal */
	struct xpt_str out;
	struct xpt_str err;
};

/*
 * Returns 0 when the program ran and ended by itself, whatever its status; XPT_SYSTEM when it could not
 * be started (exec failure by posix_spawn's word or exit 127), XPT_TIMEOUT when it was killed at
 * the limit, XPT_MALFORMED when it flooded us. One that hangs in the kernel outlives that, and keeps
 * keep_fd. Release *ret with xpt_run_result_done.
 */
int xpt_run(const struct xpt_host *host, const struct xpt_run *run, struct xpt_run_result *ret,
	    struct xpt_err *err);
void xpt_run_result_done(struct xpt_run_result *r);
#define XPT_RUN_RESULT XPT_CLEANUP(xpt_run_result_done) struct xpt_run_result

#endif
