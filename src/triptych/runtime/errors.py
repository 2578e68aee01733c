"""What the command line and the processes refuse, with a code that a program can read."""

from __future__ import annotations


class Refused(Exception):
    """The house understood and declines. ``code`` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadSetting(Refused):
    """A setting that cannot be used, named with what was expected."""

    def __init__(self, message: str) -> None:
        super().__init__("bad_setting", message)
