#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGKILL at every host-changing system call of every changing function, before it and after it.

Whatever moment the plugin dies at, the next change settles what it left: the host is as before or as asked, no
operation stays behind, and nobody waits for the dead one's lock or lease.
"""
import os
import subprocess

import e2e

DEVICE, IDLE, VM = "0000:04:00.0", "0000:00:1f.3", "web"
KILLED, NO_PTRACE = 9, 77


def killat(n, after, function, args):
    command = [os.path.join(e2e.BUILD, "tests/killat"), str(n)] + (["--after"] if after else [])
    command += ["--", e2e.plugin_path(e2e.root()), e2e.method_call(function, **args)]
    done = subprocess.run(command, env=e2e.plugin_env(e2e.root()), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd="/", check=False)
    if done.returncode == NO_PTRACE:
        raise e2e.Skip("needs ptrace")
    return done.returncode


def settle():
    """A change that finds nothing to do, and so only settles."""
    assert not e2e.plugin("pci_unhide", devices=IDLE)["changed"]


def hidden():
    return e2e.device(DEVICE)["dom0_access"]


def walk(function, args, undo, state):
    """Kill at 1, 2, 3, ... until the call lives to its end; count the moments."""
    before = state()
    assert e2e.plugin(function, **args)["changed"]
    asked = state()
    undo()
    assert state() == before and asked != before, (before, asked, state())
    moments, outcomes = 0, {str(before): 0, str(asked): 0}
    for after in (False, True):
        n = 1
        while True:
            code = killat(n, after, function, args)
            if code != KILLED:
                break
            e2e.plugin("status")
            settle()
            found = state()
            assert found in (before, asked), "killed %s call %d: %s" % ("after" if after else "before", n, found)
            assert e2e.journal() == [], (n, e2e.journal())
            outcomes[str(found)] += 1
            if found != before:
                undo()
            assert state() == before
            moments, n = moments + 1, n + 1
        assert code == 0 and state() == asked
        undo()
    assert moments > 20 and all(outcomes.values()), (moments, outcomes)
    print("# %s: killed at %d moments, outcomes %s" % (function, moments, sorted(outcomes.values())))


def test_hiding_by_the_boot_line_survives_being_killed_anywhere():
    # A USB controller: xapi has no record of it, so the line is edited by us.
    usb = "0000:03:00.0"

    def state():
        return sorted(e2e.boot_line().split())

    walk("pci_hide", {"devices": usb}, lambda: e2e.plugin("pci_unhide", devices=usb), state)


def test_hiding_by_xapi_survives_being_killed_anywhere():
    walk("pci_hide", {"devices": DEVICE}, lambda: e2e.plugin("pci_unhide", devices=DEVICE), hidden)


def test_unhiding_survives_being_killed_anywhere():
    e2e.plugin("pci_hide", devices=DEVICE)
    walk("pci_unhide", {"devices": DEVICE}, lambda: e2e.plugin("pci_hide", devices=DEVICE), hidden)
    e2e.plugin("pci_unhide", devices=DEVICE)


def test_attaching_survives_being_killed_anywhere():
    xapi = e2e.Xapi()
    other = xapi("VM.get_other_config", xapi.vm(VM))

    def state():
        config = xapi("VM.get_other_config", xapi.vm(VM))
        assert {k: config.get(k) for k in other} == other, config
        return config.get("pci"), config.get("msitranslate")

    def undo():
        e2e.plugin("pci_detach", vm=VM)
        xapi("VM.remove_from_other_config", xapi.vm(VM), "msitranslate")

    walk("pci_attach", {"vm": VM, "devices": DEVICE, "msitranslate": "true"}, undo, state)
    # The last change of the VM swept what killed ones had left.
    assert "xe-passthrough:lease" not in xapi("VM.get_other_config", xapi.vm(VM))


def test_detaching_one_of_two_survives_being_killed_anywhere():
    xapi = e2e.Xapi()
    usb = "0000:03:00.0"
    e2e.plugin("pci_attach", vm=VM, devices="%s,%s" % (DEVICE, usb))

    def undo():
        e2e.plugin("pci_attach", vm=VM, devices=usb)

    walk("pci_detach", {"vm": VM, "devices": usb}, undo, lambda: xapi.pci_key(VM))
    e2e.plugin("pci_detach", vm=VM)


if __name__ == "__main__":
    e2e.run("qemu-q35.host", kernel_model=False)
