"""The management API: the registry and the quarantine as JSON, for whoever holds a token.

May do what the token's owner may, through the same services as the pages. May not show a secret twice.
"""
