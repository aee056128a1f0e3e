"""Links into the cinema: ``smartcinema:home``, ``smartcinema:title/ID``, ``smartcinema:ticket/ID``."""

import re
from dataclasses import dataclass
from typing import Literal, cast

ID_LIMIT = 100

Target = Literal["home", "title", "ticket", "unknown"]

_LINK = re.compile(rf"(?i:smartcinema):(?:home|(title|ticket)/(?!\.+\Z)([A-Za-z0-9._-]{{1,{ID_LIMIT}}}))", re.ASCII)


@dataclass(frozen=True)
class Link:
    """Where a link leads. ``unknown`` is everything that is no link of ours, or of a version to come."""

    target: Target
    id: str = ""


def parse_link(text: str) -> Link:
    """Read a link that anybody may have written; what is not exactly one of ours is ``unknown``."""
    found = _LINK.fullmatch(text)
    if found is None:
        return Link("unknown")
    target, id_ = found.groups()
    return Link(cast("Target", target or "home"), id_ or "")
