/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "job.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define MAX_FILES 1024

static int nameless_file(void)
{
	char name[] = "/tmp/xapid-out-XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);

	if (fd < 0)
		abort(); /* nothing can be run without a place for its output */
	unlink(name);
	return fd;
}

/* The process as xapi's fork helper leaves it to a program. */
static void prepare(int out, int err)
{
	struct rlimit files = {MAX_FILES, MAX_FILES};
	int null = open("/dev/null", O_WRONLY);
	sigset_t none;

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	for (int fd = STDERR_FILENO + 1; fd < MAX_FILES; fd++)
		close(fd);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, sig == SIGPIPE ? SIG_IGN : SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setrlimit(RLIMIT_NOFILE, &files);
	umask(022);
	setsid();
	if (chdir("/"))
		_exit(125);
}

void xd_job_start(struct xd_call *call, xd_job_child child, void *data,
		  void (*done)(struct xd_job *job, int status))
{
	struct xd_job *job = xpt_alloc(sizeof(*job));

	job->call = call;
	job->data = data;
	job->done = done;
	job->out = nameless_file();
	job->err = nameless_file();
	job->next = call->x->jobs;
	call->x->jobs = job;
	call->is_pending = true;
	fflush(NULL);
	job->pid = fork();
	if (job->pid < 0)
		abort();
	if (!job->pid) {
		int status;

		prepare(job->out, job->err);
		status = child(data);
		fflush(NULL);
		_exit(status);
	}
}

static void free_job(struct xd_job *job)
{
	close(job->out);
	close(job->err);
	free(job);
}

void xd_job_reap(struct xd *x)
{
	struct xd_job **at = &x->jobs;

	while (*at) {
		struct xd_job *job = *at;
		int status;

		if (waitpid(job->pid, &status, WNOHANG) != job->pid) {
			at = &job->next;
			continue;
		}
		*at = job->next;
		job->done(job, status);
		xd_call_finish(job->call);
		free_job(job);
		at = &x->jobs; /* the answer may have started others */
	}
}

void xd_job_stop(struct xd *x)
{
	while (x->jobs) {
		struct xd_job *job = x->jobs;
		int status;

		x->jobs = job->next;
		kill(job->pid, SIGKILL);
		waitpid(job->pid, &status, 0);
		job->done(job, status);
		xd_call_finish(job->call);
		free_job(job);
	}
}

void xd_job_output(int fd, struct xpt_str *ret)
{
	char chunk[65536];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, chunk, sizeof(chunk), at)) > 0) {
		xpt_str_addn(ret, chunk, (size_t)n);
		at += n;
	}
}
