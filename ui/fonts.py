"""Which installed families carry the interface: two names of our own, with what stands for each on any system.

Han characters are drawn otherwise in each place, so each of the two has a twin a place: ``Smart Cinema Sans ko``.
"""

from PySide6.QtGui import QFont

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
    "Smart Cinema Serif zh-Hant": (
        "Noto Serif CJK TC",
        "Source Han Serif TC",
        "Songti TC",
        "PMingLiU",
        "MingLiU",
        "Georgia",
    ),
    "Smart Cinema Sans zh-Hant": ("Noto Sans CJK TC", "Source Han Sans TC", "PingFang TC", "Microsoft JhengHei UI"),
    "Smart Cinema Serif zh-Hant-HK": ("Noto Serif CJK HK", "Noto Serif CJK TC", "Songti TC", "PMingLiU", "Georgia"),
    "Smart Cinema Sans zh-Hant-HK": ("Noto Sans CJK HK", "Noto Sans CJK TC", "PingFang HK", "Microsoft JhengHei UI"),
    "Smart Cinema Serif ko": ("Noto Serif CJK KR", "Source Han Serif K", "AppleMyungjo", "Batang", "Georgia"),
    "Smart Cinema Sans ko": ("Noto Sans CJK KR", "Source Han Sans K", "Apple SD Gothic Neo", "Malgun Gothic"),
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


def place_of(language: str) -> str:
    """What the families of ``language`` end in: whose Han characters its readers know; empty for the first."""
    parts = language.split("-")
    ends = (" " + "-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((end for end in ends if f"Smart Cinema Sans{end}" in FAMILIES), "")


def family(name: str, language: str) -> str:
    """The family of ``name`` whose characters have the shapes that readers of ``language`` know."""
    own = name + place_of(language)
    return own if own in FAMILIES else name


def name_families() -> None:
    """Make the theme's families known to Qt. Costs nothing: families are looked for when text is first drawn."""
    for family_name, stand_ins in FAMILIES.items():
        QFont.removeSubstitutions(family_name)
        QFont.insertSubstitutions(family_name, list(stand_ins))
