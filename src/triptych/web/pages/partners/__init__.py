"""Second and third parties: the contract, what came in under it, what was refused at the door."""
