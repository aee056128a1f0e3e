"""Content in several languages, and the fall-back from the wanted language to one that exists."""

from collections.abc import Mapping, Sequence

Words = Mapping[str, str]
"""Text by BCP 47 language tag, for example ``{"en": "Lantern", "zh-Hans": "灯"}``."""


def pick_language(available: Sequence[str], wanted: str) -> str | None:
    """The available tag nearest to ``wanted`` (RFC 4647 look-up), else English, else the first, else none."""
    tags = {tag.lower(): tag for tag in available}
    parts = wanted.lower().split("-")
    for length in range(len(parts), 0, -1):
        found = tags.get("-".join(parts[:length]))
        if found:
            return found
    for tag in available:
        if tag.lower().split("-")[0] == parts[0]:
            return tag
    return tags.get("en") or next(iter(available), None)


def pick(words: Words, wanted: str) -> str:
    """The text nearest to the ``wanted`` language, or an empty string where there is none."""
    tag = pick_language(list(words), wanted)
    return words[tag] if tag else ""
