"""Everything that changes a definition, for the command line, the API and the pages. Django must have started."""

from triptych.registry.audiences import add_audience, change_audience, remove_audience
from triptych.registry.contracts import add_contract, change_contract, end_contract, mark_emptied
from triptych.registry.definitions import TextError
from triptych.registry.desk import Desk
from triptych.registry.destinations import (
    add_destination,
    change_destination,
    remove_destination,
    rotate_destination_secret,
)
from triptych.registry.errors import Problem, RegistryError
from triptych.registry.guarding import block_value, set_identity_rule, unblock_value
from triptych.registry.plans import check_plan, set_plan
from triptych.registry.segments import add_segment, change_segment, remove_segment
from triptych.registry.setting_up import setup
from triptych.registry.sources import add_source, change_source, rotate_key

__all__ = [
    "Desk",
    "Problem",
    "RegistryError",
    "TextError",
    "add_audience",
    "add_contract",
    "add_destination",
    "add_segment",
    "add_source",
    "block_value",
    "change_audience",
    "change_contract",
    "change_destination",
    "change_segment",
    "change_source",
    "check_plan",
    "end_contract",
    "mark_emptied",
    "remove_audience",
    "remove_destination",
    "remove_segment",
    "rotate_destination_secret",
    "rotate_key",
    "set_identity_rule",
    "set_plan",
    "setup",
    "unblock_value",
]
