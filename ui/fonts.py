"""Which installed families carry the interface: two names of our own, with what stands for each on any system."""

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


def name_families() -> None:
    """Make the theme's families known to Qt. Costs nothing: families are looked for when text is first drawn."""
    for family, stand_ins in FAMILIES.items():
        QFont.removeSubstitutions(family)
        QFont.insertSubstitutions(family, list(stand_ins))
