"""Staff's PINs: five tries, then waits that double, whatever is done to the clock or the power."""

import multiprocessing
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from core import CinemaError, Code
from films import SigningKey, TrustedKeys
from kiosk import audit, take_shows
from kiosk import pins as pins_module
from kiosk.pins import FIRST_WAIT_S, LONGEST_WAIT_S, Role, StaffPins
from kiosk.records import Kind, read_record
from tests.kiosk.venue import NOW, OpenLedger, SetClocks


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm at its least cost: what is tested is what surrounds it."""
    monkeypatch.setattr(pins_module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def pins(tmp_path: Path, clocks: SetClocks) -> StaffPins:
    made = StaffPins(tmp_path, clocks)
    made.choose(Role.MANAGER, "314159")
    made.choose(Role.OPERATOR, "2718")
    return made


def wrong(pins: StaffPins, times: int) -> int:
    return [pins.check("0001") for _ in range(times)][-1].wait_s


def test_each_role_has_its_own_pin_and_the_manager_may_do_all(pins: StaffPins) -> None:
    assert pins.check("314159").role is Role.MANAGER
    assert pins.check("2718").role is Role.OPERATOR
    assert Role.MANAGER.covers(Role.OPERATOR)
    assert not Role.OPERATOR.covers(Role.MANAGER)


def test_a_pin_is_no_word_and_not_another_role_s(pins: StaffPins) -> None:
    for bad in ("123", "1" * 13, "1111", "12a4", "", "314159"):
        with pytest.raises(CinemaError) as caught:
            pins.choose(Role.OPERATOR, bad)
        assert caught.value.code is Code.WRONG_USE


def test_the_file_holds_argon2id_and_is_nobody_else_s(pins: StaffPins, tmp_path: Path) -> None:
    text = (tmp_path / "pins.json").read_text()
    assert text.count("$argon2id$") == 2
    assert "314159" not in text
    assert stat.S_IMODE((tmp_path / "pins.json").stat().st_mode) == 0o600


def test_five_wrong_ones_cost_a_wait_that_doubles(pins: StaffPins, clocks: SetClocks) -> None:
    assert wrong(pins, 4) == 0
    waits = []
    for _ in range(4):
        waits.append(wrong(pins, 1))
        clocks.forward(timedelta(seconds=waits[-1]))
    assert waits == [30, 60, 120, 240]
    assert pins.check("314159").role is Role.MANAGER
    assert wrong(pins, 4) == 0


def test_while_it_waits_not_even_the_right_one_counts(pins: StaffPins, clocks: SetClocks) -> None:
    wrong(pins, 5)
    refused = pins.check("314159")
    assert (refused.role, refused.wait_s) == (None, FIRST_WAIT_S)
    clocks.forward(timedelta(seconds=FIRST_WAIT_S - 1))
    assert pins.check("314159").wait_s == 1
    clocks.forward(timedelta(seconds=1))
    assert pins.check("314159").role is Role.MANAGER


@pytest.mark.parametrize("wall", [timedelta(), timedelta(days=400), -timedelta(days=20_000)])
def test_neither_a_restart_nor_a_changed_clock_shortens_the_wait(
    pins: StaffPins, clocks: SetClocks, wall: timedelta, tmp_path: Path
) -> None:
    wrong(pins, 5)
    clocks.forward(timedelta(seconds=20))
    clocks.wall = NOW + wall
    assert pins.state().wait_s == 10
    clocks.reboot(NOW + wall)
    again = StaffPins(tmp_path, clocks)
    assert again.state().wait_s == FIRST_WAIT_S
    clocks.forward(timedelta(seconds=FIRST_WAIT_S))
    assert wrong(again, 1) == 2 * FIRST_WAIT_S


def test_five_a_restart_five_and_another_clock_are_still_locked(
    pins: StaffPins, clocks: SetClocks, tmp_path: Path
) -> None:
    wrong(pins, 5)
    clocks.reboot(NOW + timedelta(days=1))
    assert wrong(StaffPins(tmp_path, clocks), 5) == FIRST_WAIT_S
    clocks.wall += timedelta(days=30)
    assert StaffPins(tmp_path, clocks).check("314159").role is None


def test_the_wait_has_an_end(pins: StaffPins, clocks: SetClocks) -> None:
    for _ in range(30):
        clocks.forward(timedelta(seconds=wrong(pins, 1)))
    assert wrong(pins, 1) == LONGEST_WAIT_S


def test_what_came_of_each_try_is_in_the_audit_chain_by_role_and_name_and_never_the_digits(
    tmp_path: Path, clocks: SetClocks, open_ledger: OpenLedger
) -> None:
    venue = tmp_path / "venue"
    pins = StaffPins(venue, clocks, "Door A")
    pins.choose(Role.MANAGER, "314159")
    pins.choose(Role.OPERATOR, "2718", "Mei Lin")
    pins.choose(Role.OPERATOR, "8281", "Ana")
    assert (pins.check("8281").staff, pins.check("2718").staff) == ("Ana", "Mei Lin")
    wrong(pins, 5)
    ledger = open_ledger(venue)
    assert pins.check("314159").role is None  # locked, while a door holds the ledger
    assert take_shows(venue, ledger) == 8
    assert take_shows(venue, ledger) == 0
    told = [
        record.facts
        for (data,) in ledger.ask("SELECT record FROM audit")
        if (record := read_record(data)).kind is Kind.PIN
    ]
    assert [(fact["what"], fact["role"], fact["staff"]) for fact in told] == [
        ("right", "operator", "Ana"), ("right", "operator", "Mei Lin"), *[("wrong", "", "")] * 5, ("locked", "", ""),
    ]  # fmt: skip
    assert {fact["window"] for fact in told} == {"Door A"}
    assert told[-1]["wait_s"] == FIRST_WAIT_S
    assert not any(digits in str(told) for digits in ("2718", "8281", "314159", "0001"))
    ledger.close()
    key = SigningKey.load_or_create(venue / "device-key.pem")
    assert audit(venue / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk)).ok


def test_nobody_has_anybody_else_s_pin_and_there_are_not_too_many(pins: StaffPins) -> None:
    with pytest.raises(CinemaError):
        pins.choose(Role.OPERATOR, "2718", "Mei")
    for number in range(pins_module.MOST - 2):
        pins.choose(Role.OPERATOR, f"50{number:02}", f"Person {number}")
    with pytest.raises(CinemaError) as caught:
        pins.choose(Role.OPERATOR, "9090", "One more")
    assert caught.value.code is Code.WRONG_USE
    pins.choose(Role.OPERATOR, "9090", "Person 3")
    assert pins.check("9090").staff == "Person 3"


def _try(folder: str) -> None:
    StaffPins(Path(folder)).check("0001")


def test_tries_of_several_windows_at_once_are_all_counted(pins: StaffPins, tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(_try, [str(tmp_path)] * 4)
    assert pins.state().left == 1


def test_a_damaged_file_opens_nothing(pins: StaffPins, tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text("{}x")
    with pytest.raises(CinemaError) as caught:
        pins.check("314159")
    assert caught.value.code is Code.FILE_UNREADABLE
    with pytest.raises(CinemaError):
        _ = pins.there
