"""The management API: the registry, the accounts and the quarantine as JSON, for whoever holds a token.

May do what the token's owner may, through the same services as the pages. May not show a secret twice, take a
browser's session for a token, or put a person's identifier into an address.
"""
