"""What the templates of the furniture draw with."""
