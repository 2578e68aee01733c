"""``python -m triptych.runtime.cli``: what the supervisor starts its children with."""

from triptych.runtime.cli import main

if __name__ == "__main__":
    main()
