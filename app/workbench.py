"""Composes the workbench: film, edition, player, window; and takes it down in the right order."""

import json
import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer

from app import logs
from app.commands.notes import read_text_track
from app.paths import Paths
from app.settings import FilePreferences
from core import Cancel, CinemaError, Code, pick
from core.whole_file import write_whole
from films import (
    Commentator,
    Cue,
    Edition,
    Keeper,
    NoteTrack,
    Shots,
    edition_of,
    find_shots,
    load_manifest,
    parse_notes,
    parse_subrip,
    parse_subtitles,
)

if TYPE_CHECKING:
    from player import Feature, Player

log = logging.getLogger(__name__)

SUFFIX = ".edition.json"


@dataclass(frozen=True)
class Subject:
    """The film that is worked on, and where its edition lies."""

    name: str
    feature: "Feature"
    place: Path
    file: Path | None
    """A film file, whose cuts are not known."""


def run_workbench(
    paths: Paths,
    film: Path,
    keys: Path | None,
    notes: list[Path],
    language: str | None,
    subtitles: dict[str, Path],
    *,
    verbose: bool,
) -> tuple[Path, bool]:
    """Open the workbench's window; returns when it is closed where the edition is and whether it is saved.

    Raises `CinemaError` where the film or the edition cannot be opened.
    """
    from app.viewer import make_application, need_a_screen, quitting_on_signals
    from player import choose_drawing

    logs.set_up(paths.logs, verbose=verbose)
    need_a_screen()
    tracks = [_track(path) for path in notes if path.exists()]
    preferences = FilePreferences(paths.preferences)
    interface = preferences.current.language or "en"
    subject = open_subject(paths, film, keys, notes, interface)
    if subtitles:
        cues = {tag: read_subtitles(path) for tag, path in subtitles.items()}
        subject = replace(subject, feature=replace(subject.feature, subtitles=cues))
    choose_drawing("software")  # the picture is one part of the window, and OpenGL's would be all of it
    with ExitStack() as stack:
        application = make_application(hears_links=False)
        first = {track.language: track for track in tracks} or dict(subject.feature.notes)
        own = language or next(iter(subject.feature.subtitles), interface)
        workbench = Workbench(paths, preferences, subject, lambda: begin(first, own, preferences), notes)
        stack.callback(lambda: log.info("the workbench is closed"))
        application.lastWindowClosed.connect(application.quit)
        try:
            with quitting_on_signals():
                QTimer.singleShot(0, workbench.open)  # a signal ends only a loop that runs
                application.exec()
        finally:
            saved = workbench.close()
        if workbench.refusal:
            raise workbench.refusal
    return subject.place, saved


def open_subject(paths: Paths, film: Path, keys: Path | None, notes: list[Path], language: str) -> Subject:
    """The film by what the command line names. Raises `CinemaError`."""
    from app.features import package_feature
    from player import local_feature

    place = edition_place(film, notes)
    if film.is_dir():
        feature = package_feature(film, paths, keys=keys, notes={}, start_ms=0)
        names = load_manifest((film / "manifest.json").read_bytes()).names
        return Subject(pick(names, language) or film.name, feature, place, None)
    if not film.exists():
        raise CinemaError(Code.FILE_MISSING, f"There is no film {film}; name a film package's folder, or a film file.")
    return Subject(film.stem, local_feature(film), place, film)


def read_subtitles(path: Path) -> tuple[Cue, ...]:
    """Subtitles beside a film file, WebVTT or SubRip. Raises `CinemaError` (subtitles-malformed, file-missing)."""
    data = read_text_track(path)
    return parse_subtitles(data) if b"WEBVTT" in data[:16] else parse_subrip(data)


def edition_place(film: Path, notes: list[Path]) -> Path:
    """Beside the first notes file, under its name without the language; else beside the film."""
    if not notes:
        film = film.resolve()
        return film.with_name((film.name if film.is_dir() else film.stem) + SUFFIX)
    from films.manifest_rules import is_language

    stem, _, tag = notes[0].stem.rpartition(".")
    return notes[0].resolve().with_name((stem if stem and is_language(tag) else notes[0].stem) + SUFFIX)


def begin(tracks: dict[str, NoteTrack], language: str, preferences: FilePreferences) -> Edition:
    """The edition of a film that has none yet: of the notes that there are, or empty."""
    if tracks:
        return edition_of(tracks)
    name = preferences.current.commentator or "Commentator"
    return Edition((language,), (Commentator("author-1", {language: name}, {language: "Commentator"}),))


class Workbench:
    """Everything that lives while the workbench is open."""

    def __init__(
        self,
        paths: Paths,
        preferences: FilePreferences,
        subject: Subject,
        first: Callable[[], Edition],
        notes: list[Path],
    ) -> None:
        from PySide6.QtCore import QSize

        from ui.jobs import QtJobRunner
        from ui.note_pictures import read_own_picture
        from ui.window import WORKBENCH, Interface
        from ui.workbench import BenchServices, WorkbenchViewModel, folder_pictures

        chosen = preferences.current
        language = chosen.language or "en"
        self._preferences = preferences
        self._jobs = QtJobRunner()
        self.refusal: CinemaError | None = None
        self._size, self._maximised = QSize(chosen.workbench_width, chosen.workbench_height), chosen.workbench_maximised
        file = subject.file
        pictures = folder_pictures(subject.place.parent, subject.feature.picture)
        self.model = WorkbenchViewModel(
            BenchServices(
                name=subject.name,
                feature=subject.feature,
                open_edition=lambda told: Keeper(subject.place, first, told),
                player=_player,
                jobs=self._jobs,
                preferences=preferences,
                language=language,
                read=read_text_track,
                now=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                find_shots=None if file is None else lambda cancel, told: known_shots(paths, file, cancel, told),
                changed_since=_changed_since(subject.place, notes),
                folder=subject.place.parent,
                picture=pictures,
            )
        )
        self.interface = Interface(lambda address: read_own_picture(address, pictures), paths.cache, WORKBENCH)
        self.interface.language.apply(language)

    def open(self) -> None:
        """Show it, and open the film; ``refusal`` says why not, and the program ends."""
        import_module("player.video_item")
        try:
            given = {"workbench": self.model, "startSize": self._size, "startMaximised": self._maximised}
            self.interface.open_with(given)
        except CinemaError as error:
            self.refusal = error
            QCoreApplication.quit()
        else:
            self.model.start()

    def close(self) -> bool:
        """The film, the edition saved, the window, the rest; whether it is saved."""
        saved = self.model.close()
        self._jobs.close()
        self.interface.close()
        self.model.deleteLater()
        self._preferences.flush()
        return saved


def known_shots(paths: Paths, film: Path, cancel: Cancel, told: Callable[[float], None]) -> Shots:
    """A film file's cuts, looked for once: the same file is known again. Raises as `find_shots` does."""
    status = film.stat()
    mark = sha256(f"{film.resolve()}|{status.st_size}|{status.st_mtime_ns}".encode()).hexdigest()[:24]
    note = paths.cache / "cuts" / f"{mark}.json"
    try:
        kept = json.loads(note.read_text(encoding="utf-8"))
        return Shots(int(kept["duration_ms"]), tuple(int(cut) for cut in kept["cuts_ms"]))
    except (OSError, ValueError, KeyError, TypeError):
        shots = find_shots(film, cancel, told)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        write_whole(note, json.dumps({"duration_ms": shots.duration_ms, "cuts_ms": list(shots.cuts_ms)}).encode())
    except OSError as error:
        log.warning("the cuts will be looked for again: %s", error.strerror)
    return shots


def _player() -> "Player":
    from player import Player

    return Player(drawing="software", hardware_decoding=False)


def _track(path: Path) -> NoteTrack:
    return parse_notes(read_text_track(path))


def _changed_since(place: Path, notes: list[Path]) -> bool:
    return place.exists() and any(path.exists() and path.stat().st_mtime > place.stat().st_mtime for path in notes)
