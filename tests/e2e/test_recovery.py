#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a change that was cut short, or that could not be written down, leaves to the next one."""
import json
import os
import shutil
import subprocess
import time

import e2e

GPUS, DEVICE, IDLE, VM = "0000:b1:00.0,0000:b2:00.0", "0000:b1:00.0", "0000:00:05.0", "ml1"
STATE = "/var/lib/xe-passthrough"
ID = "20260101-000000-aaaa"
KILLED, NO_PTRACE = 9, 77


def settle():
    """A change that finds nothing to do, and so only settles."""
    assert not e2e.plugin("pci_unhide", devices=IDLE)["changed"]


def fresh(xapi):
    """Nothing written down, nothing on the VM."""
    shutil.rmtree(e2e.path(STATE), ignore_errors=True)
    for key in ("pci", "msitranslate", "xe-passthrough:lease"):
        xapi("VM.remove_from_other_config", xapi.vm(VM), key)


def set_key(xapi, value, key="pci"):
    xapi("VM.remove_from_other_config", xapi.vm(VM), key)
    xapi("VM.add_to_other_config", xapi.vm(VM), key, value)


def cut_short(xapi, steps, states):
    """The journal of an attach that died: steps are (key, from, to), states lines as they stand."""
    uuid = xapi("VM.get_uuid", xapi.vm(VM))
    steps = [{"kind": "vm_key", "subject": "other-config:" + key, "object": "%s %s" % (uuid, key), "from": old,
              "to": new} for key, old, new in steps]
    op = {"v": 1, "operation": ID, "function": "pci_attach", "time": "2026-01-01T00:00:00Z", "who": "root on this host",
          "vm": uuid, "devices": [DEVICE], "steps": steps}
    os.makedirs(e2e.path(STATE + "/journal"), exist_ok=True)
    with open(e2e.path(STATE + "/journal/" + ID), "w", encoding="utf-8") as file:
        file.write(json.dumps(op) + "\n" + "".join(states))


def state(step, name):
    return '{"step":%d,"state":"%s"}\n' % (step, name)


ATTACH = [("pci", None, "0/" + DEVICE), ("msitranslate", None, "1")]
FIRST_DONE = [state(0, "started"), state(0, "done")]


def unsettled():
    return [op["operation"] for op in e2e.plugin("status")["unsettled"]]


def killed(n, function, **args):
    command = [os.path.join(e2e.BUILD, "tests/killat"), str(n), "--after", "--", e2e.plugin_path(e2e.root()),
               e2e.method_call(function, **args)]
    code = subprocess.run(command, env=e2e.plugin_env(e2e.root()), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, cwd="/", check=False).returncode
    if code == NO_PTRACE:
        raise e2e.Skip("needs ptrace")
    return code == KILLED


def access():
    return tuple(e2e.device(address)["dom0_access"] for address in GPUS.split(","))


def check_crash_and_reboot(function, before, asked, back):
    n = 1
    while killed(n, function, devices=GPUS):
        if e2e.journal():
            e2e.reboot()
            settle()
            assert not unsettled(), "call %d: %s" % (n, e2e.plugin("status")["unsettled"])
            e2e.reboot()
            assert access() in (before, asked), (n, access())
            if access() != before:
                e2e.plugin(back, devices=GPUS)
                e2e.reboot()
        n += 1
    e2e.reboot()
    assert access() == asked


def test_a_hide_that_a_power_cut_ended_is_settled_after_the_boot():
    e2e.need_kernel_model()
    check_crash_and_reboot("pci_hide", ("enabled",) * 2, ("disabled",) * 2, "pci_unhide")


def test_an_unhide_that_a_power_cut_ended_is_settled_after_the_boot():
    e2e.need_kernel_model()
    fresh(e2e.Xapi())
    if access() != ("disabled",) * 2:
        e2e.plugin("pci_hide", devices=GPUS)
        e2e.reboot()
    check_crash_and_reboot("pci_unhide", ("disabled",) * 2, ("enabled",) * 2, "pci_hide")


def test_a_half_written_line_of_the_journal_does_not_stop_changes():
    xapi = e2e.Xapi()
    fresh(xapi)
    set_key(xapi, "0/0000:b2:00.0")
    cut_short(xapi, ATTACH[:1], [state(0, "started"), '{"step":0,"sta'])
    settle()
    settle()
    assert unsettled() == [ID], e2e.plugin("status")
    e2e.plugin("op_resolve", operation=ID, accept="keep")


def test_a_key_that_someone_removed_is_not_brought_back():
    xapi = e2e.Xapi()
    fresh(xapi)
    cut_short(xapi, [("pci", "0/0000:3b:00.0", "0/0000:3b:00.0,1/" + DEVICE), ATTACH[1]], FIRST_DONE)
    settle()
    assert xapi.pci_key(VM) is None, xapi.pci_key(VM)


def test_the_lease_of_another_host_keeps_settling_off_its_vm():
    xapi = e2e.Xapi()
    fresh(xapi)
    set_key(xapi, "0/" + DEVICE)
    set_key(xapi, "00000001-0740-4000-8000-000000000002 1 %d" % (time.time() + 50), "xe-passthrough:lease")
    cut_short(xapi, ATTACH, FIRST_DONE)
    try:
        settle()
    except e2e.PluginError as error:
        assert error.code == "XPT_BUSY", error
    assert xapi.pci_key(VM) == "0/" + DEVICE, xapi.pci_key(VM)


def test_what_a_guest_holds_now_is_not_undone():
    xapi = e2e.Xapi()
    fresh(xapi)
    e2e.plugin("pci_attach", vm=VM, devices=DEVICE)
    xapi("VM.start_on", xapi.vm(VM), xapi("host.get_by_uuid", e2e.host_uuid()), False, False)
    cut_short(xapi, ATTACH, FIRST_DONE)
    settle()
    key, left = xapi.pci_key(VM), unsettled()
    xapi("VM.hard_shutdown", xapi.vm(VM))
    assert key == "0/" + DEVICE and left == [ID], (key, left)


def test_an_operation_that_can_be_settled_is_not_resolved_by_word():
    xapi = e2e.Xapi()
    fresh(xapi)
    cut_short(xapi, [("pci", "0/0000:3b:00.0", "0/0000:3b:00.0,1/" + DEVICE)], [state(0, "started")])
    try:
        e2e.plugin("op_resolve", operation=ID, accept="keep")
    except e2e.PluginError as error:
        assert error.code == "XPT_NOT_FOUND", error
    assert xapi.pci_key(VM) == "0/0000:3b:00.0", xapi.pci_key(VM)


def test_a_dry_run_of_resolving_writes_nothing():
    xapi = e2e.Xapi()
    fresh(xapi)
    shutil.rmtree(e2e.path("/run/xe-passthrough"), ignore_errors=True)
    e2e.refused("op_resolve", operation=ID, accept="keep", dry_run="true")
    assert not os.path.exists(e2e.path("/run/xe-passthrough/lock"))


def test_a_dry_run_tells_of_the_unsettled_operation_in_the_way():
    xapi = e2e.Xapi()
    fresh(xapi)
    set_key(xapi, "0/0000:b2:00.0")
    cut_short(xapi, ATTACH[:1], [state(0, "started")])
    settle()
    assert e2e.refused("pci_detach", vm=VM).code == "XPT_CONFLICT"
    assert e2e.refused("pci_detach", vm=VM, dry_run="true").code == "XPT_CONFLICT"


def check_without_history():
    """Either it is done and says so, or it is not done."""
    xapi = e2e.Xapi()
    try:
        changed = e2e.plugin("pci_attach", vm=VM, devices=DEVICE)["changed"]
    except e2e.PluginError:
        changed = False
    assert bool(xapi.pci_key(VM)) == changed, (xapi.pci_key(VM), changed)


def test_a_change_that_history_cannot_take_is_done_or_not_done():
    xapi = e2e.Xapi()
    fresh(xapi)
    os.makedirs(e2e.path(STATE + "/history"))
    check_without_history()
    fresh(xapi)


def test_the_lines_after_a_half_written_one_of_the_history_are_told():
    xapi = e2e.Xapi()
    fresh(xapi)
    os.makedirs(e2e.path(STATE))
    with open(e2e.path(STATE + "/history"), "w", encoding="utf-8") as file:
        file.write('{"operation":"2026')
    e2e.plugin("pci_attach", vm=VM, devices=DEVICE)
    assert [c["function"] for c in e2e.plugin("history")["changes"]] == ["pci_attach"]
    fresh(xapi)


e2e.run("server.host")
