#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Promises that odd requests, odd boot menus and odd pools are apt to break."""
import os
import re
import signal
import subprocess
import time

import e2e

GRUB = "/boot/efi/EFI/xenserver/grub.cfg"
NO_RECORD, DEVICE, VM = "0000:00:04.0", "0000:b1:00.0", "ml1"


def write_grub(text):
    with open(e2e.path(GRUB), "w", encoding="utf-8") as file:
        file.write(text)


def kernel_lines():
    return [line.strip() for line in e2e.read(GRUB).splitlines() if "vmlinuz" in line]


def with_default(text, number):
    return re.sub(r"^set default=.*$", "set default=%d" % number, text, flags=re.M)


def test_a_domain_of_five_digits_is_answered():
    for function in ("pci_hide", "pci_unhide"):
        try:
            assert not e2e.plugin(function, devices="10000:00:00.0")["changed"]
        except e2e.PluginError as error:
            assert error.code == "XPT_REFUSED", error


def check_hide_is_not_pretended(devices):
    """With a default entry that xen-cmdline does not edit."""
    before = e2e.read(GRUB)
    write_grub(with_default(before, 2).replace("quiet", "quiet xen-pciback.hide=(0000:19:00.0)", 1))
    lines = kernel_lines()
    try:
        e2e.plugin("pci_hide", devices=devices)
        hidden = e2e.device(devices)["dom0_access"]
        assert hidden == "disable_on_reboot", hidden
    except e2e.PluginError:
        assert kernel_lines() == lines, kernel_lines()
    finally:
        write_grub(before)


def test_a_default_entry_that_cannot_be_edited_is_no_success():
    check_hide_is_not_pretended(NO_RECORD)


def test_a_default_entry_that_cannot_be_edited_leaves_the_others_as_they_were():
    check_hide_is_not_pretended(DEVICE)


def test_the_line_stays_under_1000_bytes():
    before = e2e.read(GRUB)
    word = len(" xen-pciback.hide=(%s)" % NO_RECORD)
    for length, fits in ((999, True), (1000, False)):
        pad = length - len(e2e.boot_line().strip()) - word - 1
        write_grub(before.replace("quiet", "quiet " + "p" * pad, 1))
        try:
            e2e.plugin("pci_hide", devices=NO_RECORD, dry_run="true")
            done = True
        except e2e.PluginError as error:
            done = False
            assert error.code == "XPT_REFUSED", error
        write_grub(before)
        assert done == fits, length


def test_attaching_one_of_a_kind_twice_attaches_one():
    gpu = e2e.device(DEVICE)
    wanted = "%s:%s/1" % (gpu["vendor_id"], gpu["device_id"])
    assert e2e.plugin("pci_attach", vm=VM, devices=wanted)["changed"]
    again = e2e.plugin("pci_attach", vm=VM, devices=wanted)
    key = e2e.Xapi().pci_key(VM)
    e2e.plugin("pci_detach", vm=VM)
    assert not again["changed"] and key == "0/" + DEVICE, key


def test_nothing_that_the_key_says_is_dropped_in_silence():
    xapi = e2e.Xapi()
    xapi("VM.add_to_other_config", xapi.vm(VM), "pci", "0/0000:b2:00.0,1/0000:b2:3f.1")
    try:
        (status,) = [vm for vm in e2e.plugin("status")["vms"] if vm["name"] == VM]
        shown = len(status["devices"]) + len(status["malformed"])
        error = e2e.refused("pci_attach", vm=VM, devices=DEVICE)
    finally:
        xapi("VM.remove_from_other_config", xapi.vm(VM), "pci")
    assert error.code == "XPT_MALFORMED" and shown == 2, (error, status)


def test_a_device_that_the_key_has_twice_is_written_once():
    xapi = e2e.Xapi()
    xapi("VM.add_to_other_config", xapi.vm(VM), "pci", "0/0000:b2:00.0,0/0000:b2:00.0")
    try:
        e2e.plugin("pci_attach", vm=VM, devices=DEVICE)
        key = xapi.pci_key(VM)
    except e2e.PluginError as error:
        assert error.code == "XPT_MALFORMED", error
        key = None
    finally:
        xapi("VM.remove_from_other_config", xapi.vm(VM), "pci")
    assert key in (None, "0/0000:b2:00.0,1/" + DEVICE), key


def test_what_the_toolstack_would_refuse_is_refused_without_it():
    """Last of all: the toolstack does not come back."""
    subprocess.run([e2e.path("/opt/xensource/libexec/xen-cmdline"), "--set-dom0",
                    "xen-pciback.hide=(0000:5e:02.0)"], env=e2e.plugin_env(e2e.root()), check=True)
    asked = (("pci_unhide", "0000:5e:02.0"), ("pci_hide", "0000:5e:00.0"))
    for function, device in asked:
        assert e2e.refused(function, devices=device, dry_run="true").code == "XPT_REFUSED"
    os.kill(int(os.environ["XPT_SANDBOX_XAPI_PID"]), signal.SIGKILL)
    time.sleep(0.2)
    for function, device in asked:
        assert e2e.refused(function, devices=device, dry_run="true").code == "XPT_REFUSED", device


if __name__ == "__main__":
    e2e.run("server.host", kernel_model=False)
