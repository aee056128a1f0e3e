"""A booklet as one HTML page that needs nothing beside itself."""

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core import Words, pick_language
from films.notes.booklet import Booklet, Entry, flowing
from ui.booklet.stills import Images, Stills, as_jpeg, no_images, picture_of
from ui.booklet.words import BookletWords
from ui.formats import clock

if TYPE_CHECKING:
    from jinja2 import Environment


def booklet_page(booklet: Booklet, stills: Stills, images: Images = no_images) -> str:
    """The page, ready for a browser and its printer (A5)."""

    def still(entry: Entry) -> str:
        picture = picture_of(entry, stills, images)
        return "data:image/jpeg;base64," + base64.b64encode(as_jpeg(picture)).decode() if picture else ""

    return (
        _environment()
        .get_template("booklet.html")
        .render(
            booklet=booklet,
            words=[BookletWords(language) for language in booklet.languages],
            names=film_names(booklet),
            still=still,
            clock=clock,
            imprint=imprint(booklet, BookletWords(booklet.languages[0])),
            flowing=flowing,
        )
    )


def film_names(booklet: Booklet) -> list[str]:
    """The film's name in the booklet's languages, each once."""
    return list(dict.fromkeys(own_word(booklet.names, language) for language in booklet.languages))


def imprint(booklet: Booklet, words: BookletWords) -> list[str]:
    """Who wrote the notes, and under which licence."""
    own = booklet.languages[0]
    people = ", ".join(f"{own_word(name, own)} ({own_word(role, own)})" for name, role in booklet.people)
    return [f"{words.written_by} {people}"] * bool(people) + [" · ".join(booklet.licences)] * bool(booklet.licences)


def own_word(words: Words, language: str) -> str:
    """The word in a language, or the nearest that there is."""
    return words[pick_language(list(words), language) or next(iter(words))]


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
