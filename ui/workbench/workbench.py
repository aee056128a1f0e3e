"""The workbench: watch, mark a moment, write, and see at once what a viewer will have of it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot

from core import CinemaError, pick_language
from films import Comment, Commentator, Edition, EditionNote, FilmFacts, Imported, Shots
from films.notes import editing
from films.notes.history import changed_note, next_note
from ui.props import showing
from ui.rows import Rows
from ui.workbench.desk import Desk
from ui.workbench.exports import Exported
from ui.workbench.pages import BenchInputs, BenchProps, derive_bench, following, list_rows
from ui.workbench.papers import Papers
from ui.workbench.services import BenchServices
from ui.workbench.timeline import TimelineViewModel
from ui.workbench.watch import WatchViewModel

JOIN_S = 1.5
"""Typing on after a longer pause is a step of its own to undo."""
SPLIT_REST_MS = 1_000


def _path(place: str) -> Path:
    """Of a path as it is typed, or an address as a file dialogue gives it."""
    return Path(QUrl(place).toLocalFile() if place.startswith("file:") else place).expanduser()


class WorkbenchViewModel(showing(BenchProps)):  # type: ignore[misc]
    """One edition of the notes of one film. Raises `CinemaError` as `Keeper` does."""

    marked = Signal()
    """A new note is there and selected: it is to be written."""

    def __init__(self, services: BenchServices) -> None:
        self._services = services
        self._desk = Desk(services.open_edition, services.jobs)
        edition, preferences = self._desk.edition, services.preferences.current
        self._language = pick_language(list(edition.languages), services.language) or edition.languages[0]
        self._beside = preferences.workbench_beside if preferences.workbench_beside in edition.languages else ""
        if self._beside == self._language:
            self._beside = ""
        self._inputs = BenchInputs(
            services.name,
            self._desk.path_name,
            edition,
            self._language,
            interface=services.language,
            pauses=preferences.workbench_pauses,
        )
        super().__init__(derive_bench(self._inputs))
        self._rows = Rows(self)
        self._watch = WatchViewModel(services)
        self._timeline = TimelineViewModel(services.preferences)
        self._papers = Papers(services)
        self._papers.looked.connect(lambda share: self._feed(finding=share))
        for part in (self._desk, self._papers, self._watch, self._timeline):
            part.setParent(self)
        self._typed: tuple[tuple[str, ...], float] = ((), 0.0)
        self._cuts: tuple[int, ...] = services.feature.shots_ms
        self._measured_ms = services.feature.presentation.duration_ms
        self._desk.changed.connect(self._show)
        self._desk.proofs.connect(self._show)
        self._watch.positionChanged.connect(self._moved)
        self._watch.durationChanged.connect(self._measured)
        self._watch.playingChanged.connect(self._show_draft)

    notes = Property(QObject, lambda self: self._rows, constant=True)
    watch = Property(QObject, lambda self: self._watch, constant=True)
    timeline = Property(QObject, lambda self: self._timeline, constant=True)

    @Slot()
    def start(self) -> None:
        """Open the film, and say what is to be said of the edition."""
        opened = self._desk.opened
        if opened.aside:
            self._tell("aside", text=opened.aside.name)
        elif opened.steps:
            self._tell("recovered", amount=opened.steps)
        elif self._services.changed_since:
            self._tell("changed-since")
        if self._inputs.edition.notes:
            self._select(self._inputs.edition.notes[0].id)
        self._watch.open()
        tag = pick_language(list(self._services.feature.subtitles), self._language)
        self._watch.choose_subtitles(tag or "")
        self._look()
        self._papers.find_cuts(self._cuts_found, partial(self._refused, "no-cuts"))

    # Marking and writing

    @Slot()
    def mark(self) -> None:
        """This moment is to be explained."""
        edition = self._desk.edition
        note_id = edition.free_id()
        if self._desk.do(editing.Mark(note_id, self._watch.position_ms, self._author(edition))):
            if self._services.preferences.current.workbench_pauses:
                self._watch.pause()
            self._select(note_id)
            self.marked.emit()

    @Slot(str, str, str)
    def write(self, language: str, field: str, text: str) -> None:
        """A field of the selected note has this text."""
        note = self._inputs.selected
        if not note or field not in editing.FIELDS:
            return
        now, place = self._services.clock_s(), (note, language, field)
        joined = self._typed[0] == place and now - self._typed[1] < JOIN_S
        self._typed = (place, now)
        self._desk.do(editing.Write(note, language, field, text, joined))  # type: ignore[arg-type]

    @Slot(str, str)
    def choose(self, what: str, value: str) -> None:
        """The selected note has another topic, depth, commentator or picture."""
        self._desk.do(editing.Choose(self._inputs.selected, what, value))  # type: ignore[arg-type]

    @Slot(int)
    def nudge(self, delta_ms: int) -> None:
        """The selected note explains a moment so much later; the film goes there."""
        note = self._selected()
        if note:
            self._move(max(0, note.at_ms + delta_ms))

    @Slot()
    def move_here(self) -> None:
        """The selected note explains the moment on screen."""
        self._move(self._watch.position_ms)

    @Slot()
    def tell_here(self) -> None:
        """What the selected note gives away is told by the film at the moment on screen."""
        self._desk.do(editing.Tell(self._inputs.selected, self._watch.position_ms))

    @Slot()
    def tell_nothing(self) -> None:
        """It gives nothing away."""
        note = self._selected()
        for face in note.faces if note else ():
            self._desk.do(editing.Write(self._inputs.selected, face.language, "gives_away", ""))
        self._desk.do(editing.Tell(self._inputs.selected, None))

    @Slot(str, int)
    def split(self, language: str, place: int) -> None:
        """What stands behind a place of the text becomes a note of its own, at the moment on screen if that is later,
        else once the first has been read.
        """
        note, edition = self._selected(), self._desk.edition
        if not note:
            return
        second = edition.free_id()
        later = note.at_ms + self._read_ms(note.id) + SPLIT_REST_MS
        at_ms = self._watch.position_ms if self._watch.position_ms > note.at_ms else later
        if self._desk.do(editing.Split(note.id, second, language, place, at_ms)):
            self._select(second)
        else:
            self._tell("cannot-split")

    @Slot()
    def merge(self) -> None:
        """The note behind the selected one becomes its end."""
        below = following(self._desk.edition, self._inputs.selected)
        if below and not self._desk.do(editing.Merge(below, self._inputs.selected)):
            self._tell("cannot-merge")

    @Slot()
    def remove(self) -> None:
        """The selected note goes; undo brings it back."""
        gone = self._inputs.selected
        below = following(self._desk.edition, gone)
        if gone and self._desk.do(editing.Remove(gone)):
            self._select(below or next((note.id for note in reversed(self._desk.edition.notes)), ""))
            self._tell("removed")

    @Slot(str)
    def comment(self, text: str) -> None:
        """Say something about the selected note to whoever works on it."""
        by = self._services.preferences.current.commentator
        said = Comment(uuid.uuid4().hex[:12], by, text, self._services.now())
        self._desk.do(editing.Say(self._inputs.selected, said))

    @Slot(str, bool)
    def settle(self, comment_id: str, settled: bool) -> None:
        """A comment is seen to, or open again."""
        self._desk.do(editing.Settle(self._inputs.selected, comment_id, settled))

    @Slot()
    def undo(self) -> None:
        """One step back, and show what it is about."""
        self._turn(self._desk.undo)

    @Slot()
    def redo(self) -> None:
        """One step forth again."""
        self._turn(self._desk.redo)

    # Going about

    @Slot(str)
    def select(self, note_id: str) -> None:
        """Work on a note; the film goes to its moment and waits there."""
        note = self._desk.edition.note(note_id)
        if note:
            self._watch.pause()
            self._watch.seek(note.at_ms)
            self._select(note_id)

    @Slot(bool)
    def next(self, forward: bool) -> None:
        """The note behind or before the selected one, or the moment on screen where none is."""
        edition, note = self._desk.edition, self._selected()
        ids = [item.id for item in edition.notes]
        if note:
            place = ids.index(note.id) + (1 if forward else -1)
            found = ids[place] if 0 <= place < len(ids) else None
        else:
            found = next_note(edition, self._watch.position_ms, forward=forward)
        if found:
            self.select(found)

    @Slot()
    def preview(self) -> None:
        """Play the selected note's card from shortly before it comes, as a viewer sees it."""
        slot = self.props.slot
        note = self._selected()
        if note:
            start = slot["start"] if isinstance(slot, dict) else note.at_ms
            self._watch.seek(max(0, start - 1_500))
            self._watch.play()

    @Slot(str)
    def write_in(self, language: str) -> None:
        """Write in another language of the edition."""
        if language in self._desk.edition.languages:
            self._language = language
            self._beside = "" if self._beside == language else self._beside
            self._look()

    @Slot(str)
    def show_beside(self, language: str) -> None:
        """Translate into a language, side by side; empty for none. Remembered."""
        if not language or (language in self._desk.edition.languages and language != self._language):
            self._services.preferences.change(workbench_beside=language)
            self._beside = language
            self._look()

    @Slot(bool)
    def set_pauses(self, on: bool) -> None:
        """Whether a mark holds the film. Remembered."""
        self._services.preferences.change(workbench_pauses=on)
        self._feed(pauses=on)

    # The edition as a whole

    @Slot(str)
    def add_language(self, language: str) -> None:
        """The notes are to be had in a further language, which is shown beside."""
        if self._desk.do(editing.AddLanguage(language.strip())):
            self.show_beside(language.strip())
        else:
            self._tell("no-language", text=language)

    @Slot(str)
    def drop_language(self, language: str) -> None:
        """They are not, and what was written in it goes; undo brings it back."""
        if self._desk.do(editing.DropLanguage(language)):
            self._look()

    @Slot(str, str, str)
    def introduce(self, person: str, name: str, role: str) -> None:
        """Who writes these notes, as readers are told in the language that is written."""
        edition = self._desk.edition
        known = next((item for item in edition.commentators if item.id == person), None)
        if known is None:
            taken = {item.id for item in edition.commentators}
            person = next(f"author-{number}" for number in range(1, 99) if f"author-{number}" not in taken)
        names = {**(known.name if known else {}), self._language: name.strip()}
        roles = {**(known.role if known else {}), self._language: role.strip()}
        self._desk.do(editing.Introduce(Commentator(person, names, roles, known.portrait if known else "")))
        if not self._services.preferences.current.commentator:
            self._services.preferences.change(commentator=name.strip())

    @Slot(str)
    def license(self, licence: str) -> None:
        """What readers may do with the notes."""
        self._desk.do(editing.License(licence))

    @Slot()
    def save(self) -> None:
        """Write the file now."""
        self._desk.save()

    @Slot(str)
    def bring(self, place: str) -> None:
        """Take notes from a file in, by its path or address."""
        path = _path(place)
        refused = partial(self._refused, "not-imported")
        self._papers.bring(path, self._desk.edition, self._language, self._brought, refused)

    @Slot(str)
    def take_picture(self, place: str) -> None:
        """The selected note has this picture, which comes to lie beside the edition; empty for none."""
        note = self._inputs.selected

        def keep(name: str) -> None:
            self._desk.do(editing.Choose(note, "image", name))

        if not place:
            keep("")
        elif note:
            self._papers.take_picture(_path(place), keep, partial(self._refused, "no-picture"))

    @Slot(str, str)
    def take_portrait(self, person: str, place: str) -> None:
        """A commentator has this portrait, which comes to lie beside the edition; empty for none."""

        def keep(name: str) -> None:
            known = next((one for one in self._desk.edition.commentators if one.id == person), None)
            if known:
                self._desk.do(editing.Introduce(replace(known, portrait=name)))

        if place:
            self._papers.take_picture(_path(place), keep, partial(self._refused, "no-picture"))
        else:
            keep("")

    @Slot(int, int, bool)
    def remember_window(self, width: int, height: int, maximised: bool) -> None:
        """Find the window again as it was."""
        size = {} if maximised else {"workbench_width": width, "workbench_height": height}
        self._services.preferences.change(workbench_maximised=maximised, **size)

    @Slot()
    def export(self) -> None:
        """Write the notes, the notes with their times, and the report of each language into a folder beside."""
        desk = self._desk
        folder = desk.folder / (desk.path_name.partition(".")[0] + "-notes")
        self._papers.export(
            desk.edition,
            desk.facts,
            folder,
            lambda written: self._exported(folder, written),
            partial(self._refused, "not-exported"),
        )

    @Slot()
    def stop_finding(self) -> None:
        """Do without the film's cuts."""
        self._papers.stop_finding()

    @Slot()
    def forget_notice(self) -> None:
        """What was said was read."""
        self._feed(notice=None)

    def close(self) -> bool:
        """Save, then let go of everything; false where the disk refused."""
        self._papers.stop_finding()
        self._watch.leave()
        return self._desk.close()

    def _author(self, edition: Edition) -> str:
        name = self._services.preferences.current.commentator
        known = (person.id for person in edition.commentators if name in person.name.values())
        return next(known, edition.commentators[0].id)

    def _selected(self) -> EditionNote | None:
        return self._desk.edition.note(self._inputs.selected)

    def _read_ms(self, note_id: str) -> int:
        proof = self._desk.proof.get(self._language)
        slot = proof.schedule.slots.get(note_id) if proof else None
        return slot.end_ms - slot.start_ms if slot else 6_000

    def _move(self, at_ms: int) -> None:
        if self._desk.do(editing.Move(self._inputs.selected, at_ms)):
            self._watch.seek(at_ms)

    def _select(self, note_id: str) -> None:
        self._typed = ((), 0.0)
        self._inputs = replace(self._inputs, selected=note_id)
        self._show()

    def _turn(self, step: Callable[[], bool]) -> None:
        before = self._desk.edition
        if step():
            about = changed_note(before, self._desk.edition)
            kept = self._inputs.selected if self._selected() else ""
            self._select(about or kept)
            self._look()

    def _brought(self, brought: Imported) -> None:
        before, left_out = self._desk.edition, brought.left_out
        if self._desk.do(editing.Bring(brought.edition)):
            self._select(changed_note(before, self._desk.edition) or self._inputs.selected)
            self._look()
        more = f" (+{len(left_out) - 1})" if len(left_out) > 1 else ""
        self._tell(
            "imported-part" if left_out else "imported",
            text=left_out[0].message + more if left_out else "",
            amount=len(brought.edition.notes),
        )

    def _exported(self, folder: Path, written: Exported) -> None:
        missing = ", ".join(written.missing)
        code = "exported-without" if missing else "exported"
        self._tell(code, text=str(folder), amount=written.count, more=missing)

    def _refused(self, code: str, error: CinemaError) -> None:
        self._tell(code, text=error.message, amount=int(str(error.details.get("line", 0))))

    def _tell(self, code: str, text: str = "", amount: int = 0, more: str = "") -> None:
        self._feed(notice={"code": code, "text": text, "amount": amount, "more": more})

    def _cuts_found(self, shots: Shots) -> None:
        self._cuts, self._measured_ms = shots.cuts_ms, shots.duration_ms
        self._look()

    def _measured(self) -> None:
        if not self._measured_ms:
            self._measured_ms = self._watch.duration_ms
            self._look()

    def _look(self) -> None:
        edition = self._desk.edition
        if self._language not in edition.languages:
            self._language = edition.languages[0]
        if self._beside not in edition.languages or self._beside == self._language:
            self._beside = ""
        facts = FilmFacts(self._measured_ms, self._cuts, self._services.feature.subtitles)
        self._desk.look_at(tuple(filter(None, (self._language, self._beside))), facts)
        self._timeline.show_film(facts, self._measured_ms)
        self._show()

    def _moved(self) -> None:
        self._timeline.follow(self._watch.position_ms)

    def _show_draft(self) -> None:
        self._watch.show_draft(self._selected(), self._language)

    def _show(self) -> None:
        desk = self._desk
        edition, proof = desk.edition, desk.proof.get(self._language)
        self._feed(
            edition=edition,
            language=self._language,
            beside=self._beside,
            proof=proof,
            beside_proof=desk.proof.get(self._beside),
            saved=desk.saved,
            refusal=desk.refusal.code if desk.refusal else "",
            busy=desk.busy,
            can_undo=bool(desk.history.past),
            can_redo=bool(desk.history.future),
        )
        self._rows.take(list_rows(edition, self._language, proof))
        self._watch.show_cards(proof.cards if proof else ())
        self._show_draft()
        self._timeline.show_notes(edition.notes, self._inputs.selected, proof)

    def _feed(self, **changes: object) -> None:
        self._inputs = replace(self._inputs, **changes)  # type: ignore[arg-type]
        self.show(derive_bench(self._inputs))
