from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boxoffice.rules import time_text
from boxoffice.rules.signed_texts import write_signed
from core import CinemaError, Code
from core.records import to_plain
from core.strict_json import dump_json
from films import SigningKey
from kiosk.operator_files import OperatorFiles, operators, trust
from kiosk.programme import Programme, read_programme, write_programme
from kiosk.ticket_lists import (
    REVOKED_TYPE,
    SOLD_TYPE,
    RevokedTickets,
    SoldTicket,
    SoldTickets,
    read_revoked,
    read_sold,
    write_list,
)
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME, TRUSTED, OpenLedger

TEXT = write_programme(PROGRAMME, OPERATOR)


def signed(change: Callable[[dict[str, Any]], object]) -> str:
    plain: Any = to_plain(PROGRAMME)
    change(plain)
    return write_signed(dump_json(plain), OPERATOR)


def refusal(text: str) -> str:
    with pytest.raises(CinemaError) as caught:
        read_programme(text, TRUSTED)
    assert caught.value.code is Code.PROGRAMME_REFUSED
    return caught.value.message


def test_a_programme_comes_back_as_it_was_written() -> None:
    assert read_programme(TEXT, TRUSTED) == PROGRAMME
    friday = PROGRAMME.screenings[0]
    assert (friday.end_at - friday.start_at).total_seconds() == 95 * 60 + 70
    assert (PROGRAMME.capacity(friday), PROGRAMME.capacity(replace(friday, capacity=7))) == (100, 7)


def first(plain: dict[str, Any]) -> dict[str, Any]:
    return dict.__getitem__(plain, "screenings")[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda p: p.update(type="another"), "programme.type"),
        (lambda p: p.update(seq=0), "programme.seq"),
        (lambda p: p.update(seq=True), "programme.seq"),
        (lambda p: p.update(event=1 << 32), "programme.event"),
        (lambda p: p.update(issued="yesterday"), "programme.issued"),
        (lambda p: p.update(zone="Mars/Olympus"), "programme.zone"),
        (lambda p: p.update(zone="../../etc/passwd"), "programme.zone"),
        (lambda p: p.update(names={}), "programme.names"),
        (lambda p: p.update(more=1), "more"),
        (lambda p: p.pop("rooms"), "rooms"),
        (lambda p: p["rooms"].append(p["rooms"][0]), "twice"),
        (lambda p: p["rooms"][0].update(capacity=0), "capacity"),
        (lambda p: p["rooms"][0].update(id="../up"), "rooms[0].id"),
        (lambda p: p["rooms"][0].update(notes_screen="HDMI-1"), "rooms[0].notes_screen"),
        (lambda p: first(p).update(commentators=["a\x1b"]), "commentators"),
        (lambda p: p["gates"][0].update(bit=16), "gates[0].bit"),
        (lambda p: p["gates"][0].update(rooms=["nowhere"]), "gates[0].rooms"),
        (lambda p: p["gates"][0].update(rooms=[]), "gates[0].rooms"),
        (lambda p: p["door_keys"][0].update(x="AAAA"), "door_keys"),
        (lambda p: p["pretix_keys"].append("!"), "door_keys"),
        (lambda p: first(p).update(room="nowhere"), "screenings[0].room"),
        (lambda p: first(p).update(session=2), "twice"),
        (lambda p: first(p).update(start="2026-11-23T19:00:00+01:00"), "screenings[0].start"),
        (lambda p: first(p).update(start="2026-02-30T19:00:00Z"), "screenings[0].start"),
        (lambda p: first(p).update(doors="2027-01-01T00:00:00Z"), "screenings[0].doors"),
        (lambda p: first(p).update(capacity=-1), "screenings[0].capacity"),
        (lambda p: first(p).update(subtitles=["no language"]), "screenings[0]"),
        (lambda p: first(p).update(playlist=[]), "playlist"),
        (lambda p: first(p)["playlist"][0].update(kind="film"), "kind"),
        (lambda p: first(p)["playlist"][2].update(package="../x"), "playlist[2]"),
        (lambda p: first(p)["playlist"][2].update(package=""), "playlist[2]"),
        (lambda p: first(p)["playlist"][0].update(file="a.png"), "playlist[0]"),
        (lambda p: first(p)["playlist"][2].update(duration_ms=0), "duration_ms"),
        (lambda p: first(p)["playlist"].extend(first(p)["playlist"] * 50), "playlist"),
        (lambda p: first(p)["names"].update(en="a\x1b[31m"), "names"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_by_its_place(
    change: Callable[[dict[str, Any]], object], where: str
) -> None:
    assert where in refusal(signed(change))


def test_what_cannot_be_read_back_is_not_written() -> None:
    with pytest.raises(CinemaError):
        write_programme(replace(PROGRAMME, zone="nowhere"), OPERATOR)


def test_a_stranger_s_programme_and_a_changed_one_are_refused() -> None:
    assert "trusted" in refusal(write_programme(PROGRAMME, SigningKey.generate()))
    head, payload, signature = TEXT.split(".")
    assert refusal(f"{head}.{payload[:-4]}AAAA.{signature}")
    assert refusal("nonsense")


def test_another_signed_file_is_no_programme() -> None:
    assert refusal(write_list(RevokedTickets(REVOKED_TYPE, 1, time_text(NOW), 1, ()), OPERATOR))


@pytest.mark.parametrize("name", ["x", "feed", "pretix:", "pretix:a b"])
def test_a_list_of_something_else_is_refused(name: str) -> None:
    with pytest.raises(CinemaError):
        read_revoked(write_list(RevokedTickets(REVOKED_TYPE, 1, time_text(NOW), 1, (name,)), OPERATOR), TRUSTED)
    sold = SoldTicket("feed000000000001", "K7Q2", 1, 0, 1)
    with pytest.raises(CinemaError):
        read_sold(write_list(SoldTickets(SOLD_TYPE, 1, time_text(NOW), 1, (sold,)), OPERATOR), TRUSTED)


def test_files_count_once_they_are_accepted_and_never_go_back(open_ledger: OpenLedger, tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    trust(folder, OPERATOR.public_jwk)
    assert operators(folder).key_ids == {OPERATOR.key_id}
    files = OperatorFiles(folder, open_ledger())
    assert files.programme() is None
    newer: Programme = replace(PROGRAMME, seq=4)
    assert files.take_programme(write_programme(newer, OPERATOR)) == newer
    with pytest.raises(CinemaError, match="number 4 is here already"):
        files.take_programme(TEXT)
    assert files.programme() == newer
    revoked = RevokedTickets(REVOKED_TYPE, 9, time_text(NOW), 2026, ("feed000000000001",))
    files.take_revoked(write_list(revoked, OPERATOR))
    assert files.revoked() == revoked
    assert files.sold() is None


def test_a_file_exchanged_on_the_disk_does_not_count(open_ledger: OpenLedger, tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    trust(folder, OPERATOR.public_jwk)
    files = OperatorFiles(folder, open_ledger())
    files.take_programme(write_programme(replace(PROGRAMME, seq=4), OPERATOR))
    (folder / "programme.jws").write_text(TEXT)
    with pytest.raises(CinemaError, match="import it again"):
        files.programme()


def test_a_power_cut_between_the_ledger_and_the_file_leaves_the_accepted_one(
    open_ledger: OpenLedger, tmp_path: Path
) -> None:
    folder = tmp_path / "venue"
    trust(folder, OPERATOR.public_jwk)
    files = OperatorFiles(folder, open_ledger())
    files.take_programme(TEXT)
    (folder / "programme.jws").rename(folder / "programme.coming")
    assert files.programme() == PROGRAMME
