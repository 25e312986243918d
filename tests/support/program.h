/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that stand beside a test's own executable. */
#ifndef XPT_TESTS_PROGRAM_H
#define XPT_TESTS_PROGRAM_H

#include <sys/types.h>

/* The path of a program in the directory of the running one. Caller frees. */
char *xpt_program_path(const char *name);
/* Start argv[0] with stdout to out_fd and stderr to err_fd (-1: as they are). Returns its id or -errno. */
pid_t xpt_program_start(const char *const argv[], int out_fd, int err_fd);
/* Wait for a process: its exit status, or 128 + the signal that ended it. */
int xpt_program_wait(pid_t pid);

#endif
