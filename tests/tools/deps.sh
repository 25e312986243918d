#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Install what building and testing need on Debian 12, where it is missing; without root, say how.
set -eu

packages="gcc make pkg-config libc6-dev libxml2-dev libjansson-dev libpci-dev libxen-dev libcmocka-dev
	libfuse3-dev fuse3 pciutils git pci.ids python3 procps strace"
for_checks="clang libclang-rt-14-dev clang-format clang-tidy cppcheck shellcheck valgrind"
[ "${1:-}" = all ] && packages="$packages $for_checks"

missing=
for package in $packages; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "missing packages; as root: apt-get install -y$missing" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq $missing >/dev/null 2>&1 ||
	{ apt-get update -qq && apt-get install -y -qq $missing >/dev/null; }
