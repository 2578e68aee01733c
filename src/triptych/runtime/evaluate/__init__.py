"""How good is it: figures of quality, as ``runtime.bench`` holds figures of speed. Reads, and writes nothing."""
