"""Which installed families carry the interface: two names of our own, with what stands for each on any system.

Han characters are drawn otherwise in each place, so each of the two has a twin a place: ``Smart Cinema Sans TC``.
"""

from PySide6.QtGui import QFont

from core import pick

FAMILIES = {
    "Smart Cinema Serif": (
        "Noto Serif CJK SC",
        "Source Han Serif SC",
        "Songti SC",
        "STSong",
        "Noto Serif SC",
        "SimSun",
        "Georgia",
        "Noto Serif",
        "DejaVu Serif",
    ),
    "Smart Cinema Sans": (
        "Noto Sans CJK SC",
        "Source Han Sans SC",
        "PingFang SC",
        "Microsoft YaHei UI",
        "Noto Sans SC",
        "Segoe UI",
        "Noto Sans",
        "DejaVu Sans",
    ),
    "Smart Cinema Mono": ("Noto Sans Mono CJK SC", "Menlo", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono"),
    "Smart Cinema Mono Serif": ("Courier New", "Courier", "Liberation Mono", "FreeMono", "DejaVu Sans Mono"),
    "Smart Cinema Casual": ("Comic Sans MS", "Chalkboard SE", "Comic Neue", "KaiTi", "Noto Sans CJK SC", "DejaVu Sans"),
    "Smart Cinema Cursive": (
        "Snell Roundhand",
        "Segoe Script",
        "Z003",
        "URW Chancery L",
        "STXingkai",
    ),
}
"""The theme's families: Qt takes the first that is installed, and the system's own where none is."""


PLACES = {"en": "", "zh-Hans": "", "zh-Hant-TW": " TC", "zh-Hant-HK": " HK", "ko": " KR"}
"""What a language's families end in: the place whose Han characters its readers know."""
_LOCAL = {
    " TC": (
        ("Noto Serif CJK TC", "Source Han Serif TC", "Songti TC", "Noto Serif TC", "PMingLiU"),
        ("Noto Sans CJK TC", "Source Han Sans TC", "PingFang TC", "Microsoft JhengHei UI", "Noto Sans TC"),
    ),
    " HK": (
        ("Noto Serif CJK HK", "Source Han Serif HC", "Songti TC", "Noto Serif HK", "PMingLiU"),
        ("Noto Sans CJK HK", "Source Han Sans HC", "PingFang HK", "Microsoft JhengHei UI", "Noto Sans HK"),
    ),
    " KR": (
        ("Noto Serif CJK KR", "Source Han Serif K", "AppleMyungjo", "Noto Serif KR", "Batang"),
        ("Noto Sans CJK KR", "Source Han Sans K", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR"),
    ),
}


def place_of(language: str) -> str:
    """What the families of ``language`` end in; empty for the first ones."""
    return pick(PLACES, language)


def name_families() -> None:
    """Make the theme's families known to Qt. Costs nothing: families are looked for when text is first drawn."""
    families: dict[str, tuple[str, ...]] = dict(FAMILIES)
    for place, faces in _LOCAL.items():
        for name, local in zip(("Smart Cinema Serif", "Smart Cinema Sans"), faces, strict=True):
            families[name + place] = (*local, *FAMILIES[name])
    for family, stand_ins in families.items():
        QFont.removeSubstitutions(family)
        QFont.insertSubstitutions(family, list(stand_ins))
