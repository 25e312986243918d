# SPDX-License-Identifier: GPL-2.0-or-later
"""What the end-to-end tests share: a sandbox around the test, the plugin, the toolstack, and counting.

A test file is a program. It calls run("server.host") at its end, which starts the file anew inside a sandbox
of that machine and calls every function whose name begins with test_, each printing "ok", "not ok" or "skip".
"""
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import traceback
import xmlrpc.client
from xml.sax.saxutils import escape

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get("XPT_BUILD", "build"))
PLUGIN_ENV = {"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"}


class Skip(Exception):
    """This test cannot be run here; the text says why."""


class PluginError(Exception):
    """A Failure of the plugin: code, sentence, subject, hint."""

    def __init__(self, description):
        super().__init__(" | ".join(description))
        self.code, self.sentence, self.subject, self.hint = (description + ["", "", ""])[:4]


class XapiError(Exception):
    """A Failure of the toolstack: its code and parameters."""

    def __init__(self, description):
        super().__init__(" ".join(description))
        self.description = description
        self.code = description[0]


def root(second=False):
    return os.environ["XPT_SANDBOX_ROOT2" if second else "XPT_SANDBOX_ROOT"]


def host_uuid(second=False):
    return os.environ["XPT_SANDBOX_HOST2" if second else "XPT_SANDBOX_HOST"]


def need_kernel_model():
    if os.environ.get("XPT_SANDBOX_FUSE") != "1":
        raise Skip("needs /dev/fuse")


# ---- the plugin ----

def method_call(function, session="", **args):
    """The methodCall as xapi writes it: one line, untyped strings."""
    members = "".join("<member><name>%s</name><value>%s</value></member>" % (escape(k), escape(str(v)))
                      for k, v in args.items())
    struct = "<struct>%s</struct>" % members if members else "<struct/>"
    value = "<value>%s</value>" % session if session else "<value/>"
    return ("<methodCall><methodName>%s</methodName><params><param>%s</param><param><value>%s</value></param>"
            "</params></methodCall>" % (function, value, struct))


def plugin_env(at):
    return dict(PLUGIN_ENV, XE_PASSTHROUGH_ROOT=at)


def plugin_path(at):
    return os.path.join(at, "etc/xapi.d/plugins/passthrough")


def read_response(text):
    """The Value of a response, or PluginError; anything but one methodResponse is an error here."""
    (value,), method = xmlrpc.client.loads(text)
    assert method is None
    if value["Status"] == "Success":
        return value["Value"]
    raise PluginError(value["ErrorDescription"])


def plugin(function, second=False, session="", **args):
    """Call the plugin as the command does; the answer as a dict."""
    at = root(second)
    done = subprocess.run([plugin_path(at), method_call(function, session, **args)], env=plugin_env(at),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", check=False)
    assert done.returncode == 0, "exit %d: %s" % (done.returncode, done.stderr)
    return json.loads(read_response(done.stdout))


def refused(function, **args):
    """The call must fail; its error."""
    try:
        answer = plugin(function, **args)
    except PluginError as error:
        return error
    raise AssertionError("%s was not refused: %s" % (function, answer))


def device(address, second=False):
    return plugin("pci_show", second=second, devices=address)["devices"][0]


# ---- the toolstack ----

class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        # A sandbox's path may be longer than a socket address.
        fd = os.open(os.path.dirname(self.path), os.O_PATH)
        self.sock.connect("/proc/self/fd/%d/%s" % (fd, os.path.basename(self.path)))
        os.close(fd)


class Xapi:
    """A client of the test toolstack with a session."""

    def __init__(self, user="root", door="xapi", second=False):
        self.path = os.path.join(root(second), "var/lib/xcp", door)
        self.session = self.raw("session.login_with_password", user, "", "2.21", "e2e")

    def raw(self, method, *params):
        connection = UnixConnection(self.path)
        body = xmlrpc.client.dumps(params, method)
        connection.request("POST", "/", body, {"Content-Type": "text/xml"})
        (value,), _ = xmlrpc.client.loads(connection.getresponse().read())
        connection.close()
        if value["Status"] != "Success":
            raise XapiError(value["ErrorDescription"])
        return value["Value"]

    def __call__(self, method, *params):
        return self.raw(method, self.session, *params)

    def vm(self, name):
        (ref,) = [ref for ref, vm in self("VM.get_all_records").items()
                  if vm["name_label"] == name and not vm["is_a_template"] and not vm["is_a_snapshot"]]
        return ref

    def pci_key(self, name):
        return self("VM.get_other_config", self.vm(name)).get("pci")

    def plugin(self, function, host=None, **args):
        ref = self("host.get_by_uuid", host or host_uuid())
        return json.loads(self("host.call_plugin", ref, "passthrough", function, args))


# ---- the machine ----

def path(name, second=False):
    return os.path.join(root(second), name.lstrip("/"))


def read(name, second=False):
    with open(path(name, second), encoding="utf-8") as file:
        return file.read()


def driver(address, second=False):
    try:
        return os.path.basename(os.readlink(path("/sys/bus/pci/devices/%s/driver" % address, second)))
    except FileNotFoundError:
        return None


def reboot(second=False):
    """A simulated reboot of the machine, as the sandbox's own `reboot` does it."""
    command = [os.path.join(BUILD, "tests/reboot"), root(second)]
    if os.environ["XPT_SANDBOX_FUSE"] == "1":
        command.append(os.environ["XPT_SANDBOX_SYS2" if second else "XPT_SANDBOX_SYS"])
    subprocess.run(command, check=True)


def journal(second=False):
    """Operations that are written down as not ended."""
    try:
        return sorted(name for name in os.listdir(path("/var/lib/xe-passthrough/journal", second))
                      if name[0].isdigit())
    except FileNotFoundError:
        return []


def boot_line(second=False):
    """dom0's words in the default entry."""
    for name in ("/boot/efi/EFI/xenserver/grub.cfg", "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"):
        if os.path.exists(path(name, second)):
            text = read(name, second)
            return re.search(r"^\s*module2?\s+\S*vmlinuz\S*(.*)$", text, re.M).group(1)
    raise AssertionError("no grub.cfg")


# ---- running ----

def enter_sandbox(host_file, second, kernel_model):
    command = [os.path.join(BUILD, "tests/sandbox"), os.path.join(TOP, "tests/hosts", host_file)]
    if not kernel_model:
        command.append("--no-fuse")
    if second:
        command += ["--second", os.path.join(TOP, "tests/hosts", second)]
    command += ["--", sys.executable, os.path.abspath(sys.argv[0])] + sys.argv[1:]
    os.environ["XPT_E2E"] = host_file
    os.execv(command[0], command)


def run(host_file=None, second=None, kernel_model=True):
    """Run the calling file's tests, in a sandbox of host_file where one is named.

    Without the kernel model /sys is a plain tree: quicker, for what stores nothing there.
    """
    if host_file and os.environ.get("XPT_E2E") != host_file:
        enter_sandbox(host_file, second, kernel_model)
    module = sys.modules["__main__"]
    failed = 0
    for name, test in list(vars(module).items()):
        if not name.startswith("test_") or (len(sys.argv) > 1 and name not in sys.argv[1:]):
            continue
        try:
            test()
            print("ok %s" % name, flush=True)
        except Skip as why:
            print("skip %s: %s" % (name, why), flush=True)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc(file=sys.stdout)
            print("not ok %s" % name, flush=True)
            failed += 1
    sys.exit(1 if failed else 0)
