"""Pictures of a room's show: the audience's slides and the operator's window, each in a state of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from PySide6.QtCore import Property, QObject, QSize, Slot
from PySide6.QtQuick import QQuickWindow

from boxoffice.rules import time_text
from kiosk import Alarm, Mode, Phase, Programme, Room, Screening, Show, ShowItem, Slide
from ui.formats import Formats
from ui.gallery_pages import Setting
from ui.kiosk.show import ShowInputs, ShowProps, derive_show
from ui.props import showing
from ui.window import SHOW

NOW = datetime(2026, 10, 9, 19, 0, tzinfo=UTC)
FEATURE_MS = 95 * 60_000
NAMES = {"en": "The Paper Moon", "zh-Hans": "纸月亮"}
PLAYLIST = (
    ShowItem("countdown", 60_000),
    ShowItem("trailer", 120_000, package="lantern-street"),
    ShowItem("feature", FEATURE_MS, package="paper-moon"),
    ShowItem("intermission", 900_000),
    ShowItem("credits", 60_000),
    ShowItem("ballot", 0),
)
PROGRAMME = Programme(
    type="sample", seq=1, issued=time_text(NOW), event=1, names={"en": "Festival of Light", "zh-Hans": "光影节"},
    zone="UTC", rooms=(Room("one", {"en": "Room 1", "zh-Hans": "一号厅"}, 120),), gates=(), door_keys=(),
    screenings=(Screening("a", 1, "one", NAMES, time_text(NOW - timedelta(minutes=30)), time_text(NOW), PLAYLIST),),
)  # fmt: skip


class GalleryShow(showing(ShowProps)):  # type: ignore[misc]
    """What a `ShowViewModel` shows, without a show behind it."""

    def __init__(self, also: Callable[[str, str], str]) -> None:
        super().__init__(ShowProps())
        self._also = also

    first = Property(QObject, lambda _self: None, constant=True)
    second = Property(QObject, lambda _self: None, constant=True)

    @Slot(str, str, result=str)
    def also(self, context: str, text: str) -> str:
        """A text in the audience's other language."""
        return self._also(context, text)


class ShowScene:
    """The audience's slides and the operator's window in each of their states."""

    def __init__(self, setting: Setting) -> None:
        language, size = setting.language, setting.size
        self._interface = setting.interface(lambda _path: b"", SHOW)
        other = "en" if language.startswith("zh") else "zh-Hans"
        self._model = GalleryShow(lambda context, text: self._interface.language.said(other, context, text))
        self._interface.open_with({"viewModel": self._model, "startSize": QSize(*size)})
        self._operator = self._interface.window
        self._audience = cast("QQuickWindow", self._operator.findChild(QQuickWindow, "audience"))
        self._inputs = ShowInputs(
            Formats(language, UTC, lambda: NOW), PROGRAMME, now=NOW,
            names={"paper-moon": NAMES, "lantern-street": {"en": "Lantern Street", "zh-Hans": "灯笼街"}},
        )  # fmt: skip
        for window in (self._operator, self._audience):
            window.resize(QSize(*size))
            window.setVisible(True)

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Go from state to state."""
        self._stand(0, 20_000)
        yield "audience-countdown", self._audience
        self._stand(3, 200_000)
        yield "audience-intermission", self._audience
        self._stand(4, 2000)
        yield "audience-thanks", self._audience
        self._stand(5, 2000)
        yield "audience-ballot", self._audience
        self._stand(2, 1_800_000, phase=Phase.HELD, slide=Slide.HOLD)
        yield "audience-hold", self._audience
        yield "operator-held", self._operator
        self._stand(2, 1_800_000, phase=Phase.HELD, slide=Slide.EMERGENCY)
        yield "audience-emergency", self._audience
        yield "operator-emergency", self._operator
        self._stand(0, 0, phase=Phase.DOORS, mode=Mode.SEMI_AUTOMATIC)
        self._show(now=NOW - timedelta(minutes=12))
        yield "operator-doors", self._operator
        self._stand(2, 2_535_000)
        yield "operator-playing", self._operator
        self._stand(2, 2_535_000, phase=Phase.INTERRUPTED, screen=False, alarms=(Alarm.SCREEN, Alarm.HOOK))
        yield "operator-alarms", self._operator
        self._inputs = replace(self._inputs, show=None)
        self._show()
        yield "operator-nothing", self._operator

    def close(self) -> None:
        """Take the windows down, then what they showed."""
        self._interface.close()
        self._model.deleteLater()

    def _stand(self, place: int, position_ms: int, phase: Phase = Phase.PLAYING, **more: object) -> None:
        show = Show(PROGRAMME.screenings[0], phase=phase, place=place, position_ms=position_ms, started=NOW)
        item = PLAYLIST[place]
        self._inputs = replace(
            self._inputs, show=replace(show, **more), shown=item, position_ms=position_ms, level=64,  # type: ignore[arg-type]
            front=0 if item.package else -1,
        )  # fmt: skip
        self._show()

    def _show(self, **more: object) -> None:
        self._model.show(derive_show(replace(self._inputs, **more)))  # type: ignore[arg-type]
