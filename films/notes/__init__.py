"""Commentator notes: the file and its checks."""
