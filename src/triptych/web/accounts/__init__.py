"""Accounts: who logs in, with which roles, and how often one may guess a password.

May keep accounts, sessions, tokens and login attempts. May not decide what a role may do: that is ``web.rights``.
"""
