/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "job.h"

#define PLUGIN_DIR "/etc/xapi.d/plugins"
#define PLUGIN_PATH "PATH=/sbin:/usr/sbin:/bin:/usr/bin"
#define EXEC_FAILED 126
#define NO_PROGRAM 127

struct plugin {
	char *path;
	char *request; /* argv[1] */
	char *root;    /* the variable that tells a test root, NULL on "/" */
	char *session; /* to be destroyed afterwards, NULL for the caller's */
};

static void free_plugin(struct plugin *p)
{
	free(p->path);
	free(p->request);
	free(p->root);
	free(p->session);
	free(p);
}

static const char *signal_name(int sig)
{
	static const struct {
		int sig;
		const char *name;
	} NAMES[] = {
		{SIGABRT, "SIGABRT"}, {SIGALRM, "SIGALRM"}, {SIGBUS, "SIGBUS"},
		{SIGFPE, "SIGFPE"},   {SIGHUP, "SIGHUP"},   {SIGILL, "SIGILL"},
		{SIGINT, "SIGINT"},   {SIGKILL, "SIGKILL"}, {SIGPIPE, "SIGPIPE"},
		{SIGQUIT, "SIGQUIT"}, {SIGSEGV, "SIGSEGV"}, {SIGTERM, "SIGTERM"},
		{SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}, {SIGTRAP, "SIGTRAP"},
		{SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
	};

	for (size_t i = 0; i < XPT_ARRAY_SIZE(NAMES); i++)
		if (NAMES[i].sig == sig)
			return NAMES[i].name;
	return "unknown";
}

static int exec_plugin(void *data)
{
	struct plugin *p = data;
	char path_variable[] = PLUGIN_PATH;
	char *argv[] = {p->path, p->request, NULL};
	char *env[] = {path_variable, p->root, NULL};

	execve(p->path, argv, env);
	return errno == ENOENT ? NO_PROGRAM : EXEC_FAILED;
}

static void plugin_failed(struct xd_call *c, const char *how, const struct xd_job *job,
			  const struct xpt_str *out)
{
	XPT_STR err = {0};

	xd_job_output(job->err, &err);
	xd_call_fail(c, "XENAPI_PLUGIN_FAILURE", how, xpt_str_text(out), xpt_str_text(&err), NULL);
}

static void plugin_done(struct xd_job *job, int status)
{
	struct plugin *p = job->data;
	struct xd_call *c = job->call;
	struct xd_row *session = p->session ? xd_db_find(&c->x->db, "session", p->session) : NULL;
	XPT_STR out = {0};

	xd_job_output(job->out, &out);
	if (WIFSIGNALED(status)) {
		XPT_FREE char *how = xpt_fmt("signal: %s", signal_name(WTERMSIG(status)));

		plugin_failed(c, how, job, &out);
	} else if (WEXITSTATUS(status)) {
		plugin_failed(c, "non-zero exit", job, &out);
	} else {
		xd_plugin_read_output(c, &out);
	}
	if (session)
		xd_db_destroy(&c->x->db, session);
	free_plugin(p);
}

/* Is that the name of something in the directory? No path gets out of it. */
static bool is_plugin(const char *path, const char *name)
{
	struct stat st;

	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..") &&
	       !lstat(path, &st);
}

static char *request_of(const char *session, const char *function, const struct xpt_value *args)
{
	XPT_VALUE *params = xpt_value_array();
	struct xpt_value *copy = xpt_value_struct();
	struct xpt_str out = {0};

	for (size_t i = 0; i < args->n; i++)
		xpt_value_put(copy, args->key[i], xpt_value_str(xpt_value_text(args->item[i])));
	xpt_value_push(params, xpt_value_str(session));
	xpt_value_push(params, copy);
	xpt_xmlrpc_write_call(&out, function, params);
	return xpt_str_take(&out);
}

void xd_plugin_run(struct xd_call *c, const struct xd_host *host, const char *plugin,
		   const char *function, const struct xpt_value *args)
{
	XPT_FREE char *dir = xd_host_path(host, PLUGIN_DIR);
	XPT_FREE char *path = xpt_fmt("%s/%s", dir, plugin);
	struct plugin *p;

	if (!is_plugin(path, plugin)) {
		xd_call_fail(c, "XENAPI_MISSING_PLUGIN", plugin, NULL);
		return;
	}
	p = xpt_alloc(sizeof(*p));
	p->path = XPT_TAKE(path);
	if (*host->root)
		p->root = xpt_fmt("XE_PASSTHROUGH_ROOT=%s", host->root);
	if (host != xd_coordinator(c->x))
		p->session = xpt_strdup(xd_session_anonymous(c->x, host)->ref);
	p->request = request_of(p->session ? p->session : c->session, function, args);
	xd_job_start(c, exec_plugin, p, plugin_done);
}
