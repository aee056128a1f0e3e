"""The operator's console: pages for the staff of a box office."""
