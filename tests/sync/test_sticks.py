"""The road without a line: a file on a stick, and its receipt back; both roads at once are one."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from boxoffice.rules import time_text
from boxoffice.rules.sealed_files import MAGIC
from boxoffice.rules.venues import RECEIPT_TYPE, Receipt, Span, write_paper
from boxoffice.service import add_staff
from boxoffice.service.console.roles import Role
from boxoffice.service.venue_api import take_stick
from boxoffice.service.venues import Venues
from core import CinemaError, Code
from films import SigningKey
from tests.boxoffice.service.conftest import PASSWORD, Office, Till
from tests.boxoffice.service.test_console_pages import TOKEN
from tests.sync.conftest import VenueDevice
from tests.sync.test_handing_in import own, stored

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def signed_in_till(office: Office) -> Till:
    """An operator at the console."""
    person: Any = office.newcomer()
    add_staff(office.config, person.email, Role.OPERATOR)
    till = office.till()
    till.submit(till.open("/console/sign-in"), "/console/sign-in", email=person.email, password=PASSWORD)
    return till


def written(device: VenueDevice, folder: Path) -> bytes:
    file = device.sync.write_stick(folder)
    assert file
    return file.read_bytes()


def test_a_stick_carries_everything_there_and_its_receipt_back(
    office: Office, device: VenueDevice, venues: Venues, tmp_path: Path
) -> None:
    device.admit(1, 2, 3)
    data = written(device, tmp_path)
    before = own(device)
    assert b"admission" not in data
    assert device.sync.outbox.counts().waiting == len(before)
    receipt = take_stick(venues._database, office.clock, venues, data)
    assert stored(office, device) == before
    assert device.sync.take_receipt(receipt) == len(before)
    assert device.sync.take_receipt(receipt + "\n") == len(before)
    assert device.sync.outbox.counts().waiting == 0
    assert device.sync.write_stick(tmp_path) is None


def test_stick_and_line_at_once_and_each_twice_are_exactly_once(
    office: Office, device: VenueDevice, venues: Venues, tmp_path: Path
) -> None:
    device.admit(1, 2, 3)
    data = written(device, tmp_path)
    device.admit(4)
    device.run()
    receipts = [take_stick(venues._database, office.clock, venues, data) for _ in range(2)]
    assert receipts[0] == receipts[1]
    for receipt in receipts:
        device.sync.take_receipt(receipt)
    device.run()
    assert stored(office, device) == own(device)
    assert device.sync.outbox.counts().parked == 0


def test_a_file_cut_at_any_byte_or_altered_or_for_another_is_refused_whole(
    office: Office, device: VenueDevice, enrol: Callable[..., VenueDevice], venues: Venues, tmp_path: Path
) -> None:
    device.admit(1)
    data = written(device, tmp_path)
    for place in range(0, len(data), 7):
        for broken in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            with pytest.raises(CinemaError) as caught:
                take_stick(venues._database, office.clock, venues, broken)
            assert caught.value.code in (Code.WRONG_USE, Code.SIGN_IN_NEEDED), place
    assert stored(office, device) == {}
    other = enrol("Door B")
    with pytest.raises(CinemaError) as refused:
        other.sync.take_receipt(take_stick(venues._database, office.clock, venues, data))
    assert refused.value.code is Code.PROGRAMME_REFUSED
    assert data.startswith(MAGIC)


def test_a_receipt_for_other_records_covers_nothing(device: VenueDevice, venues: Venues, office: Office) -> None:
    device.admit(1)
    said = Receipt(RECEIPT_TYPE, device.ledger.device, "b", time_text(office.clock.now()), (Span(1, 3),), "0" * 64)
    for signer in (venues.signer, SigningKey.generate()):
        with pytest.raises(CinemaError) as caught:
            device.sync.take_receipt(write_paper(said, signer))
        assert caught.value.code is Code.PROGRAMME_REFUSED
    assert device.sync.outbox.counts().sent == 0


def test_the_console_takes_a_stick_and_gives_the_receipt(
    office: Office, device: VenueDevice, venues: Venues, venue_id: str, tmp_path: Path
) -> None:
    till = signed_in_till(office)
    page = till.open(f"/console/venues/{venue_id}").text
    token, form = TOKEN.search(page), page.partition('name="form_token" value="')[2].partition('"')[0]
    assert token
    device.admit(1)
    with closing(till.http):
        answer = till.http.post(
            f"{office.base_url}/console/venues/{venue_id}/stick",
            data={"console_token": token[1], "form_token": form},
            files={"file": ("x.scsync", written(device, tmp_path))},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        device.sync.take_receipt(answer.text)
        shown = till.open(f"/console/venues/{venue_id}").text
        assert "paper-moon" in shown
        assert "Door A" in shown
    assert device.sync.outbox.counts().waiting == 0
