"""Partners: what may be taken from whom, under which contract, and what became of every line of their files.

Reads files of keyed digests and refuses whatever is something else; knows until when each word of a partner holds. May
not know a person; keeps no digest (those go through the front door to the visitors' stream) and of a refused line its
number and its reason, never its value.
"""

from triptych.dmp.partners.model import Code, Contract, File, LineFault
from triptych.dmp.partners.rules import is_over, sensitive_word

__all__ = ["Code", "Contract", "File", "LineFault", "is_over", "sensitive_word"]
