"""Where events come from: keys, consent, plan, and what to paste."""
