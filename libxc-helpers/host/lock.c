/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>

#include "host/clock.h"
#include "host/fs.h"

#define LOCK_DIR "/run/xe-passthrough"
#define LOCK_FILE LOCK_DIR "/lock"
/* How often a taken lock is asked again. */
#define RETRY_MS 20

static int busy(int fd, struct xpt_err *err)
{
	char holder[128] = "";
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);
	XPT_FREE char *clean = NULL;

	holder[n > 0 ? n : 0] = '\0';
	holder[strcspn(holder, "\n")] = '\0';
	clean = xpt_clean(holder, strlen(holder));
	return xpt_err_set(
		err, XPT_BUSY, EBUSY, LOCK_FILE,
		"wait for it to end, or see with 'xe-passthrough status' what it does",
		"the passthrough plugin is busy: another change is under way on this host (%s)",
		*clean ? clean : "unknown");
}

/* Only for the sentence that those get who wait, so a failure does not matter. */
static void note_holder(int fd, const char *line)
{
	ssize_t n = pwrite(fd, line, strlen(line), 0);

	if (n < 0 || ftruncate(fd, n) < 0)
		return;
}

int xpt_lock_take(const struct xpt_host *host, unsigned wait_ms, const char *who, int *ret_fd,
		  struct xpt_err *err)
{
	long long end = xpt_clock_ms() + wait_ms;
	XPT_CLOSE int fd = -1;
	XPT_FREE char *line = NULL;
	int failed = xpt_fs_mkdir(host, LOCK_DIR, err);

	if (failed)
		return failed;
	fd = openat(host->root_fd, &LOCK_FILE[1],
		    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return xpt_err_sys(err, errno, LOCK_FILE, "cannot open the lock %s", LOCK_FILE);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return xpt_err_sys(err, errno, LOCK_FILE, "cannot take the lock %s",
					   LOCK_FILE);
		if (xpt_clock_ms() >= end)
			return busy(fd, err);
		(void)poll(NULL, 0, RETRY_MS);
	}
	line = xpt_fmt("%s, process %d\n", who, (int)getpid());
	note_holder(fd, line);
	*ret_fd = fd;
	fd = -1;
	return 0;
}
