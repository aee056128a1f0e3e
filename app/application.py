"""Qt's application object, which is where macOS hands links over."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication


class Application(QGuiApplication):
    """The application object. A link may come before anybody listens: ``link`` keeps the last one."""

    link_opened = Signal(str)

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self.link = ""

    def event(self, event: QEvent) -> bool:
        """Hear of a link that the system opens with us."""
        if isinstance(event, QFileOpenEvent):
            self.link = event.url().toString()
            self.link_opened.emit(self.link)
            return True
        return super().event(event)


_kept: list[QGuiApplication] = []
"""Qt takes one application in a process and no second after it: what is made here stays."""


def windowless() -> QGuiApplication:
    """An application for letters and pictures alone; on Linux it needs no screen."""
    present = QGuiApplication.instance()
    if isinstance(present, QGuiApplication):
        return present
    _kept.append(QGuiApplication(["smart-cinema", *(["-platform", "offscreen"] if sys.platform == "linux" else [])]))
    return _kept[0]
