"""The list of people, the search, and the portrait in three wings."""
