"""The stages of the journey."""
