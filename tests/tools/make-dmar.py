#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A DMAR table from words, as an entry of a host file or as bytes.

usage: make-dmar.py [--signature RMAD] [--raw] STRUCTURE...

STRUCTURE is drhd:BASE[:SCOPE...] or rmrr:BASE-LIMIT[:SCOPE...], numbers in hex. A drhd without scopes is for all
devices. SCOPE is [bridge@]BUS/DEV.FN[/DEV.FN...]: a start bus, then the way through bridges to the device.

  make-dmar.py drhd:fed90000 rmrr:7b000000-7b0fffff:00/14.0:85/02.0/00.0
"""
import argparse
import struct
import sys


def scope(text):
    kind, _, way = text.rpartition("@")
    bus, *hops = way.split("/")
    path = b"".join(bytes(int(part, 16) for part in hop.split(".")) for hop in hops)
    return struct.pack("<BBHBB", 2 if kind == "bridge" else 1, 6 + len(path), 0, 0, int(bus, 16)) + path


def structure(text):
    kind, place, *scopes = text.split(":")
    tail = b"".join(map(scope, scopes))
    if kind == "drhd":
        return struct.pack("<HHBBHQ", 0, 16 + len(tail), not scopes, 0, 0, int(place, 16)) + tail
    base, limit = (int(part, 16) for part in place.split("-"))
    return struct.pack("<HHHHQQ", 1, 24 + len(tail), 0, 0, base, limit) + tail


def table(signature, structures):
    body = struct.pack("<BB10x", 45, 1) + b"".join(map(structure, structures))
    head = struct.pack("<4sIBB6s8sI4sI", signature.encode(), 36 + len(body), 1, 0, b"XPT", b"INVENTED", 1, b"XPT", 1)
    whole = bytearray(head + body)
    whole[9] = -sum(whole) & 0xff
    return bytes(whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signature", default="RMAD", help="DMAR, or RMAD as Xen renames it (default)")
    parser.add_argument("--raw", action="store_true", help="bytes instead of a host file's entry")
    parser.add_argument("structures", nargs="+", metavar="STRUCTURE")
    options = parser.parse_args()
    made = table(options.signature, options.structures)
    if options.raw:
        sys.stdout.buffer.write(made)
    else:
        print("/sys/firmware/acpi/tables/%s := %d @0 %s" % (options.signature, len(made), made.hex(" ")))


if __name__ == "__main__":
    main()
