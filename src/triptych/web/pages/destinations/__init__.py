"""Where entries and exits are sent."""
