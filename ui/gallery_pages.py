"""Sample data for pictures of the screens: the demo films, their tickets in every state, a film that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop, QObject, QThread, Signal
from PySide6.QtQuick import QQuickItem, QQuickWindow

from boxoffice.client import (
    Account,
    Catalogue,
    Device,
    DeviceCodes,
    Download,
    Gift,
    HouseRules,
    NotesCommentator,
    NotesOffer,
    Offer,
    Order,
    PackageRef,
    Pass,
    Play,
    Reason,
    SampleNote,
    Screening,
    Section,
    SignedIn,
    SignInPlace,
    Ticket,
    Title,
)
from core import Cancel, CinemaError, Code, Money
from films import NoteChoice, NoteTrack, chosen_notes, parse_notes, parse_subtitles
from films.demo import FILMS, DemoFilm
from player import Diagnostics, Feature, PlayerState, Presentation, Status, Track
from player.presentation import Stream
from ui.note_pictures import is_note_picture, read_note_picture
from ui.preferences import Preferences
from ui.translator import PSEUDO
from ui.window import MAIN, Interface

T = TypeVar("T")

NOW = datetime(2026, 10, 9, 17, 0, tzinfo=UTC)
"""All pictures are of this moment, so that they are the same on every day."""
ZONE = "Europe/Berlin"
ACCOUNT = Account("sample", "lin.yue@example.org", "Lin Yue")
DAY_S = 86_400
GIFT = "K7QMD-3XWPR-9TFHA-VC2NE"
CHECKOUT = "https://boxoffice.example/checkout"


@dataclass(frozen=True)
class Setting:
    """How a series of pictures is taken."""

    language: str
    size: tuple[int, int] = (1280, 720)
    look: str = "dark"
    pseudo: bool = False
    """In the pseudo-language: English with accents, longer by 40 %."""

    def interface(self, picture: Callable[[str], bytes], main: Path = MAIN) -> Interface:
        """A window's engine in this language and look, without motion."""
        interface = Interface(picture, main=main)
        interface.language.apply(PSEUDO if self.pseudo else self.language)
        theme: QObject = interface.engine.singletonInstance("SmartCinema.Theme", "Theme")  # type: ignore[call-overload]
        theme.setProperty("look", self.look)
        theme.setProperty("reducedMotion", True)
        return interface


class Scene(Protocol):
    """Windows on sample data, walked from screen to screen."""

    def walk(self) -> Iterator[tuple[str, QQuickWindow]]:
        """Each screen's name and its window, on show while it is yielded."""
        ...

    def close(self) -> None:
        """Take the windows down, then what they showed."""
        ...


def settle(milliseconds: int, holds: Callable[[], bool] = lambda: True) -> None:
    """Let everything arrive that a window is about to show: so long, and until something holds, ten seconds at most."""
    least, last = QDeadlineTimer(milliseconds), QDeadlineTimer(10_000)
    while not least.hasExpired() or not (holds() or last.hasExpired()):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        QThread.msleep(2)


def visible_items(window: QQuickWindow) -> Iterator[QQuickItem]:
    """Everything of a window that can be seen, overlays included."""
    waiting = [window.contentItem()]
    while waiting:
        item = waiting.pop()
        yield item
        waiting.extend(child for child in item.childItems() if child.isVisible())


def arrived(window: QQuickWindow) -> bool:
    """Whether a window is there with all its pictures."""
    pictures = (item for item in visible_items(window) if item.metaObject().className().startswith("Picture_"))
    return window.isExposed() and all(item.property("ready") or not item.property("path") for item in pictures)


class SampleFilms:
    """The demo films' words, and their pictures drawn into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.films: tuple[DemoFilm, ...] = FILMS
        self.features: dict[str, Feature] = {}
        for film in FILMS:
            place = folder / film.id
            place.mkdir(parents=True)
            film.write_posters(place)
            subtitles, notes = film.write_texts(place)
            tracks = {language: parse_notes(path.read_bytes()) for language, path in notes.items()}
            self.features[film.id] = Feature(
                presentation=Presentation(film.frames().duration_ms, audio=SOUNDS),
                fetch=lambda _path, _size, _cancel, _received: b"",
                subtitles={language: parse_subtitles(path.read_bytes()) for language, path in subtitles.items()},
                notes=tracks,
                pictures={path.name: path.name for path in place.glob("*.jpg")},
                picture=lambda name, place=place: (place / name).read_bytes(),  # type: ignore[misc]
                seek_allowed=film.seek,
                mark="K7Q2",
            )

    def picture(self, path: str) -> bytes:
        """A poster or backdrop by the path that a title gives, or a picture of notes."""
        if is_note_picture(path):
            return read_note_picture(path, self.features.values())
        return (self.folder / path).read_bytes()

    def file(self, film: DemoFilm) -> Path:
        """The film's still."""
        return self.folder / film.id / "backdrop.jpg"

    def catalogue(self) -> Catalogue:
        """The demo films in two sections, one of them about to end."""
        titles = tuple(self._title(film, days) for film, days in zip(self.films, (4, 90), strict=True))
        ids = tuple(title.id for title in titles)
        sections = (
            Section("now", "now", {"en": "On now", "zh-Hans": "正在上映"}, _about("now"), ids, None, None),
            Section(
                "panorama",
                "festival",
                {"en": "Online Panorama", "zh-Hans": "线上展映"},
                _about("festival"),
                ids[::-1],
                NOW,
                NOW + timedelta(days=120),
            ),
        )
        return Catalogue("DE", sections, titles, ())

    def _title(self, film: DemoFilm, days: int) -> Title:
        tracks = self.features[film.id].notes
        people = next(iter(tracks.values())).commentators
        package = PackageRef(film.id, "0" * 64, f"/v1/media/{film.id}/")
        offer = Offer("on-sale", Money(690, "EUR"), NOW, NOW + timedelta(days=days), ZONE, 30 * DAY_S, 2 * DAY_S, ())
        return Title(
            id=film.id,
            eidr=None,
            names=film.names,
            original_name=film.original_name,
            synopsis=film.synopsis,
            tagline=film.tagline,
            directors=film.directors,
            countries=("CN",),
            year=film.year,
            running_time_ms=film.frames().duration_ms,
            spoken=("zh",),
            subtitles=("en", "zh-Hans"),
            notes=NotesOffer(
                tuple(tracks),
                len(film.remarks),
                tuple(NotesCommentator(person.id, person.name, person.role) for person in people),
                tuple(_sample(track) for track in tracks.values()),
            ),
            poster=f"{film.id}/poster.jpg",
            backdrop=f"{film.id}/backdrop.jpg",
            package=package,
            trailer=package,
            house_rules=HouseRules(film.seek, film.seek, False, False),
            accent=film.accent,
            offer=offer,
            screenings=_screenings(offer) if film is FILMS[0] else (),
        )


def _screenings(offer: Offer) -> tuple[Screening, ...]:
    """One with few places, and one without any."""
    full = (Reason("sold-out", NOW + timedelta(minutes=12), ZONE, "wait", None),)
    offers = (replace(offer, state="pre-order", left=4), replace(offer, state="sold-out", reasons=full))
    begins = [NOW.replace(hour=19, minute=0) + timedelta(days=days) for days in (0, 1)]
    late = timedelta(minutes=15)
    return tuple(
        Screening(f"s{start.day}", start, ZONE, start + late, one) for start, one in zip(begins, offers, strict=True)
    )


def _about(kind: str) -> dict[str, str]:
    if kind == "now":
        return {"en": "New films, the day they open at home.", "zh-Hans": "与国内同日上映的新片。"}
    return {"en": "A festival's selection, open everywhere.", "zh-Hans": "电影节精选，各地观众均可观看。"}


def _sample(track: NoteTrack) -> SampleNote:
    note = track.notes[0]
    return SampleNote(track.language, note.topic, note.title, note.body)


def sample_tickets() -> tuple[Ticket, ...]:
    """One ticket in each state."""
    first, second = (film.id for film in FILMS[:2])
    other = Reason("other-device", NOW, ZONE, "other-device", "Living room")
    passed = Reason("unlock-passed", NOW - timedelta(days=2), ZONE, "buy-again", None)
    fresh = Ticket(
        id="t1",
        title_id=first,
        order_id="o1",
        state="unused",
        bought=NOW - timedelta(days=1),
        unlock_by=NOW + timedelta(days=29),
        started=None,
        watch_by=None,
        device=None,
        position_ms=0,
        seen_ms=0,
        running_time_ms=60_000,
        allowed=True,
        reasons=(),
        price=Money(690, "EUR"),
    )
    under_way = replace(
        fresh, id="t2", title_id=second, state="started", position_ms=31_000, watch_by=NOW + timedelta(hours=40)
    )
    held = replace(under_way, id="t3", device=Device("x", "Living room", this=False), allowed=False, reasons=(other,))
    ended = replace(fresh, id="t4", state="ended", allowed=False, reasons=(passed,))
    return (fresh, under_way, held, ended)


class SampleFlags:
    """What was said of notes."""

    def said(self, _ticket_id: str) -> dict[str, str]:
        """Of the first film's riddles."""
        return {"lantern-riddles": "loved"}

    def settle(self) -> None:
        """Nothing waits."""


class SampleDownloads:
    """One film on this device, whole."""

    def __init__(self) -> None:
        self.ticket_id = "t2"

    def all(self) -> tuple[Download, ...]:
        """What lies here."""
        film = FILMS[1]
        return (Download(self.ticket_id, film.id, film.names, 412_000_000, 412_000_000, NOW + timedelta(hours=40)),)

    def tell_all(self) -> None:
        """Nothing is to be told."""


class SampleBoxOffice:
    """Answers at once with the sample; what a picture should not get past never answers."""

    def __init__(self, films: SampleFilms) -> None:
        self._films = films
        self.signed_in = True
        self.reachable = True
        self.has_tickets = True
        self.paid = self.gift = False

    def restore(self, _cancel: Cancel) -> Account | None:
        """The sample account, where signed in."""
        return ACCOUNT if self.signed_in else None

    def catalogue(self, _territory: str | None) -> Catalogue:
        """The demo films."""
        if not self.reachable:
            raise CinemaError(Code.OFFLINE, "The box office cannot be reached.")
        return self._films.catalogue()

    def tickets(self) -> tuple[Ticket, ...]:
        """Tickets in every state."""
        return sample_tickets() if self.has_tickets else ()

    def sign_in(
        self, open_browser: Callable[[str], bool], _cancel: Cancel, _language: str, *, create: bool = False
    ) -> SignedIn:
        """Opens the browser and waits for ever."""
        open_browser(f"https://boxoffice.example/?create={create}")
        raise Waiting

    def sign_in_elsewhere(self, show: Callable[[DeviceCodes], None], _cancel: Cancel) -> SignedIn:
        """Shows a code and waits for ever."""
        page = "https://boxoffice.example/device"
        show(DeviceCodes("secret", "LNTR-MPVS", page, f"{page}?user_code=LNTR-MPVS", 600, 5))
        raise Waiting

    def order(self, title_id: str, _territory: str | None, _screening_id: str | None = None) -> Order:
        """An order that waits for its payment."""
        state = "issued" if self.paid else "pending"
        ticket, gift = ("t1", None) if self.paid and not self.gift else (None, GIFT if self.paid else None)
        return Order("o1", state, title_id, Money(690, "EUR"), CHECKOUT, ticket, NOW, gift)

    def passes(self) -> tuple[Pass, ...]:
        """A festival's pass that was used twice."""
        names = {"en": "Panorama", "zh-Hans": "全景单元"}
        return (Pass("p1", names, None, (), 5, 3, NOW + timedelta(days=60)),)

    def sign_ins(self) -> tuple[SignInPlace, ...]:
        """Here and in two other places."""
        return tuple(
            SignInPlace(name, name, NOW - timedelta(days=40), NOW - timedelta(days=ago), name == "Laptop")
            for ago, name in ((0, "Laptop"), (2, "Living room"), (30, ""))
        )

    def gifts(self) -> tuple[Gift, ...]:
        """One that waits."""
        bought = NOW - timedelta(days=2)
        return (Gift("o2", FILMS[1].id, bought, GIFT, None, None),) if self.has_tickets else ()

    def wait_for_order(self, _order_id: str, _cancel: Cancel) -> Order:
        """Waits for ever."""
        raise Waiting

    def progress(self, _play_id: str, _position_ms: int, _seen: object, _shown_ms: int = 0) -> Ticket:
        """Nothing is kept."""
        raise Waiting


class Waiting(Exception):
    """An answer that does not come."""


class ImmediateJobs:
    """Runs work at once on the calling thread; work that waits stays under way."""

    def run(
        self, work: Callable[[Cancel], T], done: Callable[[T], None], failed: Callable[[CinemaError], None]
    ) -> Cancel:
        """Call exactly one of ``done`` and ``failed``, or neither where the answer does not come."""
        job = Cancel()
        try:
            result = work(job)
        except Waiting:
            return job
        except CinemaError as error:
            failed(error)
        else:
            done(result)
        return job


class SamplePreferences:
    """Preferences of one series of pictures."""

    def __init__(self, language: str) -> None:
        self.current = Preferences(language=language, territory="DE", reduced_motion=True)

    def change(self, **changes: object) -> Preferences:
        """Replace the named fields."""
        self.current = replace(self.current, **changes)  # type: ignore[arg-type]
        return self.current


SOUNDS = (
    Stream("zh", "mp4a.40.2", 160_000, (), language="zh", channels=2),
    Stream("zh-51", "mp4a.40.2", 400_000, (), language="zh", channels=6),
    Stream("en-commentary", "mp4a.40.2", 160_000, (), language="en", role="commentary", channels=2),
    Stream("en-description", "mp4a.40.2", 160_000, (), language="en", role="description", channels=2),
)


class StillPlayer(QObject):
    """A player whose film stands still at a moment: state, captions and note are those of that moment."""

    stateChanged = Signal()
    cuesChanged = Signal()
    aboutToClose = Signal()
    drawing = "gl"
    picture_size = (2048, 1080)

    def __init__(self) -> None:
        super().__init__()
        self.state = PlayerState()
        self._feature: Feature | None = None
        self._choice = NoteChoice()

    @property
    def notes(self) -> Track:
        """The notes of the chosen language."""
        track = self._feature.notes.get(self.state.notes_language or "") if self._feature else None
        return Track(chosen_notes(track.notes, self._choice) if track else ())

    @property
    def feature(self) -> Feature | None:
        """What is open."""
        return self._feature

    def open(self, feature: Feature, sound: int = 0) -> None:
        """Take a feature up."""
        self._feature = feature
        self._become(
            sound=sound,
            status=Status.OPENING,
            duration_ms=feature.presentation.duration_ms,
            position_ms=feature.start_ms,
        )

    def stand(
        self, status: Status, position_ms: int, error: Code | None = None, gathered_percent: int | None = None
    ) -> None:
        """Stand still at a moment."""
        feature = self._feature
        subtitles = feature.subtitles if feature else {}

        def lines(tag: str | None) -> tuple[str, ...]:
            return tuple(line for cue in Track(subtitles.get(tag or "", ())).at(position_ms) for line in cue.lines)

        self._become(
            status=status,
            wants_to_play=status is Status.PLAYING,
            gathered_percent=gathered_percent,
            position_ms=position_ms,
            buffered_ms=position_ms + 20_000,
            subtitle_lines=lines(self.state.subtitle_language),
            second_lines=lines(self.state.second_language),
            note=next((note for note in self.notes.at(position_ms) if note.place == "card"), None),
            error=error,
            diagnostics=Diagnostics(
                2048, 1080, 24.0, "h264", "aac", "no", "software", 1041, 0, 0, 0, "2k", 9_800_000, 61_000_000, "0.35.1"
            ),
        )

    def set_conditions(self, conditions: object) -> None:
        """Nothing is fetched."""

    def set_volume(self, percent: int) -> None:
        """Loudness."""
        self._become(volume=percent)

    def set_muted(self, muted: bool) -> None:
        """Silence."""
        self._become(muted=muted)

    def set_sound(self, number: int) -> None:
        """Which sound."""
        self._become(sound=number)

    def set_night(self, on: bool) -> None:
        """Night mode."""
        self._become(night=on)

    def set_sound_delay(self, delay_ms: int) -> None:
        """How late."""
        self._become(sound_delay_ms=delay_ms)

    def set_speakers(self, speakers: object) -> None:
        """Nothing is heard."""

    def set_subtitles(self, language: str | None) -> None:
        """The language of the subtitles."""
        self._become(subtitle_language=language)

    def set_second_subtitles(self, language: str | None) -> None:
        """The language of the second line."""
        self._become(second_language=language)

    def set_notes(self, language: str | None, choice: NoteChoice) -> None:
        """The language of the notes, and which of them."""
        self._choice = choice
        self._become(notes_language=language)

    def stop(self) -> None:
        """Put the feature away."""
        self._feature = None
        self._become(status=Status.IDLE)

    def close(self) -> None:
        """Nothing is held."""
        self.aboutToClose.emit()

    def renderer_gone(self) -> None:
        """There was none."""

    def _become(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.stateChanged.emit()


def sample_play() -> Play:
    """An admitted viewing."""
    rules = HouseRules(seek=True, offline=False, cast=False, second_screen=False)
    return Play("p1", "t1", PackageRef("x", "0" * 64, "/"), 0, NOW + timedelta(hours=48), rules, "K7Q2")
