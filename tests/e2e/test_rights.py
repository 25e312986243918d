#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may call what: on the coordinator the session decides, on a supporter a one-time token does."""
import os
import shutil
import stat
import threading
import time

import e2e

DEVICE, VM = "0000:3b:00.0", "ml1"
PLAN = {"devices": DEVICE, "dry_run": "true"}


def denied(call, *args, **kwargs):
    try:
        answer = call(*args, **kwargs)
    except (e2e.PluginError, e2e.XapiError) as error:
        assert error.code in ("XPT_DENIED", "RBAC_PERMISSION_DENIED"), error
        return error
    raise AssertionError("was not denied: %s" % answer)


def by_vm(xapi, function, **args):
    return xapi("VM.call_host_plugin", xapi.vm(VM), "passthrough", function, args)


def running_vm():
    admin = e2e.Xapi()
    ref = admin.vm(VM)
    if admin("VM.get_power_state", ref) != "Running":
        admin("VM.start_on", ref, admin("host.get_by_uuid", e2e.host_uuid()), False, False)


def device_of_the_supporter():
    for device in e2e.plugin("pci_list", second=True)["devices"]:
        if not device["uses"] and not device["vms"] and device["class_id"] in ("0302", "0300", "0108"):
            return device["address"]
    raise AssertionError("the supporter has no free device")


def test_a_pool_admin_may_change_on_the_coordinator():
    for xapi in (e2e.Xapi(), e2e.Xapi("role:pool-admin", "xapi-tcp")):
        assert xapi.plugin("pci_hide", **PLAN)["changed"]


def test_lesser_roles_cannot_call_plugins_at_all():
    for role in ("pool-operator", "vm-power-admin", "vm-admin", "vm-operator", "read-only"):
        denied(e2e.Xapi("role:" + role, "xapi-tcp").plugin, "pci_list")


def test_a_vm_operator_reads_by_way_of_a_vm_and_changes_nothing():
    running_vm()
    operator = e2e.Xapi("role:vm-operator", "xapi-tcp")
    assert '"devices":[' in by_vm(operator, "pci_list")
    for function, args in (("pci_hide", PLAN), ("pci_attach", {"vm": VM, "devices": DEVICE}),
                           ("op_resolve", {"operation": "x", "accept": "keep"})):
        error = denied(by_vm, operator, function, **args)
        assert error.code == "XPT_DENIED" and "host.call_plugin" in str(error), error
    assert e2e.device(DEVICE)["dom0_access"] == "enabled"


def test_a_vm_operator_does_not_get_further_with_host_or_token():
    running_vm()
    operator = e2e.Xapi("role:vm-operator", "xapi-tcp")
    for extra in ({"host": e2e.host_uuid(True)}, {"host": "xcp2"}, {"token": "0" * 8 + "-" + "0" * 32}):
        assert denied(by_vm, operator, "pci_hide", **PLAN, **extra).code == "XPT_DENIED"


def test_a_forged_session_gets_nowhere():
    for session in ("OpaqueRef:NULL", "OpaqueRef:forged", "x"):
        error = e2e.refused("pci_hide", session=session, **PLAN)
        assert error.code in ("XPT_XAPI", "XPT_DENIED"), error
    assert e2e.device(DEVICE)["dom0_access"] == "enabled"


def test_a_supporter_denies_direct_calls_and_names_the_call_to_make():
    xapi, device = e2e.Xapi(), device_of_the_supporter()
    error = denied(xapi.plugin, "pci_hide", host=e2e.host_uuid(True), devices=device, dry_run="true")
    assert "args:host=%s" % e2e.host_uuid(True) in error.description[3], error.description
    assert xapi.plugin("pci_list", host=e2e.host_uuid(True))["host"] == e2e.host_uuid(True)


def call_by_coordinator(host, **args):
    """host= is an argument of ours as well as of the helper: it goes into the plugin's arguments."""
    xapi = e2e.Xapi()
    ref = xapi("host.get_by_uuid", e2e.host_uuid())
    return xapi("host.call_plugin", ref, "passthrough", "pci_hide", dict(args, host=host))


def test_the_coordinator_passes_a_change_on():
    device = device_of_the_supporter()
    for name in (e2e.host_uuid(True), "xcp2"):
        answer = call_by_coordinator(name, devices=device, dry_run="true")
        assert '"host":"%s"' % e2e.host_uuid(True) in answer and '"changed":true' in answer
    pool = e2e.Xapi()("pool.get_all_records")
    keys = [key for record in pool.values() for key in record["other_config"] if "token" in key]
    assert keys == [], keys


def test_errors_of_the_other_host_come_back_whole():
    try:
        call_by_coordinator("xcp2", devices="0000:77:00.0")
        raise AssertionError("was not refused")
    except e2e.XapiError as error:
        assert error.code == "XPT_REFUSED" and "0000:77:00.0" in error.description[1], error.description


class StolenToken:
    """A supporter's plugin that keeps the token, and its caller waiting, while the thief tries it."""

    def __enter__(self):
        self.args = {"devices": device_of_the_supporter(), "dry_run": "true"}
        self.plugin = e2e.plugin_path(e2e.root(True))
        self.loot, self.over = e2e.path("/loot", True), e2e.path("/over", True)
        shutil.copy2(self.plugin, self.plugin + ".real")
        with open(self.plugin + ".thief", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nprintf %%s \"$1\" >%s.new\nmv %s.new %s\n"
                       "while [ ! -e %s ]; do sleep 0.05; done\nexit 1\n"
                       % (self.loot, self.loot, self.loot, self.over))
        os.chmod(self.plugin + ".thief", stat.S_IRWXU)
        os.replace(self.plugin + ".thief", self.plugin)
        self.victim = threading.Thread(target=self.be_robbed)
        self.victim.start()
        while not os.path.exists(self.loot):
            time.sleep(0.05)
        os.replace(self.plugin + ".real", self.plugin)
        with open(self.loot, encoding="utf-8") as file:
            self.token = file.read().split("<name>token</name><value>")[1].split("<")[0]
        return self

    def be_robbed(self):
        try:
            call_by_coordinator("xcp2", **self.args)
        except e2e.XapiError:
            pass

    def __exit__(self, *_):
        with open(self.over, "w", encoding="utf-8"):
            pass
        self.victim.join()
        os.unlink(self.loot)
        os.unlink(self.over)

    def spend(self, **changes):
        args = dict(self.args, token=self.token, **changes)
        return e2e.Xapi().plugin("pci_hide", host=e2e.host_uuid(True), **args)


def test_a_token_is_good_once_for_exactly_its_call():
    with StolenToken() as stolen:
        denied(stolen.spend, siblings="true")
        denied(e2e.Xapi().plugin, "pci_unhide", host=e2e.host_uuid(True), token=stolen.token, **stolen.args)
        assert stolen.spend()["changed"]
        denied(stolen.spend)


def test_a_token_expires():
    with StolenToken() as stolen:
        xapi = e2e.Xapi()
        (pool,) = xapi("pool.get_all")
        (key,) = [k for k in xapi("pool.get_other_config", pool) if k.startswith("xe-passthrough:token:")]
        expiry, digest = xapi("pool.get_other_config", pool)[key].split()
        assert 0 < int(expiry) - time.time() <= 60
        assert stolen.token not in digest and stolen.token.split("-")[1] not in digest
        xapi("pool.remove_from_other_config", pool, key)
        xapi("pool.add_to_other_config", pool, key, "%d %s" % (time.time() - 1, digest))
        denied(stolen.spend)
        xapi("pool.remove_from_other_config", pool, key)


def test_direct_calls_can_be_allowed_for_the_pool():
    xapi, device = e2e.Xapi(), device_of_the_supporter()
    (pool,) = xapi("pool.get_all")
    xapi("pool.add_to_other_config", pool, "xe-passthrough:direct", "true")
    assert xapi.plugin("pci_hide", host=e2e.host_uuid(True), devices=device, dry_run="true")["changed"]
    xapi("pool.remove_from_other_config", pool, "xe-passthrough:direct")
    denied(xapi.plugin, "pci_hide", host=e2e.host_uuid(True), devices=device, dry_run="true")


def test_root_on_the_supporter_itself_is_trusted():
    answer = e2e.plugin("pci_hide", second=True, devices=device_of_the_supporter(), dry_run="true")
    assert answer["host"] == e2e.host_uuid(True) and answer["changed"]
    assert e2e.plugin("pci_list", second=True, host=e2e.host_uuid())["host"] == e2e.host_uuid()
    assert e2e.plugin("pci_hide", second=True, host="xcp1", **PLAN)["host"] == e2e.host_uuid()


if __name__ == "__main__":
    e2e.run("server.host", second="server2.host", kernel_model=False)
