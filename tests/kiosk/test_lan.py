"""Several doors on one network: real sockets, a ledger for each door."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from boxoffice.rules import time_text
from boxoffice.rules.venues import DEVICES_TYPE, SALE_KEYS, VenueDevice, VenueDevices
from core import CinemaError, Code
from films import SigningKey, TrustedKeys
from kiosk.door_rules import Light, Verdict
from kiosk.doors import Company, Door
from kiosk.lan import ANSWER_S, CALLERS, LINES_OF_ONE, LanLeader, Leader, LeadingDoor, keys_of
from kiosk.ledger import Entry, Ledger
from kiosk.programme import Price
from kiosk.selling import Seller, sale_keys_of
from kiosk.takings import double_admissions
from kiosk.ticket_lists import SOLD_TYPE, SoldTicket, SoldTickets
from tests.kiosk.venue import NOW, PROGRAMME, RESERVE, SetClocks, code

A, B = PROGRAMME.gates
PRICE = Price({"en": "Full"}, 950, "EUR")
SOLD = SoldTickets(SOLD_TYPE, 1, time_text(NOW), 2026, (SoldTicket(f"{1:016x}", "K7Q2-19", 2, 1, 0b11),))


@dataclass
class Place:
    """One device at a door."""

    folder: Path
    ledger: Ledger
    signer: SigningKey
    seller: Seller

    @property
    def as_device(self) -> VenueDevice:
        x = self.signer.public_jwk["x"]
        return VenueDevice(self.ledger.device, self.folder.name, x, self.seller.key_id)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    with ExitStack() as stack:

        def opened(number: int, name: str) -> Place:
            folder = tmp_path / name
            ledger = stack.enter_context(closing(Ledger.open(folder, clocks=SetClocks(), reserve_bytes=RESERVE)))
            key = load_pem_private_key((folder / "device-key.pem").read_bytes(), None)
            signer = SigningKey.load_or_create(folder / "device-key.pem")
            return Place(folder, ledger, signer, Seller(SALE_KEYS.start + number, key))  # type: ignore[arg-type]

        yield opened(0, "first"), opened(1, "second")


def devices(*known: Place) -> VenueDevices:
    return VenueDevices(DEVICES_TYPE, 1, time_text(NOW), "v", tuple(place.as_device for place in known))


@pytest.fixture
def leading(places: tuple[Place, Place]) -> Iterator[Callable[..., LeadingDoor]]:
    first, second = places
    with ExitStack() as stack:

        def opened(*known: Place, sold: SoldTickets | None = None, port: int = 0) -> LeadingDoor:
            door = Door(first.ledger, PROGRAMME, A, sold=sold)

            def takes(screening: str, sale: bool) -> int | None:
                found = next((one for one in PROGRAMME.screenings if one.id == screening), None)
                return None if found is None else door.places(found) if sale else PROGRAMME.capacity(found)

            keys = keys_of(devices(*(known or (first, second))))
            found = LeadingDoor(("127.0.0.1", port), first.ledger, first.signer, lambda: keys, takes)
            stack.callback(found.close)
            return found

        yield opened


def follower(places: tuple[Place, Place], leader: Leader | None, gate: str = "B") -> Door:
    first, second = places
    keys = sale_keys_of(devices(first, second), second.seller)
    return Door(second.ledger, PROGRAMME, PROGRAMME.gate(gate), company=Company(leader, second.seller, keys))


def lan(places: tuple[Place, Place], leading: LeadingDoor) -> LanLeader:
    first, second = places
    return LanLeader(leading.address, second.signer, TrustedKeys.of(first.signer.public_jwk))


def test_one_ticket_at_two_doors_is_green_once_and_the_other_says_where(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    first = Door(places[0].ledger, PROGRAMME, A)
    with closing(lan(places, leading())) as leader:
        second = follower(places, leader)
        assert second.scan(code(1)).light is Light.GREEN
        again = first.scan(code(1))
        assert (again.verdict, [one.gate for one in again.before]) == (Verdict.USED, ["B"])
        assert first.scan(code(2)).light is Light.GREEN
        there = second.scan(code(2))
        assert (there.verdict, [(one.gate, one.at) for one in there.before]) == (Verdict.USED, [("A", NOW)])
        assert second.scan(code(3)).inside == 3
    assert (places[0].ledger.inside("friday"), places[1].ledger.inside("friday")) == (3, 2)


def test_two_doors_at_the_same_moment_are_green_once(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    first = Door(places[0].ledger, PROGRAMME, A)
    with closing(lan(places, leading())) as leader:
        second = follower(places, leader)
        for number in range(15):
            verdicts: list[Verdict] = []
            together = threading.Barrier(2)

            def scan(door: Door, number: int = number, verdicts: list[Verdict] = verdicts, together: threading.Barrier = together) -> None:  # fmt: skip
                together.wait()
                verdicts.append(door.scan(code(number)).verdict)

            threads = [threading.Thread(target=scan, args=(door,)) for door in (first, second)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(verdicts) in ([Verdict.ADMITTED, Verdict.USED], [Verdict.ADMITTED, Verdict.ALONE])


def test_the_room_s_places_are_counted_over_both_doors(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    first = Door(places[0].ledger, PROGRAMME, B)
    with closing(lan(places, leading())) as leader:
        second = follower(places, leader)
        assert first.scan(code(1, session=2)).light is Light.GREEN
        assert second.scan(code(2, session=2)).light is Light.GREEN
        full = second.scan(code(3, session=2))
        assert (full.verdict, full.may_override) == (Verdict.FULL, True)
        assert second.override(code(3, session=2), "mei", "a folding chair").light is Light.GREEN
        assert second.scan(code(4)).light is Light.GREEN
        assert places[0].ledger.inside("small") == 3


def test_a_leading_door_that_vanishes_is_not_waited_for_and_the_rule_is_amber(
    places: tuple[Place, Place],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        leader = LanLeader(deaf.getsockname(), places[1].signer, TrustedKeys.of(places[0].signer.public_jwk))
        door = follower(places, leader)
        began = time.monotonic()
        amber = door.scan(code(1))
        assert time.monotonic() - began < ANSWER_S + 2
        assert (amber.verdict, amber.light, amber.may_override) == (Verdict.ALONE, Light.AMBER, True)
        assert door.scan(code(2, gates=0b10)).light is Light.GREEN
        assert door.override(code(1), "mei", "asked the other door").light is Light.GREEN
        leader.close()


def test_a_door_waits_no_longer_than_300_ms(places: tuple[Place, Place]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        leader = LanLeader(deaf.getsockname(), places[1].signer, TrustedKeys.of(places[0].signer.public_jwk))
        waits = []
        for _ in range(3):
            began = time.monotonic()
            assert leader.ask(Entry("t", 1, 1, "friday", "B", "scan"), 0) is None
            waits.append(time.monotonic() - began)
        leader.close()
    assert ANSWER_S * 0.9 < min(waits) < ANSWER_S + 0.3


def test_what_happened_while_it_was_away_is_told_to_it_afterwards(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    leader = LanLeader(("127.0.0.1", port), places[1].signer, TrustedKeys.of(places[0].signer.public_jwk))
    door = follower(places, leader)
    assert door.scan(code(1, gates=0b10)).light is Light.GREEN
    assert places[0].ledger.inside("friday") == 0
    leading(port=port)
    assert door.scan(code(2)).light is Light.GREEN
    assert places[0].ledger.inside("friday") == 2
    leader.close()


def test_an_answer_that_was_lost_is_given_again(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    with closing(lan(places, leading())) as leader:
        entry = Entry(f"{1:016x}", 1, 1, "friday", "B", "scan")
        assert leader.ask(entry, 0)
        assert follower(places, leader).scan(code(1)).light is Light.GREEN
    assert places[0].ledger.inside("friday") == 1


def test_whoever_is_no_device_of_the_venue_gets_no_answer(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    first, second = places
    door = leading(first)
    with closing(LanLeader(door.address, second.signer, TrustedKeys.of(first.signer.public_jwk))) as stranger:
        assert stranger.ask(Entry("t", 1, 1, "friday", "B", "scan"), 0) is None
    with closing(LanLeader(door.address, first.signer, TrustedKeys.of(second.signer.public_jwk))) as impostor:
        assert impostor.ask(Entry("t", 1, 1, "friday", "B", "scan"), 0) is None
    assert door.answer(b"\x00\xff" * 100 + b"\n") == door.answer(b"a.b.c\n") == ("", None)


def test_a_question_that_breaks_the_answering_takes_nobody_s_place(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.lan.CALLERS", 1)
    monkeypatch.setattr("kiosk.lan.ANSWER_S", 5.0)
    monkeypatch.setattr("socketserver.BaseServer.handle_error", lambda *_: None)
    door = leading()
    with closing(lan(places, door)) as leader:
        assert leader.ask(Entry("t", 1, 1, "friday", "B", "scan"), 10**19 - 1) is None
        deadline = time.monotonic() + 10
        while leader.ask(Entry("t", 1, 1, "friday", "B", "scan"), 0) is None:
            assert time.monotonic() < deadline


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
@pytest.mark.parametrize("machines", [1, 4, 8])
def test_machines_that_call_and_say_nothing_take_no_door_s_place(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor], monkeypatch: pytest.MonkeyPatch, machines: int
) -> None:
    monkeypatch.setattr("kiosk.lan.ANSWER_S", 5.0)
    door = leading()
    with ExitStack() as mute:

        def calls() -> None:
            for number in range(CALLERS):
                source = (f"127.0.0.{2 + number % machines}", 0)
                mute.enter_context(socket.create_connection(door.address, source_address=source))

        calls()
        leader = mute.enter_context(closing(lan(places, door)))
        assert leader.ask(Entry(f"{1:016x}", 1, 1, "friday", "B", "scan"), 0), "a door comes in where all is full"
        line = leader._line
        for _ in range(3):
            calls()
        assert leader.ask(Entry(f"{2:016x}", 1, 1, "friday", "B", "scan"), 0)
        assert leader._line is line, "and keeps the line that it proved to be its own"


def test_who_does_not_say_who_they_are_is_not_listened_to_for_long(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.lan.ANSWER_S", 5.0)
    monkeypatch.setattr("kiosk.lan.UNKNOWN_S", 0.5)
    door = leading()
    with socket.create_connection(door.address) as silent, closing(lan(places, door)) as leader:
        assert leader.ask(Entry(f"{1:016x}", 1, 1, "friday", "B", "scan"), 0)
        line = leader._line
        silent.settimeout(10)
        assert silent.recv(1) == b""
        assert leader.ask(Entry(f"{2:016x}", 1, 1, "friday", "B", "scan"), 0)
        assert leader._line is line


def test_one_device_holds_no_more_lines_than_it_needs(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.lan.ANSWER_S", 5.0)
    door = leading()
    with ExitStack() as stack:
        leaders = [stack.enter_context(closing(lan(places, door))) for _ in range(LINES_OF_ONE + 1)]
        for number, leader in enumerate(leaders):
            assert leader.ask(Entry(f"{number:016x}", 1, 1, "friday", "B", "scan"), 0)
        oldest = leaders[0]._line
        assert oldest
        oldest.settimeout(10)
        assert oldest.recv(1) == b""
        assert leaders[0].ask(Entry(f"{1:016x}", 1, 1, "friday", "B", "scan"), 0), "it calls again"


def test_after_a_quiet_minute_the_first_ticket_is_answered_as_any_other(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.lan.ANSWER_S", 5.0)
    monkeypatch.setattr("kiosk.lan.IDLE_S", 0.3)
    with closing(lan(places, leading())) as leader:
        second = follower(places, leader)
        assert second.scan(code(1)).light is Light.GREEN
        time.sleep(1)
        assert second.scan(code(2)).light is Light.GREEN


def test_two_doors_without_a_link_keep_both_and_the_merge_lists_them(places: tuple[Place, Place]) -> None:
    first, second = Door(places[0].ledger, PROGRAMME, A), Door(places[1].ledger, PROGRAMME, B)
    assert first.scan(code(1)).light is second.scan(code(1)).light is Light.GREEN
    assert first.scan(code(2, people=2), 1).light is second.scan(code(2, people=2), 1).light is Light.GREEN
    (double,) = double_admissions(place.folder / "ledger.sqlite3" for place in places)
    assert (double.ticket, double.people, double.party) == (f"{1:016x}", 2, 1)
    assert {(one.gate, one.device) for one in double.entered} == {("A", "first"), ("B", "second")}


def test_what_a_lost_door_let_in_is_kept_by_the_leading_one_and_told_there(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with closing(
        LanLeader(("127.0.0.1", port), places[1].signer, TrustedKeys.of(places[0].signer.public_jwk))
    ) as leader:
        lost, first = follower(places, leader), Door(places[0].ledger, PROGRAMME, A)
        assert first.scan(code(1)).light is Light.GREEN
        assert lost.scan(code(1)).verdict is Verdict.ALONE
        assert lost.override(code(1), "mei", "nobody answers").light is Light.GREEN
        leading(port=port)
        assert places[0].ledger.doubles() == ()
        assert lost.scan(code(2)).light is Light.GREEN
        (double,) = places[0].ledger.doubles()
        assert sorted((one.gate, one.people) for one in double.entered) == [("A", 1), ("B", 1)]
        assert places[0].ledger.inside("friday") == 3


def test_who_is_taken_back_at_one_door_may_come_in_at_another(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    with closing(lan(places, leading())) as leader:
        first, second = Door(places[0].ledger, PROGRAMME, A), follower(places, leader)
        came = second.scan(code(1, people=2))
        assert first.scan(code(1, people=2)).verdict is Verdict.USED
        assert second.take_back(came, "mei").verdict is Verdict.TAKEN_BACK
        assert places[0].ledger.inside("friday") == places[1].ledger.inside("friday") == 0
        assert first.scan(code(1, people=2)).light is Light.GREEN
    assert double_admissions(place.folder / "ledger.sqlite3" for place in places) == ()
    assert places[0].ledger.doubles() == ()


def test_a_ticket_sold_at_one_door_comes_in_at_another_once(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    friday, keys = PROGRAMME.session[1], sale_keys_of(devices(*places), places[0].seller)
    first = Door(places[0].ledger, PROGRAMME, A, company=Company(None, places[0].seller, keys))
    with closing(lan(places, leading())) as leader:
        second = follower(places, leader)
        ticket = second.sell(friday, PRICE, 2, "cash", "mei")
        assert ticket
        assert (ticket.minor, ticket.people) == (1900, 2)
        assert first.scan(ticket.code).people == 2
        assert second.scan(ticket.code).verdict is Verdict.USED
        own = first.sell(friday, PRICE, 1, "card", "mei")
        assert own
        assert first.look_up(own.reference, "mei").light is Light.GREEN
        assert second.scan(own.code).verdict is Verdict.USED
    assert Door(places[0].ledger, PROGRAMME, A).scan(ticket.code).verdict is Verdict.KEY_UNKNOWN


def test_no_more_is_sold_than_there_are_places(
    places: tuple[Place, Place], leading: Callable[..., LeadingDoor]
) -> None:
    small = PROGRAMME.session[2]
    door = Door(places[0].ledger, PROGRAMME, B, sold=SOLD, company=Company(None, places[0].seller, {}))
    assert door.left(small) == 1
    assert door.sell(small, PRICE, 2, "cash", "mei") is None
    assert door.sell(small, PRICE, 1, "cash", "mei")
    assert door.left(small) == 0
    assert door.sell(small, PRICE, 1, "cash", "mei") is None
    with closing(lan(places, leading(sold=SOLD))) as leader:
        assert follower(places, leader).sell(small, PRICE, 1, "cash", "mei") is None
    assert door.look_up("K7Q2-19", "mei").light is Light.GREEN


def test_a_door_that_may_not_sell_or_cannot_ask_says_so(places: tuple[Place, Place]) -> None:
    with pytest.raises(CinemaError) as caught:
        Door(places[0].ledger, PROGRAMME, A).sell(PROGRAMME.session[1], PRICE, 1, "cash", "mei")
    assert caught.value.code is Code.WRONG_USE
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        leader = LanLeader(deaf.getsockname(), places[1].signer, TrustedKeys.of(places[0].signer.public_jwk))
        with pytest.raises(CinemaError) as alone:
            follower(places, leader).sell(PROGRAMME.session[1], PRICE, 1, "cash", "mei")
        leader.close()
    assert alone.value.code is Code.OFFLINE
    assert places[1].ledger.ask("SELECT count(*) FROM sales")[0][0] == 0


def test_who_bought_here_and_is_taken_back_has_their_place_still(places: tuple[Place, Place]) -> None:
    small = PROGRAMME.session[2]
    keys = sale_keys_of(None, places[0].seller)
    door = Door(places[0].ledger, PROGRAMME, B, company=Company(None, places[0].seller, keys))
    sold = door.sell(small, PRICE, 1, "cash", "mei")
    assert sold
    came = door.scan(sold.code)
    assert (came.light, places[0].ledger.reserved("small"), door.left(small)) == (Light.GREEN, 0, 1)
    door.take_back(came, "mei")
    assert (places[0].ledger.reserved("small"), door.left(small)) == (1, 1)


def test_a_sold_ticket_holds_its_place_against_others(places: tuple[Place, Place]) -> None:
    small = PROGRAMME.session[2]
    door = Door(places[0].ledger, PROGRAMME, B, company=Company(None, places[0].seller, sale_keys_of(None, places[0].seller)))  # fmt: skip
    ticket = door.sell(small, PRICE, 2, "cash", "mei")
    assert ticket
    assert door.scan(code(1, session=2)).verdict is Verdict.FULL
    assert door.scan(ticket.code).light is Light.GREEN


def test_doors_that_moved_on_go_by_the_new_time(places: tuple[Place, Place]) -> None:
    later = replace(PROGRAMME.session[1], start=time_text(NOW + timedelta(hours=4)))
    programme = replace(PROGRAMME, screenings=(later, *PROGRAMME.screenings[1:]))
    door = Door(places[0].ledger, programme, A, company=Company(None, places[0].seller, sale_keys_of(None, places[0].seller)))  # fmt: skip
    ticket = door.sell(later, PRICE, 1, "cash", "mei")
    assert ticket
    assert door.scan(ticket.code).light is Light.GREEN
