"""Which segments share visitors: a matrix of shares, and a pair drawn true to area."""
