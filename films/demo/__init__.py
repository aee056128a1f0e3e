"""The demo films, drawn and scored by code."""
