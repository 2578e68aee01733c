"""Why some identifiers are one person, and what would become of them apart."""
