#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""When a step fails, what was done before is undone, and the error says both."""
import os
import signal
import threading
import time

import e2e

USB, NVME, OTHER = "0000:03:00.0", "0000:04:00.0", "0000:02:00.0"
TOOL = "/opt/xensource/libexec/xen-cmdline"

# Counts its calls; at the one that is told it does the told thing instead of its work.
WRAPPER = """#!/bin/bash
n=$(($(cat {count} 2>/dev/null || echo 0) + 1))
case $1 in --set*|--delete*) echo $n >{count} ;; *) n=0 ;; esac
if [ $n = {at} ]; then {instead}; fi
exec {real} "$@"
"""
FAILURES = {"ends with an error": "exit 1", "says it did and did nothing": "exit 0",
            "writes garbage": "echo garbage >{grub}; exit 0",
            "is killed": "kill -9 $$",
            "changes another word as well": "sed -i 's/ ro / rw /' {grub}"}


class Broken:
    """The machine's xen-cmdline, failing in one way at one of its changing calls."""

    def __init__(self, at, instead):
        self.tool = e2e.path(TOOL)
        self.real = self.tool + ".real"
        self.count = e2e.path("/count")
        self.text = WRAPPER.format(at=at, real=self.real, count=self.count, instead=instead.format(
            grub=e2e.path("/boot/efi/EFI/xenserver/grub.cfg")))

    def __enter__(self):
        os.rename(self.tool, self.real)
        with open(self.tool, "w", encoding="utf-8") as file:
            file.write(self.text)
        os.chmod(self.tool, 0o755)

    def __exit__(self, *_):
        os.rename(self.real, self.tool)
        if os.path.exists(self.count):
            os.unlink(self.count)


def grub():
    return e2e.read("/boot/efi/EFI/xenserver/grub.cfg")


def test_whichever_way_xen_cmdline_fails_the_line_is_as_before():
    for way, instead in FAILURES.items():
        # The first call is ours for the USB controller, the second xapi's for the drive.
        for at in (1, 2):
            before = sorted(e2e.boot_line().split())
            with Broken(at, instead):
                error = e2e.refused("pci_hide", devices="%s,%s" % (USB, NVME))
            assert sorted(e2e.boot_line().split()) == before, (way, at)
            assert "undone" in error.sentence, (way, at, error.sentence)
            assert e2e.journal() == [], (way, at)
            assert e2e.plugin("history", limit=1)["changes"][0]["result"] == "undone"
    assert e2e.plugin("pci_hide", devices="%s,%s" % (USB, NVME))["changed"]
    assert e2e.plugin("pci_unhide", devices="%s,%s" % (USB, NVME))["changed"]


def test_what_cannot_be_undone_is_unsettled_until_somebody_looked():
    # The tool does its work once and then no more: neither the second step nor the undoing goes.
    with Broken(2, "echo 1 >{0}; exit 1".format(e2e.path("/count"))):
        error = e2e.refused("pci_hide", devices="%s,%s" % (USB, NVME))
        assert "unsettled" in error.sentence, error
        assert not e2e.plugin("pci_unhide", devices="0000:00:1f.3")["changed"]
    (operation,) = e2e.plugin("status")["unsettled"]
    assert set(operation["objects"]) == {USB, NVME}
    # The next change tries again, and now it can.
    assert not e2e.plugin("pci_unhide", devices="0000:00:1f.3")["changed"]
    assert e2e.plugin("status")["unsettled"] == [] and e2e.device(USB)["dom0_access"] == "enabled"


def test_a_second_change_waits_for_the_first_and_then_gives_up():
    with Broken(1, "sleep 14"):
        first = threading.Thread(target=e2e.plugin, args=("pci_hide",), kwargs={"devices": USB})
        first.start()
        time.sleep(1)
        started = time.time()
        error = e2e.refused("pci_hide", devices=NVME)
        assert error.code == "XPT_BUSY" and "plugin is busy" in error.sentence, error
        assert "pci_hide" in error.sentence and 9 < time.time() - started < 12
        # Readers do not wait.
        assert e2e.plugin("status")["unfinished_change"]["function"] == "pci_hide"
        first.join()
    assert e2e.device(USB)["dom0_access"] == "disable_on_reboot"
    e2e.plugin("pci_unhide", devices=USB)


def test_hiding_works_without_the_toolstack_and_its_recovery_too():
    pid = int(os.environ["XPT_SANDBOX_XAPI_PID"])
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    answer = e2e.plugin("pci_hide", devices="%s,%s" % (USB, NVME))
    assert [step["do"] for step in answer["steps"]] == ["boot_line"], answer
    assert answer["missing"] and answer["changed"]
    error = e2e.refused("pci_attach", vm="web", devices=NVME)
    assert error.code in ("XPT_SYSTEM", "XPT_XAPI", "XPT_TIMEOUT") and "toolstack" in error.sentence, error
    # Which VMs are to have it is not known now, so giving it back wants a word.
    error = e2e.refused("pci_unhide", devices=USB)
    assert error.code == "XPT_REFUSED" and error.subject == "holders-unknown@" + USB, error
    assert e2e.plugin("pci_unhide", devices=USB, override=error.subject)["changed"]


if __name__ == "__main__":
    e2e.run("qemu-q35.host", kernel_model=False)
