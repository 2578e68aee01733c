"""The kinds of destination, a folder each. They do not know each other; each offers ``send`` and ``open_sender``."""
