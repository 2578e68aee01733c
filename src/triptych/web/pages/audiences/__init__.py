"""Who is in: the list, the builder, and the page of one audience."""
