"""One front door for all client tests; each takes a source of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.door import Door, opened


@pytest.fixture(scope="package")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(Path(tmp_path_factory.mktemp("house")) / "home", kind="demo") as front:
        yield front
