"""The box office as a viewer or a kiosk reaches it."""
