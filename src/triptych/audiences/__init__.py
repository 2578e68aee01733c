"""Who is in: a definition becomes SQL on the warehouse and live rules, and these become members, entries and exits.

May use the rooms up-stream: vocabulary, consent, the columns of ``collect``, the words of ``cdp``. May not deliver
anything, and may not decide whether a member may be addressed: that is asked when a message leaves.
"""

from triptych.audiences.errors import AudienceError, AudienceProblem
from triptych.audiences.model import Definition, Node, check, from_json, leaves, to_json
from triptych.audiences.phrase import phrase
from triptych.audiences.text import parse

__all__ = [
    "AudienceError",
    "AudienceProblem",
    "Definition",
    "Node",
    "check",
    "from_json",
    "leaves",
    "parse",
    "phrase",
    "to_json",
]
