#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's side of xapi's protocol: whatever the argument, one methodResponse and exit status 0."""
import json
import os
import subprocess
import tempfile
import xmlrpc.client

import e2e

EMPTY = tempfile.mkdtemp(prefix="xpt-empty-")
PLUGIN = os.path.join(e2e.BUILD, "passthrough")


def start(*argv, **options):
    return subprocess.run([PLUGIN, *argv], env=e2e.plugin_env(EMPTY), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, **options)


def answer(argument):
    done = start(argument)
    assert done.returncode == 0, done
    assert done.stderr == b"", done.stderr
    text = done.stdout.decode("utf-8")
    assert text.startswith("<methodResponse>") and text.rstrip().endswith("</methodResponse>")
    (value,), _ = xmlrpc.client.loads(text)
    assert set(value) in ({"Status", "Value"}, {"Status", "ErrorDescription"})
    return value


def error(argument):
    value = answer(argument)
    assert value["Status"] == "Failure", value
    return value["ErrorDescription"]


def test_the_vectors_of_xapi_are_understood():
    value = answer("<methodCall><methodName>version</methodName><params><param><value>OpaqueRef:1</value></param>"
                   "<param><value><struct/></value></param></params></methodCall>")
    assert json.loads(value["Value"])["contract"] >= 1
    args = "<struct><member><name>a</name><value>x&lt;y&amp;&quot;z&quot;</value></member></struct>"
    code, sentence, subject, _ = error(
        "<methodCall><methodName>version</methodName><params><param><value>OpaqueRef:1</value></param>"
        "<param><value>%s</value></param></params></methodCall>" % args)
    assert code == "XPT_USAGE" and subject == "a" and "'a'" in sentence


def test_what_xmlrpc_client_writes_is_understood_too():
    text = xmlrpc.client.dumps(("OpaqueRef:1", {}), "version")
    assert answer(text)["Status"] == "Success"


def test_bad_arguments_get_a_sentence():
    bad = ["", " ", "x", "<", "<methodCall/>", "<methodCall><methodName>version</methodName></methodCall>",
           "<!DOCTYPE m [<!ENTITY e 'x'>]><methodCall><methodName>&e;</methodName></methodCall>",
           "<!DOCTYPE m SYSTEM 'file:///etc/passwd'><methodCall/>",
           "<methodCall>" * 100, "<a>" * 5000, "\u00ff\ufffe", "<methodResponse/>",
           "<methodCall><methodName>version</methodName><params><param><value><int>1</int></value></param>"
           "<param><value><struct/></value></param></params></methodCall>",
           e2e.method_call("version") + "x", e2e.method_call("version") * 2]
    for argument in bad:
        description = error(argument)
        assert len(description) >= 2 and description[1], (argument, description)


def test_invalid_utf8_is_refused_in_utf8():
    description = error(b"<methodCall><methodName>\xff\xfe</methodName></methodCall>")
    assert description[0] in ("XPT_MALFORMED", "XPT_USAGE")


def test_an_unknown_function_is_said_as_xapi_plugins_say_it():
    assert error(e2e.method_call("no_such")) == ["UNKNOWN_XENAPI_PLUGIN_FUNCTION", "no_such"]


def test_wrong_arguments_name_the_parameter_and_the_next_step():
    cases = [(dict(), "devices"), (dict(devices=""), "devices"), (dict(devices="01:00.0", dry_run="maybe"), "dry_run"),
             (dict(devices="01:00.0", colour="red"), "colour"), (dict(devices="banana"), "banana")]
    for args, name in cases:
        code, sentence, subject = error(e2e.method_call("pci_hide", **args))[:3]
        assert code == "XPT_USAGE", (args, code, sentence)
        assert name in sentence or name in subject, (args, sentence, subject)


def test_arguments_near_the_kernels_limit_are_read():
    args = "x" * 125000
    description = error(e2e.method_call("pci_list", devices=args))
    assert description[0] in ("XPT_USAGE", "XPT_NOT_FOUND"), description[0]
    assert len(description[1]) < 2000


def test_control_bytes_never_come_back():
    for function in ("no\x07such", "no&#7;such"):
        description = error(e2e.method_call(function).replace("&amp;", "&"))
        assert not any(ord(c) < 32 for text in description for c in text)


def test_the_number_of_arguments_is_checked():
    for argv in ((), ("a", "b")):
        done = start(*argv)
        assert done.returncode == 0 and b"XPT_USAGE" in done.stdout


def test_it_runs_as_xapi_runs_it():
    def as_xapi():
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_WRONLY), 0)

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        done = subprocess.run([PLUGIN, e2e.method_call("status")], env=e2e.plugin_env(EMPTY), stdout=out, stderr=err,
                              cwd="/", preexec_fn=as_xapi, check=False)
        out.seek(0)
        assert done.returncode == 0
        assert json.loads(e2e.read_response(out.read()))["missing"]


def test_closed_descriptors_do_not_mix_files_into_the_answer():
    script = 'exec 0<&- 2>&-; exec "$0" "$1"'
    done = subprocess.run(["/bin/sh", "-c", script, PLUGIN, e2e.method_call("status")], env=e2e.plugin_env(EMPTY),
                          stdout=subprocess.PIPE, check=False)
    assert json.loads(e2e.read_response(done.stdout))["schema"] == 1


def test_a_reader_that_goes_away_does_not_kill_it():
    done = subprocess.run(["/bin/bash", "-c", '"$0" "$1" | true; echo ${PIPESTATUS[0]}', PLUGIN,
                           e2e.method_call("describe")], env=e2e.plugin_env(EMPTY), stdout=subprocess.PIPE,
                          check=False)
    assert done.stdout.strip() == b"0", done.stdout


def test_an_empty_host_gives_empty_lists_and_says_what_is_missing():
    value = json.loads(e2e.read_response(start(e2e.method_call("pci_list")).stdout))
    assert value["devices"] == [] and value["missing"]


if __name__ == "__main__":
    e2e.run()
