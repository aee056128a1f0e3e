import base64
import json
import sqlite3
import struct
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boxoffice.rules import time_text, write_door_ticket
from core import CinemaError, Code
from kiosk.door_rules import Light, Verdict
from kiosk.doors import Door, DoorAnswer
from kiosk.ledger import Ledger
from kiosk.pretix_lists import pretix_key
from kiosk.records import Kind
from kiosk.ticket_lists import REVOKED_TYPE, SOLD_TYPE, RevokedTickets, SoldTicket, SoldTickets
from tests.kiosk.venue import (
    DOOR_KEY,
    NOW,
    OLD_KEY,
    PRETIX_KEY,
    PROGRAMME,
    OpenLedger,
    SetClocks,
    code,
    ticket,
)

A, B = PROGRAMME.gates
REVOKED = RevokedTickets(REVOKED_TYPE, 1, time_text(NOW), 2026, (f"{13:016x}", "pretix:gone"))
SOLD = SoldTickets(SOLD_TYPE, 1, time_text(NOW), 2026, (SoldTicket(f"{1:016x}", "K7Q2-19", 1, 2, 0b11),))


@pytest.fixture
def ledger(open_ledger: OpenLedger) -> Ledger:
    return open_ledger()


@pytest.fixture
def door(ledger: Ledger) -> Door:
    return Door(ledger, PROGRAMME, A, REVOKED, SOLD)


def records(tmp_path: Path, kind: Kind) -> list[dict[str, object]]:
    db = sqlite3.connect(tmp_path / "venue" / "ledger.sqlite3")
    found = [json.loads(row[0]) for row in db.execute("SELECT record FROM audit ORDER BY seq")]
    db.close()
    return [record["facts"] for record in found if record["kind"] == kind]


def pretix(seed: str, subevent: int, item: int = 5, key: Ed25519PrivateKey = PRETIX_KEY) -> str:
    payload = b"\x0a" + bytes([len(seed)]) + seed.encode() + bytes([0x10, item])
    payload += b"\x20" + bytes([subevent & 0x7F | 0x80, subevent >> 7])
    data = b"\x01" + struct.pack(">HH", len(payload), 64) + payload + key.sign(payload)
    return base64.b64encode(data).decode()[::-1]


def test_a_good_ticket_is_green_and_on_the_disk(door: Door, tmp_path: Path) -> None:
    answer = door.scan(code(1))
    assert (answer.verdict, answer.light, answer.people, answer.inside, answer.capacity) == (
        "admitted",
        "green",
        1,
        1,
        100,
    )
    assert records(tmp_path, Kind.ADMISSION) == [
        {"ticket": f"{1:016x}", "party": 1, "people": 1, "screening": "friday", "gate": "A", "how": "scan", "staff": "", "reason": "", "title": "paper-moon-feature", "part": 0}
    ]  # fmt: skip


def test_the_second_time_says_when_and_where_the_first_was(door: Door, ledger: Ledger, clocks: SetClocks) -> None:
    door.scan(code(1))
    clocks.forward(timedelta(minutes=2))
    answer = Door(ledger, PROGRAMME, B).scan(code(1))
    assert (answer.verdict, answer.light, answer.may_override) == (Verdict.USED, Light.RED, True)
    assert [(before.at, before.gate) for before in answer.before] == [(NOW, "A")]


def refused(door: Door, text: str) -> tuple[Verdict, datetime | None]:
    answer = door.scan(text)
    assert answer.light is not Light.GREEN
    return answer.verdict, answer.at


def test_every_refusal_has_its_reason(door: Door, ledger: Ledger) -> None:
    friday, saturday, yesterday = (PROGRAMME.session[number] for number in (1, 3, 4))
    assert refused(door, code(2, session=3)) == (Verdict.TOO_EARLY, saturday.doors_at)
    assert refused(door, code(3, session=4)) == (Verdict.TOO_LATE, yesterday.doors_at + timedelta(hours=3))
    assert refused(door, code(4, session=2)) == (Verdict.OTHER_ROOM, None)
    assert refused(door, code(5, gates=0b10)) == (Verdict.OTHER_GATE, None)
    assert refused(door, code(6, event=2025)) == (Verdict.OTHER_EVENT, None)
    assert refused(door, code(7, session=99)) == (Verdict.NOT_LISTED, None)
    assert refused(door, code(13)) == (Verdict.REVOKED, None)
    assert refused(door, write_door_ticket(replace(ticket(8), key_id=2), OLD_KEY)) == (Verdict.KEY_RETIRED, None)
    assert refused(door, write_door_ticket(replace(ticket(9), key_id=9), DOOR_KEY)) == (Verdict.KEY_UNKNOWN, None)
    assert refused(door, write_door_ticket(ticket(10), OLD_KEY)) == (Verdict.FORGED, None)
    assert refused(door, "https://example.org") == (Verdict.NOT_OURS, None)
    assert refused(door, "") == (Verdict.EMPTY, None)
    assert ledger.inside(friday.id) == 0


def test_a_refused_scan_is_recorded_without_what_was_shown(door: Door, tmp_path: Path) -> None:
    door.scan("https://example.org/somebody")
    door.scan(code(4, session=2))
    facts = records(tmp_path, Kind.REFUSAL)
    assert [(fact["verdict"], fact["ticket"], fact["screening"]) for fact in facts] == [
        ("not-ours", None, None),
        ("other-room", f"{4:016x}", "small"),
    ]
    assert "example" not in json.dumps(facts)


def test_ten_minutes_of_grace_at_either_end(door: Door, clocks: SetClocks) -> None:
    doors, minute = PROGRAMME.session[3].doors_at, timedelta(minutes=1)
    for number, (at, verdict) in enumerate(
        (
            (doors - 11 * minute, Verdict.TOO_EARLY),
            (doors - 9 * minute, Verdict.ADMITTED),
            (doors + 189 * minute, Verdict.ADMITTED),
            (doors + 191 * minute, Verdict.TOO_LATE),
        )
    ):
        clocks.forward(at - clocks.wall)
        assert door.scan(code(number, session=3)).verdict is verdict, at


def test_a_show_that_was_moved_takes_its_tickets_with_it(ledger: Ledger, clocks: SetClocks) -> None:
    moved = replace(
        PROGRAMME.session[1], start=time_text(NOW + timedelta(hours=4)), doors=time_text(NOW + timedelta(hours=3))
    )
    later = replace(PROGRAMME, screenings=(moved, *PROGRAMME.screenings[1:]))
    clocks.forward(timedelta(hours=4))
    assert Door(ledger, PROGRAMME, A).scan(code(1)).verdict is Verdict.TOO_LATE
    assert Door(ledger, later, A).scan(code(1)).verdict is Verdict.ADMITTED


def test_a_party_comes_at_once_or_in_parts(door: Door) -> None:
    assert door.scan(code(1, people=4), 1).people == 1
    assert door.scan(code(1, people=4)).people == 3
    answer = door.scan(code(1, people=4))
    assert (answer.verdict, len(answer.before), answer.party) == (Verdict.USED, 2, 4)


def test_a_full_room_is_red_and_staff_may_say_otherwise(ledger: Ledger, tmp_path: Path) -> None:
    door = Door(ledger, PROGRAMME, B)
    assert door.scan(code(1, session=2, people=2)).inside == 2
    full = door.scan(code(2, session=2))
    assert (full.verdict, full.inside, full.capacity, full.may_override) == (Verdict.FULL, 2, 2, True)
    let_in = door.override(code(2, session=2), "mei", "a folding chair")
    assert (let_in.verdict, let_in.inside) == (Verdict.ADMITTED, 3)
    assert records(tmp_path, Kind.ADMISSION)[-1]["reason"] == "a folding chair"


def test_staff_may_let_in_again_whom_a_crash_left_unanswered_but_nobody_with_a_false_ticket(door: Door) -> None:
    door.scan(code(1))
    assert door.override(code(1), "mei", "the light never came").verdict is Verdict.ADMITTED
    for text, verdict in (
        (code(13), Verdict.REVOKED),
        ("x", Verdict.NOT_OURS),
        (code(2, event=1), Verdict.OTHER_EVENT),
    ):
        assert door.override(text, "mei", "please").verdict is verdict
    for staff, reason in (("mei", " "), ("", "why")):
        with pytest.raises(CinemaError) as caught:
            door.override(code(1), staff, reason)
        assert caught.value.code is Code.WRONG_USE


def test_who_did_not_come_in_after_all_is_taken_back_by_name_and_may_come_again(
    door: Door, ledger: Ledger, tmp_path: Path
) -> None:
    came = door.scan(code(1, people=3))
    assert door.scan(code(1, people=3)).verdict is Verdict.USED
    with pytest.raises(CinemaError):
        door.take_back(came, " ")
    back = door.take_back(came, "mei")
    assert (back.verdict, back.light, back.people, ledger.inside("friday")) == ("taken-back", "amber", 3, 0)
    with pytest.raises(CinemaError):
        door.take_back(came, "mei")
    assert [record["people"] for record in records(tmp_path, Kind.ADMISSION)] == [3, -3]
    assert records(tmp_path, Kind.ADMISSION)[1]["staff"] == "mei"
    again = door.scan(code(1, people=3), 2)
    assert (again.verdict, again.before, ledger.inside("friday")) == ("admitted", (), 2)
    assert [(one.gate, one.people) for one in door.scan(code(1, people=3), 2).before] == [("A", 2)]


def test_whom_staff_cannot_take_back_because_the_disk_is_gone_stays_in(door: Door, ledger: Ledger) -> None:
    came = door.scan(code(1))
    ledger._db.execute("PRAGMA query_only = ON")
    assert door.take_back(came, "mei").verdict is Verdict.CANNOT_RECORD
    ledger._db.execute("PRAGMA query_only = OFF")
    assert ledger.inside("friday") == 1


def test_a_code_that_cannot_be_read_is_looked_up_and_is_the_same_ticket(door: Door) -> None:
    assert door.look_up(" k7q2-19", "mei").people == 2
    assert door.scan(code(1, people=2)).verdict is Verdict.USED
    assert door.look_up("NONE-00", "mei").verdict is Verdict.NOT_OURS


def test_tickets_of_pretix_are_let_in_by_their_signature(door: Door) -> None:
    assert door.scan(pretix("abc123", 300)).verdict is Verdict.ADMITTED
    assert door.scan(pretix("abc123", 300)).verdict is Verdict.USED
    assert door.scan(pretix("abc124", 301)).verdict is Verdict.NOT_LISTED
    assert door.scan(pretix("gone", 300)).verdict is Verdict.REVOKED
    assert door.scan(pretix("abc125", 300, key=Ed25519PrivateKey.generate())).verdict is Verdict.FORGED


def test_a_clock_that_is_ahead_is_amber_until_staff_confirm_it(ledger: Ledger, door: Door, clocks: SetClocks) -> None:
    clocks.reboot(NOW + timedelta(days=2))
    answer = door.scan(code(1))
    assert (answer.verdict, answer.light, answer.may_override) == (Verdict.CLOCK, Light.AMBER, True)
    ledger.confirm_clock("mei", "two days off")
    assert door.scan(code(1)).verdict is Verdict.TOO_LATE


def test_a_clock_that_lost_its_battery_is_amber_where_time_would_refuse(door: Door, clocks: SetClocks) -> None:
    clocks.reboot(datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    assert door.scan(code(1)).verdict is Verdict.ADMITTED
    assert door.scan(code(2, session=3)).verdict is Verdict.CLOCK


def test_after_eight_hours_of_sleep_it_is_eight_hours_later(door: Door, clocks: SetClocks) -> None:
    clocks.since_boot_ms += 8 * 3_600_000
    assert door.scan(code(1)).verdict is Verdict.CLOCK
    clocks.wall += timedelta(hours=8)
    assert door.scan(code(1)).verdict is Verdict.TOO_LATE


def test_a_ledger_that_cannot_be_written_is_red_and_nobody_is_in(open_ledger: OpenLedger) -> None:
    ledger = open_ledger()
    door = Door(ledger, PROGRAMME, A)
    ledger._db.execute("PRAGMA query_only = ON")
    assert door.scan(code(1)) == DoorAnswer(Verdict.CANNOT_RECORD)
    assert door.scan("nonsense") == DoorAnswer(Verdict.CANNOT_RECORD)
    ledger._db.execute("PRAGMA query_only = OFF")
    assert door.scan(code(1)).verdict is Verdict.ADMITTED


def test_two_readers_of_one_ticket_at_once_are_green_once(ledger: Ledger) -> None:
    for number in range(10):
        together = threading.Barrier(2)
        verdicts: list[Verdict] = []

        def scan(gate: int, number: int = number, together: threading.Barrier = together, verdicts: list[Verdict] = verdicts) -> None:  # fmt: skip
            door = Door(ledger, PROGRAMME, PROGRAMME.gates[gate])
            together.wait()
            verdicts.append(door.scan(code(number)).verdict)

        threads = [threading.Thread(target=scan, args=(gate,)) for gate in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(verdicts) == [Verdict.ADMITTED, Verdict.USED]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda data: "SC1:" + data.decode("latin-1")) | st.sampled_from(["\x1b", "\r", "😀", "//..//"]))  # fmt: skip
def test_whatever_is_shown_is_answered_and_nobody_comes_in(door: Door, text: str) -> None:
    assert door.scan(text).light is Light.RED


def test_the_door_knows_what_it_lets_into_now(door: Door, clocks: SetClocks) -> None:
    current = door.current()
    assert current
    assert (current.id, door.inside(current)) == ("friday", (0, 100))
    clocks.forward(timedelta(hours=3))
    later = door.current()
    assert later
    assert later.id == "saturday"


def test_a_ticket_that_was_refunded_or_whose_key_was_replaced_says_which(ledger: Ledger, door: Door) -> None:
    assert refused(door, code(13)) == (Verdict.REVOKED, None)
    assert door.override(code(13), "mei", "please").verdict is Verdict.REVOKED
    assert refused(door, write_door_ticket(replace(ticket(8), key_id=2), OLD_KEY)) == (Verdict.KEY_RETIRED, None)
    newer = replace(REVOKED, seq=2, tickets=(*REVOKED.tickets, f"{1:016x}"))
    assert Door(ledger, PROGRAMME, A, newer).scan(code(1)).verdict is Verdict.REVOKED
    assert door.scan(code(1)).light is Light.GREEN


def test_something_else_is_no_key_of_pretix() -> None:
    for text in ("", "!", "LS0tLS1CRUdJTg=="):
        with pytest.raises(CinemaError) as caught:
            pretix_key(text)
        assert caught.value.code is Code.WRONG_USE
