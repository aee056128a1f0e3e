"""Pictures of a foyer's window: a real day of the demo films, with what lies beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QSize
from PySide6.QtQuick import QQuickWindow

from boxoffice.rules import time_text
from kiosk import Programme, Room, Screening, ShowItem
from kiosk.foyer import FoyerDay, day_of
from kiosk.show_state import showing_of
from ui.gallery_pages import ImmediateJobs, SampleFilms, Setting
from ui.kiosk import FoyerServices, FoyerViewModel
from ui.window import FOYER

NOW = datetime(2026, 10, 9, 17, 10, tzinfo=UTC)


class FoyerScene:
    """The window lying and standing, and on a day without films."""

    def __init__(self, films: SampleFilms, setting: Setting) -> None:
        language, size = setting.language, setting.size
        self._size, self._day = size, _day(films, NOW)
        self._films = films
        self._interface = setting.interface(lambda path: films.picture(path.removeprefix("poster:")), FOYER)
        services = FoyerServices(lambda: self._day, None, lambda: self._day.now, ImmediateJobs(), lambda _tag: None)
        self._model = FoyerViewModel(services, language)
        self._interface.open_with({"viewModel": self._model, "startSize": QSize(*size), "look": setting.look})

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from state to state."""
        window = self._interface.window
        yield "foyer", window
        window.resize(QSize(*reversed(self._size)))
        yield "foyer-upright", window
        window.resize(QSize(*self._size))
        self._day = _day(self._films, NOW - timedelta(days=1))
        self._model.look()
        yield "foyer-nothing", window

    def close(self) -> None:
        """Take the window down, then what it showed."""
        self._model.close()
        self._interface.close()
        self._model.deleteLater()


def _day(films: SampleFilms, now: datetime) -> FoyerDay:
    one, two = films.films[0], films.films[1 % len(films.films)]
    shows = []
    plan = (
        ("a", one, "one", -40),
        ("b", two, "two", 20),
        ("c", one, "one", 110),
        ("d", two, "two", 170),
        ("e", one, "one", 240),
    )
    for number, (name, film, room, minutes) in enumerate(plan, 1):
        start = NOW + timedelta(minutes=minutes)
        playlist = (ShowItem("feature", 95 * 60_000, package=f"{film.id}/poster.jpg"),)
        times = (time_text(start - timedelta(minutes=30)), time_text(start))
        shows.append(Screening(name, number, room, film.names, *times, playlist))
    programme = Programme(
        type="sample", seq=1, issued=time_text(NOW), event=1, names={"en": "Festival of Light", "zh-Hans": "光影节"},
        zone="Europe/Berlin", gates=(), door_keys=(), screenings=tuple(shows),
        rooms=(
            Room("one", {"en": "Room 1", "zh-Hans": "一号厅"}, 120),
            Room("two", {"en": "Room 2", "zh-Hans": "二号厅"}, 60),
        ),
    )  # fmt: skip
    taken = {"a": 110, "b": 60, "c": 113, "d": 12}
    return day_of(programme, now, taken, frozenset({showing_of(shows[-1])}))
