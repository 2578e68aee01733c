"""The second river: what every observation of a visitor passes through, one stage a file.

``river.stages.VISITORS`` is the tuple, ``river.visitors_engine`` turns the wheel. The stages read the stream
``visitors`` and own ``dmp/state.sqlite``, their one commit point. May share no file, key or identifier with the named
river, and may ask it nothing.
"""

from triptych.river.visitors.opening import VisitorsConfig

__all__ = ["VisitorsConfig"]
