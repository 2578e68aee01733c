"""Visitors: the life of an ID that the edge issued after consent, and what each visitor showed.

Keeps, in ``dmp/state.sqlite``, who is known by which dense ordinal, the observations as columns, what partners said of
visitors, and what has still to be forgotten elsewhere. May not know a person, a message, an address or a time finer
than the hour; may not decide who is in a segment.
"""

from triptych.dmp.visitors.model import KINDS, Cells, Counts, Observed, Words

__all__ = ["KINDS", "Cells", "Counts", "Observed", "Words"]
