"""What the workbench shows of the edition, as plain values for QML; words for codes are QML's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from core import pick_language
from films import TOPICS, Depth, Doubt, Edition, EditionNote, Proofread, budget_of
from films.notes.editing import may_merge
from ui.formats import language_name
from ui.note_pictures import PORTRAIT, own_address
from ui.picture_files import initials
from ui.viewer.cards import Card
from ui.workbench.desk import Saved
from ui.workbench.watch import moment

WEIGHTS = ("wrong", "doubtful", "hint")


@dataclass(frozen=True)
class BenchInputs:
    """What the page is made of."""

    film: str
    file: str
    edition: Edition
    language: str
    """Of the notes that are written."""
    interface: str = "en"
    beside: str = ""
    selected: str = ""
    proof: Proofread | None = None
    beside_proof: Proofread | None = None
    saved: Saved = "saved"
    refusal: str = ""
    busy: bool = False
    can_undo: bool = False
    can_redo: bool = False
    pauses: bool = True
    finding: float = -1.0
    notice: Card | None = None


@dataclass(frozen=True)
class BenchProps:
    """What QML shows."""

    film: str
    file: str
    saved: str
    refusal: str
    languages: tuple[object, ...]
    language: str
    beside: str
    people: tuple[object, ...]
    licence: str
    topics: tuple[str, ...]
    depths: tuple[str, ...]
    count: int
    shown: int
    left: int
    selected: str
    note: object
    face: object
    face_beside: object
    slot: object
    doubts: tuple[object, ...]
    comments: tuple[object, ...]
    can_undo: bool
    can_redo: bool
    can_merge: bool
    busy: bool
    pauses: bool
    finding: float
    """How much of the film was looked through for its cuts, 0 to 1; negative where that is not done."""
    notice: object


def derive_bench(inputs: BenchInputs) -> BenchProps:
    """The edition, and of it the note that is selected."""
    edition, proof = inputs.edition, inputs.proof
    note = edition.note(inputs.selected)
    below = following(edition, inputs.selected)
    return BenchProps(
        film=inputs.film,
        file=inputs.file,
        saved=inputs.saved,
        refusal=inputs.refusal,
        languages=tuple({"value": tag, "text": language_name(tag, inputs.interface)} for tag in edition.languages),
        language=inputs.language,
        beside=inputs.beside,
        people=tuple(
            {
                "value": person.id,
                "text": in_words(person.name, inputs),
                "role": in_words(person.role, inputs),
                "initials": initials(in_words(person.name, inputs)),
                "portrait": own_address(person.portrait, PORTRAIT),
            }
            for person in edition.commentators
        ),
        licence=edition.licence,
        topics=TOPICS,
        depths=get_args(Depth),
        count=len(edition.notes),
        shown=len(proof.schedule.slots) if proof else 0,
        left=len(proof.schedule.left) if proof else 0,
        selected=note.id if note else "",
        note=_note(edition, note) if note else None,
        face=_face(note, inputs.language) if note else None,
        face_beside=_face(note, inputs.beside) if note and inputs.beside else None,
        slot=_slot(note, proof) if note and proof else None,
        doubts=_doubts(edition, note, inputs) if note else (),
        comments=tuple(
            {"id": item.id, "by": item.by, "text": item.text, "at": item.at[:10], "settled": item.settled}
            for item in (note.comments if note else ())
        ),
        can_undo=inputs.can_undo,
        can_redo=inputs.can_redo,
        can_merge=note is not None and below is not None and may_merge(edition, below, note.id),
        busy=inputs.busy,
        pauses=inputs.pauses,
        finding=inputs.finding,
        notice=inputs.notice,
    )


def list_rows(edition: Edition, language: str, proof: Proofread | None) -> tuple[Card, ...]:
    """A row a note: how it stands and the worst that is to be said of it."""
    slots = proof.schedule.slots if proof else {}
    left = {item.note.id for item in proof.schedule.left} if proof else set()
    worst: dict[str, str] = {}
    for doubt in proof.doubts if proof else ():
        if WEIGHTS.index(doubt.weight) <= WEIGHTS.index(worst.get(doubt.note, "hint")):
            worst[doubt.note] = doubt.weight
    return tuple(
        {
            "id": note.id,
            "number": number,
            "time": moment(note.at_ms),
            "title": title_of(note, language),
            "topic": note.topic,
            "stands": "card" if note.id in slots else "left" if note.id in left else "draft",
            "weight": worst.get(note.id, ""),
            "comments": sum(not comment.settled for comment in note.comments),
        }
        for number, note in enumerate(edition.notes, 1)
    )


def title_of(note: EditionNote, language: str) -> str:
    """What a note is called in lists: its title, else its first words in whichever language has some."""
    for face in (note.face(language), *note.faces):
        words = " ".join((face.title.strip() or face.body.strip()).split())
        if words:
            return words[:80]
    return ""


def following(edition: Edition, note_id: str) -> str | None:
    """The note behind that one."""
    ids = [note.id for note in edition.notes]
    place = ids.index(note_id) + 1 if note_id in ids else len(ids)
    return ids[place] if place < len(ids) else None


def in_words(words: "object", inputs: BenchInputs) -> str:
    """A name in the language of the notes, or of the interface, or any."""
    known = dict(words)  # type: ignore[call-overload]
    tag = pick_language(list(known), inputs.language) or pick_language(list(known), inputs.interface)
    return str(known[tag] if tag else next(iter(known.values()), ""))


def _note(edition: Edition, note: EditionNote) -> Card:
    return {
        "id": note.id,
        "number": [other.id for other in edition.notes].index(note.id) + 1,
        "at": note.at_ms,
        "time": moment(note.at_ms),
        "topic": note.topic,
        "depth": note.depth,
        "commentator": note.commentator,
        "image": note.image,
        "picture": own_address(note.image),
        "told": -1 if note.told_ms is None else note.told_ms,
        "toldText": "" if note.told_ms is None else moment(note.told_ms),
    }


def _face(note: EditionNote, language: str) -> Card:
    face, budget = note.face(language), budget_of(note, language)
    return {
        "language": language,
        "title": face.title,
        "body": face.body,
        "sources": face.sources,
        "terms": face.terms,
        "givesAway": face.gives_away,
        "alt": face.alt,
        "bodyCharacters": budget.body_characters,
        "bodyLimit": budget.body_limit,
        "needed": budget.needed_ms,
        "longest": budget.longest_ms,
        "over": max(0, budget.characters - budget.most_characters),
    }


def _slot(note: EditionNote, proof: Proofread) -> Card | None:
    slot = proof.schedule.slots.get(note.id)
    if slot is None:
        return None
    return {
        "from": moment(slot.start_ms),
        "to": moment(slot.end_ms),
        "start": slot.start_ms,
        "given": slot.end_ms - slot.start_ms,
        "beside": slot.beside_ms,
        "late": slot.start_ms - note.at_ms,
        "onCut": slot.start_ms in proof.proof.shots_ms,
    }


def _doubts(edition: Edition, note: EditionNote, inputs: BenchInputs) -> tuple[Card, ...]:
    """The worst first; what holds for both languages is said once."""
    found = [
        (doubt, tag)
        for tag, proof in ((inputs.language, inputs.proof), (inputs.beside, inputs.beside_proof))
        for doubt in (proof.of(note.id) if proof else ())
    ]
    found.sort(key=lambda item: WEIGHTS.index(item[0].weight))
    said: list[Card] = []
    for doubt, tag in found:
        beside = tag != inputs.language
        if beside and doubt.code in ("commented", "half-secret", "past-end", "not-translated"):
            continue
        said.append(
            {
                "code": doubt.code,
                "weight": doubt.weight,
                "amount": doubt.amount,
                "time": moment(doubt.amount),
                "others": ", ".join(_others(edition, doubt, inputs)),
                "language": language_name(tag, inputs.interface) if beside else "",
            }
        )
    return tuple(said)


def _others(edition: Edition, doubt: Doubt, inputs: BenchInputs) -> Sequence[str]:
    if doubt.code == "not-translated":
        return [language_name(tag, inputs.interface) for tag in doubt.others]
    notes = (edition.note(other) for other in doubt.others)
    return [title_of(note, inputs.language) or moment(note.at_ms) for note in notes if note]
