/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sandbox FILE.host [--root DIR] [--keep] [--no-fuse] [--second FILE2.host] [-- COMMAND...]
 *
 * Brings a host file to life and runs COMMAND in it, or a shell: the file is expanded, the plugin,
 * the command and the Xen double of the build are put in place, the kernel model is mounted on its
 * /sys, the test xapi serves its pool. --second adds another host of the same pool, a supporter.
 * Afterwards the servers are ended and everything that was made is deleted, unless --keep is given.
 *
 * COMMAND finds xe-passthrough, xe and reboot on its PATH, and in its environment:
 *   XE_PASSTHROUGH_ROOT, XPT_SANDBOX_ROOT   the root; XPT_SANDBOX_ROOT2 that of the second host
 *   XPT_SANDBOX_HOST                        the host's uuid; XPT_SANDBOX_HOST2
 *   XPT_SANDBOX_FUSE                        1 when the kernel model is mounted, else 0
 *   XPT_SANDBOX_SYS                         the plain tree behind /sys; XPT_SANDBOX_SYS2
 *   XPT_SANDBOX_FAULTS                      the kernel model's fault plan, for tests to write;
 *                                           XPT_SANDBOX_FAULTS2
 *   XPT_SANDBOX_XAPI_PID                    the test xapi, 0 when the host file has no pool
 *   XPT_SANDBOX_LOG                         what the servers said
 *   XPT_SANDBOX_BUILD                       the build folder
 *
 * Exit: COMMAND's status (128 + signal when one ended it); 125 when the sandbox could not be made.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "expand.h"
#include "file.h"
#include "sandbox_host.h"

#define EXIT_SANDBOX 125
#define XAPI_MS 20000
#define MAX_POOL (64u << 20)

struct sandbox {
	const char *host_file;
	const char *second_file; /* NULL: one host */
	const char *root;        /* --root, NULL: below work */
	bool keep;
	bool no_fuse;
	char **command; /* NULL: a shell */

	char *build; /* the build folder */
	char *work;  /* our own temporary folder */
	char *tools; /* goes first on PATH */
	char *log;
	char *faults, *faults2;
	struct xpt_sandbox_host host, second;
	struct xpt_server xapi;
	bool has_fuse;
};

/* ---- arguments ---- */

static int usage(void)
{
	fputs("usage: sandbox FILE.host [--root DIR] [--keep] [--no-fuse] [--second FILE2.host] "
	      "[-- COMMAND...]\n",
	      stderr);
	return EXIT_SANDBOX;
}

static int read_args(int argc, char **argv, struct sandbox *s)
{
	static const struct option options[] = {{"root", required_argument, NULL, 'r'},
						{"keep", no_argument, NULL, 'k'},
						{"no-fuse", no_argument, NULL, 'n'},
						{"second", required_argument, NULL, '2'},
						{0}};
	int opt, n_files = 0;

	/* "-": what is no option comes as option 1, in order; "--" ends it all */
	while ((opt = getopt_long(argc, argv, "-", options, NULL)) != -1) {
		if (opt == 'r')
			s->root = optarg;
		else if (opt == 'k')
			s->keep = true;
		else if (opt == 'n')
			s->no_fuse = true;
		else if (opt == '2')
			s->second_file = optarg;
		else if (opt == 1 && n_files++ == 0)
			s->host_file = optarg;
		else
			return -EINVAL;
	}
	s->command = optind < argc ? argv + optind : NULL;
	return s->host_file ? 0 : -EINVAL;
}

/* ---- making ---- */

/* The build folder: this program is BUILD/tests/sandbox. */
static char *find_build(void)
{
	XPT_FREE char *self = realpath("/proc/self/exe", NULL);

	return self ? xpt_strdup(dirname(dirname(self))) : xpt_strdup("build");
}

static int make_tools(struct sandbox *s, struct xpt_err *err)
{
	XPT_FREE char *xe_from = xpt_fmt("%s/tests/xe", s->build);
	XPT_FREE char *xe = xpt_fmt("%s/xe", s->tools);
	XPT_FREE char *reboot = xpt_fmt("%s/reboot", s->tools);
	static const char script[] =
		"#!/bin/sh\n"
		"exec \"$XPT_SANDBOX_BUILD/tests/reboot\" \"$XPT_SANDBOX_ROOT\" "
		"\"$XPT_SANDBOX_SYS\"\n";
	int ret = xpt_file_mkdir(s->tools, err);

	if (ret == 0)
		ret = xpt_file_write(reboot, script, strlen(script), 0755, err);
	return ret < 0 ? ret : xpt_file_copy(xe_from, xe, 0755, err);
}

static bool can_fuse(const struct sandbox *s)
{
	int fd = s->no_fuse ? -1 : open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	else if (!s->no_fuse)
		fprintf(stderr, "sandbox: no kernel model, /sys is a plain tree: /dev/fuse: %s\n",
			strerror(errno));
	return fd >= 0;
}

/* Both hosts have the kernel model or none has; without it the plain trees have to do. */
static int mount_all(struct sandbox *s, struct xpt_err *err)
{
	XPT_ERR why = XPT_ERR_INIT;

	if (!can_fuse(s))
		return 0;
	if (xpt_sandbox_host_mount(&s->host, s->build, s->faults, s->log, &why) < 0) {
		fprintf(stderr, "sandbox: no kernel model, /sys is a plain tree: %s\n",
			why.sentence);
		return 0;
	}
	s->has_fuse = true;
	return s->second_file
		       ? xpt_sandbox_host_mount(&s->second, s->build, s->faults2, s->log, err)
		       : 0;
}

/* The pool must know the host, or every answer would be about another one. */
static int check_pool(const char *pool, const struct xpt_sandbox_host *host, struct xpt_err *err)
{
	XPT_FREE char *text = NULL;
	XPT_FREE char *attribute = xpt_fmt("uuid=\"%s\"", host->uuid ? host->uuid : "");
	int ret = xpt_file_read(pool, MAX_POOL, &text, NULL, err);

	if (ret < 0 || (host->uuid && strstr(text, attribute)))
		return ret;
	return xpt_err_set(err, XPT_MALFORMED, EINVAL, pool, NULL,
			   "%s has no host with the INSTALLATION_UUID of "
			   "%s/etc/xensource-inventory (%s)",
			   pool, host->root, host->uuid ? host->uuid : "there is none");
}

static int start_xapi(struct sandbox *s, struct xpt_err *err)
{
	XPT_FREE char *pool = xpt_fmt("%s%s", s->host.root, XPT_EXPAND_POOL);
	XPT_STRV args = {0};
	int ret;

	if (access(pool, F_OK) < 0)
		return 0;
	ret = check_pool(pool, &s->host, err);
	if (ret == 0 && s->second_file)
		ret = check_pool(pool, &s->second, err);
	if (ret < 0)
		return ret;
	xpt_strv_addf(&args, "%s/tests/xapid", s->build);
	xpt_strv_add(&args, "--pool");
	xpt_strv_add(&args, pool);
	xpt_strv_add(&args, "--host");
	xpt_strv_addf(&args, "%s=%s", s->host.uuid, s->host.root);
	if (s->second_file) {
		xpt_strv_add(&args, "--host");
		xpt_strv_addf(&args, "%s=%s", s->second.uuid, s->second.root);
	}
	return xpt_server_start(&s->xapi, &args, s->log, XAPI_MS, err);
}

static int make(struct sandbox *s, struct xpt_err *err)
{
	XPT_FREE char *root = NULL;
	XPT_FREE char *root2 = NULL;
	int ret = xpt_file_temp_dir("xpt-sandbox", &s->work, err);

	if (ret < 0)
		return ret;
	s->build = find_build();
	s->tools = xpt_fmt("%s/tools", s->work);
	s->log = xpt_fmt("%s/log", s->work);
	s->faults = xpt_fmt("%s/faults", s->work);
	s->faults2 = xpt_fmt("%s/faults2", s->work);
	root = s->root ? xpt_strdup(s->root) : xpt_fmt("%s/root", s->work);
	root2 = xpt_fmt("%s/root2", s->work);
	ret = make_tools(s, err);
	if (ret == 0)
		ret = xpt_sandbox_host_make(&s->host, s->host_file, root, s->build, err);
	if (ret == 0 && s->second_file)
		ret = xpt_sandbox_host_make(&s->second, s->second_file, root2, s->build, err);
	if (ret == 0)
		ret = mount_all(s, err);
	return ret < 0 ? ret : start_xapi(s, err);
}

static void end(struct sandbox *s)
{
	XPT_ERR err = XPT_ERR_INIT;

	xpt_server_stop(&s->xapi);
	if (s->keep && s->host.root)
		fprintf(stderr, "sandbox: kept %s and %s\n", s->host.root, s->work);
	xpt_sandbox_host_end(&s->second, s->keep);
	xpt_sandbox_host_end(&s->host, s->keep);
	if (!s->keep && s->work && xpt_file_remove_tree(s->work, &err) < 0)
		fprintf(stderr, "sandbox: %s\n", err.sentence);
	free(s->build);
	free(s->work);
	free(s->tools);
	free(s->log);
	free(s->faults);
	free(s->faults2);
}

/* ---- running ---- */

static void set(const char *name, const char *value)
{
	setenv(name, value ? value : "", 1);
}

static void set_environment(const struct sandbox *s)
{
	const char *path = getenv("PATH");
	XPT_FREE char *new_path = xpt_fmt("%s:%s/opt/xensource/bin:%s", s->tools, s->host.root,
					  path ? path : "/usr/bin:/bin");
	XPT_FREE char *pid = xpt_fmt("%d", (int)s->xapi.pid);

	set("PATH", new_path);
	set("XE_PASSTHROUGH_ROOT", s->host.root);
	set("XPT_SANDBOX_ROOT", s->host.root);
	set("XPT_SANDBOX_HOST", s->host.uuid);
	set("XPT_SANDBOX_SYS", s->host.sys);
	set("XPT_SANDBOX_FUSE", s->has_fuse ? "1" : "0");
	set("XPT_SANDBOX_FAULTS", s->faults);
	set("XPT_SANDBOX_XAPI_PID", pid);
	set("XPT_SANDBOX_LOG", s->log);
	set("XPT_SANDBOX_BUILD", s->build);
	if (!s->second_file)
		return;
	set("XPT_SANDBOX_ROOT2", s->second.root);
	set("XPT_SANDBOX_HOST2", s->second.uuid);
	set("XPT_SANDBOX_SYS2", s->second.sys);
	set("XPT_SANDBOX_FAULTS2", s->faults2);
}

static void exec_command(const struct sandbox *s, const sigset_t *mask)
{
	const char *shell = getenv("SHELL");
	char *interactive[] = {(char *)(shell && *shell ? shell : "/bin/sh"), NULL};
	char **command = s->command ? s->command : interactive;

	set_environment(s);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(command[0], command);
	fprintf(stderr, "sandbox: %s: %s\n", command[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/*
 * Wait for the command. The terminal's ^C is the command's own affair; being told to end, we tell
 * the command, the second time by force.
 */
static int wait_command(pid_t pid, const sigset_t *signals)
{
	bool asked = false;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		int sig = sigwaitinfo(signals, NULL);

		if (sig != SIGTERM && sig != SIGHUP)
			continue;
		kill(pid, asked ? SIGKILL : sig);
		asked = true;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run(const struct sandbox *s, const sigset_t *signals, const sigset_t *mask)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exec_command(s, mask);
	if (pid < 0) {
		fprintf(stderr, "sandbox: cannot fork: %s\n", strerror(errno));
		return EXIT_SANDBOX;
	}
	return wait_command(pid, signals);
}

/* A signal that came while the sandbox was made: -EINTR, so that nothing is run. */
static int pending_signal(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGTERM) || sigismember(&pending, SIGHUP) ||
			       sigismember(&pending, SIGINT)
		       ? -EINTR
		       : 0;
}

int main(int argc, char **argv)
{
	XPT_ERR err = XPT_ERR_INIT;
	struct sandbox s = {0};
	sigset_t signals, mask;
	int status = EXIT_SANDBOX;

	if (read_args(argc, argv, &s) < 0)
		return usage();
	/* held from the start, so that nothing can end us between making and ending */
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &mask);
	if (make(&s, &err) < 0)
		fprintf(stderr, "sandbox: %s\n", err.sentence);
	else if (pending_signal() == 0)
		status = run(&s, &signals, &mask);
	end(&s);
	return status;
}
