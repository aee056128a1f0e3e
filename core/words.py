"""Content in several languages, and the fall-back from the wanted language to one that exists."""

from collections.abc import Mapping, Sequence

Words = Mapping[str, str]
"""Text by BCP 47 language tag, for example ``{"en": "Lantern", "zh-Hans": "灯"}``."""


TRADITIONAL = frozenset({"tw", "hk", "mo"})
"""Where Chinese is written in traditional characters."""


def pick_language(available: Sequence[str], wanted: str) -> str | None:
    """The available tag nearest to ``wanted`` (RFC 4647 look-up), else English, else the first, else none.

    Chinese of a place is first looked for in the script that is written there.
    """
    tags = {tag.lower(): tag for tag in available}
    parts = wanted.lower().split("-")
    for tried in ([wanted.lower()], _ever_shorter(_with_script(parts)), _ever_shorter(parts)):
        found = next((tags[tag] for tag in tried if tag in tags), None)
        if found:
            return found
    for tag in available:
        if tag.lower().split("-")[0] == parts[0]:
            return tag
    return tags.get("en") or next(iter(available), None)


def _ever_shorter(parts: list[str]) -> list[str]:
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _with_script(parts: list[str]) -> list[str]:
    if parts[0] not in ("zh", "yue") or not {"hans", "hant"}.isdisjoint(parts[1:]):
        return parts
    traditional = parts[0] == "yue" or not TRADITIONAL.isdisjoint(parts[1:])
    return ["zh", "hant" if traditional else "hans", *parts[1:]]


def pick(words: Words, wanted: str) -> str:
    """The text nearest to the ``wanted`` language, or an empty string where there is none."""
    tag = pick_language(list(words), wanted)
    return words[tag] if tag else ""
