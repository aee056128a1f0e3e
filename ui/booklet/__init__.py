"""Booklets of commentator notes on paper and as a page: what somebody missed, or a festival's programme notes."""

from ui.booklet.page import booklet_page
from ui.booklet.paper import booklet_pdf
from ui.booklet.stills import Stills, package_stills
from ui.booklet.words import BookletWords

__all__ = ["BookletWords", "Stills", "booklet_page", "booklet_pdf", "package_stills"]
