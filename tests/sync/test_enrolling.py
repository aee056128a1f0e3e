"""A device comes to belong to a venue: by a code, by staff who allow it elsewhere, and by nobody else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from boxoffice.client import DeviceCodes, VenueLine
from boxoffice.rules.venues import SALE_KEYS
from boxoffice.service import add_staff
from boxoffice.service.console.roles import Role
from boxoffice.service.venues import Venues
from core import Cancel, CinemaError, Code, base64url
from kiosk.enrolment import device_key, join, membership
from kiosk.ledger import Ledger
from kiosk.licences import licence_key
from kiosk.operator_files import operators
from tests.boxoffice.service.conftest import PASSWORD, Office
from tests.kiosk.venue import OPERATOR, RESERVE
from tests.sync.conftest import VenueDevice


@pytest.fixture
def newcomer(office: Office, tmp_path: Path) -> Iterator[tuple[Path, Ledger, VenueLine, str, str]]:
    folder = tmp_path / "new"
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(Ledger.open(folder, reserve_bytes=RESERVE)))
        line = stack.enter_context(closing(VenueLine(office.base_url, device_key(folder), office.clock)))
        public = base64url.encode(licence_key(folder).public_key().public_bytes_raw())
        yield folder, ledger, line, ledger.public_jwk["x"], public


def test_a_code_enrols_one_device_once_and_it_trusts_the_operator(device: VenueDevice) -> None:
    found = membership(device.folder)
    assert found
    assert (found.certificate.name, found.certificate.sale_key) == ("Door A", SALE_KEYS.start)
    assert found.service == device.line.origin
    assert OPERATOR.key_id in operators(device.folder).key_ids
    assert device.line.have(Cancel()).last == 0


def test_a_second_device_has_another_number_and_each_knows_the_other(
    device: VenueDevice, enrol: Callable[..., VenueDevice]
) -> None:
    other = enrol("Door B")
    assert other.certificate.sale_key == SALE_KEYS.start + 1
    report = device.run()
    assert [what.partition(" ")[0] for what in report.taken] == ["devices"]
    assert (device.folder / "devices.jws").is_file()
    assert device.run().taken == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_used_an_old_and_a_made_up_code_are_refused(
    office: Office, venues: Venues, venue_id: str, newcomer: Any
) -> None:
    _folder, _ledger, line, x, public = newcomer
    with venues._database.write() as session:
        code = venues.new_code(venues.only_venue(session, None))
    line.enrol_by_code(code.lower().replace("-", " "), "Door", x, public, Cancel())
    with pytest.raises(CinemaError) as caught:
        line.enrol_by_code(code, "Door", x, public, Cancel())
    assert caught.value.code is Code.REFUSED
    with venues._database.write() as session:
        old = venues.new_code(venues.only_venue(session, None))
    office.clock.moved += timedelta(hours=25)
    for wrong in (code, old, "AAAA-BBBB-CCCC", ""):
        with pytest.raises(CinemaError) as caught:
            line.enrol_by_code(wrong, "Door", x, public, Cancel())
        assert caught.value.code is Code.REFUSED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_guessing_codes_is_stopped(venue_id: str, newcomer: Any) -> None:
    _folder, _ledger, line, x, public = newcomer
    statuses = []
    for _ in range(21):
        with pytest.raises(CinemaError) as caught:
            line.enrol_by_code("AAAA-BBBB-CCCC", "Door", x, public, Cancel())
        statuses.append(caught.value.details["status"])
    assert statuses == [403] * 20 + [429]


def allowed_by(office: Office, email: str) -> Callable[[DeviceCodes], None]:
    """Whoever allows the device, in a browser of their own."""

    def allow(codes: DeviceCodes) -> None:
        till = office.till()
        page = till.open(codes.address_with_code)
        path = codes.address_with_code.removeprefix(office.base_url)
        answer = till.submit(page, path, do="sign-in", user_code=codes.user_code, email=email, password=PASSWORD)
        assert answer.status_code == 200

    return allow


@pytest.mark.parametrize(("role", "may"), [(Role.OPERATOR, True), (Role.SUPPORT, False), (None, False)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_staff_allow_a_device_from_a_browser_and_nobody_stays_signed_in(
    office: Office, venues: Venues, venue_id: str, newcomer: Any, role: Role | None, may: bool, monkeypatch: Any
) -> None:
    monkeypatch.setattr("boxoffice.service.screens.INTERVAL_S", 1)
    folder, ledger, line, x, public = newcomer
    person: Any = office.newcomer()
    if role:
        add_staff(office.config, person.email, role)
    show = allowed_by(office, person.email)
    if not may:
        with pytest.raises(CinemaError) as caught:
            line.enrol_by_staff(None, "Foyer", x, public, show, Cancel())
        assert caught.value.code is Code.REFUSED
        return
    certificate = join(folder, ledger, line.origin, line.enrol_by_staff(None, "Foyer", x, public, show, Cancel()))
    assert (certificate.venue, certificate.name) == (venue_id, "Foyer")
    living = [one for one in person.ask("GET", "/v1/account/sign-ins").json()["sign_ins"] if not one["this"]]
    assert living == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_enrolling_can_be_called_off(venue_id: str, newcomer: Any) -> None:
    _folder, _ledger, line, x, public = newcomer
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(CinemaError) as caught:
        line.enrol_by_staff(None, "Foyer", x, public, lambda _codes: None, cancel)
    assert caught.value.code is Code.CANCELLED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_device_s_certificate_is_refused(device: VenueDevice, venues: Venues, newcomer: Any) -> None:
    folder, ledger, line, x, public = newcomer
    with venues._database.write() as session:
        code = venues.new_code(venues.only_venue(session, None))
    given = line.enrol_by_code(code, "Door", x, public, Cancel())
    with pytest.raises(CinemaError) as caught:
        join(device.folder, device.ledger, "", given)
    assert caught.value.code is Code.PROGRAMME_REFUSED
    join(folder, ledger, "", given)
