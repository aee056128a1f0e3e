"""The guide, the venue's handbook and what is new: pages of Markdown that go with the program."""

from ui.guide.books import GUIDE, HANDBOOK, ROOT, Block, Page, book, guide, parse, release_notes

__all__ = ["GUIDE", "HANDBOOK", "ROOT", "Block", "Page", "book", "guide", "parse", "release_notes"]
