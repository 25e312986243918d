/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock that time limits are measured by. */
#ifndef XPT_HOST_CLOCK_H
#define XPT_HOST_CLOCK_H

#include <time.h>

/* Milliseconds since some moment of the past; setting the host's clock does not move it. */
static inline long long xpt_clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#endif
