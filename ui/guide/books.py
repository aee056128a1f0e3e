"""Pages of Markdown as blocks, for a window and for paper: headings, paragraphs, lists and pictures, nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Literal

from core import CinemaError, Code, pick_language

ROOT = Path(__file__).resolve().parents[2]
GUIDE, HANDBOOK = ROOT / "docs" / "guide", ROOT / "docs" / "venue"
CHANGES = ROOT / "CHANGELOG.md"
INDEX = "README.md"

Kind = Literal["title", "heading", "text", "item", "step", "picture"]

_LISTED = re.compile(r"^- \[[^\]]+\]\(([a-z-]+)\.md\)$", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_STEP = re.compile(r"(\d+)\. (.+)")
_VERSION = re.compile(r"^## .*$", re.MULTILINE)
_INLINE = (
    (re.compile(r"`([^`]+)`"), r"<key>\1</key>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)"), r"<i>\1</i>"),
    (re.compile(r"\[([^\]]+)\]\([^)]+\)"), r"\1"),
)


@dataclass(frozen=True)
class Block:
    """One thing on a page. ``text`` is escaped; in it ``<b>`` is a word on screen, ``<key>`` a key or a command."""

    kind: Kind
    text: str
    number: int = 0
    """Of a step."""
    picture: Path | None = None


@dataclass(frozen=True)
class Page:
    """One page, by the name of its file."""

    id: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Its first heading."""
        return next((block.text for block in self.blocks if block.kind == "title"), self.id)


def book(folder: Path, language: str) -> tuple[Page, ...]:
    """The pages of a book in the nearest language that it is written in, in the order of its index.

    Raises `CinemaError` (file-missing) where it did not come with the program.
    """
    tags = sorted(path.parent.name for path in folder.glob(f"*/{INDEX}"))
    tag = pick_language(tags, language)
    if tag is None:
        raise CinemaError(Code.FILE_MISSING, f"There are no pages in {folder}; install Smart Cinema again.")
    names = _LISTED.findall((folder / tag / INDEX).read_text(encoding="utf-8"))
    return tuple(Page(name, parse(folder / tag / f"{name}.md")) for name in names)


def guide(language: str, changes: Path = CHANGES) -> tuple[Page, ...]:
    """The guide for viewers, and what is new as its last page. Raises `CinemaError` (file-missing)."""
    return (*book(GUIDE, language), release_notes(changes))


def release_notes(path: Path) -> Page:
    """What the newest version of a changelog brings. Raises `CinemaError` (file-missing)."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CinemaError(Code.FILE_MISSING, f"{path} did not come with this copy.") from error
    heads = [found.start() for found in _VERSION.finditer(text)]
    newest = text[heads[0] : heads[1] if len(heads) > 1 else None] if heads else ""
    blocks = tuple(_blocks(newest, path.parent))
    if blocks:
        name = re.sub(r"[\[\]]", "", blocks[0].text)
        blocks = (replace(blocks[0], kind="title", text=name), *blocks[1:])
    return Page("news", blocks)


def parse(path: Path) -> tuple[Block, ...]:
    """The blocks of a file. Raises `CinemaError` (file-missing)."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CinemaError(Code.FILE_MISSING, f"{path} is missing; install Smart Cinema again.") from error
    return tuple(_blocks(text, path.parent))


def _blocks(text: str, folder: Path) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for entry in re.split(r"\n(?=- |\d+\. |#)", paragraph):
            if entry:
                yield _block(" ".join(line.strip() for line in entry.splitlines()), folder)


def _block(line: str, folder: Path) -> Block:
    picture = _PICTURE.fullmatch(line)
    if picture:
        return Block("picture", escape(picture[1], quote=False), picture=(folder / picture[2]).resolve())
    step = _STEP.fullmatch(line)
    if step:
        return Block("step", _marked(step[2]), int(step[1]))
    for mark, kind in _MARKS:
        if line.startswith(mark):
            return Block(kind, _marked(line.removeprefix(mark)))
    return Block("text", _marked(line))


_MARKS: tuple[tuple[str, Kind], ...] = (("### ", "heading"), ("## ", "heading"), ("# ", "title"), ("- ", "item"))


def _marked(text: str) -> str:
    text = escape(text, quote=False)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
