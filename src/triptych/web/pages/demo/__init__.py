"""The shop beside the portrait, and the progress of the demo's loading."""
