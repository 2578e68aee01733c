"""The parts that templates are made of: icons, marks, labels, and how figures and instants are written."""
