"""Assertions whose message is the diagnosis."""

from __future__ import annotations

from typing import List, Optional

from ._run import PrincipalName, Run, is_principal
from ._schema import Exchange


def _fail(run: Run, says: str) -> None:
    __tracebackhide__ = True
    raise AssertionError(f"{says}\n\n{run}")


def _list(exchanges: List[Exchange]) -> str:
    return ", ".join(f"#{e['seq']} {e['call']}" for e in exchanges)


def _reason(exchange: Exchange) -> str:
    return exchange["verdict"]["refusal"]["reason"] if "refusal" in exchange["verdict"] else "undecided"


def _what(call: Optional[str]) -> str:
    return "AWS call" if call is None else f"call of {call}"


def assert_no_problems(run: Run) -> None:
    """The program ended well, no call was refused, and nothing is to be mended."""
    __tracebackhide__ = True
    if not run.ok:
        kinds = ", ".join(p["kind"] for p in run.problems)
        _fail(run, f"there is a problem on host {run.host}: {kinds or run.result['headline'] or run.exit_code}")


def assert_accepted_as(run: Run, principal: PrincipalName, call: Optional[str] = None) -> None:
    """Every AWS call, or every one of a name, was accepted as a principal, and there was one."""
    __tracebackhide__ = True
    calls = run.calls(call)
    if not calls:
        _fail(run, f"there was no {_what(call)} on host {run.host}")
    for e in calls:
        who = e["verdict"].get("principal")
        if not e["verdict"]["accepted"]:
            _fail(run, f"{_list([e])} was refused ({_reason(e)}) on host {run.host}, not accepted as {principal}")
        if not is_principal(who, principal):
            name = who["text"] if who else "nobody"
            _fail(run, f"{_list([e])} was accepted as {name} on host {run.host}, not as {principal}")


def assert_refused(run: Run, reason: Optional[str] = None, call: Optional[str] = None) -> None:
    """An AWS call was refused, for a reason ("unknown-key") or with AWS's error code if one is given."""
    __tracebackhide__ = True
    refused = [e for e in run.calls(call) if not e["verdict"]["accepted"]]
    if any(reason is None or reason in (_reason(e), e.get("code")) for e in refused):
        return
    got = "; ".join(f"{_list([e])}: {_reason(e)}, {e.get('code')}" for e in refused)
    why = f" with {reason}" if reason else ""
    _fail(run, f"no {_what(call)} was refused{why} on host {run.host}{', but ' + got if got else ''}")


def assert_mixes_credentials(run: Run) -> None:
    """A call was signed with parts of two credentials."""
    __tracebackhide__ = True
    if not any(p["kind"] == "mixed-credentials" for p in run.problems):
        _fail(run, f"no call on host {run.host} mixes credentials")
