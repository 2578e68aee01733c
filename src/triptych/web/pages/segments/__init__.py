"""Segments of visitors: the list, the builder that counts while one types, the page of one."""
