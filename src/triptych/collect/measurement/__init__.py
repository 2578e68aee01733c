"""What is known without consent: how often a page was seen on a day. One number, of nobody.

A page is a word of the operator's map. No id, no address, no agent, no hour, no path comes in, so that nothing can be
joined to anything; nothing here is read by the CDP or the DMP. May not be kept by person, and may not leave the house
but as a count.
"""

from triptych.collect.measurement.store import PageCount, PageCounts, read

__all__ = ["PageCount", "PageCounts", "read"]
