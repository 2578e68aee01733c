"""The page of a party: her portrait and the work in one, and everything one does on it."""
