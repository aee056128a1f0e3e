"""The commentator notes of what plays: in which language, on what, by whom, how deep and for how long."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import Slot

from core import Cancel, CinemaError, pick, pick_language
from films import DEPTHS, TOPICS, Commentator, Depth, NoteChoice, NoteTrack, holds, make_booklet, missed_notes
from ui.formats import language_name
from ui.note_pictures import PORTRAIT, picture_address
from ui.picture_files import initials
from ui.preferences import Preferences
from ui.props import showing
from ui.viewer.services import Services

if TYPE_CHECKING:
    from boxoffice.client import NoteFlag
    from player import Player

log = logging.getLogger(__name__)

MORE_TIMES = (0, 25, 50, 100)
"""Percent that a card may stay longer."""


@dataclass(frozen=True)
class NotesInputs:
    """What the choices are made of; no track where no notes are on."""

    language: str = "en"
    tags: tuple[str, ...] = ()
    track: NoteTrack | None = None
    preferences: Preferences = field(default_factory=Preferences)
    booklet: str = ""
    booklet_kept: bool = False
    said: Mapping[str, str] = field(default_factory=dict)
    can_say: bool = False
    sought: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """As `Feature.pictures`."""


@dataclass(frozen=True)
class NotesProps:
    """What QML shows, each with its ``value``; people and topics say whether they are ``wanted``."""

    languages: tuple[object, ...]
    current: str
    people: tuple[object, ...]
    """Empty where one commentator wrote them all."""
    author: object
    """Who wrote them all, or none where there are several."""
    topics: tuple[object, ...]
    depths: tuple[str, ...]
    """Essential first; empty where all notes are equally deep."""
    depth: str
    more_times: tuple[int, ...]
    more_time: int
    booklet: str
    """``making``, the code of what went wrong, or where the booklet lies; empty before it was asked for."""
    booklet_kept: bool
    side: str
    """Of the picture: ``left`` or ``right``."""
    said: object
    """What the viewer said of notes, by their ids: ``loved``, ``unclear`` or ``wrong``."""
    can_say: bool
    sought: str
    """What is looked for in the panel; empty for nothing."""
    found: tuple[str, ...]
    """The notes that hold it, by id; the panel shows of them those that the film has come to."""


def derive_notes(inputs: NotesInputs) -> NotesProps:
    """Only what this film's notes differ in is asked."""
    track, chosen = inputs.track, inputs.preferences
    notes = track.notes if track else ()
    by = {note.commentator for note in notes}
    people = [person for person in (track.commentators if track else ()) if person.id in by]
    topics, depths = {note.topic for note in notes}, {note.depth for note in notes}
    deepest = max(map(DEPTHS.index, depths), default=0)
    return NotesProps(
        languages=tuple({"value": tag, "text": language_name(tag, inputs.language)} for tag in inputs.tags),
        current=track.language if track else "",
        people=tuple(
            {
                **author_card(person, inputs.pictures, inputs.language),
                "wanted": person.id not in chosen.notes_without_commentators,
            }
            for person in people
            if len(people) > 1
        ),
        author=author_card(people[0], inputs.pictures, inputs.language) if len(people) == 1 else None,
        topics=tuple(
            {"value": topic, "wanted": topic not in chosen.notes_without_topics}
            for topic in TOPICS
            if topic in topics and len(topics) > 1
        ),
        depths=DEPTHS[: deepest + 1] if len(depths) > 1 else (),
        depth=DEPTHS[min(deepest, DEPTHS.index(note_choice(chosen).depth))],
        more_times=MORE_TIMES,
        more_time=chosen.notes_more_time,
        booklet=inputs.booklet,
        booklet_kept=inputs.booklet_kept,
        side="right" if chosen.notes_side == "right" else "left",
        said=dict(inputs.said),
        can_say=inputs.can_say,
        sought=inputs.sought,
        found=tuple(note.id for note in notes if holds(note, inputs.sought)) if inputs.sought else (),
    )


def people_of(tracks: Iterable[NoteTrack]) -> dict[str, Commentator]:
    """The commentators of notes in several languages, by their ids."""
    return {person.id: person for track in tracks for person in track.commentators}


def author_card(person: Commentator, pictures: Mapping[str, str], language: str) -> dict[str, object]:
    """A commentator as the panel and the menu show them."""
    name, role = (pick(words, language) or next(iter(words.values())) for words in (person.name, person.role))
    return {
        "value": person.id,
        "text": name,
        "role": role,
        "initials": initials(name),
        "portrait": picture_address(pictures, person.portrait, PORTRAIT),
    }


def note_choice(preferences: Preferences) -> NoteChoice:
    """The remembered choice; what a newer version wrote and this one does not know counts as not said."""
    depth: Depth = next((depth for depth in get_args(Depth) if depth == preferences.notes_depth), "deep")
    return NoteChoice(
        depth,
        frozenset(preferences.notes_without_topics),
        frozenset(preferences.notes_without_commentators),
        min(200, max(0, preferences.notes_more_time)),
    )


class NotesViewModel(showing(NotesProps)):  # type: ignore[misc]
    """Changes the notes at once and remembers the choice. ``changed`` is called when the player has others."""

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        super().__init__(derive_notes(NotesInputs()))
        self._services = services
        self._changed = changed
        self._player: Player | None = None
        self._tag: str | None = None
        self._name = ""
        self._booklet, self._booklet_kept = "", False
        self._ticket_id = ""
        self._said: dict[str, str] = {}
        self._sought = ""

    def begin(self, player: "Player", name: str, ticket_id: str = "") -> None:
        """Follow a player that has just opened the film of that name, with the notes that were chosen before.

        With a ticket its viewer may say something of notes.
        """
        self._player, self._name = player, name
        self._ticket_id, self._said, self._sought = ticket_id, {}, ""
        self._ask_what_was_said()
        self._booklet, self._booklet_kept = "", False
        self._tag = self._fitting() if self._services.preferences.current.notes_on else None
        self._apply()

    def relabel(self) -> None:
        """The names in the language that holds now."""
        self._show()

    @Slot(str)
    def choose(self, tag: str) -> None:
        """Notes in a language; empty for none. Remembered."""
        self._services.preferences.change(notes_on=bool(tag), **({"notes_language": tag} if tag else {}))
        self._tag = tag or None
        self._apply()

    @Slot()
    def toggle(self) -> None:
        """Notes off, or on in the language that fits."""
        self.choose("" if self._tag else self._fitting() or "")

    @Slot(str, bool)
    def want_topic(self, topic: str, wanted: bool) -> None:
        """Notes on this, or none on it. Remembered for all films."""
        self._want("notes_without_topics", topic, wanted=wanted)

    @Slot(str, bool)
    def want_person(self, person: str, wanted: bool) -> None:
        """Notes by this commentator, or none by them. Remembered for all films."""
        self._want("notes_without_commentators", person, wanted=wanted)

    @Slot(str)
    def set_depth(self, depth: str) -> None:
        """The deepest notes that are wanted; the deepest of this film means all, in other films too."""
        self._services.preferences.change(notes_depth=DEPTHS[-1] if depth == self.props.depths[-1] else depth)
        self._apply()

    @Slot(int)
    def set_more_time(self, percent: int) -> None:
        """Cards stay longer by so much, where no other card needs the time."""
        self._services.preferences.change(notes_more_time=percent)
        self._apply()

    @Slot(str)
    def set_side(self, side: str) -> None:
        """The side of the picture that cards stand on, for all films."""
        self._services.preferences.change(notes_side=side)
        self._show()

    @Slot(str)
    def seek_words(self, text: str) -> None:
        """Look in the notes for every word of ``text``."""
        if text.strip() != self._sought:
            self._sought = text.strip()
            self._show()

    @Slot(str, str)
    def say(self, note: str, flag: str) -> None:
        """Say of a note that it was loved, is unclear or wrong. Kept at once, sent when the line is there."""
        flags, ticket_id = self._services.note_flags, self._ticket_id
        if not flags or not ticket_id or note in self._said:
            return
        self._said = {**self._said, note: flag}
        self._show()

        def unsaid(error: CinemaError) -> None:
            log.warning("a flag could not be kept: %s", error.code)
            self._said = {name: said for name, said in self._said.items() if name != note}
            self._show()

        self._services.jobs.run(
            lambda _cancel: flags.say(ticket_id, note, cast("NoteFlag", flag)), lambda _done: None, unsaid
        )

    @Slot()
    def keep_booklet(self) -> None:
        """Keep all notes of a film that was seen to its end as a booklet, in two languages where it has two."""
        feature = self._player.feature if self._player else None
        own = self._tag or self._fitting()
        if not self._player or not feature or not own or self._player.state.status != "ended":
            return
        services, name = self._services, self._name
        choice = note_choice(services.preferences.current) if self._tag else None
        missed = missed_notes(feature.notes[own], choice, self._player.state.seen)
        tags = [own, *(tag for tag in feature.notes if tag != own)][:2]
        booklet = make_booklet([feature.notes[tag] for tag in tags], {services.language: name}, missed=missed)
        places = feature.thumbnails if feature.stills_allowed else ()

        def keep(_cancel: Cancel) -> str:
            from ui.booklet import booklet_pdf, package_images, package_stills

            stills, images = package_stills(places, feature.sheet), package_images(feature.pictures, feature.picture)
            return services.save_file(f"{name}.pdf", booklet_pdf(booklet, stills, images))

        self._tell_booklet("making")
        services.jobs.run(
            keep,
            lambda path: self._tell_booklet(path, kept=True),
            lambda error: self._tell_booklet(error.code),
        )

    @Slot()
    def open_booklet(self) -> None:
        """Show the booklet in whatever shows PDF here."""
        if self._booklet_kept:
            self._services.open_url(Path(self._booklet).as_uri())

    def _ask_what_was_said(self) -> None:
        flags, ticket_id = self._services.note_flags, self._ticket_id
        if not flags or not ticket_id:
            return

        def known(said: dict[str, str]) -> None:
            if ticket_id == self._ticket_id:
                self._said = {**said, **self._said}
                self._show()

        def ask(_cancel: Cancel) -> dict[str, str]:
            said = flags.said(ticket_id)
            flags.settle()
            return said

        self._services.jobs.run(ask, known, lambda error: log.info("flags of notes wait: %s", error.code))

    def _tell_booklet(self, booklet: str, *, kept: bool = False) -> None:
        self._booklet, self._booklet_kept = booklet, kept
        self._show()

    def _want(self, field: str, name: str, *, wanted: bool) -> None:
        without = [other for other in getattr(self._services.preferences.current, field) if other != name]
        self._services.preferences.change(**{field: tuple(without if wanted else [*without, name])})
        self._apply()

    def _fitting(self) -> str | None:
        feature = self._player.feature if self._player else None
        wanted = self._services.preferences.current.notes_language or self._services.language
        return pick_language(list(feature.notes), wanted) if feature else None

    def _apply(self) -> None:
        if self._player:
            self._player.set_notes(self._tag, note_choice(self._services.preferences.current))
            self._changed()
        self._show()

    def _show(self) -> None:
        feature = self._player.feature if self._player else None
        notes = feature.notes if feature else {}
        track = notes.get(self._tag or "")
        preferences = self._services.preferences.current
        inputs = NotesInputs(
            self._services.language,
            tuple(notes),
            track,
            preferences,
            self._booklet,
            self._booklet_kept,
            self._said,
            bool(self._ticket_id and self._services.note_flags),
            self._sought,
            feature.pictures if feature else {},
        )
        self.show(derive_notes(inputs))
