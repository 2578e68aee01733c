"""People, organisations and interactions of the relation: their lists, declared, and the forms that make a party."""
