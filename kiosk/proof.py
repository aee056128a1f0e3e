"""Proof of play: what was shown, when, of which bytes, and what came between; from the ledgers' own records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.ledger_file import looking_into, records_of
from kiosk.records import Kind, Record, read_record


@dataclass(frozen=True)
class PlayedItem:
    """One item of a show, as it began. ``sha256`` is of a film's signed manifest, or of the file itself."""

    at: str
    kind: str
    name: str
    sha256: str
    device: str


@dataclass(frozen=True)
class Break:
    """Something that came between: an interruption, a hold, an emergency, a skip. Times are RFC 3339 in UTC."""

    at: str
    what: str
    why: str
    place: int
    position_ms: int
    until: str = ""
    """When the show went on; empty where it did not."""


@dataclass(frozen=True)
class Play:
    """One show, over all machines that showed it."""

    showing: str
    screening: str
    started: str
    late_ms: int
    ended: str
    outcome: str
    """``done``, ``cancelled``, or empty where it is still on, or nobody knows."""
    devices: tuple[str, ...]
    items: tuple[PlayedItem, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def feature(self) -> PlayedItem | None:
        """The film of the evening, where it began."""
        return next((item for item in self.items if item.kind == "feature"), None)

    @property
    def stood_s(self) -> int:
        """How long it did not go on, in seconds."""
        spans = [(_moment(item.at), _moment(item.until)) for item in self.breaks if item.until]
        return round(sum((until - at).total_seconds() for at, until in spans))


STOPS = frozenset({"interrupted", "held", "emergency"})
GOES_ON = frozenset({"resumed", "released", "done", "cancelled", "skipped"})


def plays(files: Iterable[Path]) -> tuple[Play, ...]:
    """Every show that began or was cancelled, over the ledgers of all machines, which may be in use; by start.

    Raises `CinemaError`: file-missing, ledger-damaged, ledger-unwritable.
    """
    lines: dict[str, list[tuple[str, str, Mapping[str, object]]]] = {}
    for file in files:
        with looking_into(file) as db:
            records = [read_record(data) for _seq, data, _hash in records_of(db)]
        device = _device(records)
        for record in records:
            if record.kind is Kind.SHOW:
                told = record.facts
                lines.setdefault(str(told["showing"]), []).append((str(told["shown_at"]), device, told))
    found = [_play(showing, sorted(told, key=lambda line: line[0])) for showing, told in lines.items()]
    return tuple(sorted((play for play in found if play.started or play.outcome), key=lambda play: play.started))


def _device(records: list[Record]) -> str:
    return next((str(item.facts.get("device", "")) for item in records if item.kind is Kind.STARTED), "")


@dataclass
class _Told:
    started: str = ""
    late_ms: int = 0
    ended: str = ""
    outcome: str = ""
    items: list[PlayedItem] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)


def _play(showing: str, lines: list[tuple[str, str, Mapping[str, object]]]) -> Play:
    told = _Told()
    for at, device, facts in lines:
        _read(told, at, device, facts)
    screening = str(lines[0][2].get("screening", ""))
    devices = tuple(dict.fromkeys(device for _at, device, _facts in lines))
    return Play(
        *(showing, screening, told.started, told.late_ms, told.ended, told.outcome, devices),
        items=tuple(told.items),
        breaks=tuple(told.breaks),
    )


def _read(told: _Told, at: str, device: str, facts: Mapping[str, object]) -> None:
    what = str(facts["what"])
    if what in GOES_ON:
        told.breaks = [item if item.until else _until(item, at) for item in told.breaks]
    if what == "started" and not told.started:
        told.started, told.late_ms = at, int(str(facts.get("late_ms", 0)))
    elif what == "item":
        name = str(facts.get("package") or facts.get("file") or "")
        told.items.append(PlayedItem(at, str(facts["kind"]), name, str(facts.get("digest", "")), device))
    elif what in ("done", "cancelled"):
        told.ended, told.outcome = at, what
    if what in STOPS or what in ("skipped", "taken-over"):
        why = str(facts.get("reason") or facts.get("slide") or facts.get("device") or "")
        place, position_ms = int(str(facts["place"])), int(str(facts["position_ms"]))
        until = at if what in ("skipped", "taken-over") else ""
        told.breaks.append(Break(at, what, why, place, position_ms, until))


def _until(item: Break, at: str) -> Break:
    return Break(item.at, item.what, item.why, item.place, item.position_ms, at)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
