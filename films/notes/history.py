"""An edition with everything that it was before: undo and redo without limit, and what a step is about."""

from dataclasses import dataclass

from films.notes.editing import Command, Move, Tell, Write, reduce
from films.notes.edition import Edition


@dataclass(frozen=True)
class History:
    """An edition with every one that it was before, and those that were undone."""

    edition: Edition
    past: tuple[Edition, ...] = ()
    future: tuple[Edition, ...] = ()
    last: Command | None = None
    """What was done last, where nothing was undone since."""

    def done(self, command: Command) -> "History":
        """After a command. One that changes nothing leaves no step; one that goes on leaves no step of its own."""
        after = reduce(self.edition, command)
        if after == self.edition:
            return self
        past = self.past if self.past and _goes_on(self.last, command) else (*self.past, self.edition)
        return History(after, past, (), command)

    def undone(self) -> "History":
        """One step back, where there is one."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.edition, *self.future))

    def redone(self) -> "History":
        """One step forth again, where there is one."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.edition), self.future[1:])


def _goes_on(before: Command | None, command: Command) -> bool:
    match before, command:
        case Write(note, language, field), Write(same_note, same_language, same_field, _, True):
            return (note, language, field) == (same_note, same_language, same_field)
        case (Move(note), Move(same_note, _, True)) | (Tell(note), Tell(same_note, _, True)):
            return note == same_note
        case _:
            return False


def changed_note(before: Edition, after: Edition) -> str | None:
    """The note that a step is about, to show it: the first of the new or different ones, else the one that stands
    where one went.
    """
    known = {note.id: note for note in before.notes}
    new = next((note.id for note in after.notes if known.get(note.id) != note), None)
    if new is not None:
        return new
    kept = {note.id for note in after.notes}
    gone = next((note for note in before.notes if note.id not in kept), None)
    if gone is None or not after.notes:
        return None
    return min(after.notes, key=lambda note: (abs(note.at_ms - gone.at_ms), note.id)).id


def next_note(edition: Edition, at_ms: int, *, forward: bool) -> str | None:
    """The nearest note after or before a moment."""
    if forward:
        return next((note.id for note in edition.notes if note.at_ms > at_ms), None)
    return next((note.id for note in reversed(edition.notes) if note.at_ms < at_ms), None)
