"""What may be done to an edition: commands, a pure reducer, and a history that forgets nothing."""

from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from films.manifest import Commentator
from films.manifest_rules import is_language
from films.notes.edition import (
    FIELDS,
    Comment,
    Edition,
    EditionNote,
    Face,
    Field,
    clean,
    is_moment,
    is_note_id,
    ordered,
)
from films.notes.track import TOPICS, Depth
from films.safe_paths import is_safe_name

Shared = Literal["topic", "depth", "commentator", "image"]
"""What a note's languages have in common and is chosen by a name."""


@dataclass(frozen=True)
class Mark:
    """A moment is to be explained; the note is still empty."""

    note: str
    at_ms: int
    commentator: str


@dataclass(frozen=True)
class Write:
    """A field of a note has this text now. ``joined``: typed on from the same command before, one step to undo."""

    note: str
    language: str
    field: Field
    text: str
    joined: bool = False


@dataclass(frozen=True)
class Choose:
    """A note has another topic, depth, commentator or picture."""

    note: str
    what: Shared
    value: str


@dataclass(frozen=True)
class Move:
    """A note explains another moment."""

    note: str
    at_ms: int
    joined: bool = False


@dataclass(frozen=True)
class Tell:
    """From when on the film has told what a note gives away; none for a note that gives nothing away."""

    note: str
    told_ms: int | None
    joined: bool = False


@dataclass(frozen=True)
class Split:
    """What stands behind a place of the text, in one language, becomes a note of its own at its own moment."""

    note: str
    second: str
    language: str
    place: int
    at_ms: int


@dataclass(frozen=True)
class Merge:
    """A note becomes the end of another. Not of one that gives something else away: a note keeps one secret."""

    note: str
    into: str


@dataclass(frozen=True)
class Remove:
    """A note goes."""

    note: str


@dataclass(frozen=True)
class Say:
    """Somebody comments on a note, or changes the comment of that id."""

    note: str
    comment: Comment


@dataclass(frozen=True)
class Settle:
    """A comment is seen to, or open again."""

    note: str
    comment: str
    settled: bool


@dataclass(frozen=True)
class AddLanguage:
    """The notes are to be had in a further language."""

    language: str


@dataclass(frozen=True)
class DropLanguage:
    """They are not, and what was written in it goes. The first language stays."""

    language: str


@dataclass(frozen=True)
class Introduce:
    """A commentator, new or under another name."""

    person: Commentator


@dataclass(frozen=True)
class License:
    """What readers may do with the notes."""

    licence: str


@dataclass(frozen=True)
class Bring:
    """Notes from elsewhere: a face that is there gives way to the one that is brought, all else stays."""

    edition: Edition


Command = (
    Mark
    | Write
    | Choose
    | Move
    | Tell
    | Split
    | Merge
    | Remove
    | Say
    | Settle
    | AddLanguage
    | DropLanguage
    | Introduce
    | License
    | Bring
)


def reduce(edition: Edition, command: Command) -> Edition:  # noqa: PLR0911 - one for each command
    """The edition after a command; the same one where the command makes no sense."""
    match command:
        case AddLanguage(language):
            fits = is_language(language) and language not in edition.languages
            return replace(edition, languages=(*edition.languages, language)) if fits else edition
        case DropLanguage(language):
            return _without_language(edition, language)
        case Introduce(person):
            return _introduced(edition, person)
        case License(licence):
            return replace(edition, licence=clean(licence))
        case Bring(brought):
            return _brought(edition, brought)
        case Mark(note_id, at_ms, commentator):
            free = is_note_id(note_id) and edition.note(note_id) is None
            known = any(person.id == commentator for person in edition.commentators)
            if not (free and known and is_moment(at_ms)):
                return edition
            return _with(edition, EditionNote(note_id, at_ms, commentator))
        case Split():
            return _split(edition, command)
        case Merge(note_id, into):
            return _merged(edition, note_id, into)
        case Remove(note_id):
            return replace(edition, notes=tuple(note for note in edition.notes if note.id != note_id))
        case _:
            note = edition.note(command.note)
            return edition if note is None else _with(edition, _changed(edition, note, command))


def _changed(  # noqa: PLR0911 - one for each command
    edition: Edition, note: EditionNote, command: Write | Choose | Move | Tell | Say | Settle
) -> EditionNote:
    match command:
        case Write(_, language, field, text):
            if language not in edition.languages or field not in FIELDS:
                return note
            return note.with_face(note.face(language).with_text(field, text))
        case Choose(_, what, value):
            return _chosen(edition, note, what, value)
        case Move(_, at_ms):
            return replace(note, at_ms=at_ms) if is_moment(at_ms) else note
        case Tell(_, told_ms):
            return replace(note, told_ms=told_ms) if told_ms is None or is_moment(told_ms) else note
        case Say(_, comment):
            comment = replace(comment, text=clean(comment.text), by=clean(comment.by))
            others = tuple(other for other in note.comments if other.id != comment.id)
            return replace(note, comments=(*others, comment)) if comment.text.strip() else note
        case Settle(_, comment_id, settled):
            return replace(
                note,
                comments=tuple(
                    replace(comment, settled=settled) if comment.id == comment_id else comment
                    for comment in note.comments
                ),
            )


def _chosen(edition: Edition, note: EditionNote, what: Shared, value: str) -> EditionNote:
    match what:
        case "topic" if value in TOPICS:
            return replace(note, topic=value)
        case "depth" if value in get_args(Depth):
            return replace(note, depth=cast("Depth", value))
        case "commentator" if any(person.id == value for person in edition.commentators):
            return replace(note, commentator=value)
        case "image" if not value or is_safe_name(value):
            return replace(note, image=value)
        case _:
            return note


def _with(edition: Edition, note: EditionNote) -> Edition:
    if edition.note(note.id) == note:
        return edition
    return replace(edition, notes=ordered([*(other for other in edition.notes if other.id != note.id), note]))


def _split(edition: Edition, command: Split) -> Edition:
    note = edition.note(command.note)
    free = is_note_id(command.second) and edition.note(command.second) is None
    if note is None or not free or not is_moment(command.at_ms) or command.language not in edition.languages:
        return edition
    face = note.face(command.language)
    first, second = face.body[: command.place].rstrip(), face.body[command.place :].lstrip()
    if not first or not second:
        return edition
    rest = EditionNote(
        command.second,
        command.at_ms,
        note.commentator,
        note.topic,
        note.depth,
        note.told_ms,
        faces=(Face(face.language, face.title, second, face.sources, gives_away=face.gives_away),),
    )
    return _with(_with(edition, note.with_face(replace(face, body=first))), rest)


def may_merge(edition: Edition, note_id: str, into: str) -> bool:
    """Whether two notes may become one: a note keeps one secret, or its reader would be told the other too early."""
    one, other = edition.note(note_id), edition.note(into)
    if one is None or other is None or note_id == into:
        return False
    secrets = (
        (one.face(language).gives_away.strip(), other.face(language).gives_away.strip())
        for language in edition.languages
    )
    return all(not mine or not theirs or mine == theirs for mine, theirs in secrets)


def _merged(edition: Edition, note_id: str, into: str) -> Edition:
    if not may_merge(edition, note_id, into):
        return edition
    one, other = cast("EditionNote", edition.note(note_id)), cast("EditionNote", edition.note(into))
    told = [at_ms for at_ms in (one.told_ms, other.told_ms) if at_ms is not None]
    merged = replace(other, told_ms=max(told, default=None), image=other.image or one.image)
    shown = other if other.image else one
    for language in edition.languages:
        mine, theirs = one.face(language), other.face(language)
        merged = merged.with_face(
            Face(
                language,
                theirs.title or mine.title,
                clean("\n".join(filter(None, (theirs.body, mine.body)))),
                _lines_of_both(theirs.sources, mine.sources),
                _lines_of_both(theirs.terms, mine.terms),
                theirs.gives_away or mine.gives_away,
                shown.face(language).alt,
            )
        )
    taken = {comment.id for comment in other.comments}
    merged = replace(
        merged, comments=(*other.comments, *(comment for comment in one.comments if comment.id not in taken))
    )
    return reduce(_with(edition, merged), Remove(note_id))


def _lines_of_both(first: str, second: str) -> str:
    return clean("\n".join(dict.fromkeys(filter(None, (*first.splitlines(), *second.splitlines())))))


def _without_language(edition: Edition, language: str) -> Edition:
    if language not in edition.languages[1:]:
        return edition
    return replace(
        edition,
        languages=tuple(tag for tag in edition.languages if tag != language),
        notes=tuple(
            replace(note, faces=tuple(face for face in note.faces if face.language != language))
            for note in edition.notes
        ),
        margin=tuple(item for item in edition.margin if item.language != language),
    )


def _introduced(edition: Edition, person: Commentator) -> Edition:
    words = (*person.name.items(), *person.role.items())
    fits = person.name and person.role and all(is_language(tag) and text.strip() for tag, text in words)
    if not fits or not is_safe_name(person.id) or (person.portrait and not is_safe_name(person.portrait)):
        return edition
    known = [person if other.id == person.id else other for other in edition.commentators]
    if person not in known:
        known.append(person)
    return replace(edition, commentators=tuple(known)) if len(known) <= 16 else edition


def _brought(edition: Edition, brought: Edition) -> Edition:
    for language in brought.languages:
        edition = reduce(edition, AddLanguage(language))
    for person in brought.commentators:
        if all(person.id != known.id for known in edition.commentators):
            edition = _introduced(edition, person)
    people = {person.id for person in edition.commentators}
    notes = {note.id: note for note in edition.notes}
    for new in brought.notes:
        if not (is_note_id(new.id) and is_moment(new.at_ms) and new.commentator in people):
            continue
        note = notes.get(new.id) or replace(new, faces=(), comments=())
        if note.told_ms is None:
            note = replace(note, told_ms=new.told_ms)
        note = replace(note, image=note.image or new.image)
        for face in new.faces:
            note = note.with_face(face)
        notes[new.id] = note
    others = (item for item in edition.margin if item.language not in brought.languages)
    return replace(
        edition,
        notes=ordered(notes.values()),
        licence=edition.licence or brought.licence,
        margin=(*others, *brought.margin) if brought.margin else edition.margin,
    )
