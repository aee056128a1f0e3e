"""A second machine that follows the first's show and can go on with it; and the first's side of handing it over."""

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from core import CinemaError, JobRunner
from kiosk import show_events as events
from kiosk.cutover import HAND_OVER_S, Address, ShowClient, ShowServer
from kiosk.running import Running
from kiosk.show import BEFORE, OVER
from kiosk.show_state import ShowState, dump_state, parse_state

log = logging.getLogger(__name__)

ASK_MS = 200
SILENT_MS = 2000
SETTLE_MS = 200
"""So long a picture that is stopped may still move to its next frame."""


class HandOver(QObject):
    """Tells the second machine where this one is, and stops for it."""

    _asked = Signal(object)

    def __init__(self, running: Running, address: Address, secret: bytes) -> None:
        super().__init__()
        self._running = running
        self._state = dump_state(running.state)
        running.changed.connect(self._publish)
        running.stage.moved.connect(self._publish)
        self._asked.connect(self._stop, Qt.ConnectionType.QueuedConnection)
        self._server = ShowServer(address, secret, lambda: self._state, self._hand_over)
        self.port = self._server.port

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.close()

    def _publish(self) -> None:
        self._state = dump_state(self._running.state)

    def _hand_over(self, device: str) -> bytes | None:
        """On the server's thread."""
        request = _Request(device)
        self._asked.emit(request)
        return request.answer if request.done.wait(HAND_OVER_S - 1) else None

    def _stop(self, request: "_Request") -> None:
        show = self._running.show
        if show is None or show.phase in OVER:
            request.done.set()
            return
        self._running.stage.pause()
        QTimer.singleShot(SETTLE_MS, self, lambda: self._stopped(request))

    def _stopped(self, request: "_Request") -> None:
        stage, running = self._running.stage, self._running
        show = running.show
        if show is not None and stage.place == show.place:
            running.tell(events.Moved(stage.position_ms))
        request.answer = dump_state(running.state)
        running.tell(events.HandedOver(request.device))
        request.done.set()


class _Request:
    def __init__(self, device: str) -> None:
        self.device = device
        self.answer: bytes | None = None
        self.done = threading.Event()


class Standby(QObject):
    """Asks the first machine five times a second. ``heard`` tells ``following``, ``silent`` or, once over, nothing.

    After ``take_after_ms`` of silence in a running show it goes on by itself; 0 leaves that to an operator.
    """

    heard = Signal(str)

    def __init__(
        self, running: Running, client: ShowClient, jobs: JobRunner, device: Callable[[], str], take_after_ms: int = 0
    ) -> None:
        super().__init__()
        self._running, self._client, self._jobs, self._device = running, client, jobs, device
        self._take_after_ms = take_after_ms
        self._state: ShowState | None = None
        self._asking = self._taking = False
        self._silence = QElapsedTimer()
        self._silence.start()
        self._timer = QTimer(self, interval=ASK_MS)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Follow, unless a show is under way here already."""
        show = self._running.show
        if show is None or show.phase in (*BEFORE, *OVER):
            self._running.standby = True
            self._timer.start()
            self.heard.emit("following")

    def close(self) -> None:
        """Follow no more."""
        self._timer.stop()

    def take(self) -> None:
        """Go on here: the first machine stops at a frame and this one shows it; or, where it says nothing, from what
        it said last.
        """
        if self._taking or not self._running.standby:
            return
        self._taking = True
        self._jobs.run(
            lambda _cancel: parse_state(self._client.hand_over()),
            lambda state: self._took(state, exact=True),
            self._unanswered,
        )

    def _unanswered(self, error: CinemaError) -> None:
        log.warning("the other machine did not hand over: %s", error.code)
        if self._state is not None and self._silent:
            self._took(self._state, exact=False)
        self._taking = False

    def _took(self, state: ShowState, *, exact: bool) -> None:
        self._timer.stop()
        self._taking = False
        self._running.take_over(state, self._device(), exact=exact)
        self.heard.emit("")

    @property
    def _silent(self) -> bool:
        return self._silence.elapsed() >= SILENT_MS

    def _beat(self) -> None:
        if not self._asking:
            self._asking = True
            self._jobs.run(lambda _cancel: parse_state(self._client.state()), self._said, self._unsaid)
        if self._silent:
            self.heard.emit("silent")
        under_way = self._state is not None and self._state.phase in ("playing", "interrupted")
        if under_way and self._take_after_ms and self._silence.elapsed() >= self._take_after_ms:
            self.take()

    def _said(self, state: ShowState) -> None:
        if self._state is None:
            log.warning("following a show that is %s", state.phase)
        self._asking = False
        self._silence.restart()
        if self._timer.isActive():
            self._state = state
            self._running.follow(state)
            self.heard.emit("following")

    def _unsaid(self, _error: CinemaError) -> None:
        self._asking = False
