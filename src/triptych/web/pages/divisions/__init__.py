"""The page of the divisions: what there are, and which colleagues belong to each."""
