"""Webhooks after the Standard Webhooks specification: a JSON body, an id, a timestamp and a signature.

May build a message, sign it and hand it to ``outgoing``. May not decide whether it may leave.
"""

from triptych.activate.destinations.webhook.deliver import WebhookSender, read_secret
from triptych.activate.destinations.webhook.sign import new_secret, signature, verify

__all__ = ["WebhookSender", "new_secret", "read_secret", "signature", "verify"]
