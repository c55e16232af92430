"""Calls a handler of a module as a host of functions does, and prints what it answers."""

import importlib
import json
import os
import sys


def main() -> None:
    """Do what the request on standard input says."""
    request = json.load(sys.stdin)
    module, dot, function = request["handler"].rpartition(".")
    if not dot:
        sys.exit(f"there is no module in the handler {function}: want MODULE.FUNCTION, such as app.handler in app.py")
    sys.path[0] = os.getcwd()
    handler = getattr(importlib.import_module(module.replace("/", ".")), function)
    answer = handler(request["event"], None)
    sys.stdout.write(request["mark"] + json.dumps(answer))


main()
