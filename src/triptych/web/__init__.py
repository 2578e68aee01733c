"""Pages, accounts and the management API: thin, knows every room, decides nothing.

May ask any room below it and show the answer. May not write to a store of the river, read the environment outside
``settings``, or decide who may do what outside ``rights``.
"""
