"""What comes in, what becomes of each event, and why."""
