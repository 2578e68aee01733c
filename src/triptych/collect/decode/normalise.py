"""The rules of ``triptych.collect.normalise``, which door and decoder share."""

from triptych.collect.normalise import ACCOUNTS, NULLISH, Memo, email, identifier, phone, text_of

__all__ = ["ACCOUNTS", "NULLISH", "Memo", "email", "identifier", "phone", "text_of"]
