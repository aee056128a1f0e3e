"""The cinema by arrows, select and back, and the player by fingers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from player.state import FirstFrame, Moved
from ui.arrows import Direction, Place, nearest
from ui.viewer import Services, ShellViewModel
from ui.viewer import viewing as viewing_module
from ui.viewer.viewing import Viewing

ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
PLACES = st.builds(
    lambda left, top, width, height: Place(left, top, left + width, top + height),
    st.integers(0, 1200),
    st.integers(0, 700),
    st.integers(1, 300),
    st.integers(1, 200),
)


@given(PLACES, st.lists(PLACES, max_size=12), st.sampled_from(Direction))
def test_an_arrow_never_leads_anywhere_but_its_own_way(here: Place, others: list[Place], way: Direction) -> None:
    found = nearest(here, others, way)
    if found is None:
        return
    other = others[found]
    gap = {
        Direction.LEFT: here.left - other.right,
        Direction.RIGHT: other.left - here.right,
        Direction.UP: here.top - other.bottom,
        Direction.DOWN: other.top - here.bottom,
    }[way]
    assert gap >= -1
    if way in (Direction.LEFT, Direction.RIGHT):
        assert min(here.bottom, other.bottom) > max(here.top, other.top)


@given(PLACES, st.lists(PLACES, min_size=1, max_size=12))
def test_whatever_lies_below_can_be_come_by(here: Place, others: list[Place]) -> None:
    below = [other for other in others if other.top >= here.bottom]
    assert (nearest(here, others, Direction.DOWN) is not None) >= bool(below)


@pytest.mark.parametrize(
    ("way", "expected"), [(Direction.RIGHT, 1), (Direction.DOWN, 0), (Direction.LEFT, None), (Direction.UP, None)]
)
def test_the_next_of_the_row_and_the_next_row_come_first(way: Direction, expected: int | None) -> None:
    here = Place(0, 0, 100, 40)
    others = [Place(140, 60, 205, 100), Place(160, 0, 260, 40), Place(0, 90, 100, 130)]
    assert nearest(here, others, way) == expected


def remote(window: Any, key: Qt.Key) -> None:
    """A key that QTest does not know."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(window.window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
    window.settle()


def focusable(window: Any) -> Iterator[QQuickItem]:
    for item in window.items():
        if item.activeFocusOnTab() and item.isVisible() and item.isEnabled() and item.width() and item.height():
            yield item


def name_of(item: QQuickItem | None) -> tuple[str, float, float]:
    assert item is not None
    # In the page's own pixels, which scrolling does not move.
    flickable = item
    while flickable is not None and not flickable.inherits("QQuickFlickable"):
        flickable = flickable.parentItem()
    place = item.mapToItem(flickable.property("contentItem"), QPoint(0, 0)) if flickable else item.mapToScene(QPoint())
    return str(item.property("text") or item.metaObject().className()), round(place.x()), round(place.y())


def explored(window: Any) -> set[tuple[str, float, float]]:
    """Everything that arrows lead to, from the first thing on."""
    window.press(Qt.Key.Key_Down)
    seen: dict[tuple[str, float, float], QQuickItem] = {}
    ways = [window.window.activeFocusItem()]
    while ways:
        item = ways.pop()
        if name_of(item) in seen:
            continue
        seen[name_of(item)] = item
        for key in ARROWS:
            item.forceActiveFocus(Qt.FocusReason.TabFocusReason)
            window.press(key)
            reached = window.window.activeFocusItem()
            if reached.activeFocusOnTab():
                ways.append(reached)
    return set(seen)


@pytest.fixture
def open_shell(
    services: Services, jobs: Any, box_office: Any, stage: Any, sample: Any
) -> Callable[[], tuple[Any, Any]]:
    def opened() -> tuple[Any, Any]:
        box_office.restored = sample.ACCOUNT
        box_office.tickets_answer = (sample.ticket(),)
        shell: Any = ShellViewModel(services)
        shell.start()
        jobs.settle_all()
        return stage(shell), shell

    return opened


@pytest.mark.parametrize("page", ["home", "tickets", "settings"])
def test_arrows_lead_to_everything_on_a_page(open_shell: Callable[[], tuple[Any, Any]], page: str) -> None:
    window, shell = open_shell()
    shell.open_page(page)
    window.settle()
    window.until(lambda: len(list(focusable(window))) > 5)
    every = {name_of(item) for item in focusable(window)}
    assert every - explored(window) == set()


def test_arrows_lead_to_everything_of_a_film(open_shell: Callable[[], tuple[Any, Any]], sample: Any) -> None:
    window, shell = open_shell()
    shell.open_film(sample.title().id)
    window.settle()
    assert {name_of(item) for item in focusable(window)} - explored(window) == set()


def test_what_the_arrows_lead_to_comes_into_view(open_shell: Callable[[], tuple[Any, Any]]) -> None:
    window, shell = open_shell()
    shell.open_page("settings")
    window.settle()
    window.press(Qt.Key.Key_Down)
    for _ in range(40):
        window.press(Qt.Key.Key_Down)
        item = window.window.activeFocusItem()
        rect = window.rect(item)
        assert rect.top() >= 0
        assert rect.bottom() <= window.window.height()


def test_a_folded_list_keeps_its_choice_when_arrows_pass(open_shell: Callable[[], tuple[Any, Any]]) -> None:
    window, shell = open_shell()
    shell.open_page("settings")
    window.settle()
    window.until(lambda: any(item.inherits("QQuickComboBox") for item in focusable(window)))
    lists = [item for item in focusable(window) if item.inherits("QQuickComboBox")]
    before = [item.property("currentIndex") for item in lists]
    lists[0].forceActiveFocus(Qt.FocusReason.TabFocusReason)
    window.press(Qt.Key.Key_Down)
    assert window.window.activeFocusItem() != lists[0]
    assert [item.property("currentIndex") for item in lists] == before


def test_whoever_comes_back_from_a_film_is_where_they_left(open_shell: Callable[[], tuple[Any, Any]]) -> None:
    window, shell = open_shell()
    for _ in range(4):
        window.press(Qt.Key.Key_Down)
    card = window.window.activeFocusItem()
    assert card.metaObject().className().startswith("PosterCard")
    left = name_of(card)
    window.press(Qt.Key.Key_Return)
    assert shell.page == "film"
    shell.back()
    window.until(lambda: name_of(window.window.activeFocusItem()) == left)
    item = window.window.activeFocusItem()
    assert item.property("visualFocus")
    assert 0 <= window.rect(item).top() < window.rect(item).bottom() <= window.window.height()
    shell.back()
    window.settle()


@pytest.mark.parametrize("key", [Qt.Key.Key_Back, Qt.Key.Key_MediaStop])
def test_a_remotes_back_goes_back(open_shell: Callable[[], tuple[Any, Any]], sample: Any, key: Qt.Key) -> None:
    window, shell = open_shell()
    shell.open_film(sample.title().id)
    window.settle()
    remote(window, key)
    assert shell.page == "home"


@pytest.fixture
def playing(
    open_shell: Callable[[], tuple[Any, Any]], jobs: Any, sample: Any, player: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, Any, Any]]:
    def opened(**changes: object) -> tuple[Any, Any, Any]:
        viewing = Viewing(sample.feature(**changes), sample.play())
        monkeypatch.setattr(viewing_module, "open_ticket", lambda *_: viewing)
        window, shell = open_shell()
        shell.watch_ticket("t1")
        jobs.settle_all()
        window.until(lambda: any(item.opacity() == 1 for item in window.items() if item.inherits("QQuickLoader")))
        player.tell(FirstFrame())
        player.tell(Moved(20_000))
        window.settle()
        return window, shell, shell.playerPage

    return opened


def test_select_leads_into_the_controls_and_back_out_again(playing: Callable[..., tuple[Any, Any, Any]]) -> None:
    window, shell, page = playing()
    remote(window, Qt.Key.Key_Select)
    assert window.window.activeFocusItem().property("text") == "Pause"
    window.press(Qt.Key.Key_Right)
    assert window.window.activeFocusItem().property("text") == "Mute"
    assert page.position == 20_000
    remote(window, Qt.Key.Key_Select)
    assert page.muted
    window.press(Qt.Key.Key_Up)
    window.press(Qt.Key.Key_Right)
    assert page.position == 25_000
    remote(window, Qt.Key.Key_Back)
    assert shell.page == "player"
    window.press(Qt.Key.Key_Right)
    assert page.position == 30_000
    remote(window, Qt.Key.Key_Back)
    assert shell.page != "player"


@pytest.mark.parametrize("name", ["Sound", "Subtitles", "Commentator notes"])
def test_a_menu_is_opened_moved_in_and_left_by_arrows(playing: Callable[..., tuple[Any, Any, Any]], name: str) -> None:
    window, shell, _ = playing()
    remote(window, Qt.Key.Key_Select)
    for _ in range(12):
        if window.window.activeFocusItem().property("text") == name:
            break
        window.press(Qt.Key.Key_Right)
    window.press(Qt.Key.Key_Return)
    first = window.window.activeFocusItem()

    def moved() -> bool:
        window.press(Qt.Key.Key_Down)  # leads nowhere until the menu is laid out, a frame after it opened
        return bool(window.window.activeFocusItem() != first)

    window.until(moved)
    remote(window, Qt.Key.Key_Back)
    assert shell.page == "player"


@pytest.mark.parametrize("key", [Qt.Key.Key_MediaTogglePlayPause, Qt.Key.Key_MediaPause])
def test_a_remotes_pause_pauses(playing: Callable[..., tuple[Any, Any, Any]], key: Qt.Key) -> None:
    window, _, page = playing()
    remote(window, key)
    assert page.status == "paused"


class Finger:
    """One finger on a touch screen."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._screen = QTest.createTouchDevice()

    def tap(self, x: float, y: float, times: int = 1) -> None:
        place = QPoint(round(x), round(y))
        for _ in range(times):
            QTest.touchEvent(self._window.window, self._screen).press(0, place, self._window.window)
            QTest.touchEvent(self._window.window, self._screen).release(0, place, self._window.window)
        self._window.settle()

    def drag(self, begin: QPoint, end: QPoint) -> None:
        QTest.touchEvent(self._window.window, self._screen).press(0, begin, self._window.window)
        for part in range(1, 6):
            place = begin + (end - begin) * (part / 5)
            QTest.touchEvent(self._window.window, self._screen).move(0, place, self._window.window)
            self._window.settle()
        QTest.touchEvent(self._window.window, self._screen).release(0, end, self._window.window)
        self._window.settle()


def controls_shown(window: Any) -> bool:
    return bool(window.named("Pause"))


def test_a_tap_shows_and_hides_the_controls_and_never_pauses(playing: Callable[..., tuple[Any, Any, Any]]) -> None:
    window, _, page = playing()
    finger = Finger(window)
    shown = [controls_shown(window)]
    for _ in range(2):
        finger.tap(640, 300)
        # Two single taps: no double one.
        QTest.qWait(QGuiApplication.styleHints().mouseDoubleClickInterval() + 100)
        window.settle()
        shown.append(controls_shown(window))
    assert shown == [True, False, True]
    assert page.status == "playing"


@pytest.mark.parametrize(("x", "position"), [(100, 10_000), (1180, 30_000)])
def test_a_double_tap_at_a_side_steps_ten_seconds(
    playing: Callable[..., tuple[Any, Any, Any]], x: int, position: int
) -> None:
    window, _, page = playing()
    Finger(window).tap(x, 300, 2)
    window.until(lambda: page.position == position)
    assert page.status == "playing"


def test_a_double_tap_in_the_middle_fills_the_screen(playing: Callable[..., tuple[Any, Any, Any]]) -> None:
    window, shell, _ = playing()
    Finger(window).tap(640, 300, 2)
    window.until(lambda: shell.fullScreen)


def test_where_seeking_is_forbidden_a_double_tap_says_so(playing: Callable[..., tuple[Any, Any, Any]]) -> None:
    window, _, page = playing(seek_allowed=False)
    Finger(window).tap(100, 300, 2)
    window.shows("Seeking is not part of this film's house rules")
    assert page.position == 20_000


def test_the_bar_is_dragged_by_a_finger_that_need_not_be_exact(playing: Callable[..., tuple[Any, Any, Any]]) -> None:
    window, _, page = playing()
    (bar,) = [item for item in window.items() if item.metaObject().className().startswith("SeekBar")]
    rect = window.rect(bar)
    low = round(rect.top()) - 8
    Finger(window).drag(QPoint(round(rect.left()) + 10, low), QPoint(round(rect.center().x()), low))
    assert page.position == pytest.approx(30_000, abs=600)
