"""How fast it is: each bench builds what it measures in a folder of its own, and answers figures with their units."""
