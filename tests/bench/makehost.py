#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Make a host's tree with a number of PCI functions: makehost.py DIR COUNT

Root ports with one card each, in turn a GPU with its audio function, a two-port network card with
eight virtual functions, an NVMe disk and a conventional USB controller; 200 ports a domain, nodes in
turn. Below DIR: sys/devices, sys/bus/pci, usr/share/misc/pci.ids (a link to this machine's list).
"""
import os
import struct
import sys

PORTS_PER_DOMAIN = 200
VFS_PER_PORT = 4
EXPRESS_SIZE, CONVENTIONAL_SIZE = 4096, 256
ENDPOINT, ROOT_PORT = 0, 4
FLR = 1 << 28


class Config:
    """Configuration space: header, then capabilities chained in the order they are added."""

    def __init__(self, size, vendor, device, class_code, header=0):
        self.bytes = bytearray(size)
        self.cap, self.cap_link = 0x40, 0x34
        self.ext, self.ext_last = 0x100, None
        self.put(0x00, "HHHH", vendor, device, 0x0406, 0x0010)
        self.put(0x08, "I", class_code << 8 | 1)
        self.put(0x0E, "B", header)
        if header & 0x7F == 0:
            self.put(0x2C, "HH", 0x1028, 0x1F72)
        self.add(0x01, "HH", 3, 8)

    def put(self, at, form, *values):
        struct.pack_into("<" + form, self.bytes, at, *values)
        return self

    def get(self, at, form):
        return struct.unpack_from("<" + form, self.bytes, at)

    def add(self, cap_id, form, *values):
        """A capability; its registers start 2 bytes past its place."""
        self.put(self.cap_link, "B", self.cap)
        self.put(self.cap, "BB", cap_id, 0)
        self.put(self.cap + 2, form, *values)
        self.cap_link = self.cap + 1
        self.cap += (2 + struct.calcsize("<" + form) + 15) & ~15
        return self

    def extend(self, cap_id, form, *values):
        """An extended capability; its registers start 4 bytes past its place."""
        if self.ext_last is not None:
            self.put(self.ext_last, "I", self.get(self.ext_last, "I")[0] | self.ext << 20)
        self.put(self.ext, "I", 1 << 16 | cap_id)
        self.put(self.ext + 4, form, *values)
        self.ext_last = self.ext
        self.ext += (4 + struct.calcsize("<" + form) + 15) & ~15
        return self

    def express(self, port_type, capabilities=0):
        return self.add(0x10, "HI52x", port_type << 4 | 2, capabilities)

    def msi(self, log2=0):
        return self.add(0x05, "HIIII", log2 << 1 | 1 << 7, 0, 0, 0, 0)

    def msix(self, entries):
        return self.add(0x11, "HII", entries - 1, 0, 0x2000)

    def errors(self):
        return self.extend(0x0001, "40x")

    def serial(self, number):
        return self.extend(0x0003, "Q", number)


def root_port(bus):
    config = Config(EXPRESS_SIZE, 0x8086, 0x2F04, 0x060400, header=1)
    config.put(0x18, "BBB", 0, bus, bus)
    return config.express(ROOT_PORT).msi(1).errors().extend(0x000D, "HH", 0x1F, 0x1D)


def gpu():
    config = Config(EXPRESS_SIZE, 0x10DE, 0x2336, 0x030200, header=0x80)
    return config.express(ENDPOINT, FLR).msi(4).msix(6).errors()


def audio():
    return Config(EXPRESS_SIZE, 0x10DE, 0x22BA, 0x040300, header=0x80).express(ENDPOINT)


def network(number):
    config = Config(EXPRESS_SIZE, 0x8086, 0x10C9, 0x020000, header=0x80)
    config.express(ENDPOINT, FLR).msi().msix(10).errors().serial(number)
    return config.extend(0x0010, "IIHHHHHHHH40x", 0, 1, 8, 8, VFS_PER_PORT, 0, 0x80, 2, 0, 0x10CA)


def virtual():
    config = Config(EXPRESS_SIZE, 0xFFFF, 0xFFFF, 0x020000)
    return config.express(ENDPOINT, FLR).msix(3).errors()


def disk(number):
    config = Config(EXPRESS_SIZE, 0x144D, 0xA824, 0x010802)
    return config.express(ENDPOINT, FLR).msi(5).msix(129).errors().serial(number)


def usb():
    return Config(CONVENTIONAL_SIZE, 0x8086, 0x1C26, 0x0C0320).add(0x13, "BBBB", 6, 3, 0, 0)


class Host:
    def __init__(self, root, count):
        self.root, self.left = root, count
        self.listing = os.path.join(root, "sys/bus/pci/devices")
        os.makedirs(self.listing)
        os.makedirs(os.path.join(root, "sys/bus/pci/slots"))
        self.link_names()

    def link_names(self):
        folder = os.path.join(self.root, "usr/share/misc")
        os.makedirs(folder)
        for name in ("/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids"):
            if os.path.exists(name):
                os.symlink(name, os.path.join(folder, "pci.ids"))
                return

    def add_driver(self, folder, name):
        target = os.path.join(self.root, "sys/bus/pci/drivers", name)
        os.makedirs(target, exist_ok=True)
        os.symlink(os.path.relpath(target, folder), os.path.join(folder, "driver"))

    def add_attributes(self, folder, config, node, ids):
        vendor, device = ids or config.get(0, "HH")
        subvendor, subdevice = config.get(0x2C, "HH")
        class_code = config.get(8, "I")[0] >> 8
        attributes = {
            "vendor": "0x%04x" % vendor,
            "device": "0x%04x" % device,
            "subsystem_vendor": "0x%04x" % subvendor,
            "subsystem_device": "0x%04x" % subdevice,
            "class": "0x%06x" % class_code,
            "revision": "0x01",
            "numa_node": str(node),
            "irq": "16",
            "resource": "\n".join(["0x%016x 0x%016x 0x%016x" % (0, 0, 0)] * 13),
            "reset": "",
        }
        if class_code >> 16 == 3:
            attributes["boot_vga"] = "0"
        for name, text in attributes.items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(text + "\n")
        with open(os.path.join(folder, "config"), "wb") as file:
            file.write(config.bytes)

    def add(self, place, config, driver, node, ids=None, physfn=None):
        """One function at a place below sys/devices, unless there are enough."""
        if not self.left:
            return
        self.left -= 1
        folder = os.path.join(self.root, "sys/devices", place)
        os.makedirs(folder)
        self.add_attributes(folder, config, node, ids)
        self.add_driver(folder, driver)
        if physfn:
            os.symlink("../" + physfn, os.path.join(folder, "physfn"))
        name = os.path.basename(place)
        os.symlink("../../../devices/" + place, os.path.join(self.listing, name))

    def add_network(self, parent, domain, bus, node):
        for port in range(2):
            physfn = "%04x:%02x:00.%d" % (domain, bus, port)
            self.add("%s/%s" % (parent, physfn), network(bus), "igb", node)
            for i in range(VFS_PER_PORT):
                devfn = 0x80 + port + 2 * i
                name = "%04x:%02x:%02x.%d" % (domain, bus, devfn >> 3, devfn & 7)
                place = "%s/%s" % (parent, name)
                self.add(place, virtual(), "igbvf", node, (0x8086, 0x10CA), physfn)

    def add_card(self, kind, parent, domain, bus, node):
        first = "%s/%04x:%02x:00." % (parent, domain, bus)
        if kind == 0:
            self.add(first + "0", gpu(), "nvidia", node)
            self.add(first + "1", audio(), "snd_hda_intel", node)
        elif kind == 1:
            self.add_network(parent, domain, bus, node)
        elif kind == 2:
            self.add(first + "0", disk(bus), "nvme", node)
        else:
            self.add(first + "0", usb(), "ehci-pci", node)

    def fill(self):
        index = 0
        while self.left:
            domain, port = divmod(index, PORTS_PER_DOMAIN)
            bus, node = port + 1, index % 2
            parent = "pci%04x:00/%04x:00:%02x.%d" % (domain, domain, 1 + port // 8, port % 8)
            self.add(parent, root_port(bus), "pcieport", node)
            self.add_card(index % 4, parent, domain, bus, node)
            index += 1


if __name__ == "__main__":
    Host(sys.argv[1], int(sys.argv[2])).fill()
