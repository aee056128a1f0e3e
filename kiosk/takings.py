"""What a venue took and whom it let in, from its ledgers' own records; and doubles among several doors."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from boxoffice.rules.venue_takings import Double, Entered, Taken, TitleTakings, add_up, doubles
from kiosk.ledger_file import looking_into, records_of
from kiosk.ledger_tables import moment
from kiosk.records import Kind, Record, read_record


def takings(files: Iterable[Path]) -> tuple[TitleTakings, ...]:
    """Shows, admissions and gross by title over the ledgers of all doors, which may be in use.

    Raises `CinemaError`: file-missing, ledger-damaged, ledger-unwritable.
    """
    return add_up(_taken(record) for file in files for record in _records(file, Kind.ADMISSION, Kind.SALE))


def double_admissions(files: Iterable[Path]) -> tuple[Double, ...]:
    """Tickets on which more came in than they admit, over the ledgers of all doors. Raises as `takings`."""
    return doubles(entered_of(record, _device(file)) for file in files for record in _records(file, Kind.ADMISSION))


def _records(file: Path, *kinds: Kind) -> Iterator[Record]:
    with looking_into(file) as db:
        for _seq, data, _hash in records_of(db):
            record = read_record(data)
            if record.kind in kinds:
                yield record


def _taken(record: Record) -> Taken:
    facts = record.facts
    title, screening, people = str(facts.get("title") or ""), str(facts["screening"]), int(str(facts["people"]))
    if record.kind is Kind.SALE:
        return Taken(title, screening, True, people, int(str(facts["minor"])), str(facts["currency"]))
    return Taken(title, screening, False, people)


def entered_of(record: Record, device: str) -> Entered:
    """An admission, as merging sees it."""
    facts = record.facts
    ticket, screening, gate, how = (str(facts[name]) for name in ("ticket", "screening", "gate", "how"))
    people, party = (int(str(facts[name])) for name in ("people", "party"))
    return Entered(ticket, screening, gate, device, moment(record.at), people, party, how)


def _device(file: Path) -> str:
    """The door's name for people: its folder's, or the file's own."""
    return file.parent.name if file.name == "ledger.sqlite3" else file.stem
