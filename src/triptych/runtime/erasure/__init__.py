"""Erasing a person: suppress, find, then room by room, each by the process that owns the room.

The command that asks writes a certificate with the rooms that have work. Each process looks for work of its rooms at
its start and then again and again, does it, and reports in the certificate. A room whose process is down is pending.
Nothing here may keep a value of the person longer than the work takes: selectors are pseudonyms, emptied when done.
"""
