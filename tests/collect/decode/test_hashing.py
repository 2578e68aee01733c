"""SipHash-2-4-128 by the vectors of its authors (github.com/veorq/SipHash)."""

from __future__ import annotations

import numpy as np
import pytest

from triptych.collect.decode.hashing import key_words, pack, pack_bytes, siphash

VECTORS = {
    0: "a3817f04ba25a8e66df67214c7550293",
    1: "da87c1d86b99af44347659119b22fc45",
    2: "8177228da4a45dc7fca38bdef60affe4",
    8: "3b62a9ba6258f5610f83e264f31497b4",
    15: "5493e99933b0a8117e08ec0f97cfc3d9",
}


def digest(message: bytes, first: int | None = None) -> str:
    words = None if first is None else np.array([first], np.uint64)
    hashes = siphash(pack_bytes([message]), key_words(bytes(range(16))), words)
    return (int(hashes.hi[0]).to_bytes(8, "little") + int(hashes.lo[0]).to_bytes(8, "little")).hex()


@pytest.mark.parametrize("length", VECTORS)
def test_it_matches_the_published_vectors(length: int) -> None:
    assert digest(bytes(range(length))) == VECTORS[length]


def test_it_hashes_a_leading_word_as_if_it_were_written_before() -> None:
    word = int.from_bytes(bytes(range(8)), "little")
    assert digest(bytes(range(8, 15)), word) == digest(bytes(range(15)))


def test_it_packs_what_is_not_ascii() -> None:
    packed = pack(["é", "a", ""])
    assert (packed.data.tobytes(), packed.starts.tolist()) == ("éa".encode(), [0, 2, 3])
    assert packed.stops.tolist() == [2, 3, 3]


def test_it_refuses_a_key_of_another_length() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        key_words(b"short")
