#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dom0 is old (glibc 2.17, libxml2 2.9.1, jansson 2.10, gcc 4.8): what we ship may need nothing newer.
# check-portability.sh PROGRAM...
set -u

failed=0

# Functions that came after dom0's libraries, by their undefined symbols.
newer='reallocarray|explicit_bzero|getrandom|getentropy|memfd_create|copy_file_range|strlcpy|strlcat|statx|close_range|closefrom|renameat2|gettid|posix_spawn_file_actions_addchdir_np|posix_spawn_file_actions_addclosefrom_np|pidfd_open|json_object_getn|json_sprintf|json_vsprintf|json_string_length_n|xmlCtxtSetMaxAmplification|xmlSaveToBufferNew2'
for program in "$@"; do
	while read -r symbol; do
		echo "$program: needs $symbol, which dom0 does not have"
		failed=1
	done < <(nm -D --undefined-only "$program" | awk '{print $NF}' | sed 's/@.*//' | grep -xE "$newer")
done

# Language past gcc 4.8.
words='\b_Generic\b|stdatomic\.h|_Thread_local|__builtin_(add|sub|mul)_overflow|__has_include|__attribute__\(\(fallthrough\)\)|\[\[[a-z]+\]\]'
if grep -nE "$words" -r libxc-helpers xapi-plugin xe-wrapper --include='*.[ch]'; then
	echo "gcc 4.8 does not know these"
	failed=1
fi
exit $failed
