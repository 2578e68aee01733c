"""What do we know of her? Traits with provenance, consents, accounts, and the portrait made of them.

Claims are kept by node, as they were said; which of them stands is a rule applied when they are read. May use
identity, the columns of ``collect`` and the tables of the warehouse. May not decide who is who, what an audience is,
or what leaves the house.
"""
