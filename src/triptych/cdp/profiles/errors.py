"""What can be wrong in the room of profiles."""

from __future__ import annotations


class ProfilesError(Exception):
    """Base of everything this room raises."""


class StateUnavailable(ProfilesError):
    """There is no state to read from yet, or it cannot be opened."""
