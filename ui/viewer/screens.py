"""Which screen shows the film: chosen by the viewer, kept, and waited for when it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen

from ui.props import showing
from ui.viewer.services import Services

ANY = ""
"""Wherever the window is."""


@dataclass(frozen=True)
class ScreenFacts:
    """A connected screen. ``id`` stays the same when it comes back at another socket."""

    id: str
    name: str
    """The socket, as Qt and the window system name it."""
    width: int
    height: int


@dataclass(frozen=True)
class ScreensProps:
    """What QML shows: ``value`` and ``text`` of every screen, empty where there is no choice."""

    screens: tuple[object, ...] = ()
    chosen: str = ANY
    target: str = ""
    """The name of the chosen screen where it is connected."""
    notes_chosen: str = ANY
    """The screen that notes have for themselves; empty for over the picture."""
    notes_target: str = ""
    """Its name where it is connected and no film is put on it."""
    gone: bool = False
    """The chosen screen went while it showed a film."""
    aside: bool = False
    """The window moves to another screen, and until it is painted anew the film's last frame would be seen there."""


def facts_of(screen: QScreen) -> ScreenFacts:
    """What can be known of a screen; pixels are the panel's own."""
    made = " ".join(filter(None, (screen.manufacturer(), screen.model(), screen.serialNumber())))
    size, ratio = screen.size(), screen.devicePixelRatio()
    return ScreenFacts(made or screen.name(), screen.name(), round(size.width() * ratio), round(size.height() * ratio))


def connected() -> Sequence[ScreenFacts]:
    """The screens of this moment."""
    return [facts_of(screen) for screen in QGuiApplication.screens()]


def derive_screens(screens: Sequence[ScreenFacts], chosen: str, *, gone: bool, notes: str = ANY) -> ScreensProps:
    """One screen is no choice, unless another one is being missed."""
    known = {screen.id: screen for screen in screens}
    offered = [{"value": screen.id, "text": f"{screen.name} · {screen.width}×{screen.height}"} for screen in screens]
    return ScreensProps(
        screens=tuple(offered) if len(offered) > 1 or chosen not in (ANY, *known) else (),
        chosen=chosen,
        target=known[chosen].name if chosen in known else "",
        notes_chosen=notes,
        notes_target=known[notes].name if notes in known and notes != chosen and len(known) > 1 else "",
        gone=gone and chosen not in known,
    )


class ScreensViewModel(showing(ScreensProps)):  # type: ignore[misc]
    """Follows what is connected. ``went`` is called when the chosen screen goes, ``came`` when it is back."""

    def __init__(
        self,
        services: Services,
        went: Callable[[], bool],
        came: Callable[[], None],
        screens: Callable[[], Sequence[ScreenFacts]] = connected,
    ) -> None:
        """``went`` answers whether a film was on that screen."""
        self._services, self._went, self._came, self._screens = services, went, came, screens
        self._gone = self._aside = False
        self._return = QTimer(singleShot=True)
        self._return.timeout.connect(self._come_back)
        super().__init__(self._derive())
        self._return.setParent(self)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self.look, Qt.ConnectionType.QueuedConnection)
            # At once: right after this signal Qt moves the windows of that screen to another one.
            application.screenRemoved.connect(self.look, Qt.ConnectionType.DirectConnection)

    @Slot()
    def look(self) -> None:
        """See what is connected now."""
        before = self.props.target
        props = self._derive()
        back = bool(props.target) and self._gone
        if before and not props.target:
            self._gone = self._went()
        elif back:
            self._gone = False
        self.show(self._derive())
        if back:
            self._came()

    def step_aside(self) -> None:
        """Take the window off every screen until it has moved."""
        self._aside = True
        self.show(self._derive())
        self._return.start(0)

    @Slot()
    def _come_back(self) -> None:
        self._aside = False
        self.show(self._derive())

    @Slot(str)
    def choose(self, screen: str) -> None:
        """The screen for films, from the next full screen on; empty for wherever the window is."""
        self._services.preferences.change(film_screen=screen)
        self._gone = False
        self.show(self._derive())

    @Slot(str)
    def choose_for_notes(self, screen: str) -> None:
        """A screen for notes alone; empty for over the picture."""
        self._services.preferences.change(notes_screen=screen)
        self.show(self._derive())

    @Slot()
    def forget(self) -> None:
        """The film goes on where it is."""
        self._gone = False
        self.show(self._derive())

    def _derive(self) -> ScreensProps:
        kept = self._services.preferences.current
        found = derive_screens(self._screens(), kept.film_screen, gone=self._gone, notes=kept.notes_screen)
        return replace(found, aside=self._aside)
