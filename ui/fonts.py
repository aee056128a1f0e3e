"""Which installed families carry the interface, by script, with a graceful fall-back."""

from collections.abc import Collection

from PySide6.QtCore import QObject
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlEngine

SERIF = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "STSong",
    "Noto Serif SC",
    "SimSun",
    "Georgia",
    "Noto Serif",
    "DejaVu Serif",
)
SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Noto Sans SC",
    "Segoe UI",
    "Noto Sans",
    "DejaVu Sans",
)


def choose_family(wanted: tuple[str, ...], installed: Collection[str], otherwise: str) -> str:
    """The first wanted family that is installed, else the system's own."""
    return next((family for family in wanted if family in installed), otherwise)


def dress(engine: QQmlEngine) -> None:
    """Hand the families that carry the interface on this machine to the theme."""
    installed = set(QFontDatabase.families())
    system = QGuiApplication.font().family()
    theme = engine.singletonInstance("SmartCinema.Theme", "Theme")
    if isinstance(theme, QObject):
        theme.setProperty("serif", choose_family(SERIF, installed, system))
        theme.setProperty("sans", choose_family(SANS, installed, system))
