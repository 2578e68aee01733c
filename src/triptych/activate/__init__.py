"""Hand it on: every entry and exit that a destination wants passes one gate, leaves signed, and has a receipt.

May use ``audiences`` and what lies up-stream. May not decide who is in, and may not open a connection but by
``outgoing``. Destinations do not know each other.
"""

from triptych.activate.model import Destination

__all__ = ["Destination"]
