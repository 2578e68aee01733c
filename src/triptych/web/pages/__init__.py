"""What people see: server-rendered pages, one folder a page, and the words they are written in.

Thin: a view asks the engine, the profiles' reader or the registry, and lays out the answer. May not decide who is in,
who may be written to or what is kept; may not put a personal identifier in a URL; may not load anything inline.
"""
