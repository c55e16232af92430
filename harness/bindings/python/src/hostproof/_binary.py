"""Finds the command that this package is made of."""

from __future__ import annotations

import os
import sys
import sysconfig
from typing import Iterator, List

VARIABLE = "HOSTPROOF_BINARY"
"""The environment variable with the path of another hostproof than the installed one."""


def _folders() -> Iterator[str]:
    """Where pip puts scripts: of this environment, of a user, and of pip install --target."""
    yield sysconfig.get_path("scripts")
    yield sysconfig.get_path("scripts", scheme=sysconfig.get_preferred_scheme("user") if sys.version_info >= (3, 10)
                             else ("nt_user" if os.name == "nt" else "posix_user"))
    package = os.path.dirname(os.path.abspath(__file__))
    yield os.path.join(os.path.dirname(package), "bin")


def binary() -> str:
    """The path of the command. It raises FileNotFoundError where there is none."""
    own = os.environ.get(VARIABLE)
    if own:
        if not os.path.isfile(own):
            raise FileNotFoundError(f"{VARIABLE} is {own}, and there is no such file")
        return own
    name = "hostproof.exe" if os.name == "nt" else "hostproof"
    looked: List[str] = []
    for folder in _folders():
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
        looked.append(folder)
    raise FileNotFoundError(
        f"the command {name} of this package is in none of {', '.join(looked)}: install the package again with pip, "
        f"or set {VARIABLE} to the path of the command"
    )
