"""People: who they are (``identity``) and what we know of them (``profiles``). Knows nothing of strangers."""
