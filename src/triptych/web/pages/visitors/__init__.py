"""Who cannot be named: the list of visitors, and what one of them showed, what was said of it, what may leave."""
