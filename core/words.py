"""Content in several languages, and the fall-back from the wanted language to one that exists."""

from collections.abc import Mapping, Sequence

Words = Mapping[str, str]
"""Text by BCP 47 language tag, for example ``{"en": "Lantern", "zh-Hans": "灯"}``."""

LANGUAGES: Words = {
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant-TW": "繁體中文（台灣）",
    "zh-Hant-HK": "繁體中文（香港）",
    "es": "Español",
    "it": "Italiano",
    "ko": "한국어",
    "fr-CA": "Français (Canada)",
}
"""The languages that we speak ourselves, in the interface and on the box office's pages, each by its own name."""

_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def pick_language(available: Sequence[str], wanted: str) -> str | None:
    """The available tag nearest to ``wanted`` (RFC 4647 look-up), else English, else the first, else none.

    Within a language the same script goes first: who reads 繁體 is given that before 简体.
    """
    tags = {tag.lower(): tag for tag in available}
    parts = wanted.lower().replace("_", "-").split("-")
    if parts[0] == "yue" and "yue" not in tags:
        parts = ["zh", "hant", *parts[1:]]
    for length in range(len(parts), 0, -1):
        found = tags.get("-".join(parts[:length]))
        if found:
            return found
    kin = [tag for tag in available if tag.lower().split("-")[0] == parts[0]]
    kin.sort(
        key=lambda tag: (_script(tag.lower().split("-")) != _script(parts), tag.lower().split("-")[-1] not in parts)
    )
    return next(iter(kin), None) or tags.get("en") or next(iter(available), None)


def pick(words: Words, wanted: str) -> str:
    """The text nearest to the ``wanted`` language, or an empty string where there is none."""
    tag = pick_language(list(words), wanted)
    return words[tag] if tag else ""


def _script(parts: Sequence[str]) -> str:
    if parts[0] != "zh":
        return ""
    return "hant" if _TRADITIONAL & set(parts) and "hans" not in parts else "hans"
