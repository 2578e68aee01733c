"""Where a party stands with us: one rule, pure, with a reason for each answer."""
