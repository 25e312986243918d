#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The house's walls: each room includes only what is left of it, and only host/ touches the machine.
set -u

rooms="base codec host model api"
failed=0

complain() {
	echo "$*"
	failed=1
}

allowed=""
for room in $rooms; do
	allowed="$allowed $room"
	while IFS=: read -r file _ include; do
		target=$(sed -E 's/.*"([a-z]+)\/.*/\1/' <<<"$include")
		case " $allowed " in
		*" $target "*) ;;
		*) complain "$file: $room/ must not include $target/" ;;
		esac
	done < <(grep -nE '^#include "[a-z]+/' libxc-helpers/"$room"/*.[ch])
done

# side effects: plugin and command have theirs by host/ too
calls='\b(open|openat|fopen|popen|system|fork|vfork|execv[pe]*|posix_spawnp?|socket|connect|mkdir|rename|unlink|opendir|dlopen)\('
while IFS= read -r hit; do
	complain "$hit: only host/ opens, spawns or connects"
done < <(grep -nE "$calls" libxc-helpers/{base,codec,model,api}/*.c {xapi-plugin,xe-wrapper}/*.c | grep -vE '^\S+\s*(/\*|\*)' |
	cut -d: -f1,2)

# one user each
only() { # LIBRARY-HEADER PATTERN OF FILES
	while IFS= read -r file; do
		[[ $file =~ $2 ]] || complain "$file: $1 is for $2 only"
	done < <(grep -lE "#include <$1" -r libxc-helpers xapi-plugin xe-wrapper)
}
only jansson.h '^libxc-helpers/codec/json\.c$'
only 'libxml/' '^libxc-helpers/codec/xml\.c$'
only 'pci/pci.h' '^libxc-helpers/host/pciids\.c$'
only '(xenctrl|xenstore|libxl)' '^libxc-helpers/xen/'

# rooms that want a wall; files that lack a licence line
while read -r lines file; do
	[ "$file" != total ] && [ "$lines" -gt 600 ] && complain "$file: $lines lines, 600 are the limit"
done < <(git ls-files '*.c' '*.h' '*.sh' '*.py' | xargs wc -l)
while IFS= read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
		complain "$file: no SPDX line on top"
done < <(git ls-files '*.c' '*.h' '*.sh' '*.py' '*.mk' Makefile .ci/run)

exit $failed
