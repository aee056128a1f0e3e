"""The whole cinema by arrows, select and back: a remote control, a gamepad, or a keyboard without a mouse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

AHEAD = 13
"""How much more it counts to lie further on than aside, both squared: the next row comes before the one after."""
SAME = 1.0
"""Pixels that edges may overlap and still lie one after the other."""


class Direction(Enum):
    """Where an arrow points: along x or y."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


DIRECTIONS = {
    Qt.Key.Key_Left: Direction.LEFT,
    Qt.Key.Key_Right: Direction.RIGHT,
    Qt.Key.Key_Up: Direction.UP,
    Qt.Key.Key_Down: Direction.DOWN,
}
REMOTE = {
    Qt.Key.Key_Back: Qt.Key.Key_Escape,
    Qt.Key.Key_Select: Qt.Key.Key_Return,
    Qt.Key.Key_MediaPlay: Qt.Key.Key_K,
    Qt.Key.Key_MediaPause: Qt.Key.Key_K,
    Qt.Key.Key_MediaTogglePlayPause: Qt.Key.Key_K,
    Qt.Key.Key_MediaStop: Qt.Key.Key_Escape,
    Qt.Key.Key_MediaNext: Qt.Key.Key_PageDown,
    Qt.Key.Key_MediaPrevious: Qt.Key.Key_PageUp,
    Qt.Key.Key_AudioForward: Qt.Key.Key_L,
    Qt.Key.Key_AudioRewind: Qt.Key.Key_J,
}
"""A remote's own keys, and the keys that do the same here."""


@dataclass(frozen=True)
class Place:
    """Where something lies, in pixels of the window."""

    left: float
    top: float
    right: float
    bottom: float


def nearest(here: Place, others: Sequence[Place], direction: Direction) -> int | None:
    """Which of ``others`` an arrow leads to from ``here``; none where nothing lies there.

    To the left and right only what stands in the same row; upwards and downwards whatever is there, the next row first.
    """
    scored = [(score, index) for index, other in enumerate(others) if (score := _score(here, other, direction)) >= 0]
    return min(scored, default=(0.0, None))[1]


def _score(here: Place, other: Place, direction: Direction) -> float:
    """How far the way is; negative where there is none."""
    along_x, along_y = direction.value
    if along_x:
        ahead = other.left - here.right if along_x > 0 else here.left - other.right
        aside = max(other.top - here.bottom, here.top - other.bottom)
        if aside > -SAME:
            return -1.0
        offset = abs(other.top + other.bottom - here.top - here.bottom) / 2
    else:
        ahead = other.top - here.bottom if along_y > 0 else here.top - other.bottom
        aside = max(0.0, other.left - here.right, here.left - other.right)
        offset = abs(other.left - here.left)
    return -1.0 if ahead < -SAME else AHEAD * max(0.0, ahead) ** 2 + max(0.0, aside) ** 2 + offset / 100


class Arrows(QObject):
    """Moves the focus of a window by arrows that nothing in it wants, and understands a remote's keys."""

    def __init__(self, window: QQuickWindow) -> None:
        super().__init__(window)
        self._asking = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook: let the window have the key first."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or self._asking:
            return False
        assert isinstance(event, QKeyEvent)  # noqa: S101 - by its type
        assert isinstance(watched, QQuickWindow)  # noqa: S101 - nothing else is watched
        key = Qt.Key(event.key())
        if key in REMOTE:
            self._pass(watched, QKeyEvent(event.type(), REMOTE[key], event.modifiers(), "", event.isAutoRepeat()))
            return True
        bare = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.type() == QEvent.Type.KeyRelease or key not in DIRECTIONS or not bare:
            return False
        if not _passes_by(watched, DIRECTIONS[key]):
            self._pass(watched, event)
            if event.isAccepted():
                return True
        event.setAccepted(move_focus(watched, DIRECTIONS[key]))
        return True

    def _pass(self, watched: QObject, event: QEvent) -> None:
        self._asking = True
        try:
            QCoreApplication.sendEvent(watched, event)
        finally:
            self._asking = False


def move_focus(window: QQuickWindow, direction: Direction) -> bool:
    """Give the focus to what lies next there, or to the first thing; whether there was anything."""
    focus = window.activeFocusItem()
    ways = [item for item in _reachable(_scope(focus, window.contentItem())) if item != focus]
    if focus is None or not focus.activeFocusOnTab():
        found = min(range(len(ways)), key=lambda at: _reading(ways[at]), default=None)
    else:
        found = nearest(_place(focus), [_place(item) for item in ways], direction)
    if found is None:
        return False
    ways[found].forceActiveFocus(Qt.FocusReason.TabFocusReason)
    return True


def _passes_by(window: QQuickWindow, direction: Direction) -> bool:
    """Whether an arrow leads on without asking what has the focus.

    So it is on a folded list, whose own arrows would change the choice unseen, and in a popup, which takes every key
    for itself; sliders keep the arrows that move them.
    """
    item = window.activeFocusItem()
    across = direction in (Direction.LEFT, Direction.RIGHT)
    if item is None or (across and item.inherits("QQuickSlider")):
        return False
    return (item.property("folded") is True and not across) or _scope(
        item, window.contentItem()
    ) != window.contentItem()


def _scope(focus: QQuickItem | None, content: QQuickItem) -> QQuickItem:
    """What the focus may move in: the popup that holds it, else the window."""
    item = focus
    while item is not None:
        if item.metaObject().className().startswith("QQuickPopupItem"):
            return item
        item = item.parentItem()
    return content


def _reachable(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible() and child.isEnabled():
            if child.activeFocusOnTab() and child.width() > 0 and child.height() > 0:
                yield child
            yield from _reachable(child)


def _place(item: QQuickItem) -> Place:
    rect = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    return Place(rect.left(), rect.top(), rect.right(), rect.bottom())


def _reading(item: QQuickItem) -> tuple[float, float]:
    place = _place(item)
    return place.top, place.left
