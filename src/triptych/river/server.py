"""The engine's socket: one line of JSON in, one line out, a thread a connection. Only the home's owner may connect."""

from __future__ import annotations

import contextlib
import json
import os
import socketserver
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import structlog

from triptych.cdp.profiles.errors import ProfilesError
from triptych.river.questions import QUESTIONS, Desk, Refusal

_LONGEST = 1 << 20
_CODES: dict[type[Exception], str] = {ProfilesError: "not_ready", duckdb.Error: "busy", TimeoutError: "busy"}
_log = structlog.get_logger(__name__)


def answer(desk: Desk, line: bytes) -> dict[str, Any]:
    """The answer to one line."""
    try:
        asked = json.loads(line)
        question = QUESTIONS[asked.pop("ask")]
        taken = msgspec.convert(asked, question.takes)
    except KeyError:
        return _refused("unknown_question", "there is no such question")
    except (ValueError, AttributeError, TypeError) as error:
        return _refused("bad_request", str(error))
    try:
        return {"ok": True, "answer": question.answer(desk, taken)}
    except Refusal as refusal:
        return _refused(refusal.code, str(refusal), refusal.data)
    except Exception as error:  # noqa: BLE001 - the asker gets the answer, the engine goes on
        code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "error")
        frame = traceback.extract_tb(error.__traceback__)[-1]  # the place alone: values may be a person's
        _log.warning("question_failed", code=code, error=type(error).__name__, at=f"{frame.name}:{frame.lineno}")
        return _refused(code, type(error).__name__)


def _refused(code: str, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"ok": False, "code": code, "message": message, "data": data or {}}


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        line = self.rfile.readline(_LONGEST)
        if line:
            reply = answer(self.server.desk, line)
            with contextlib.suppress(OSError):
                self.wfile.write(json.dumps(reply, ensure_ascii=False, default=str).encode() + b"\n")


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: str, desk: Desk) -> None:
        self.desk = desk
        super().__init__(path, _Handler)


@contextlib.contextmanager
def serving(path: Path, desk: Desk) -> Iterator[None]:
    """Answer questions on a socket for as long as the block lasts."""
    unheard = path.with_name(path.name + ".new")  # it takes its name once somebody listens
    unheard.unlink(missing_ok=True)
    mask = os.umask(0o177)
    try:
        server = _Server(str(unheard), desk)
    finally:
        os.umask(mask)
    unheard.replace(path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="questions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        path.unlink(missing_ok=True)
