"""Settings, processes, command line: what an operator meets."""
