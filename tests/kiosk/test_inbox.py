from dataclasses import replace
from pathlib import Path

import pytest

from boxoffice.rules import time_text
from kiosk.door_rules import Verdict
from kiosk.doors import Door
from kiosk.inbox import Inbox, put_down
from kiosk.operator_files import OperatorFiles, trust
from kiosk.programme import write_programme
from kiosk.ticket_lists import REVOKED_TYPE, RevokedTickets, write_list
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, OpenLedger, code


@pytest.fixture
def venue(open_ledger: OpenLedger, tmp_path: Path) -> tuple[Path, Door, Inbox]:
    folder = tmp_path / "venue"
    trust(folder, OPERATOR.public_jwk)
    ledger = open_ledger()
    files = OperatorFiles(folder, ledger)
    door = Door(ledger, files.take_programme(write_programme(PROGRAMME, OPERATOR)), PROGRAMME.gates[0])
    return folder, door, Inbox(folder, files, door)


def test_an_open_door_goes_by_what_is_put_down_for_it(venue: tuple[Path, Door, Inbox]) -> None:
    folder, door, inbox = venue
    assert not inbox.look()
    put_down(
        folder, "revoked", write_list(RevokedTickets(REVOKED_TYPE, 1, time_text(NOW), 2026, (f"{1:016x}",)), OPERATOR)
    )
    shorter = replace(PROGRAMME, seq=4, screenings=tuple(replace(show, capacity=1) for show in PROGRAMME.screenings))
    put_down(folder, "programme", write_programme(shorter, OPERATOR))
    assert inbox.look()
    assert list((folder / "inbox").iterdir()) == []
    assert [door.scan(code(number)).verdict for number in (1, 2, 3)] == [
        Verdict.REVOKED,
        Verdict.ADMITTED,
        Verdict.FULL,
    ]


def test_what_is_refused_is_put_aside_and_changes_nothing(venue: tuple[Path, Door, Inbox]) -> None:
    folder, door, inbox = venue
    put_down(folder, "programme", write_programme(replace(PROGRAMME, seq=1), OPERATOR))
    put_down(folder, "programme", "nonsense")
    assert not inbox.look()
    assert {file.suffix for file in (folder / "inbox").iterdir()} == {".refused"}
    assert door.programme == PROGRAMME
    assert not inbox.look()


def test_a_programme_without_this_gate_leaves_the_door_as_it_was(venue: tuple[Path, Door, Inbox]) -> None:
    folder, door, inbox = venue
    put_down(folder, "programme", write_programme(replace(PROGRAMME, seq=9, gates=PROGRAMME.gates[1:]), OPERATOR))
    inbox.look()
    assert door.programme == PROGRAMME
    assert door.scan(code(1)).verdict is Verdict.ADMITTED
