#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job as a story, told in a sandbox: a GPU goes from dom0 into a VM and comes back.
# demo.sh BUILD-DIR
set -eu

if [ "${1:-}" != --inside ]; then
	build=$1
	top=$(cd "$(dirname "$0")/.." && pwd)
	exec "$build/tests/sandbox" "$top/tests/hosts/server.host" -- "$top/tests/demo.sh" --inside
fi

gpu=0000:3b:00.0 audio=0000:3b:00.1 vm=win11
bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\033[1m' plain=$'\033[0m'
fi
number=0
left_out=''

chapter() {
	number=$((number + 1))
	printf '\n%s%d. %s%s\n' "$bold" "$number" "$1" "$plain"
	shift
	[ $# -eq 0 ] || printf '   %s\n' "$@"
}

run() {
	printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
	"$@"
}

# A command that must fail, and says why.
run_refused() {
	printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
	if "$@" 2>&1; then
		echo "demo: this should have been refused" >&2
		exit 1
	fi
}

driver_of() {
	basename "$(readlink "$XE_PASSTHROUGH_ROOT/sys/bus/pci/devices/$1/driver" || echo none)"
}

expect() { # WHAT IS SHOULD-BE
	if [ "$2" != "$3" ]; then
		echo "demo: $1 is '$2', expected was '$3'" >&2
		exit 1
	fi
}

native=$(driver_of $gpu)

echo "${bold}xe-passthrough: a GPU goes into a VM, on a machine that is not yours.${plain}"
echo "Everything below is the real plugin and the real command, on an invented two-socket server."

chapter "What this host has"
run xe-passthrough status
run xe-passthrough pci list class:0300 class:0302 class:0108 class:0200

chapter "What dom0 lives on stays with dom0" \
	"The NVMe drive in the list is the one this host boots from. Ask for it all the same:"
boot_disk=$(xe-passthrough pci list --json | python3 -c '
import json, sys
print(next(d["address"] for d in json.load(sys.stdin)["devices"]
           if not d["is_bridge"] and "boot-disk" in [u["reason"] for u in d["uses"]]))')
run_refused xe-passthrough pci hide "$boot_disk" --yes

chapter "The plan, before anything is touched" \
	"--siblings takes the GPU's audio function along, which sits in the same slot."
run xe-passthrough pci hide $gpu --siblings --dry-run
expect "the driver of $gpu" "$(driver_of $gpu)" "$native"

chapter "Hide it from dom0"
run xe-passthrough pci hide $gpu --siblings --yes
run xe-passthrough status

chapter "Reboot the host (simulated)" "The kernel takes the new boot line, and pciback takes the GPU."
run reboot
run xe-passthrough pci list $gpu $audio
expect "the driver of $gpu" "$(driver_of $gpu)" pciback

chapter "Give it to the VM"
run xe-passthrough pci attach $vm $gpu $audio --yes

if [ "$XPT_SANDBOX_FUSE" = 1 ]; then
	chapter "Start the VM, and see that it holds the GPU"
	run xe vm-start vm=$vm
	run xe-passthrough pci show $gpu
	chapter "Nobody else gets it meanwhile"
	run_refused xe-passthrough pci attach ml1 $gpu --yes
	chapter "Take it from the VM again"
	run xe-passthrough pci detach $vm --yes
	run xe vm-shutdown vm=$vm --force
else
	left_out="the VM's start (there is no /dev/fuse here, so no kernel that answers it)"
	chapter "Take it from the VM again"
	run xe-passthrough pci detach $vm --yes
fi

chapter "Give it back to dom0"
run xe-passthrough pci unhide $gpu --siblings --yes
run reboot
run xe-passthrough pci list $gpu $audio
expect "the driver of $gpu" "$(driver_of $gpu)" "$native"

chapter "What was done"
run xe-passthrough history

echo
[ -z "$left_out" ] || echo "Left out: $left_out."
echo "${bold}The end: the GPU is with dom0 again as it was before, and nothing is left behind.${plain}"
