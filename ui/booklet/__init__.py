"""Booklets of commentator notes on paper and as a page: what somebody missed, or a festival's programme notes."""

from ui.booklet.page import booklet_page
from ui.booklet.paper import booklet_pdf
from ui.booklet.stills import Images, Stills, folder_images, package_images, package_stills
from ui.booklet.words import BookletWords

__all__ = [
    "BookletWords",
    "Images",
    "Stills",
    "booklet_page",
    "booklet_pdf",
    "folder_images",
    "package_images",
    "package_stills",
]
