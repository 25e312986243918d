#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the plugin's `version` costs in Python: the same protocol, by the modules that Python plugins use.

One methodCall as the argument, a methodResponse on stdout whose Value is JSON text.
"""
import json
import sys
import xmlrpc.client


class Failure(Exception):
    pass


def version(session, args):
    return {"schema": 1, "host": None, "missing": [], "warnings": [], "version": "0.1.0",
            "contract": 1}


FUNCTIONS = {"version": version}


def dispatch(argument):
    params, name = xmlrpc.client.loads(argument)
    if name not in FUNCTIONS:
        raise Failure("UNKNOWN_XENAPI_PLUGIN_FUNCTION", name)
    session, args = params
    return json.dumps(FUNCTIONS[name](session, args))


def main():
    try:
        answer = {"Status": "Success", "Value": dispatch(sys.argv[1])}
    except Failure as failure:
        answer = {"Status": "Failure", "ErrorDescription": list(failure.args)}
    print(xmlrpc.client.dumps((answer,), methodresponse=True))


if __name__ == "__main__":
    main()
