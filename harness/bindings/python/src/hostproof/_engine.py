"""One process of the command, which deploys and runs for all tests of this process."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import threading
from concurrent.futures import Future
from typing import Any, Dict, Optional

from ._binary import binary


class HostproofError(Exception):
    """What hostproof says is wrong: a setting, a host that does not exist, or its own failure."""

    def __init__(self, message: str, code: Optional[int] = None) -> None:
        super().__init__(message)
        self.code = code
        """The code of the protocol; -32602 is a wrong parameter or setting."""


class Engine:
    """A process of hostproof stdio. Any thread may ask it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [binary(), "stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._lock = threading.Lock()
        self._next = 0
        self._pending: Dict[int, "Future[Any]"] = {}
        self._said = b""
        self._ended: Optional[str] = None
        self.owner = os.getpid()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said = (self._said + line)[-4000:]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = json.loads(line)
            with self._lock:
                waiting = self._pending.pop(answer["id"], None)
            if waiting is None:
                continue
            if "error" in answer:
                waiting.set_exception(HostproofError(answer["error"]["message"], answer["error"]["code"]))
            else:
                waiting.set_result(answer["result"])
        said = self._said.decode(errors="replace").strip()
        with self._lock:
            self._ended = f"hostproof is gone, with {self._process.wait()}: {said}"
            pending, self._pending = list(self._pending.values()), {}
        for waiting in pending:
            waiting.set_exception(HostproofError(self._ended))

    @property
    def usable(self) -> bool:
        """Whether it runs, and is this process's own: a fork has its parent's object."""
        return self._ended is None and self.owner == os.getpid()

    def request(self, method: str, params: Dict[str, Any]) -> Any:
        """Ask, and wait for the answer."""
        waiting: "Future[Any]" = Future()
        with self._lock:
            if self._ended is not None:
                raise HostproofError(self._ended)
            self._next += 1
            number = self._next
            self._pending[number] = waiting
            text = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(text.encode() + b"\n")
                self._process.stdin.flush()
            except OSError:
                pass  # the reader says why
        return waiting.result()

    def close(self) -> None:
        """End the process, and what it has started."""
        if self.owner != os.getpid():
            return
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError:
            pass  # it has ended by itself
        self._process.wait()


_engine: Optional[Engine] = None
_engine_lock = threading.Lock()


def engine() -> Engine:
    """The engine of this process; the first call starts it."""
    global _engine
    with _engine_lock:
        if _engine is None or not _engine.usable:
            _engine = Engine()
            atexit.register(_engine.close)
        return _engine
