"""Ask the engine a question over its unix socket: one line of JSON there, one line back."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

_LONGEST_ANSWER = 64 * 1024 * 1024


class EngineDown(Exception):
    """Nobody answers on the engine's socket."""


class Refused(Exception):
    """The engine answered, and said no."""

    def __init__(self, code: str, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data or {}


def ask(home: Path, name: str, *, timeout: float = 10, **params: Any) -> dict[str, Any]:
    """Answer of the engine that serves ``home``.

    Raises:
        EngineDown: No engine runs there, or it did not answer in time.
        Refused: The engine knows the question and refuses it; ``code`` says why.
    """
    request = json.dumps({"ask": name, **params}, ensure_ascii=False).encode() + b"\n"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(timeout)
            line.connect(str(home / "run" / "engine.sock"))
            line.sendall(request)
            reply = json.loads(_read_line(line))
    except (OSError, ValueError) as problem:
        raise EngineDown(str(problem)) from problem
    if not reply.get("ok"):
        raise Refused(reply.get("code", "error"), reply.get("message", ""), reply.get("data"))
    answer: dict[str, Any] = reply["answer"]
    return answer


def _read_line(line: socket.socket) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := line.recv(1 << 16):
        parts.append(chunk)
        size += len(chunk)
        if chunk.endswith(b"\n"):
            break
        if size > _LONGEST_ANSWER:
            raise ValueError("the answer is too long")
    return b"".join(parts)
