"""The edge: a bare RSGI application that takes events, judges consent, and answers once they are durable.

Speaks the dialects of Segment's and RudderStack's clients. Needs neither the records database nor the engine, so that
nothing else can take it down. May not know people: what it reads of profiles is answered by a callable it is given.
"""

from triptych.collect.edge.app import make_app
from triptych.collect.edge.config import Asset, EdgeConfig, ErasedList, ProfileAnswer, VisitorAnswer

__all__ = ["Asset", "EdgeConfig", "ErasedList", "ProfileAnswer", "VisitorAnswer", "make_app"]
