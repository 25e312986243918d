#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the device part of a host file from a captured sysfs tree.

usage: sysfs2host.py TREE|TREE.tar.gz [> part.host]

TREE is a directory, or an archive of one, that holds sys/devices/pciDDDD:BB and sys/hypervisor
somewhere near its top. Only attributes that the lists below name are taken; what expansion derives
(tests/support/derive.h) is left out, so that the result stays short enough to be reviewed.
"""

import os
import re
import sys
import tarfile
import tempfile

BDF = re.compile(r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-1][0-9a-f]\.[0-7]$")
USB = re.compile(r"^(usb\d+|\d+-[\d.]+(:\d+\.\d+)?)$")

PCI_FILES = (
    "config", "irq", "enable", "boot_vga", "reset", "reset_method", "numa_node",
    "driver_override", "current_link_speed", "current_link_width", "max_link_speed",
    "max_link_width", "sriov_totalvfs", "sriov_numvfs",
)
PCI_LINKS = re.compile(r"^(driver|physfn|virtfn\d+)$")
USB_FILES = (
    "idVendor", "idProduct", "bcdDevice", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol",
    "bNumInterfaces", "bConfigurationValue", "busnum", "devnum", "devpath", "speed", "version",
    "manufacturer", "product", "serial", "bInterfaceNumber", "bInterfaceClass",
    "bInterfaceSubClass", "bInterfaceProtocol", "bAlternateSetting",
)
NET_FILES = ("address", "ifindex", "type")
HYPERVISOR_FILES = ("type", "version/major", "version/minor", "version/extra",
                    "properties/capabilities")
# what expansion writes unless told otherwise
DERIVED = {"numa_node": b"-1\n", "driver_override": b"(null)\n"}


def escape(data, is_word):
    """The escapes of a host file; a blank is one in words and at either end of a text."""
    out = []
    text = data.decode("utf-8", "surrogateescape")
    for at, char in enumerate(text):
        if char == "\\":
            out.append("\\\\")
        elif char == "\n":
            out.append("\\n")
        elif char == "\t":
            out.append("\\t")
        elif "\udc80" <= char <= "\udcff":
            out.append("\\x%02x" % (ord(char) - 0xdc00))
        elif char < " " or char == "\x7f" or (
                char == " " and (is_word or at in (0, len(text) - 1))):
            out.append("\\x%02x" % ord(char))
        else:
            out.append(char)
    return "".join(out)


def size_and_bytes(data):
    """SIZE @AT HH HH..., gaps of four zeros and more left out."""
    words = [str(len(data))]
    for run in re.finditer(rb"[^\0](?:\0{0,3}[^\0])*", data):
        words.append("@%d" % run.start())
        words.extend("%02x" % byte for byte in run.group())
    return " ".join(words)


class Writer:
    def __init__(self, top, out):
        self.top = top
        self.out = out

    def line(self, path, sign, value):
        self.out.write("%s %s %s\n" % (escape(os.fsencode(path), True), sign, value))

    def attribute(self, real_dir, path, name):
        real = os.path.join(real_dir, name)
        try:
            with open(real, "rb") as file:
                data = file.read()
        except OSError:
            return
        if DERIVED.get(name) == data:
            return
        if name == "config" or not data.endswith(b"\n"):
            self.line(path + "/" + name, ":=", size_and_bytes(data))
        else:
            self.line(path + "/" + name, "=", escape(data[:-1], False))

    def attributes(self, real_dir, path, names):
        for name in names:
            self.attribute(real_dir, path, name)

    def links(self, real_dir, path, pattern):
        for name in sorted(os.listdir(real_dir)):
            if pattern.match(name) and os.path.islink(os.path.join(real_dir, name)):
                target = os.readlink(os.path.join(real_dir, name))
                self.line(path + "/" + name, "->", escape(os.fsencode(target), True))

    def pci(self, real_dir, path):
        self.out.write("\n")
        self.attributes(real_dir, path, PCI_FILES)
        self.links(real_dir, path, PCI_LINKS)

    def usb(self, real_dir, path):
        self.attributes(real_dir, path, USB_FILES)
        self.links(real_dir, path, re.compile("^driver$"))

    def device(self, real_dir, path):
        name = os.path.basename(path)
        if BDF.match(name):
            self.pci(real_dir, path)
        elif USB.match(name):
            self.usb(real_dir, path)
        elif os.path.basename(os.path.dirname(path)) == "net":
            self.attributes(real_dir, path, NET_FILES)

    def walk(self, real_dir, path):
        self.device(real_dir, path)
        for name in sorted(os.listdir(real_dir)):
            below = os.path.join(real_dir, name)
            if os.path.isdir(below) and not os.path.islink(below):
                self.walk(below, path + "/" + name)

    def machine(self):
        self.out.write("\n")
        self.attributes(os.path.join(self.top, "hypervisor"), "/sys/hypervisor",
                        HYPERVISOR_FILES)
        devices = os.path.join(self.top, "devices")
        for name in sorted(os.listdir(devices)):
            if name.startswith("pci"):
                self.walk(os.path.join(devices, name), "/sys/devices/" + name)


def find_sys(top):
    for path, dirs, _ in os.walk(top):
        dirs.sort()
        if os.path.basename(path) == "sys" and "devices" in dirs:
            return path
        if path.count(os.sep) > top.count(os.sep) + 2:
            dirs.clear()
    sys.exit("sysfs2host.py: no sys/devices in %s" % top)


def main(argv):
    if len(argv) != 2 or argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    sys.stdout.reconfigure(encoding="utf-8")
    if os.path.isdir(argv[1]):
        Writer(find_sys(argv[1]), sys.stdout).machine()
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(argv[1]) as archive:
            archive.extractall(folder)
        Writer(find_sys(folder), sys.stdout).machine()


if __name__ == "__main__":
    main(sys.argv)
