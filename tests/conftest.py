"""What the whole suite shares: how long Hypothesis may take, and that CI draws the same examples each time."""

import os

from hypothesis import HealthCheck, settings

# Machines are noisy: an example that takes long is no failure. Numbers are measured by `triptych bench`.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("suite"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "suite")
