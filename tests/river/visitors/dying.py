"""An engine that kills itself at a stage boundary: ``python -m tests.river.visitors.dying HOME STAGE TIMES``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.river.fatal import killed_after
from triptych.collect.visitors import KeyRing
from triptych.river.visitors import VisitorsConfig
from triptych.river.visitors_engine import VisitorEngine


def main() -> None:
    home, stage, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    engine = VisitorEngine(
        VisitorsConfig(home, KeyRing.of_home(home), batch_rows=2), after_stage=killed_after(stage, times)
    )
    engine.settle()
    engine.close()
    sys.stdout.write("settled\n")


if __name__ == "__main__":
    main()
