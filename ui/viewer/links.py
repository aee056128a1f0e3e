"""Addresses of our own, ``smartcinema:title/<id>``: what may be opened from outside, and nothing more."""

import re
from dataclasses import dataclass
from typing import Literal

SCHEME = "smartcinema:"
LIMIT = 256
_LINK = re.compile(r"smartcinema:(?://)?(?:(home)/?|(title|ticket)/([A-Za-z0-9][A-Za-z0-9._-]{0,99})/?)", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A page to show."""

    kind: Literal["home", "title", "ticket"]
    id: str = ""


def parse_link(text: str) -> Link | None:
    """The link that ``text`` is, or none: no paths, no queries, no more than `LIMIT` characters."""
    found = _LINK.fullmatch(text) if len(text) <= LIMIT else None
    if found is None:
        return None
    if found[1]:
        return Link("home")
    return Link("title" if found[2].lower() == "title" else "ticket", found[3])
