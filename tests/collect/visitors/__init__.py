"""The types, the cookie, the keys and the words of the visitors stream, without an edge."""
