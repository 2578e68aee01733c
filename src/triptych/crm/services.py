"""Everything that changes the relation, for the pages, the API and the command line. Django must have started."""

from triptych.crm.contacts import add_affiliation, add_contact_point, end_affiliation, remove_contact_point
from triptych.crm.divisions import add_division, add_member, remove_member
from triptych.crm.interactions import add_note, finish_step, log_interaction
from triptych.crm.parties import add_role, create_party, edit_party, end_role, set_standing

__all__ = [
    "add_affiliation",
    "add_contact_point",
    "add_division",
    "add_member",
    "add_note",
    "add_role",
    "create_party",
    "edit_party",
    "end_affiliation",
    "end_role",
    "finish_step",
    "log_interaction",
    "remove_contact_point",
    "remove_member",
    "set_standing",
]
