/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernelfs ROOT BACKING [--faults FILE] [--ready-fd N]
 *
 * Mounts the kernel model on ROOT/sys: everything is as in the plain tree BACKING, but a store to a file
 * that the model knows (kernel.h) has its effect, or fails, before write() returns. Runs in the foreground
 * until SIGTERM, SIGINT or an unmount; then ROOT/sys is an empty directory again.
 *
 * Nothing is cached, so what is changed in BACKING itself (a simulated reboot) is seen at once. As in sysfs, truncation
 * does nothing, a store to another file replaces its text, config takes bytes at offsets, and nothing is
 * created, renamed or removed by users. FILE is a plan as in faults.h, read again whenever it changed, with
 * counts from zero; an absent FILE is an empty plan, a wrong one makes every store fail with EIO. Only
 * stores to files of the model count. --ready-fd gets one byte once the mount can be used.
 */
#define FUSE_USE_VERSION 32

#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/str.h"
#include "faults.h"
#include "kernel.h"
#include "tree.h"

/* What one store can carry (fs/kernfs/file.c). */
#define STORE_MAX 4096

static struct {
	struct xpt_kernel kernel;
	pthread_mutex_t lock; /* of all below and of the model */
	const char *plan_file;
	struct stat plan_stat; /* zero: no plan was read */
	struct xpt_faults plan;
	bool plan_is_bad;
	int ready_fd;
} fs = {.lock = PTHREAD_MUTEX_INITIALIZER, .ready_fd = -1};

/* FUSE paths begin with a slash; "" would be the empty path, so the top is ".". */
static const char *relative(const char *path)
{
	return path[1] ? path + 1 : ".";
}

/* ---- fault plan ---- */

static bool plan_changed(const struct stat *st)
{
	return st->st_ino != fs.plan_stat.st_ino || st->st_size != fs.plan_stat.st_size ||
	       st->st_mtim.tv_sec != fs.plan_stat.st_mtim.tv_sec ||
	       st->st_mtim.tv_nsec != fs.plan_stat.st_mtim.tv_nsec;
}

static void read_plan(void)
{
	enum { max = 1 << 16 };
	XPT_FREE char *text = NULL;
	struct stat st = {0};
	size_t bad;

	if (!fs.plan_file)
		return;
	if (stat(fs.plan_file, &st) < 0)
		st = (struct stat){0};
	if (!plan_changed(&st))
		return;
	fs.plan_stat = st;
	xpt_faults_done(&fs.plan);
	text = xpt_alloc(max + 1);
	if (st.st_ino && xpt_tree_read(AT_FDCWD, text, max, "%s", fs.plan_file) < 0)
		fprintf(stderr, "kernelfs: cannot read %s\n", fs.plan_file);
	bad = xpt_faults_parse(text, &fs.plan);
	fs.plan_is_bad = bad != 0;
	if (bad)
		fprintf(stderr, "kernelfs: %s:%zu: not a rule\n", fs.plan_file, bad);
}

static struct xpt_fault next_fault(const char *path)
{
	struct xpt_fault fault = {XPT_FAULT_ERRNO, EIO, 0};

	pthread_mutex_lock(&fs.lock);
	read_plan();
	if (!fs.plan_is_bad)
		fault = xpt_faults_next(&fs.plan, path);
	pthread_mutex_unlock(&fs.lock);
	return fault;
}

/* ---- stores ---- */

static void kill_writer(void)
{
	pid_t writer = fuse_get_context()->pid;

	if (writer > 1)
		kill(writer, SIGKILL);
}

static void sleep_ms(unsigned long ms)
{
	struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static int model_store(const char *path, const char *data, size_t len)
{
	struct xpt_fault fault = next_fault(path);
	int rc;

	if (fault.delay_ms)
		sleep_ms(fault.delay_ms);
	if (fault.kind == XPT_FAULT_ERRNO)
		return -fault.errnum;
	if (fault.kind == XPT_FAULT_KILL_BEFORE) {
		kill_writer();
		return -EINTR;
	}
	pthread_mutex_lock(&fs.lock);
	rc = xpt_kernel_store(&fs.kernel, path, data, len);
	pthread_mutex_unlock(&fs.lock);
	if (fault.kind == XPT_FAULT_KILL_AFTER)
		kill_writer();
	return rc;
}

static int plain_store(int fd, const char *path, const char *data, size_t len, off_t offset)
{
	bool is_binary = xpt_has_suffix(path, "/config");
	ssize_t n;

	if (!is_binary && ftruncate(fd, 0) < 0)
		return -errno;
	n = pwrite(fd, data, len, is_binary ? offset : 0);
	return n < 0 ? -errno : (int)n;
}

static int on_write(const char *path, const char *data, size_t len, off_t offset,
		    struct fuse_file_info *fi)
{
	int rc;

	if (len > STORE_MAX)
		len = STORE_MAX;
	if (!xpt_kernel_models(relative(path)))
		return plain_store((int)fi->fh, path, data, len, offset);
	rc = model_store(relative(path), data, len);
	return rc ? rc : (int)len;
}

/* ---- the rest passes through ---- */

static int on_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	int rc = fi ? fstat((int)fi->fh, st)
		    : fstatat(fs.kernel.sys, relative(path), st, AT_SYMLINK_NOFOLLOW);

	return rc < 0 ? -errno : 0;
}

static int on_readlink(const char *path, char *buf, size_t size)
{
	ssize_t n = readlinkat(fs.kernel.sys, relative(path), buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return 0;
}

static int on_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t offset,
		      struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	XPT_STRV names = {0};
	int rc = xpt_tree_names(fs.kernel.sys, &names, "%s", relative(path));

	(void)offset;
	(void)fi;
	(void)flags;
	if (rc)
		return rc;
	if (fill(buf, ".", NULL, 0, 0) || fill(buf, "..", NULL, 0, 0))
		return -ENOMEM;
	for (size_t i = 0; i < names.n; i++) {
		if (fill(buf, names.v[i], NULL, 0, 0))
			return -ENOMEM;
	}
	return 0;
}

static int on_open(const char *path, struct fuse_file_info *fi)
{
	int flags = fi->flags & O_ACCMODE;
	int fd = openat(fs.kernel.sys, relative(path), flags | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	fi->fh = (uint64_t)fd;
	fi->direct_io = 1;
	return 0;
}

static int on_read(const char *path, char *buf, size_t size, off_t offset,
		   struct fuse_file_info *fi)
{
	ssize_t n = pread((int)fi->fh, buf, size, offset);

	(void)path;
	return n < 0 ? -errno : (int)n;
}

static int on_release(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	return close((int)fi->fh) < 0 ? -errno : 0;
}

static int on_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	(void)path;
	(void)size;
	(void)fi;
	return 0;
}

static int on_create(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	(void)path;
	(void)mode;
	(void)fi;
	return -EACCES;
}

static int on_mkdir(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return -EPERM;
}

static int on_unlink(const char *path)
{
	(void)path;
	return -EPERM;
}

static int on_symlink(const char *target, const char *path)
{
	(void)target;
	(void)path;
	return -EPERM;
}

static int on_rename(const char *from, const char *to, unsigned flags)
{
	(void)from;
	(void)to;
	(void)flags;
	return -EPERM;
}

static void *on_init(struct fuse_conn_info *conn, struct fuse_config *config)
{
	(void)conn;
	config->entry_timeout = 0;
	config->negative_timeout = 0;
	config->attr_timeout = 0;
	config->hard_remove = 1;
	if (fs.ready_fd >= 0) {
		if (write(fs.ready_fd, "\n", 1) != 1)
			fprintf(stderr, "kernelfs: nobody waits on the ready descriptor\n");
		close(fs.ready_fd);
	}
	return NULL;
}

static const struct fuse_operations operations = {
	.init = on_init,
	.getattr = on_getattr,
	.readlink = on_readlink,
	.readdir = on_readdir,
	.open = on_open,
	.read = on_read,
	.write = on_write,
	.release = on_release,
	.truncate = on_truncate,
	.create = on_create,
	.mkdir = on_mkdir,
	.unlink = on_unlink,
	.rmdir = on_unlink,
	.symlink = on_symlink,
	.rename = on_rename,
};

/* ---- main ---- */

static int usage(void)
{
	fputs("usage: kernelfs ROOT BACKING [--faults FILE] [--ready-fd N]\n", stderr);
	return 2;
}

static int run(const char *mount_point)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	struct fuse_loop_config loop = {.clone_fd = 0, .max_idle_threads = 4};
	struct fuse *fuse = NULL;
	int rc = 1;

	if (fuse_opt_add_arg(&args, "kernelfs") || fuse_opt_add_arg(&args, "-o") ||
	    fuse_opt_add_arg(&args, "fsname=kernelfs,default_permissions"))
		goto out;
	fuse = fuse_new(&args, &operations, sizeof(operations), NULL);
	if (!fuse || fuse_mount(fuse, mount_point))
		goto out;
	if (!fuse_set_signal_handlers(fuse_get_session(fuse))) {
		/* A positive value is the signal that ended the loop. */
		rc = fuse_loop_mt(fuse, &loop) < 0;
		fuse_remove_signal_handlers(fuse_get_session(fuse));
	}
	fuse_unmount(fuse);
out:
	if (fuse)
		fuse_destroy(fuse);
	fuse_opt_free_args(&args);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"faults", required_argument, NULL, 'f'},
						{"ready-fd", required_argument, NULL, 'r'},
						{0}};
	XPT_FREE char *mount_point = NULL;
	int c, rc;

	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (c == 'f')
			fs.plan_file = optarg;
		else if (c == 'r')
			fs.ready_fd = atoi(optarg);
		else
			return usage();
	}
	if (argc - optind != 2)
		return usage();
	rc = xpt_kernel_open(argv[optind], argv[optind + 1], &fs.kernel);
	if (rc) {
		fprintf(stderr, "kernelfs: %s: %s\n", argv[optind + 1], strerror(-rc));
		return 1;
	}
	mount_point = xpt_fmt("%s/sys", argv[optind]);
	mkdir(mount_point, 0755);
	read_plan();
	rc = fs.plan_is_bad ? 1 : run(mount_point);
	xpt_faults_done(&fs.plan);
	xpt_kernel_close(&fs.kernel);
	return rc;
}
