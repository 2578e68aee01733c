"""How the house is: processes, the law of conservation, the style guide."""
