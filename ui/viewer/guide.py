"""The guide in the cinema: its pages in the nearest language, and what is new."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QUrl, Slot

from core import CinemaError, JobRunner
from ui.guide import Block, Page
from ui.props import showing

NEWS = "news"
"""The page that says what is new; QML has its name."""


@dataclass(frozen=True)
class GuideProps:
    """What QML shows; a block is a ``kind``, a ``text`` with marks, a ``number`` and a ``picture``'s address."""

    pages: tuple[object, ...] = ()
    page: str = ""
    blocks: tuple[object, ...] = ()
    error: str = ""


class GuideViewModel(showing(GuideProps)):  # type: ignore[misc]
    """``read`` gives the guide in a language, what is new as its last page. On workers. Raises `CinemaError`."""

    def __init__(self, jobs: JobRunner, read: Callable[[str], tuple[Page, ...]]) -> None:
        super().__init__(GuideProps())
        self._jobs, self._read = jobs, read
        self._pages: tuple[Page, ...] = ()
        self._language = ""

    def feed(self, language: str, page: str = "") -> None:
        """Show the guide in a language: a page by its name, else the one that was open, else the first."""
        wanted = page or self.props.page
        if language == self._language:
            self.open(wanted)
            return
        self._language = language
        self._jobs.run(lambda _cancel: self._read(language), lambda pages: self._came(pages, wanted), self._missing)

    def forget(self) -> None:
        """Read the pages anew when they are next wanted."""
        self._language = ""

    @Slot(str)
    def open(self, name: str) -> None:
        """Turn to a page; the first where there is none of that name."""
        page = next((page for page in self._pages if page.id == name), next(iter(self._pages), None))
        if page is not None:
            self.show(replace(self.props, page=page.id, blocks=tuple(map(_card, page.blocks))))

    def _came(self, pages: tuple[Page, ...], wanted: str) -> None:
        self._pages = pages
        entries = tuple({"value": page.id, "text": "" if page.id == NEWS else page.title} for page in pages)
        self.show(replace(self.props, pages=entries, error=""))
        self.open(wanted)

    def _missing(self, error: CinemaError) -> None:
        self._language, self._pages = "", ()
        self.show(GuideProps(error=str(error.code)))


def _card(block: Block) -> dict[str, object]:
    return {
        "kind": block.kind,
        "text": block.text,
        "number": block.number,
        "picture": QUrl.fromLocalFile(str(block.picture)).toString() if block.picture else "",
    }
