"""Who lives in the small world."""

from __future__ import annotations

from triptych.vocabulary import MICROSECONDS

MINUTE, DAY = 60 * MICROSECONDS, 86_400 * MICROSECONDS
ALICE, BOB, CHARLIE, LONG, NOBODY = "p_alice234567", "p_bob2345678", "p_charlie23456", "p_long23456789", "p_nobody23456"
NAMES = {
    ALICE: "Élodie Garnier-Lefèvre",
    BOB: "محمد العلوي",
    CHARLIE: "Nguyễn Thị Mai Anh",
    LONG: "Marie-Laure de Saint-Exupéry d’Harcourt-Lamarque de la Tour du Pin",
    NOBODY: "",
}
CONSENTS = {
    "marketing:email": "granted",
    "marketing:phone": "refused",
    "analytics": "granted",
    "marketing:sms": "withdrawn",
}
RULE = 'did "Order Completed" at least 2 times in the last 30 days'
