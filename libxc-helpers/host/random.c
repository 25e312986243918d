/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SOURCE "/dev/urandom"

/* Reads of up to 256 bytes are whole once the kernel has started (random(4)). */
static int read_bytes(unsigned char *ret, size_t n)
{
	XPT_CLOSE int fd = open(SOURCE, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, ret, n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return (size_t)got == n ? 0 : -EIO;
}

int xpt_random_hex(char *ret, size_t digits, struct xpt_err *err)
{
	unsigned char bytes[XPT_RANDOM_HEX_MAX / 2] = {0};
	int failed = digits > XPT_RANDOM_HEX_MAX ? -EINVAL : read_bytes(bytes, digits / 2);

	if (failed)
		return xpt_err_sys(err, -failed, SOURCE, "cannot read %s", SOURCE);
	for (size_t i = 0; i < digits / 2; i++)
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}
