"""Where and when it is shown together."""
