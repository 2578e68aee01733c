"""Settings, wiring, processes, command line, benchmarks and the demo world: the one room that knows all the others.

It reads the environment and the clock, and passes paths, keys, addresses and clocks down. It decides nothing about
people: what may be kept, joined or sent is decided in the rooms below.
"""

from triptych.runtime.errors import Refused
from triptych.runtime.home import Home, HomeKind
from triptych.runtime.settings import SETTINGS, Address, Setting, Settings, load_settings

__all__ = ["SETTINGS", "Address", "Home", "HomeKind", "Refused", "Setting", "Settings", "load_settings"]
