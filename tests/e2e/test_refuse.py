#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing costs a host its disk or its network, whoever asks; and what is refused says why."""
import subprocess

import e2e


def by_reason(reason):
    """Devices that dom0 uses for that reason, endpoints only."""
    return [d for d in e2e.plugin("pci_list")["devices"]
            if reason in [use["reason"] for use in d["uses"]] and not d["is_bridge"]]


def test_what_dom0_lives_on_is_not_hidden_and_the_chain_is_shown():
    before = e2e.boot_line()
    for reason in ("boot-disk", "storage-repository", "management-nic"):
        devices = by_reason(reason)
        assert devices, reason
        for device in devices:
            error = e2e.refused("pci_hide", devices=device["address"])
            chain = [u["chain"] for u in device["uses"] if u["reason"] == reason][0]
            assert error.code == "XPT_REFUSED" and chain in error.sentence, (chain, error.sentence)
            assert "%s@%s" % (reason, device["address"]) in error.subject.split(","), error.subject
    assert e2e.boot_line() == before


def test_it_is_not_given_to_a_vm_either():
    for device in by_reason("boot-disk") + by_reason("management-nic"):
        assert e2e.refused("pci_attach", vm="ml1", devices=device["address"]).code == "XPT_REFUSED"
    assert e2e.Xapi().pci_key("ml1") is None


def test_bridges_and_absent_devices_are_refused_and_cannot_be_overridden():
    bridge = by_reason("boot-disk")[0]["bridges"][0]
    for address, reason in ((bridge, "bridge"), ("0000:77:00.0", "absent")):
        error = e2e.refused("pci_hide", devices=address)
        assert error.code == "XPT_REFUSED", error
        error = e2e.refused("pci_hide", devices=address, override=reason)
        assert error.code == "XPT_USAGE" and "cannot be overridden" in error.sentence, error


def test_the_console_keeps_its_only_display_with_a_driver():
    error = e2e.refused("pci_hide", devices="0000:03:00.0")
    assert error.code == "XPT_REFUSED" and error.subject == "console-gpu@0000:03:00.0", error
    assert e2e.plugin("pci_hide", devices="0000:3b:00.0,0000:3b:00.1", dry_run="true")["changed"]


def test_an_override_names_the_device_that_could_cost_the_host():
    address = by_reason("storage-repository")[0]["address"]
    subject = e2e.refused("pci_hide", devices=address).subject
    assert e2e.refused("pci_hide", devices=address, override="storage-repository").code == "XPT_USAGE"
    plan = e2e.plugin("pci_hide", devices=address, override=subject, dry_run="true")
    assert plan["changed"] and "storage-repository" in [w["reason"] for w in plan["warnings"]], plan
    error = e2e.refused("pci_hide", devices="0000:3b:00.0", override=subject)
    assert error.code == "XPT_USAGE" and "nothing here is refused" in error.sentence, error


def test_a_claimed_device_is_not_given_to_a_second_vm():
    e2e.plugin("pci_attach", vm="ml1", devices="0000:3b:00.0")
    error = e2e.refused("pci_attach", vm="win11", devices="0000:3b:00.0")
    assert error.code == "XPT_REFUSED" and "ml1" in error.sentence, error
    e2e.plugin("pci_detach", vm="ml1")


def test_malformed_keys_are_shown_and_not_written_over():
    xapi = e2e.Xapi()
    ref = xapi.vm("ml1")
    xapi("VM.add_to_other_config", ref, "pci", "0/04:00.0,0/0000:3b:00.1")
    (vm,) = [v for v in e2e.plugin("status")["vms"] if v["name"] == "ml1"]
    assert [m["item"] for m in vm["malformed"]] == ["0/04:00.0"], vm
    error = e2e.refused("pci_attach", vm="ml1", devices="0000:3b:00.0")
    assert error.code == "XPT_MALFORMED" and "0/04:00.0" in error.sentence, error
    assert xapi.pci_key("ml1") == "0/04:00.0,0/0000:3b:00.1"
    assert e2e.plugin("pci_detach", vm="ml1")["changed"]
    assert xapi.pci_key("ml1") is None


def test_a_list_that_kernel_and_xapi_read_differently_is_left_alone():
    tool = e2e.path("/opt/xensource/libexec/xen-cmdline")
    subprocess.run([tool, "--set-dom0", "xen-pciback.hide=(5e:00.0)"], env=e2e.plugin_env(e2e.root()), check=True)
    error = e2e.refused("pci_hide", devices="0000:3b:00.0")
    assert error.code == "XPT_MALFORMED" and "(5e:00.0)" in error.sentence, error
    assert "(0000:5e:00.0)" in error.hint, error.hint
    assert e2e.plugin("status")["hide_list"]["next_canonical"] is False
    subprocess.run([tool, "--delete-dom0", "xen-pciback.hide"], env=e2e.plugin_env(e2e.root()), check=True)


def test_names_that_mean_nothing_or_too_much_are_said():
    assert e2e.refused("pci_attach", vm="nobody", devices="0000:3b:00.0").code == "XPT_NOT_FOUND"
    assert e2e.refused("pci_show", devices="0000:77:00.0").code == "XPT_NOT_FOUND"
    assert e2e.refused("pci_hide", devices="ffff:ffff").code == "XPT_NOT_FOUND"
    assert e2e.refused("status", host="nobody").code == "XPT_NOT_FOUND"


def test_costs_are_warned_of():
    costs = {"0000:3b:00.0": {"slot-left-behind", "no-snapshot", "other-host"},
             "0000:19:00.0": {"not-hidden", "no-snapshot"}}
    for address, expected in costs.items():
        plan = e2e.plugin("pci_attach", vm="ml1", devices=address, dry_run="true")
        reasons = {w["reason"] for w in plan["warnings"]}
        assert expected <= reasons, (address, reasons)
        assert all(w["sentence"] for w in plan["warnings"])


if __name__ == "__main__":
    e2e.run("server.host", kernel_model=False)
