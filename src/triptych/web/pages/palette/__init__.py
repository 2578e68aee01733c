"""Search, jump and act from anywhere: what the palette offers to this reader."""
