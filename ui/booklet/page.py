"""A booklet as one HTML page that needs nothing beside itself."""

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core import Words, pick_language
from films.manifest import Commentator
from films.notes.booklet import UNSPACED, Booklet, Entry, flowing
from ui.booklet.stills import Images, Stills, no_images, picture_of
from ui.booklet.words import BookletWords
from ui.formats import clock
from ui.picture_files import as_jpeg, as_png, disc_of, initials

if TYPE_CHECKING:
    from jinja2 import Environment


def booklet_page(booklet: Booklet, stills: Stills, images: Images = no_images) -> str:
    """The page, ready for a browser and its printer (A5)."""

    def still(entry: Entry) -> str:
        picture = picture_of(entry, stills, images)
        return "data:image/jpeg;base64," + base64.b64encode(as_jpeg(picture)).decode() if picture else ""

    def portrait(person: Commentator) -> str:
        picture = images(person.portrait) if person.portrait else None
        return "data:image/png;base64," + base64.b64encode(as_png(disc_of(picture))).decode() if picture else ""

    return (
        _environment()
        .get_template("booklet.html")
        .render(
            booklet=booklet,
            words=[BookletWords(language) for language in booklet.languages],
            names=film_names(booklet),
            still=still,
            clock=clock,
            portrait=portrait,
            own=lambda words: own_word(words, booklet.languages[0]),
            initials=initials,
            labelled=labelled,
            shown=lambda entry: shown(entry, images),
            flowing=flowing,
        )
    )


def film_names(booklet: Booklet) -> list[str]:
    """The film's name in the booklet's languages, each once."""
    return list(dict.fromkeys(own_word(booklet.names, language) for language in booklet.languages))


def shown(entry: Entry, images: Images) -> str:
    """What a note's own picture shows, where that stands beside it, in the language of the booklet's reader."""
    own = images(entry.image) if entry.image else None
    return next((note.alt for _, note in entry.faces if note.alt), "") if own else ""


def own_word(words: Words, language: str) -> str:
    """The word in a language, or the nearest that there is."""
    return words[pick_language(list(words), language) or next(iter(words))]


def labelled(label: str, text: str, language: str) -> str:
    """A label before a text, with the colon of the language."""
    return f"{label}：{text}" if language.partition("-")[0] in UNSPACED else f"{label}: {text}"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
