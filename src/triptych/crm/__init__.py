"""People at work: parties, their contact points and roles, interactions online and offline, divisions, private notes.

May keep records that people edit, and tell each edit to the front door through its outbox. May not write to a store of
the river; may not let private text into an event, a search, a count or an export; may not show anybody a record that
`restrict` does not.
"""

from triptych.crm.errors import CrmError, Problem
from triptych.crm.model import (
    Action,
    Actor,
    Conflict,
    InteractionView,
    PartyView,
    Scope,
    house_actor,
)
from triptych.crm.rights import restrict
from triptych.crm.stages.rules import Reason, Stage

__all__ = [
    "Action",
    "Actor",
    "Conflict",
    "CrmError",
    "InteractionView",
    "PartyView",
    "Problem",
    "Reason",
    "Scope",
    "Stage",
    "house_actor",
    "restrict",
]
