#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every answer has exactly the fields of the contract: null for unknown, and never one that is absent."""
import os
import signal

import e2e

DEVICE, VM = "0000:3b:00.0", "win11"
TYPES = {"string": str, "boolean": bool, "number": int, "choice": str}


def tree(fields):
    """Paths such as "a[].b" as nested dicts; a list is {"[]": what is in it}, a leaf the field itself."""
    top = {}
    for field in fields:
        node = top
        parts = [part for name in field["path"].split(".") for part in
                 ([name[:-2], "[]"] if name.endswith("[]") else [name])]
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = field
    return top


def compare(value, node, where):
    if "path" in node and isinstance(node["path"], str):
        if value is None:
            assert node["may_be_null"], "%s is null" % where
        else:
            assert type(value) is TYPES[node["type"]], "%s is %r" % (where, value)
    elif "[]" in node:
        assert isinstance(value, list), where
        for item in value:
            compare(item, node["[]"], where + "[]")
    else:
        assert isinstance(value, dict) and set(value) == set(node), "%s has %s, should have %s" % (
            where, sorted(value) if isinstance(value, dict) else value, sorted(node))
        for key in value:
            compare(value[key], node[key], "%s.%s" % (where, key))


CONTRACT = {}


def check(function, **args):
    if not CONTRACT:
        CONTRACT.update((f["name"], tree(f["answer"])) for f in e2e.plugin("describe")["functions"])
    answer = e2e.plugin(function, **args)
    compare(answer, CONTRACT[function], function)
    return answer


def test_reading_functions_before_anything_was_changed():
    for function in ("version", "describe", "status", "history", "pci_list", "pci_groups"):
        check(function)
    check("pci_list", bridges="true")
    check("pci_show", devices=DEVICE)
    (port,) = check("pci_show", devices="5e:00.0")["devices"]
    assert [vf["address"] for vf in port["virtual_function_list"]] == ["0000:5e:02.%d" % i for i in range(4)]
    assert [vm["name"] for vm in port["virtual_function_list"][0]["vms"]] == ["router"], port


def test_reserved_memory_is_told_and_stands_in_the_way_only_when_shared():
    usb, far = check("pci_show", devices="00:14.0,87:00.0")["devices"]
    (region,) = usb["reserved_memory"]
    assert region == {"kind": "rmrr", "base": "0x7b000000", "limit": "0x7b0fffff", "shared": True,
                      "with": ["0000:87:00.0"]}, region
    assert far["reserved_memory"][0]["with"] == ["0000:00:14.0"]
    assert "pci-quarantine = false" in far["reserved_memory_means"], far
    warned = [w for w in check("pci_attach", vm=VM, devices="87:00.0", dry_run="true")["warnings"]
              if w["reason"] == "reserved-memory"]
    assert [w["subject"] for w in warned] == ["0000:87:00.0"], warned
    settings = e2e.path("etc/xenopsd.conf.d/rmrr.conf")
    os.makedirs(os.path.dirname(settings))
    with open(settings, "w") as f:
        f.write("pci-quarantine = false\n")
    (far,) = check("pci_show", devices="87:00.0")["devices"]
    assert "warning in its log" in far["reserved_memory_means"], far
    plan = check("pci_hide", devices="87:00.0", dry_run="true")
    assert "reserved-memory" not in [w["reason"] for w in plan["warnings"]], plan
    (vga,) = check("pci_show", devices="03:00.0")["devices"]
    assert not vga["reserved_memory"][0]["shared"] and "which works" in vga["reserved_memory_means"], vga
    (other,) = check("pci_show", devices=DEVICE)["devices"]
    assert other["reserved_memory"] == [] and other["reserved_memory_means"] is None, other


def test_every_function_is_in_one_group_and_says_so():
    groups = check("pci_groups")["groups"]
    devices = check("pci_list", bridges="true")["devices"]
    where = [(m["address"], g["id"]) for g in groups for m in g["members"]]
    assert sorted(where) == [(d["address"], d["group"]) for d in devices]
    for group in groups:
        assert group["id"] == group["members"][0]["address"]
        assert group["is_isolated"] == (sum(not m["is_bridge"] for m in group["members"]) < 2) == (not group["why"])
    (gpu,) = check("pci_groups", devices="3b:00.1")["groups"]
    assert [m["address"] for m in gpu["members"]] == ["0000:3b:00.0", "0000:3b:00.1"], gpu
    assert "slot 0000:3b:00" in gpu["why"], gpu
    assert check("pci_groups", devices="3b:00.1,3b:00.0")["groups"] == [gpu]
    assert e2e.refused("pci_groups", devices="77:00.0").code == "XPT_NOT_FOUND"


def test_changes_and_what_they_leave_to_read():
    check("pci_hide", devices=DEVICE, siblings="true", dry_run="true")
    assert check("pci_hide", devices=DEVICE, siblings="true")["steps"]
    check("pci_hide", devices=DEVICE, siblings="true")
    check("status")
    assert check("pci_attach", vm=VM, devices=DEVICE, msitranslate="true")["steps"]
    assert check("status")["vms"]
    check("pci_reorder", vm=VM, devices=DEVICE)
    check("pci_detach", vm=VM)
    check("pci_unhide", devices=DEVICE, siblings="true")
    assert check("history")["changes"]


def test_without_a_toolstack_too():
    os.kill(int(os.environ["XPT_SANDBOX_XAPI_PID"]), signal.SIGKILL)
    for function in ("status", "pci_list", "pci_groups", "history"):
        answer = check(function)
        assert answer["missing"] or function == "history"


if __name__ == "__main__":
    e2e.run("server.host", kernel_model=False)
