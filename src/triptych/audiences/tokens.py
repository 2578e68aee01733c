"""The text of a definition, cut into words, quoted texts, numbers and signs."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from triptych.audiences.errors import AudienceError, AudienceProblem

MAX_LENGTH = 16_384


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    TEXT = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()


class Token(NamedTuple):
    """A piece of the text: its kind, what it says, and where it begins."""

    kind: Kind
    value: str
    position: int

    @property
    def shown(self) -> str:
        """The token as an error message names it."""
        return "the end" if self.kind is Kind.END else f"`{self.value}`"


_PIECE = re.compile(
    r"""(?P<space>\s+)
    | (?P<TEXT>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")
    | (?P<NUMBER>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))
    | (?P<SIGN><=|>=|!=|[=<>(),])
    | (?P<WORD>[A-Za-z_]+)""",
    re.VERBOSE | re.ASCII,
)


def tokens(text: str) -> list[Token]:
    """The tokens of a text; the last is the end. Raises ``AudienceError`` where nothing can be read.

    >>> [token.value for token in tokens('did "A" exactly 2')]
    ['did', '"A"', 'exactly', '2', '']
    """
    if len(text) > MAX_LENGTH:
        raise AudienceError(AudienceProblem.TOO_LARGE, f"a definition has at most {MAX_LENGTH} characters")
    found, position = [], 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.lastgroup != "space":
            kind = Kind[match.lastgroup or "WORD"]
            value = match.group().lower() if kind is Kind.WORD else match.group()
            found.append(Token(kind, value, position))
        position = match.end()
    found.append(Token(Kind.END, "", len(text)))
    return found


def unquoted(token: Token) -> str:
    """What a quoted text says; it is written as in JSON."""
    try:
        return msgspec.json.decode(token.value, type=str)
    except msgspec.DecodeError:
        raise AudienceError(
            AudienceProblem.SYNTAX, "a text that cannot be read", position=token.position, expected="a quoted text"
        ) from None


def quoted(text: str) -> str:
    """A text in quotes, as a definition writes it."""
    return msgspec.json.encode(text).decode()


def _unreadable(text: str, position: int) -> AudienceError:
    if text[position] == '"':
        message, expected = "a quoted text that does not end", 'a closing `"`'
    else:
        message, expected = f"`{text[position]}` means nothing here", "a word, a quoted text or a number"
    return AudienceError(AudienceProblem.SYNTAX, message, position=position, expected=expected)
