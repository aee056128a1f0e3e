"""What the box office has for a venue arrives there: programme, lists, licences; and takings are the same at both."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.cli import run as command
from boxoffice.rules import time_text
from boxoffice.rules.venues import write_paper
from boxoffice.service.database import Database
from boxoffice.service.tables import PackageRow
from boxoffice.service.venue_api import take_stick
from boxoffice.service.venue_reports import venue_doubles, venue_takings
from boxoffice.service.venues import Venues
from core import CinemaError, Code
from kiosk import OperatorFiles, write_programme
from kiosk.enrolment import membership
from kiosk.ledger import Entry, Sale
from kiosk.selling import devices_of
from kiosk.sync import take_devices
from kiosk.takings import double_admissions, takings
from kiosk.ticket_lists import REVOKED_TYPE, RevokedTickets, write_list
from tests.boxoffice.service.conftest import Office
from tests.kiosk.venue import NOW, OPERATOR, PROGRAMME
from tests.sync.conftest import VenueDevice
from tests.sync.test_sticks import signed_in_till


def put(venues: Venues, venue_id: str, kind: str, text: str) -> None:
    with venues._database.write() as session:
        venues.put(session, venue_id, kind, text)


def test_programme_lists_and_licences_arrive_and_count(
    office: Office, venues: Venues, venue_id: str, device: VenueDevice
) -> None:
    put(venues, venue_id, "programme", write_programme(PROGRAMME, OPERATOR))
    revoked = RevokedTickets(REVOKED_TYPE, 4, time_text(NOW), 2026, ("0" * 16,))
    put(venues, venue_id, "revoked", write_list(revoked, OPERATOR))
    with venues._database.write() as session:
        package = session.get_one(PackageRow, "paper-moon-feature")
        venues.permit(session, venue_id, package.id, office.clock.now(), office.clock.now() + timedelta(days=9))
    report = device.run()
    assert report.refused == ()
    kinds = {what.rpartition(" ")[0] for what in report.taken}
    assert kinds == {"programme", "revoked", "devices", "licence for paper-moon-feature"}
    files = OperatorFiles(device.folder, device.ledger)
    assert files.programme() == PROGRAMME
    assert files.revoked() == revoked
    assert (device.folder / "licences" / "paper-moon-feature.sclic").is_file()
    assert device.run().taken == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_nobody_signed_or_is_older_is_not_kept(venues: Venues, venue_id: str, device: VenueDevice) -> None:
    put(venues, venue_id, "programme", write_programme(PROGRAMME, OPERATOR))
    for kind, text in (
        ("programme", write_programme(PROGRAMME, OPERATOR)),
        ("programme", write_programme(replace(PROGRAMME, seq=2), OPERATOR)),
        ("revoked", write_programme(replace(PROGRAMME, seq=9), OPERATOR)),
        ("programme", "x.y.z"),
    ):
        with pytest.raises(CinemaError) as caught:
            put(venues, venue_id, kind, text)
        assert caught.value.code is Code.PROGRAMME_REFUSED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_newer_programme_from_a_stick_is_not_undone_by_the_line(
    venues: Venues, venue_id: str, device: VenueDevice
) -> None:
    put(venues, venue_id, "programme", write_programme(PROGRAMME, OPERATOR))
    newer = replace(PROGRAMME, seq=7)
    OperatorFiles(device.folder, device.ledger).take_programme(write_programme(newer, OPERATOR))
    before = device.ledger.head.seq
    assert device.run().refused == ()
    assert OperatorFiles(device.folder, device.ledger).programme() == newer
    assert device.ledger.ask("SELECT count(*) FROM audit WHERE seq > ?", before)[0][0] == 1  # the list of devices


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_venue_s_devices_are_no_devices_of_this_one(venues: Venues, venue_id: str, device: VenueDevice) -> None:
    device.run()
    own = devices_of(device.folder, device.ledger)
    with venues._database.write() as session:
        elsewhere = venues.make(session, "Another house").id
        text = write_paper(replace(venues._devices(session, venue_id), venue=elsewhere, seq=1 << 50), venues.signer)
    found = membership(device.folder)
    assert found
    with pytest.raises(CinemaError) as caught:
        take_devices(device.folder, device.ledger, text, found)
    assert caught.value.code is Code.PROGRAMME_REFUSED
    assert devices_of(device.folder, device.ledger) == own
    (device.folder / "devices.jws").write_text(text)
    with pytest.raises(CinemaError):
        devices_of(device.folder, device.ledger)


def sell(device: VenueDevice, number: int, title: str, minor: int, currency: str, people: int = 2) -> None:
    assert device.ledger.sell(
        Sale(f"feed{number:012x}", f"show-{title}", title, "A", people, minor, currency, "cash"), 100_000
    )


def test_takings_are_the_same_at_the_venue_and_at_the_box_office_to_the_cent(
    office: Office, venue_id: str, device: VenueDevice, enrol: Callable[..., VenueDevice]
) -> None:
    other = enrol("Door B")
    for number, (at, title, minor, currency) in enumerate(
        (
            (device, "paper-moon", 1379, "EUR"),
            (device, "paper-moon", 1, "EUR"),
            (other, "paper-moon", 99999, "EUR"),
            (other, "lantern", 700, "JPY"),
            (other, "paper-moon", 333, "USD"),
        )
    ):
        sell(at, number, title, minor, currency)
    device.admit(1, 2, 3, title="paper-moon")
    other.admit(4, title="paper-moon", screening="saturday")
    other.admit(5, title="papercut", screening="sunday")
    for one in (device, other, device):
        one.run()
    at_venue = takings([device.folder / "ledger.sqlite3", other.folder / "ledger.sqlite3"])
    with closing(Database(office.config.database_url)) as database, database.read() as session:
        at_service = venue_takings(session, venue_id)
    assert at_venue == at_service
    assert [
        (line.title, line.shows, line.admissions, line.currency, line.minor, line.tickets) for line in at_venue
    ] == [
        ("lantern", 1, 0, "JPY", 700, 2),
        ("paper-moon", 3, 4, "EUR", 101_379, 6),
        ("paper-moon", 3, 4, "USD", 333, 2),
        ("papercut", 1, 1, "", 0, 0),
    ]


def test_a_ticket_that_came_in_at_two_doors_is_kept_twice_and_listed(
    office: Office, venue_id: str, device: VenueDevice, enrol: Callable[..., VenueDevice]
) -> None:
    other = enrol("Door B")
    device.admit(1, 2)
    other.clocks.forward(timedelta(seconds=40))
    assert other.ledger.admit(Entry(f"{1:016x}", 1, 1, "friday", "B", "scan", title="paper-moon"), 100).admitted
    device.admit(9, party=2)
    assert other.ledger.admit(Entry(f"{9:016x}", 2, 1, "friday", "B", "scan", title="paper-moon"), 100).admitted
    for one in (device, other):
        one.run()
    (here,) = double_admissions([device.folder / "ledger.sqlite3", other.folder / "ledger.sqlite3"])
    with closing(Database(office.config.database_url)) as database, database.read() as session:
        (there,) = venue_doubles(session, venue_id)
    assert here == there
    assert (here.ticket, here.people, here.party) == (f"{1:016x}", 2, 1)
    assert [(one.gate, one.device) for one in here.entered] == [("A", "Door A"), ("B", "Door B")]
    assert here.entered[1].at - here.entered[0].at >= timedelta(seconds=39)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_console_s_file_of_takings_is_that_of_the_venue(
    office: Office, venue_id: str, device: VenueDevice, monkeypatch: Any, capsys: Any
) -> None:
    sell(device, 1, "paper-moon", 1250, "EUR")
    device.admit(1)
    device.run()
    device.ledger.close()
    assert command(["kiosk", "takings", "--data", str(device.folder)]) == 0
    ours = capsys.readouterr().out
    till = signed_in_till(office)
    with closing(till.http):
        theirs = till.open(f"/console/venues/{venue_id}/takings.csv").text
    assert list(csv.reader(io.StringIO(ours))) == list(csv.reader(io.StringIO(theirs)))
    assert "12.50" in theirs


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_venue_enrols_sells_syncs_and_settles_by_its_own_commands(
    office: Office, venues: Venues, venue_id: str, tmp_path: Path, capsys: Any
) -> None:
    def run(*arguments: str, status: int = 0) -> Any:
        assert command(["kiosk", *arguments, "--data", str(tmp_path / "venue"), "--json"]) == status
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    with venues._database.write() as session:
        code = venues.new_code(venues.only_venue(session, None))
    put(venues, venue_id, "programme", write_programme(PROGRAMME, OPERATOR))
    run("sync", status=3)
    assert run("enrol", "--service", office.base_url, "--code", code, "--name", "Door A")["venue"] == venue_id
    assert run("sync")["taken"][0] == "programme 3"
    assert run("programme", "show")["programme"]["seq"] == 3
    stick = run("sync", "--stick", str(tmp_path))["file"]
    receipt = take_stick(venues._database, office.clock, venues, Path(stick).read_bytes())
    (tmp_path / "receipt.jws").write_text(receipt)
    assert run("sync", "--receipt", str(tmp_path / "receipt.jws"))["covered"] >= 2
    assert run("sync", "--parked")["parked"] == []
    assert run("takings")["titles"] == []
    assert run("doubles")["doubles"] == []
    assert run("audit")["ok"] is True
