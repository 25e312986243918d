#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Speed, system calls and memory of the plugin against its targets: bench.sh BUILD
#
# Prints a row per target; exits 1 when one is missed, 2 when it cannot measure.

set -u

build=$1
here=$(dirname "$0")
plugin=$build/passthrough
timeit=$build/tests/timeit
python=${PYTHON:-python3}

MIN_START_RATIO=15   # a Python plugin's time by ours
MIN_LIST_RATIO=1     # lspci's time by ours
MAX_GROUPS_RATIO=1.5 # pci_groups' time by pci_list's
MAX_CALLS=15         # system calls a device
MAX_MEMORY=32768     # KiB
SIZES=(16 256 4096)
declare -A RUNS=([16]=31 [256]=15 [4096]=7)

missed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/xpt-bench.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT

die() {
	echo "bench: $*" >&2
	exit 2
}

# What xapi passes a plugin, session and a struct of arguments: call FUNCTION [NAME VALUE]
call() {
	printf '<?xml version="1.0"?><methodCall><methodName>%s</methodName><params>' "$1"
	printf '<param><value></value></param><param><value><struct>'
	[ $# -eq 1 ] || printf '<member><name>%s</name><value>%s</value></member>' "$2" "$3"
	printf '</struct></value></param></params></methodCall>'
}

# holds A OP B: compare numbers that need not be whole.
holds() {
	awk -v a="$1" -v b="$3" "BEGIN { exit !(a $2 b) }"
}

quotient() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

# row TEXT OURS OTHER VALUE OP TARGET
row() {
	local verdict=PASS

	holds "$4" "$5" "$6" || {
		verdict=FAIL
		missed=1
	}
	printf '%-34s %12s %12s %9s  %-2s %-6s %s\n' "$1" "$2" "$3" "$4" "$5" "$6" "$verdict"
}

# A benchmark of a refusal or of an empty answer says nothing: look at it once.
check_answer() {
	"$@" | grep -q 'Success' || die "$1 does not answer $(printf '%.60s' "$2")"
}

# By a field that each function has once: addresses stand in lists of bridges and virtual functions as well.
count_devices() {
	"$plugin" "$1" | grep -oE '&quot;dom0_access&quot;|"dom0_access"' | wc -l
}

# compare RUNS FIRST... -- SECOND...: sets ours, other, ours_kib, other_kib.
compare() {
	local line

	line=$("$timeit" "$@") || die "cannot measure"
	read -r ours other ours_kib other_kib <<<"$line"
}

# The total of system calls of a command and its children.
system_calls() {
	strace -f -c -o "$work/strace" "$@" >/dev/null || die "strace failed"
	awk '$NF == "total" { print $4 }' "$work/strace"
}

bench_start() {
	mkdir "$work/empty"
	export XE_PASSTHROUGH_ROOT=$work/empty
	check_answer "$plugin" "$(call version)"
	check_answer "$python" "$here/plugin.py" "$(call version)"
	compare 51 "$plugin" "$(call version)" -- "$python" "$here/plugin.py" "$(call version)"
	row "version: us, against Python" "$ours" "$other" "$(quotient "$other" "$ours")" \
		'>=' $MIN_START_RATIO
}

# bench_list COUNT: leaves the number of system calls in calls[COUNT].
bench_list() {
	local count=$1 root=$work/$1 list found

	list=$(call pci_list bridges true)
	"$python" "$here/makehost.py" "$root" "$count" || die "cannot make a host"
	export XE_PASSTHROUGH_ROOT=$root
	check_answer "$plugin" "$list"
	found=$(count_devices "$list")
	[ "$found" = "$count" ] || die "pci_list shows $found of $count devices"
	# Without sysfs where it looks, lspci quietly shows the machine it runs on.
	found=$(lspci -n -O "sysfs.path=$root/sys/bus/pci" | wc -l)
	[ "$found" = "$count" ] || die "lspci shows $found of $count devices"
	compare "${RUNS[$count]}" "$plugin" "$list" -- \
		lspci -vvk -O "sysfs.path=$root/sys/bus/pci"
	row "pci_list of $count: us, against lspci" "$ours" "$other" \
		"$(quotient "$other" "$ours")" '>' $MIN_LIST_RATIO
	calls[count]=$(system_calls "$plugin" "$list") || exit
}

# bench_groups COUNT, on the host that bench_list made.
bench_groups() {
	local count=$1 groups list

	groups=$(call pci_groups)
	list=$(call pci_list bridges true)
	export XE_PASSTHROUGH_ROOT=$work/$count
	check_answer "$plugin" "$groups"
	[ "$(count_devices "$groups")" = "$count" ] || die "pci_groups does not show $count devices"
	compare "${RUNS[$count]}" "$plugin" "$groups" -- "$plugin" "$list"
	row "pci_groups of $count: by pci_list" "$ours" "$other" "$(quotient "$ours" "$other")" \
		'<' $MAX_GROUPS_RATIO
}

declare -a calls
for tool in "$timeit" "$plugin" lspci strace "$python"; do
	command -v "$tool" >/dev/null || die "$tool is missing"
done
printf '%-34s %12s %12s %9s  %-9s\n' '' ours other value target
bench_start
for size in "${SIZES[@]}"; do
	bench_list "$size"
done
row "system calls a device" "${calls[4096]}" "${calls[16]}" \
	"$(quotient $((calls[4096] - calls[16])) 4080)" '<=' $MAX_CALLS
row "peak memory of pci_list of 4096: KiB" "$ours_kib" "$other_kib" "$ours_kib" '<=' $MAX_MEMORY
for size in "${SIZES[@]}"; do
	bench_groups "$size"
done
exit $missed
