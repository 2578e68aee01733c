"""A partner's file: what is a keyed digest is taken, what is anything else is refused, and nothing is lost."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.dmp.partners import Code, Contract, LineFault
from triptych.dmp.partners.model import Line
from triptych.dmp.partners.reading import LONGEST, Refused, instant, read
from triptych.dmp.partners.rules import HOUR

NOW = 490_000 * HOUR
END = NOW // HOUR + 1_000
LOIRE = Contract("loire", "Loire", 2, ends_at=END * HOUR, codes=(Code("renews-60"), Code("12345678")))
DIGEST = "0123456789abcdef" * 4


def outcome(*lines: str, header: bool = False) -> list[Line | Refused]:
    text = "\n".join(["digest,code,until", *lines] if header else lines)
    return list(read(io.BytesIO(text.encode()), LOIRE, now=NOW))


def faults(*lines: str) -> list[LineFault | None]:
    return [line.fault if isinstance(line, Refused) else None for line in outcome(*lines)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", [True, False])
def test_it_takes_digests_of_codes_of_the_contract(separator: str, header: bool) -> None:
    lines = [separator.join(["digest", "code"])] if header else []
    [line] = outcome(*lines, f"{DIGEST.upper()}{separator}renews-60")
    assert line == Line(DIGEST, "renews-60", END)


def test_it_takes_json_lines_and_names_in_any_order() -> None:
    [line, other] = outcome(
        json.dumps({"code": "renews-60", "digest": DIGEST}), json.dumps({"digest": DIGEST, "code": "12345678"})
    )
    assert isinstance(line, Line)
    assert isinstance(other, Line)
    [third] = list(read(io.BytesIO(f"code,digest\nrenews-60,{DIGEST}\n".encode()), LOIRE, now=NOW))
    assert third == line


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("alice@example.org,renews-60", LineFault.NAMES_A_PERSON),
        (f"{DIGEST},alice@example.org", LineFault.NAMES_A_PERSON),
        ("+33 6 12 34 56 78,renews-60", LineFault.NAMES_A_PERSON),
        ("0612345678,renews-60", LineFault.NAMES_A_PERSON),
        (f"{DIGEST[:32]},renews-60", LineFault.NOT_A_DIGEST),
        (f"{DIGEST}0,renews-60", LineFault.NOT_A_DIGEST),
        (f"{DIGEST[:-1]}g,renews-60", LineFault.NOT_A_DIGEST),
        ("Alice,renews-60", LineFault.NOT_A_DIGEST),
        (",renews-60", LineFault.NOT_A_DIGEST),
        (DIGEST, LineFault.UNKNOWN_CODE),
        (f"{DIGEST},moves", LineFault.UNKNOWN_CODE),
        (f"{DIGEST},renews-60,,Nantes", LineFault.UNKNOWN_FIELD),
        (f"{DIGEST},renews-60,tomorrow", LineFault.BAD_UNTIL),
        (f"{DIGEST},renews-60,2025-01-01T00:00:00", LineFault.BAD_UNTIL),
        (f"{DIGEST},renews-60,1999-12-31", LineFault.OVER),
        (f"{DIGEST},renews-60" + " " * LONGEST, LineFault.TOO_LONG),
        (f'"{DIGEST},renews-60', LineFault.UNREADABLE),
    ],
)
def test_it_refuses_what_is_anything_else_and_goes_on(line: str, fault: LineFault) -> None:
    good = f"{DIGEST},renews-60"
    assert faults(good, line, good) == [None, fault, None]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"digest": DIGEST, "code": "renews-60", "city": "Nantes"}, LineFault.UNKNOWN_FIELD),
        ({"digest": DIGEST, "code": "renews-60", "mail": "alice@example.org"}, LineFault.NAMES_A_PERSON),
        ({"digest": DIGEST, "code": "renews-60", "phone": "06 12 34 56 78"}, LineFault.NAMES_A_PERSON),
        ({"digest": 7, "code": "renews-60"}, LineFault.NOT_A_DIGEST),
        ({"digest": DIGEST, "code": ["renews-60"]}, LineFault.UNKNOWN_CODE),
        ({"digest": DIGEST, "code": "renews-60", "until": 2026}, LineFault.BAD_UNTIL),
    ],
)
def test_it_refuses_json_that_says_more_than_it_may(line: dict[str, object], fault: LineFault) -> None:
    good = json.dumps({"digest": DIGEST, "code": "renews-60"})
    assert faults(good, json.dumps(line), "{", "[1]", good) == [
        None,
        fault,
        LineFault.UNREADABLE,
        LineFault.UNREADABLE,
        None,
    ]


def test_no_word_holds_longer_than_its_contract() -> None:
    [longer, shorter] = outcome(f"{DIGEST},renews-60,2099-01-01", f"{DIGEST},renews-60,2025-12-01T05:30:00+01:00")
    assert isinstance(longer, Line)
    assert isinstance(shorter, Line)
    assert (longer.until, shorter.until) == (END, instant("2025-12-01T04:00:00Z") // HOUR)


def test_a_day_lasts_until_its_midnight() -> None:
    assert instant("2027-06-30") == instant("2027-07-01T00:00:00Z")


def test_a_line_that_is_no_text_is_refused() -> None:
    content = f"{DIGEST},renews-60\n".encode() + b"\xff\xfe\n" + f"\n{DIGEST},renews-60".encode()
    found = list(read(io.BytesIO(content), LOIRE, now=NOW))
    assert [isinstance(line, Line) for line in found] == [True, False, True]
    assert found[1] == Refused(2, LineFault.UNREADABLE)


def test_a_line_without_end_is_not_held_in_memory() -> None:
    class Endless(io.RawIOBase):
        """Ten megabytes without a line's end, then a good line; no piece that is asked for is large."""

        def __init__(self) -> None:
            self.left = 10_000_000
            self.last = f"\n{DIGEST},renews-60\n".encode()

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size <= LONGEST + 1
            if self.left > 0:
                self.left -= size
                return b"x" * size
            line, newline, self.last = self.last.partition(b"\n")
            return line + newline

    assert list(read(Endless(), LOIRE, now=NOW)) == [  # type: ignore[arg-type]  # reads lines, which is all that is asked
        Refused(1, LineFault.TOO_LONG),
        Line(DIGEST, "renews-60", END),
    ]


@given(st.lists(st.one_of(st.text(max_size=80), st.sampled_from([f"{DIGEST},renews-60", DIGEST, "a@b.fr,renews-60"]))))
def test_every_line_is_taken_or_refused_and_what_is_taken_names_nobody(lines: Sequence[str]) -> None:
    content = "\n".join(line.replace("\n", " ").replace("\r", " ") for line in lines)
    found = list(read(io.BytesIO(content.encode("utf-8", "replace")), LOIRE, now=NOW))
    rows = [line for line in content.split("\n") if line.strip()]
    header = bool(rows) and not rows[0].lstrip("\ufeff").strip().startswith("{") and "digest" in rows[0].lower()
    assert len(rows) - len(found) in ({0, 1} if header else {0})
    for line in found:
        if isinstance(line, Line):
            assert len(line.digest) == 64
            assert line.code in {"renews-60", "12345678"}
