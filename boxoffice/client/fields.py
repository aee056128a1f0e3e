"""Strict reading of the box office's JSON: bounded, typed, and refused whole where anything is off."""

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar, cast, get_args
from urllib.parse import urlsplit

from boxoffice.client.origin import is_trustworthy
from core import CinemaError, Code, Money, Words
from core.strict_json import parse_json

T = TypeVar("T")

TEXT_LIMIT = 20_000
NAME_LIMIT = 300
LIST_LIMIT = 2_000
MIRRORS_LIMIT = 16
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Fields:
    """One JSON object. Every reader raises `CinemaError` (server-answer-malformed) naming the place, never the value.

    Fields that are not asked for are ignored, so that a newer box office can say more.
    """

    def __init__(self, value: object, place: str) -> None:
        self._place = place
        if not isinstance(value, dict):
            self._refuse("")
        self._values: dict[str, object] = value

    def text(self, name: str, limit: int = NAME_LIMIT) -> str:
        """A string of 1 to ``limit`` characters."""
        value = self._values.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= limit:
            self._refuse(name)
        return value

    def prose(self, name: str) -> str:
        """A string that may be empty or long."""
        value = self._values.get(name)
        if not isinstance(value, str) or len(value) > TEXT_LIMIT:
            self._refuse(name)
        return value

    def identifier(self, name: str) -> str:
        """Something that may stand in an address: no slash, no dot at its beginning."""
        value = self.text(name)
        if not _IDENTIFIER.fullmatch(value):
            self._refuse(name)
        return value

    def choice(self, name: str, kind: object) -> str:
        """One of the strings of a ``Literal``."""
        value = self._values.get(name)
        if not isinstance(value, str) or value not in cast("tuple[str, ...]", get_args(kind)):
            self._refuse(name)
        return value

    def pattern(self, name: str, pattern: str, limit: int = NAME_LIMIT) -> str:
        """A string that fits a regular expression as a whole."""
        value = self.text(name, limit)
        if not re.fullmatch(pattern, value):
            self._refuse(name)
        return value

    def integer(self, name: str, least: int = 0, most: int = 2**53 - 1) -> int:
        """An integer in ``least..most``."""
        value = self._values.get(name)
        if type(value) is not int or not least <= value <= most:
            self._refuse(name)
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._values.get(name)
        if not isinstance(value, bool):
            self._refuse(name)
        return value

    def time(self, name: str) -> datetime:
        """An RFC 3339 moment in UTC."""
        text = self.text(name, 40)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self._refuse(name)
        if moment.utcoffset() != timedelta(0) or text[10:11] != "T":
            self._refuse(name)
        return moment

    def words(self, name: str) -> Words:
        """Text by language tag; may be empty."""
        value = self._values.get(name)
        if not isinstance(value, dict) or len(value) > 100:
            self._refuse(name)
        for tag, text in value.items():
            if not _TAG.fullmatch(tag) or not isinstance(text, str) or len(text) > TEXT_LIMIT:
                self._refuse(name)
        return cast("Words", value)

    def money(self, name: str) -> Money:
        """An amount of zero or more."""
        amount = self.inner(name)
        return Money(amount.integer("minor"), amount.pattern("currency", _CURRENCY.pattern))

    def url_path(self, name: str) -> str:
        """An absolute path on the box office's own host."""
        value = self.text(name, 500)
        if not is_url_path(value):
            self._refuse(name)
        return value

    def web_address(self, name: str) -> str:
        """An absolute http or https address."""
        value = self.text(name, 2_000)
        try:
            parts = urlsplit(value)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        except ValueError:
            fine = False
        if not fine or not value.isascii() or not value.isprintable() or " " in value:
            self._refuse(name)
        return value

    def secure_addresses(self, name: str) -> tuple[str, ...]:
        """A list of absolute addresses: https, or http on this machine; empty where the field is missing."""
        if name not in self._values:
            return ()
        addresses = self.texts(name)
        if len(addresses) > MIRRORS_LIMIT or not all(map(is_trustworthy, addresses)):
            self._refuse(name)
        return tuple(address.rstrip("/") for address in addresses)

    def spans(self, name: str, most: int) -> tuple[tuple[int, int], ...]:
        """A list of ``[start, end]`` in ``0..most``, in order and apart; empty where the field is missing."""
        if name not in self._values:
            return ()
        found: list[tuple[int, int]] = []
        for value in self._list(name):
            if not isinstance(value, list) or [type(part) for part in value] != [int, int]:
                self._refuse(name)
            start, end = value
            if not (found[-1][1] if found else -1) < start < end <= most:
                self._refuse(name)
            found.append((start, end))
        return tuple(found)

    def inner(self, name: str) -> "Fields":
        """An object inside this one."""
        return Fields(self._values.get(name), f"{self._place}.{name}")

    def each(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """A list of objects, each made by ``read``."""
        return tuple(
            read(Fields(value, f"{self._place}.{name}[{index}]")) for index, value in enumerate(self._list(name))
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of short strings."""
        values = self._list(name)
        if not all(isinstance(value, str) and 0 < len(value) <= NAME_LIMIT for value in values):
            self._refuse(name)
        return tuple(cast("list[str]", values))

    def paths(self, name: str) -> tuple[str, ...]:
        """A list of files, however many a film package has."""
        values = self._values.get(name)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self._refuse(name)
        return tuple(cast("list[str]", values))

    def words_list(self, name: str) -> tuple[Words, ...]:
        """A list of texts by language."""
        return tuple(Fields({"words": value}, f"{self._place}.{name}").words("words") for value in self._list(name))

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        """What ``read(name)`` gives, or none where the field is null or missing."""
        return None if self._values.get(name) is None else read(name)

    def plain(self, names: Collection[str]) -> dict[str, str]:
        """Those of the named fields that are there, all strings."""
        return {name: self.text(name) for name in names if name in self._values}

    def _list(self, name: str) -> list[object]:
        value = self._values.get(name)
        if not isinstance(value, list) or len(value) > LIST_LIMIT:
            self._refuse(name)
        return value

    def _refuse(self, name: str) -> NoReturn:
        raise CinemaError(
            Code.SERVER_ANSWER,
            "The box office gave an answer that cannot be understood; an update of Smart Cinema may be needed.",
            {"place": f"{self._place}.{name}" if name else self._place},
        )


def is_url_path(path: str) -> bool:
    """Whether ``path`` can only mean something on the host that it is asked from."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and path.isascii()
        and path.isprintable()
        and not any(sign in path for sign in ' \\?#%"<>')
        and all(part not in (".", "..") for part in path.split("/"))
    )


def read_json(data: bytes, place: str) -> Fields:
    """The JSON object in ``data`` (RFC 7493: UTF-8, no duplicate names, no NaN)."""
    try:
        value = parse_json(data, len(data), Code.SERVER_ANSWER, place)
    except CinemaError:
        value = None
    return Fields(value, place)
