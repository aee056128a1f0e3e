"""What of a window's text is cut off, lies on other text or cannot be come to, in the real QML tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtQml import QQmlEngine, QQmlExpression
from PySide6.QtQuick import QQuickItem, QQuickWindow

SLACK = 2.0
"""Pixels by which letters may stand over their line's box."""

LINES = 8.0
"""Pixels by which the boxes of two lines may meet: letters fill theirs less than that."""
COVERS = ("QQuickPopupItem", "PinPad", "SaleSheet", "Diagnostics", "NotesPanel", "WaitingCard")
"""What lies over a window and hides what is under it."""
FAINT = 0.2
"""The opacity below which letters are no text to read: a film's mark, what is going."""


@dataclass(frozen=True)
class Written:
    """A text that can be seen: its letters' place in the window, and what of it can be seen."""

    item: QQuickItem
    text: str
    letters: QRectF
    seen: QRectF
    layer: QQuickItem | None
    """The popup that it is in."""


def faults(window: QQuickWindow) -> Iterator[tuple[str, str]]:
    """Each fault by its kind, with the text."""
    texts = list(written(window.contentItem(), QRectF(0, 0, window.width(), window.height()), None))
    for one in texts:
        item = one.item
        if item.property("truncated"):
            yield "cut off", one.text
        elif one.letters.width() > item.width() + SLACK and item.width() > 0:
            yield "wider than its place", one.text
        elif not -SLACK <= one.letters.left() <= one.letters.right() <= window.width() + SLACK and not scrolls(item):
            yield "over the edge", one.text
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            common = one.seen.intersected(other.seen)
            if one.layer is other.layer and common.width() > SLACK and common.height() > LINES:
                yield "on other text", f"{one.text} / {other.text}"


def out_of_reach(window: QQuickWindow) -> Iterator[tuple[str, str]]:
    """What is to be read or worked and lies, wholly or in part, where neither the window nor what scrolls shows it."""
    yield from _out_of_reach(window.contentItem(), QRectF(0, 0, window.width(), window.height()))


def _out_of_reach(item: QQuickItem, room: QRectF) -> Iterator[tuple[str, str]]:
    for child in item.childItems():
        if not child.isVisible() or child.opacity() < FAINT:
            continue
        place = child.mapRectToScene(QRectF(0, 0, child.width(), child.height()))
        text = child.inherits("QQuickText") and str(child.property("text"))
        if text or (child.activeFocusOnTab() and child.isEnabled()):
            shown = painted(child) if text else place
            if not room.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(shown):
                yield "out of reach", text or f"{child.metaObject().className().split('_')[0]} {accessible_name(child)}"
        if child.inherits("QQuickFlickable"):
            content, across, down = child.property("contentItem"), child.width(), child.height()
            left, top = (float(child.property(name)) for name in ("originX", "originY"))
            wide, high = (float(child.property(name)) for name in ("contentWidth", "contentHeight"))
            reached = content.mapRectToScene(QRectF(left, top, max(wide, across), max(high, down)))
            if child.inherits("QQuickItemView"):  # which guesses how long it is until it was moved through
                reached.adjust(*((-wide, 0, wide, 0) if wide > across else (0, -high, 0, high)))
            inside = reached if room.adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place) else place & room
            yield from _out_of_reach(child, inside)
        else:
            yield from _out_of_reach(child, room & place if child.clip() else room)


def positions(window: QQuickWindow) -> Iterator[float]:
    """Everything that scrolls up and down, moved from its top to its end by less than it shows, then put back."""
    for page in list(_scrolling(window.contentItem())):
        was, high = float(page.property("contentY")), float(page.property("contentHeight"))
        last, place = high - page.height(), 0.0
        while last > 0 and place < last:
            place = min(last, place + 0.8 * page.height())
            page.setProperty("contentY", place)
            window.grabWindow()
            yield place
        page.setProperty("contentY", was)


def _scrolling(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            if child.inherits("QQuickFlickable") and not child.inherits("QQuickItemView"):
                yield child
            yield from _scrolling(child)


def accessible_name(item: QQuickItem) -> str:
    """What a screen reader says for an item."""
    told = QAccessible.queryAccessibleInterface(item)
    return told.text(QAccessible.Text.Name) if told else ""


def unnamed(item: QQuickItem) -> Iterator[tuple[str, str]]:
    """What the Tab key reaches below an item that can be seen, without a name or a role for a screen reader."""
    for child in item.childItems():
        if child.isVisible():
            if child.activeFocusOnTab() and child.isEnabled():
                told = QAccessible.queryAccessibleInterface(child)
                kind = child.metaObject().className().split("_")[0]
                if told is None or not told.text(QAccessible.Text.Name):
                    yield "without a name", kind
                elif told.role() in (QAccessible.Role.NoRole, QAccessible.Role.Client):
                    yield "without a role", kind
            yield from unnamed(child)


def written(item: QQuickItem, seen: QRectF, layer: QQuickItem | None, opacity: float = 1) -> Iterator[Written]:
    """Every text below an item that can be seen."""
    for child in item.childItems():
        shown = opacity * child.opacity()
        if not child.isVisible() or shown < FAINT:
            continue
        place = child.mapRectToScene(QRectF(0, 0, child.width(), child.height()))
        if child.inherits("QQuickText") and child.property("text"):
            letters = painted(child)
            if letters.intersected(seen).height() > SLACK:
                yield Written(child, str(child.property("text")), letters, letters.intersected(seen), layer)
        inside = seen.intersected(place) if child.clip() else seen
        yield from written(child, inside, child if covers(child) else layer, shown)


def painted(text: QQuickItem) -> QRectF:
    """Where a text's letters stand in the window."""
    width, height = float(text.property("contentWidth")), float(text.property("contentHeight"))
    context = QQmlEngine.contextForObject(text)
    asked = "effectiveHorizontalAlignment + verticalAlignment"  # Qt's enumerations share no bits
    aligned = QQmlExpression(context, text, asked).evaluate()
    across = down = int(aligned[0] if isinstance(aligned, tuple) else aligned)
    free, below = text.width() - width, text.height() - height
    x = free if across & 2 else free / 2 if across & 4 else 0
    y = below if down & 64 else below / 2 if down & 128 else float(text.property("topPadding"))
    return text.mapRectToScene(QRectF(x, y, width, height))


def covers(item: QQuickItem) -> bool:
    """Whether it hides what is under it."""
    return item.inherits(COVERS[0]) or item.metaObject().className().split("_")[0] in COVERS


def scrolls(item: QQuickItem | None) -> bool:
    """Whether it lies in something that is moved sideways."""
    while item is not None:
        if item.inherits("QQuickListView"):
            return True
        item = item.parentItem()
    return False
