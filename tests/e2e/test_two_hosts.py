#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts and a foreign client change the same VM at once: nothing is lost."""
import threading

import e2e

VM, ROUNDS, KEYS = "ml1", 6, 12
HERE = ["0000:3b:00.0", "0000:3b:00.1"]


def devices_there():
    free = [d["address"] for d in e2e.plugin("pci_list", second=True)["devices"]
            if not d["uses"] and not d["vms"] and d["class_id"][:2] in ("01", "02", "03", "0c", "04")]
    return [address for address in free if address not in HERE][:2]


class Worker(threading.Thread):
    """A thread whose failure is the test's."""

    def __init__(self, work, *args):
        super().__init__()
        self.work, self.args, self.failure = work, args, None
        self.start()

    def run(self):
        try:
            self.work(*self.args)
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure

    def end(self):
        self.join()
        if self.failure:
            raise self.failure


def attach(second, devices):
    for device in devices:
        e2e.plugin("pci_attach", second=second, vm=VM, devices=device)


def detach(second, devices):
    for device in devices:
        e2e.plugin("pci_detach", second=second, vm=VM, devices=device)


def write_keys(number):
    xapi = e2e.Xapi()
    ref = xapi.vm(VM)
    for i in range(KEYS):
        xapi("VM.add_to_other_config", ref, "foreign-%d-%d" % (number, i), str(i))


def test_nothing_is_lost():
    xapi, there = e2e.Xapi(), devices_there()
    assert len(there) == 2
    before = xapi("VM.get_other_config", xapi.vm(VM))
    for number in range(ROUNDS):
        workers = [Worker(attach, False, HERE), Worker(attach, True, there), Worker(write_keys, number)]
        for worker in workers:
            worker.end()
        config = xapi("VM.get_other_config", xapi.vm(VM))
        items = [item.split("/") for item in config["pci"].split(",")]
        assert sorted(address for _, address in items) == sorted(HERE + there), config
        assert [int(index) for index, _ in items] == [0, 1, 2, 3], config
        assert all("foreign-%d-%d" % (number, i) in config for i in range(KEYS)), config
        workers = [Worker(detach, False, HERE), Worker(detach, True, there)]
        for worker in workers:
            worker.end()
        assert xapi.pci_key(VM) is None
    after = xapi("VM.get_other_config", xapi.vm(VM))
    assert {key: after.get(key) for key in before} == before
    assert not [key for key in after if "lease" in key]
    assert e2e.journal() == e2e.journal(True) == []


def test_a_foreign_write_of_the_same_key_is_kept_and_reported():
    """A client that replaces our key between plan and write: it stays, or ours does; never a mixture."""
    xapi = e2e.Xapi()
    ref, foreign = xapi.vm(VM), "0/0000:04:00.0"
    outcomes = set()
    for _ in range(ROUNDS):
        worker = Worker(attach, False, HERE[:1])
        xapi("VM.remove_from_other_config", ref, "pci")
        try:
            xapi("VM.add_to_other_config", ref, "pci", foreign)
        except e2e.XapiError as error:
            assert error.code == "MAP_DUPLICATE_KEY"
        try:
            worker.end()
            outcomes.add("ours")
        except e2e.PluginError as error:
            assert error.code in ("XPT_CONFLICT", "XPT_XAPI"), error
            outcomes.add("conflict")
        key = xapi.pci_key(VM)
        assert key in (foreign, "0/" + HERE[0], "%s,1/%s" % (foreign, HERE[0])), key
        for operation in e2e.plugin("status")["unsettled"]:
            e2e.plugin("op_resolve", operation=operation["operation"], accept="keep")
        e2e.plugin("pci_detach", vm=VM)
    assert outcomes


def test_a_lease_of_another_host_makes_us_wait_and_then_say_so():
    xapi = e2e.Xapi()
    ref = xapi.vm(VM)
    xapi("VM.add_to_other_config", ref, "xe-passthrough:lease", "%s 1 %d" % (e2e.host_uuid(True), 2 ** 31))
    # An expiry that no version of ours writes holds nothing.
    assert e2e.plugin("pci_attach", vm=VM, devices=HERE[0])["changed"]
    e2e.plugin("pci_detach", vm=VM)


def test_a_vm_belongs_to_the_host_that_it_prefers():
    for second in (False, True):
        (router,) = [vm for vm in e2e.plugin("status", second=second)["vms"] if vm["name"] == "router"]
        assert router["power_state"] == "halted" and router["affinity"] == e2e.host_uuid(), router
        assert router["is_here"] is not second, router



if __name__ == "__main__":
    e2e.run("server.host", second="server2.host", kernel_model=False)
