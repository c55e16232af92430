"""A program's place on a simulated host."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from types import TracebackType
from typing import Any, Callable, Dict, List, Mapping, Optional, Type, TypeVar, Union

from ._engine import HostproofError, engine
from ._run import Invocation, Run
from ._schema import Exchange, Project, Result

_MARK = "\x01hostproof-answer "

_Self = TypeVar("_Self", bound="_Closing")


class _Closing:
    """What a with statement closes."""

    def close(self) -> None:
        """End it."""
        raise NotImplementedError

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


class Answer:
    """What a server answered."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Server(_Closing):
    """A program that runs until stop."""

    def __init__(self, name: str, url: str, finished: Callable[[Run], None]) -> None:
        self._name, self._finished = name, finished
        self._run: Optional[Run] = None
        self.url = url
        """Where programs of this machine call the server as a visitor would."""

    def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Optional[Union[str, bytes]] = None,
        headers: Optional[Mapping[str, str]] = None,
        timeout: float = 60,
    ) -> Answer:
        """Call a path as a visitor would, with the headers that the platform adds. It waits until the server listens."""
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(self.url + path, data=data, headers=dict(headers or {}), method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoError())
        with opener.open(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())

    def stop(self) -> Run:
        """Stop the server. Its run has each visit, and the calls that were made meanwhile."""
        if self._run is None:
            self._run = Run(engine().request("stop", {"server": self._name}))
            self._finished(self._run)
        return self._run

    def close(self) -> None:
        self.stop()


class _NoError(urllib.request.HTTPErrorProcessor):
    """Takes an answer of any status for an answer."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        return response

    https_response = http_response


class Host(_Closing):
    """A program's place on a simulated host, until close."""

    def __init__(self, deployed: Dict[str, Any]) -> None:
        self._deployment: str = deployed["deployment"]
        self.name: str = deployed["host"]
        self.notice: str = deployed["notice"]
        """What runs cannot show on this machine; empty where they show all."""
        self.users: Dict[str, str] = deployed["users"]
        """The ARNs of the project's users by their names."""
        self.runs: List[Run] = []
        """The runs so far."""

    def request(self, method: str, **params: Any) -> Any:
        """Ask hostproof about this deployment, by a method of its protocol."""
        return engine().request(method, {"deployment": self._deployment, **params})

    def _result(self, command: List[str], cwd: Optional[str], stdin: str) -> Result:
        return self.request("run", command=command, dir=os.path.abspath(cwd or "."), stdin=stdin)

    def run(self, *command: str, cwd: Optional[str] = None, stdin: str = "") -> Run:
        """Run a program to its end. One that fails is no error: its run says so."""
        run = Run(self._result(list(command), cwd, stdin))
        self.runs.append(run)
        return run

    def serve(self, *command: str, port: int, cwd: Optional[str] = None) -> Server:
        """Start a server, which listens at a port, and return at once: fetch waits for it."""
        found = self.request("serve", command=list(command), dir=os.path.abspath(cwd or "."), port=port)
        return Server(found["server"], found["url"], self.runs.append)

    def invoke(self, handler: str, event: Any = None, *, cwd: Optional[str] = None) -> Invocation:
        """Call a handler ("app.handler" in app.py) with an event, in a process of its own with this Python."""
        wrapper = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_handler.py")
        stdin = json.dumps({"handler": handler, "event": {} if event is None else event, "mark": _MARK})
        result = self._result([sys.executable, wrapper], cwd, stdin)
        result["stdout"], found, answer = result["stdout"].partition(_MARK)
        run = Invocation(result, json.loads(answer) if found else None)
        self.runs.append(run)
        return run

    def close(self) -> None:
        """End the deployment."""
        self.request("close")


def _key(name: str) -> str:
    """The key of a setting in the schema: role_allow is roleAllow."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def deploy(host: str, project: Optional[Project] = None, **settings: Any) -> Host:
    """Deploy a project to a host; the command "hostproof hosts" lists them.

    Settings are those of a project, with their names in snake case: role_allow={"task": ["s3:*"]}, buckets=["mine"],
    users=[{"name": "app", "key": ["MY_ID", "MY_SECRET"]}]. allow=["s3:ListBucket"] says what the program may do,
    whether it is the project's user or a role of the host.
    """
    merged: Dict[str, Any] = {**(project or {}), **{_key(name): value for name, value in settings.items()}}
    params: Dict[str, Any] = {"host": host, "project": merged}
    if "allow" in merged:
        params["allow"] = merged.pop("allow")
    return Host(engine().request("deploy", params))


class HostEnvironment(_Closing):
    """The environment of a host in this process, until close."""

    def __init__(self, host: Host, variables: Dict[str, str], request_headers: Dict[str, str]) -> None:
        self.host = host
        self.variables = variables
        self.request_headers = request_headers
        """What the platform adds to each request, such as x-vercel-oidc-token."""
        self._before = dict(os.environ)
        for name in list(os.environ):
            if name.startswith("AWS_") and name not in variables:
                del os.environ[name]
        os.environ.update(variables)

    def calls(self) -> List[Exchange]:
        """The AWS calls so far, of clients that read AWS_ENDPOINT_URL."""
        return self.host.request("calls")["exchanges"]

    def close(self) -> None:
        """Give this process its own environment back, and end the deployment."""
        for name in self.variables:
            if name not in self._before:
                os.environ.pop(name, None)
        os.environ.update(self._before)
        self.host.close()


def host_env(host: str, project: Optional[Project] = None, **settings: Any) -> HostEnvironment:
    """Give this process the environment of a host, until close; for clients that read AWS_ENDPOINT_URL."""
    settings["isolation"] = "endpoint"
    deployed = deploy(host, project, **settings)
    found = deployed.request("environment")
    variables = {v["name"]: v["value"] for v in found["variables"] if v["setBy"] != "base"}
    return HostEnvironment(deployed, variables, found["requestHeaders"])


__all__ = ["Answer", "Host", "HostEnvironment", "HostproofError", "Server", "deploy", "host_env"]
