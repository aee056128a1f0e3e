"""Plays a file with OpenGL on whatever X server there is, and prints JSON of what was seen. Run by test_gl.py."""

import json
import locale
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QSizeF, QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from player import Player, choose_drawing, local_feature
from player.video_item import VideoItem

choose_drawing("gl")
application = QGuiApplication([])
locale.setlocale(locale.LC_NUMERIC, "C")


def until(holds: Callable[[], object], limit_s: float = 30) -> None:
    timer = QElapsedTimer()
    timer.start()
    while not holds():
        assert timer.elapsed() < limit_s * 1000, "it never came true"
        application.processEvents()
        QThread.msleep(1)


file, bars = Path(sys.argv[1]), int(sys.argv[2])
player = Player(drawing="gl")
window = QQuickWindow()
window.resize(640, 360)
item = VideoItem(window.contentItem())
item.setSize(QSizeF(640, 360))
window.show()
item.setProperty("player", player)
player.open(local_feature(file))
until(lambda: player.state.diagnostics.frames_shown > 5)


def seen() -> list[list[int]]:
    image = window.grabWindow()
    places = [image.pixelColor((2 * bar + 1) * image.width() // (2 * bars), image.height() // 2) for bar in range(bars)]
    return [[colour.red(), colour.green(), colour.blue()] for colour in places]


report: dict[str, object] = {"bars": seen()}
player.pause()
until(lambda: str(player.state.status) == "paused")
report["held_ms"] = player.state.position_ms
shown = player.state.diagnostics.frames_shown
window.sceneGraphInvalidated.emit()  # as Qt says after a graphics device was lost; the basic render loop has no other way
window.update()
until(lambda: player.state.diagnostics.frames_shown > shown)
report["back_ms"], report["bars_back"] = player.state.position_ms, seen()
report["status"] = str(player.state.status)
player.play()
held = player.state.position_ms
until(lambda: player.state.position_ms > held + 200)
report["goes_on"] = True
item.setProperty("player", None)
player.close()
window.close()
window.deleteLater()
QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
sys.stdout.write(json.dumps(report) + "\n")
