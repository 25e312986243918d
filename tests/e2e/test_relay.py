#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""host=: what passing a call on leaves behind, and what comes back from a plugin that is not well."""
import os

import e2e

DEVICE = "0000:19:00.0"


def tokens():
    (pool,) = e2e.Xapi()("pool.get_all_records").values()
    return [key for key in pool["other_config"] if key.startswith("xe-passthrough:token")]


class Sick:
    """The supporter's plugin is another program meanwhile."""

    def __init__(self, script):
        self.path = e2e.plugin_path(e2e.root(second=True))
        self.script = script

    def __enter__(self):
        os.rename(self.path, self.path + ".well")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + self.script + "\n")
        os.chmod(self.path, 0o755)

    def __exit__(self, *_):
        os.rename(self.path + ".well", self.path)


def test_a_call_that_never_arrived_leaves_no_token():
    with Sick("exit 1"):
        e2e.refused("pci_hide", host="xcp2", devices=DEVICE, dry_run="true")
    assert tokens() == [], tokens()


def test_an_answer_that_is_no_answer_is_an_error():
    success = ("<methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member>"
               "<member><name>Value</name><value>not JSON</value></member></struct></value></param></params>"
               "</methodResponse>")
    with Sick("echo '%s'" % success):
        assert e2e.refused("pci_list", host="xcp2").code == "XPT_MALFORMED"


e2e.run("server.host", second="server2.host", kernel_model=False)
