"""The box-office server."""
