"""An engine that kills itself at a stage boundary: ``python -m tests.river.dying HOME STAGE TIMES``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.river.fatal import killed_after
from tests.river.world import HASH_KEY, PROFILE_KEY
from triptych.river.engine import Engine
from triptych.river.opening import EngineConfig
from triptych.warehouse import DuckSettings


def main() -> None:
    home, stage, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    config = EngineConfig(home, HASH_KEY, PROFILE_KEY, duck=DuckSettings(threads=1), batch_rows=2)
    engine = Engine(config, after_stage=killed_after(stage, times))
    engine.settle()
    engine.close()
    sys.stdout.write("settled\n")


if __name__ == "__main__":
    main()
