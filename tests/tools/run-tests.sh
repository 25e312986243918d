#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run test programs, two at a time, and count what they report: run-tests.sh RESULTS-DIR PROGRAM...
#
# A program is a cmocka program or a script that prints "ok NAME", "not ok NAME" or "skip NAME: WHY" a line.
# One that ends otherwise than its lines say counts as one failure more. Only failures are shown whole.
set -u

results=$1
shift
rm -rf "$results"
mkdir -p "$results"

run_one() {
	name=$(basename "$2")
	timeout -k 5 "${TEST_TIMEOUT:-1200}" "$2" >"$1/$name.out" 2>&1 </dev/null
	echo $? >"$1/$name.rc"
}
export -f run_one
printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I{} bash -c 'run_one "$0" "$1"' "$results" {}

passed=0 failed=0 skipped=0
for program in "$@"; do
	name=$(basename "$program")
	out=$results/$name.out
	rc=$(cat "$results/$name.rc" 2>/dev/null || echo none)
	ok=$(grep -acE '^(\[       OK \]|ok )' "$out")
	bad=$(grep -acE '^(\[  FAILED  \] .*[^)]$|not ok )' "$out")
	skip=$(grep -acE '^(\[  SKIPPED \] [^0-9]|skip )' "$out")
	# cmocka lists failed and skipped tests once more at the end.
	grep -aq '^\[==========\]' "$out" && bad=$((bad / 2)) && skip=$(((skip + 1) / 2))
	if [ "$rc" != 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ $((ok + bad + skip)) -eq 0 ]; then
		bad=1
	fi
	printf '%-28s %4d ok' "$name" "$ok"
	[ "$skip" -gt 0 ] && printf ', %d skipped' "$skip"
	[ "$bad" -gt 0 ] && printf ', %d FAILED (exit %s)' "$bad" "$rc"
	echo
	[ "$skip" -gt 0 ] && grep -aE '^(\[  SKIPPED \] [^0-9]|skip )' "$out" | sort -u | sed 's/^/    /'
	[ "$bad" -gt 0 ] && tail -n 60 "$out" | sed 's/^/    /'
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
done

echo "$passed $failed $skipped" >"$results/counts"
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
