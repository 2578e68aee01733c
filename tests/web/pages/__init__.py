"""The pages, over a reader that answers what the real ones would."""
