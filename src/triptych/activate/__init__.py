"""Hand it on: every entry and exit that a destination wants passes one gate, leaves signed, and has a receipt.

May use ``audiences`` and what lies up-stream. May not decide who is in, and may not open a connection but by
``outgoing`` (and, over loopback, to the front door). Destinations do not know each other.
"""

from triptych.activate.errors import ActivateError, OutgoingError, OutgoingProblem
from triptych.activate.front_door import FrontDoor
from triptych.activate.model import Destination, Status
from triptych.activate.outgoing import check_url
from triptych.activate.worker import DeliveryWorker, WorkerConfig

__all__ = [
    "ActivateError",
    "DeliveryWorker",
    "Destination",
    "FrontDoor",
    "OutgoingError",
    "OutgoingProblem",
    "Status",
    "WorkerConfig",
    "check_url",
]
