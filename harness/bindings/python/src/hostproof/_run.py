"""What became of a run, with the questions that tests ask."""

from __future__ import annotations

import re
from typing import Any, List, Optional, Union

from ._schema import Exchange, Finding, Principal, Result, Row, Visit

PrincipalName = Union[str, "re.Pattern[str]"]
"""A name ("app", "user/app", "role/app-task"), an ARN, or a pattern for the ARN."""


def is_principal(principal: Optional[Principal], wanted: PrincipalName) -> bool:
    """Whether a principal is the one that a test names."""
    if principal is None:
        return False
    if not isinstance(wanted, str):
        return wanted.search(principal["text"]) is not None
    name, kind = principal.get("name", ""), principal["kind"]
    names = {principal["text"], name, f"{kind}/{name}"}
    if kind == "session":
        names.add(f"role/{name}")
    return wanted in names


def _is_call(exchange: Exchange, wanted: Optional[str]) -> bool:
    if wanted is None:
        return True
    if wanted.endswith(":*") and exchange["call"].startswith(wanted[:-1]):
        return True
    return wanted in (exchange["call"], exchange.get("action"))


class Run:
    """What became of a run of a program on a host. result has all of it, by the names of its JSON Schema."""

    def __init__(self, result: Result) -> None:
        self.result = result

    @property
    def ok(self) -> bool:
        """Nothing is wrong: the program ended well, no call was refused, and there are no problems."""
        return self.result["ok"]

    @property
    def host(self) -> str:
        """The host that it ran on."""
        return self.result["host"]

    @property
    def exit_code(self) -> int:
        """The program's own; -1 where a signal ended it."""
        return self.result["exitCode"]

    @property
    def stdout(self) -> str:
        """The end of what the program printed, with its secrets replaced."""
        return self.result["stdout"]

    @property
    def stderr(self) -> str:
        """The same of standard error."""
        return self.result["stderr"]

    @property
    def problems(self) -> List[Finding]:
        """The findings about what failed."""
        return self.result["problems"]

    @property
    def hazards(self) -> List[Finding]:
        """The findings about what worked in this run and may not go on to."""
        return self.result["hazards"]

    @property
    def ledger(self) -> List[Row]:
        """The places that hand out credentials: asked or not, used or not."""
        return self.result["ledger"]

    @property
    def exchanges(self) -> List[Exchange]:
        """The AWS calls with their verdicts."""
        return self.result["exchanges"]

    @property
    def visits(self) -> List[Visit]:
        """The requests to a server."""
        return self.result["visits"]

    def calls(self, name: Optional[str] = None) -> List[Exchange]:
        """The exchanges of a call ("s3:GetObject"), of a service ("s3:*") or of an IAM action."""
        return [e for e in self.exchanges if _is_call(e, name)]

    def __str__(self) -> str:
        return self.result["text"]

    def __repr__(self) -> str:
        return f"<Run on {self.host}: {'ok' if self.ok else self.result['headline'] or 'not ok'}>"


class Invocation(Run):
    """The run of a handler."""

    def __init__(self, result: Result, answer: Any) -> None:
        super().__init__(result)
        self.answer = answer
        """What the handler answered; None where it failed."""
