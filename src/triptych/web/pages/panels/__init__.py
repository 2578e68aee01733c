"""The synthesis: three systems side by side, each cell read from the code's own rules and shown by a test."""
