"""A front door to be measured: ``python -m triptych.runtime.bench.door HOME PORT durable|parse``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces

from triptych.collect.edge import EdgeConfig, make_app
from triptych.runtime import listening
from triptych.runtime.settings import Address


def make(home: Path, durable: bool) -> Any:
    """The edge over a home that holds nothing but a published source."""
    return make_app(EdgeConfig(home=home, hash_key=bytes(16), internal_key="bench", durable=durable))


def main() -> None:
    """Serve as ``triptych edge`` does, until asked to stop."""
    home, port, mode = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    listening.serve(
        partial(make, home, mode == "durable"),
        name="bench",
        level="warning",
        address=Address("127.0.0.1", port),
        interface=Interfaces.RSGI,
    )


if __name__ == "__main__":
    main()
