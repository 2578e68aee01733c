"""The relation: parties, interactions, divisions, who may see what."""
