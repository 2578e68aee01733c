"""Events that were set aside: by reason, with what is broken, and the way back."""
