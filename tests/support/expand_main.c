/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expand FILE.host DIR: makes a host's root of a host file (expand.h). */
#include <stdio.h>

#include "expand.h"

int main(int argc, char **argv)
{
	XPT_ERR err = XPT_ERR_INIT;

	if (argc != 3) {
		fputs("usage: expand FILE.host DIR\n", stderr);
		return 2;
	}
	if (xpt_expand(argv[1], argv[2], &err) < 0) {
		fprintf(stderr, "expand: %s\n", err.sentence);
		return 1;
	}
	return 0;
}
