#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job, whole: a GPU goes from dom0 into a VM and comes back."""
import e2e

GPU, AUDIO, VM = "0000:3b:00.0", "0000:3b:00.1", "win11"


def hide():
    answer = e2e.plugin("pci_hide", devices=GPU, siblings="true")
    assert answer["changed"] and answer["needs"]["host_reboot"], answer
    assert answer["devices"] == [GPU, AUDIO], answer
    return answer


def test_the_whole_way_there_and_back():
    e2e.need_kernel_model()
    xapi = e2e.Xapi()
    native = e2e.driver(GPU), e2e.driver(AUDIO)
    before = e2e.boot_line()

    plan = e2e.plugin("pci_hide", devices=GPU, siblings="true", dry_run="true")
    assert plan["changed"] and plan["operation"] is None and e2e.boot_line() == before
    hide()
    assert e2e.device(GPU)["dom0_access"] == "disable_on_reboot"
    assert e2e.plugin("status")["reboot"]["pending"]
    again = e2e.plugin("pci_hide", devices=GPU, siblings="true")
    assert not again["changed"] and again["needs"]["host_reboot"]
    back = e2e.plugin("pci_unhide", devices=GPU, dry_run="true")
    assert back["changed"] and not back["needs"]["host_reboot"]

    e2e.reboot()
    assert e2e.driver(GPU) == e2e.driver(AUDIO) == "pciback"
    shown = e2e.device(GPU)
    assert shown["dom0_access"] == "disabled" and shown["bound_to_pciback"]

    answer = e2e.plugin("pci_attach", vm=VM, devices="%s,%s" % (GPU, AUDIO))
    assert answer["changed"] and xapi.pci_key(VM) == "0/%s,1/%s" % (GPU, AUDIO)
    assert not e2e.plugin("pci_attach", vm=VM, devices="%s,%s" % (GPU, AUDIO))["changed"]

    xapi("VM.start", xapi.vm(VM), False, False)
    (holder,) = e2e.device(GPU)["vms"]
    assert holder["name"] == VM and holder["claims"] and holder["holds"], holder
    assert e2e.refused("pci_attach", vm="ml1", devices=GPU).code == "XPT_REFUSED"

    answer = e2e.plugin("pci_detach", vm=VM)
    assert answer["vm_name"] == VM
    assert answer["needs"]["vm_restart"] and xapi.pci_key(VM) is None
    (holder,) = e2e.device(GPU)["vms"]
    assert holder["holds"] and not holder["claims"]
    xapi("VM.hard_shutdown", xapi.vm(VM))
    assert e2e.device(GPU)["vms"] == []

    answer = e2e.plugin("pci_unhide", devices=GPU, siblings="true")
    assert answer["changed"]
    e2e.reboot()
    assert (e2e.driver(GPU), e2e.driver(AUDIO)) == native
    assert sorted(e2e.boot_line().split()) == sorted(before.split())
    assert e2e.journal() == []


def test_the_history_tells_it_newest_first():
    e2e.need_kernel_model()
    changes = e2e.plugin("history", limit="50")["changes"]
    assert [c["function"] for c in changes] == ["pci_unhide", "pci_detach", "pci_attach", "pci_hide"], changes
    assert all(c["result"] == "done" for c in changes)
    assert changes[0]["devices"] == [GPU, AUDIO] and changes[0]["vm_name"] is None
    assert changes[1]["vm_name"] == VM and "for VM %s" % VM in changes[1]["sentence"]


def test_reordering_writes_increasing_indices():
    xapi = e2e.Xapi()
    e2e.plugin("pci_attach", vm=VM, devices="%s,%s" % (GPU, AUDIO))
    e2e.plugin("pci_reorder", vm=VM, devices="%s,%s" % (AUDIO, GPU))
    assert xapi.pci_key(VM) == "0/%s,1/%s" % (AUDIO, GPU)
    assert e2e.refused("pci_reorder", vm=VM, devices=GPU).code == "XPT_USAGE"
    e2e.plugin("pci_detach", vm=VM, devices=AUDIO)
    assert xapi.pci_key(VM) == "0/%s" % GPU
    e2e.plugin("pci_detach", vm=VM, devices=GPU)
    assert xapi.pci_key(VM) is None
    assert not e2e.plugin("pci_detach", vm=VM)["changed"]


def test_msitranslate_is_set_for_the_vm():
    xapi = e2e.Xapi()
    e2e.plugin("pci_attach", vm=VM, devices=GPU, msitranslate="false")
    assert xapi("VM.get_other_config", xapi.vm(VM))["msitranslate"] == "0"
    e2e.plugin("pci_detach", vm=VM)


if __name__ == "__main__":
    e2e.run("server.host")
