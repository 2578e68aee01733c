"""Strangers: what consenting visitors show (``visitors``), under an ID that names nobody. Knows nothing of people."""
