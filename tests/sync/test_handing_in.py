"""What happened at a venue arrives at the box office once, whatever the line does: real ledgers, real service."""

import json
import sqlite3
import uuid
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from boxoffice.client import Item, VenueLine
from boxoffice.service.database import Database, engine_for
from boxoffice.service.tables import VenueAlarmRow, VenueDeviceRow, VenueRecordRow
from boxoffice.service.venue_records import VenueRecords
from boxoffice.service.venues import Venues
from core import Cancel, CinemaError, Code
from core.uuid7 import uuid7
from films import SigningKey, TrustedKeys
from kiosk.audit import audit
from kiosk.enrolment import device_key
from kiosk.ledger import Ledger
from kiosk.records import Kind
from kiosk.sync import pause_s
from tests.boxoffice.service.conftest import Office
from tests.kiosk.venue import RESERVE
from tests.sync.conftest import Cut, VenueDevice


def stored(office: Office, device: VenueDevice) -> dict[int, bytes]:
    """What the service has of a device."""
    with closing(Database(office.config.database_url)) as database, database.read() as session:
        rows = session.query(VenueRecordRow).filter_by(device_id=device.ledger.device)
        return {row.seq: row.data for row in rows}


def own(device: VenueDevice) -> dict[int, bytes]:
    return {seq: bytes(record) for seq, record in device.ledger.ask("SELECT seq, record FROM audit")}


def do(office: Office, *statements: str) -> None:
    """As its database's keeper would."""
    engine = engine_for(office.config.database_url)
    with engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def alarms(office: Office) -> set[str]:
    with closing(Database(office.config.database_url)) as database, database.read() as session:
        return {row.code for row in session.query(VenueAlarmRow)}


def test_everything_arrives_in_pieces_and_exactly_as_it_was_written(office: Office, device: VenueDevice) -> None:
    device.admit(*range(205))
    report = device.run()
    assert (report.handed_in, report.counts.parked) == (207, 0)
    device.run()
    assert stored(office, device) == own(device)
    assert device.ledger.ask("SELECT count(*) FROM receipts")[0][0] >= 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wire_cut_at_any_byte_loses_and_doubles_nothing(office: Office, device: VenueDevice) -> None:
    device.admit(1, 2, 3)
    to = urlsplit(office.base_url)
    lengths = (3000, 2400)
    number = 10
    for way, length in zip(("there", "back"), lengths, strict=True):
        for place in range(0, length, 150):
            device.admit(number)
            number += 1
            wire = Cut((str(to.hostname), int(to.port or 0)), **{way: place})
            line = _through(wire, device, office)
            with suppress(CinemaError), closing(wire), closing(line):
                device.run(line)
            here = stored(office, device)
            assert here.items() <= own(device).items()
    device.run()
    device.run()
    assert stored(office, device) == own(device)


class _through:  # noqa: N801 - a line as a function would make it
    """The device's line over another wire; proofs name the real address, as through a tunnel."""

    def __init__(self, wire: Cut, device: VenueDevice, office: Office) -> None:
        self._line = VenueLine(f"http://127.0.0.1:{wire.port}", _Tunnelled(device, office), office.clock)  # type: ignore[arg-type]

        self.have, self.hand_in, self.files = self._line.have, self._line.hand_in, self._line.files
        self.close = self._line.close


class _Tunnelled:
    def __init__(self, device: VenueDevice, office: Office) -> None:
        self._key, self._base = device_key(device.folder), office.base_url

    def proof(self, method: str, url: str, now: Any, **said: Any) -> str:
        return self._key.proof(method, self._base + urlsplit(url).path, now, **said)


class Flaky:
    """The device's line, some of whose answers are lost or are another's: what the wire and proxies do."""

    def __init__(self, device: VenueDevice, *troubles: Any) -> None:
        self._device, self._troubles = device, list(troubles)

    def have(self, cancel: Cancel) -> Any:
        return self._device.line.have(cancel)

    def files(self, known: frozenset[str], cancel: Cancel) -> Any:
        return self._device.line.files(known, cancel)

    def hand_in(self, batch: str, records: Any, heads: Any, cancel: Cancel) -> Any:
        trouble = self._troubles.pop(0) if self._troubles else None
        if trouble == "lost":
            self._device.line.hand_in(batch, records, heads, cancel)
            raise CinemaError(Code.OFFLINE, "lost")
        if trouble == "twice":
            self._device.line.hand_in(batch, records, heads, cancel)
        if isinstance(trouble, int):
            raise CinemaError(Code.SERVER_ERROR, "no", {"status": trouble})
        if trouble == "busy":
            items, receipt = self._device.line.hand_in(batch, records[:1], heads, cancel)
            return [*items, *(Item(item, 409, "busy") for item in range(2, 400))], receipt
        return self._device.line.hand_in(batch, records, heads, cancel)


def test_a_lost_answer_and_a_repeated_request_change_nothing(office: Office, device: VenueDevice) -> None:
    device.admit(1, 2, 3)
    for trouble in ("lost", "lost", "twice"):
        with suppress(CinemaError):
            device.run(Flaky(device, trouble))
    assert device.sync.outbox.counts().parked == 0
    device.run()
    assert stored(office, device) == own(device)


@pytest.mark.parametrize("status", [500, 503, 429])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_service_with_a_passing_trouble_is_asked_again_later(
    office: Office, device: VenueDevice, status: int
) -> None:
    device.admit(1)
    with pytest.raises(CinemaError) as caught:
        device.run(Flaky(device, status))
    assert caught.value.passing
    assert device.sync.outbox.counts().waiting == device.ledger.head.seq
    device.run()
    assert own(device).items() >= stored(office, device).items()


def test_pauses_grow_from_a_second_to_ten_minutes_and_are_spread() -> None:
    assert [pause_s(failures, lambda: 1.0) for failures in (1, 2, 3, 20, 400)] == [1, 2, 4, 600, 600]
    assert pause_s(3, lambda: 0.0) == 2


def test_a_fault_inside_the_transaction_leaves_nothing_and_the_next_try_is_whole(
    office: Office, device: VenueDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[requests.Response] = []
    send = requests.Session.send

    def heard(*given: Any, **more: Any) -> requests.Response:
        answers.append(send(*given, **more))
        return answers[-1]

    monkeypatch.setattr(requests.Session, "send", heard)
    device.admit(*range(5))
    if office.config.database_url.startswith("sqlite"):
        broken = (
            "CREATE TRIGGER broken BEFORE INSERT ON venue_record WHEN NEW.seq = 4 BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
        mended = "DROP TRIGGER broken"
    else:
        broken = "ALTER TABLE venue_record ADD CONSTRAINT broken CHECK (seq <> 4)"
        mended = "ALTER TABLE venue_record DROP CONSTRAINT broken"
    do(office, broken)
    with pytest.raises(CinemaError) as caught:
        device.run()
    assert caught.value.passing
    assert stored(office, device) == {}
    assert (answers[-1].status_code, answers[-1].headers["Connection"]) == (500, "close"), (
        "or the next try ends with it"
    )
    do(office, mended)
    device.run()
    assert own(device).items() >= stored(office, device).items()
    assert len(stored(office, device)) >= 7


def tamper(device: VenueDevice, seq: int, old: bytes, new: bytes) -> None:
    """As somebody with a tool would edit the file under a running venue."""
    with closing(sqlite3.connect(device.folder / "ledger.sqlite3")) as db, db:
        (data,) = db.execute("SELECT record FROM audit WHERE seq = ?", (seq,)).fetchone()
        changed = data.replace(old, new)
        assert changed != data
        db.execute("UPDATE audit SET record = ? WHERE seq = ?", (changed, seq))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_accepted_is_parked_and_the_others_pass(office: Office, device: VenueDevice) -> None:
    device.admit(1, 2, 3, 4)
    records = [data.decode() for data in own(device).values()]
    records[3] = records[3].replace('"people":1', '"people":9')
    records[5] = records[5].replace('"kind":"admission"', '"kind": broken')
    elsewhere = '{"seq":1,"prev":"' + "0" * 64 + '","at":"2026-01-01T00:00:00.000Z","clock":"good","kind":"started","facts":{}}'  # fmt: skip
    items, _ = device.line.hand_in(uuid7(), [elsewhere, *records[1:]], [], Cancel())
    assert [(item.status, item.code) for item in items] == [
        *((404, "other-device"), (201, "kept"), (201, "kept"), (422, "chain"), (201, "kept"), (400, "malformed")),
    ]
    assert sorted(stored(office, device)) == [2, 3, 5]
    assert alarms(office) == {"chain"}
    device.run()
    device.run()
    assert stored(office, device) == own(device)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_record_edited_in_the_file_is_parked_shown_and_kept(office: Office, device: VenueDevice) -> None:
    device.admit(1, 2, 3, 4)
    tamper(device, 4, b'"people":1', b'"people":9')
    assert device.run().counts.parked == 1
    (parked,) = device.sync.outbox.parked()
    assert (parked.seq, parked.status, parked.code) == (4, 422, "altered")
    assert '"people":9' in parked.record
    assert 4 not in stored(office, device)
    assert device.run().counts.parked == 1
    assert device.sync.outbox.try_parked_again() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_batch_that_is_refused_whole_is_halved_until_one_record_is_parked(
    office: Office, device: VenueDevice
) -> None:
    device.admit(1, 2, 3)

    class Refusing(Flaky):
        def hand_in(self, batch: str, records: Any, heads: Any, cancel: Cancel) -> Any:
            if any('"ticket":"0000000000000002"' in record for record in records):
                raise CinemaError(Code.NOT_FOUND, "no", {"status": 404})
            return super().hand_in(batch, records, heads, cancel)

    report = device.run(Refusing(device))
    (parked,) = device.sync.outbox.parked()
    assert (report.counts.parked, parked.status) == (1, 404)
    assert '"ticket":"0000000000000002"' in parked.record
    assert len(stored(office, device)) >= 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_key_with_other_records_is_refused_and_somebody_is_told(office: Office, device: VenueDevice) -> None:
    device.admit(1)
    records = [data.decode() for data in own(device).values()]
    key = uuid7()
    device.line.hand_in(key, records[:2], [], Cancel())
    with pytest.raises(CinemaError) as caught:
        device.line.hand_in(key, records, [], Cancel())
    assert caught.value.details["status"] == 422
    assert alarms(office) == {"key-reused"}
    assert len(stored(office, device)) == 2
    items, _ = device.line.hand_in(key, records[:2], [], Cancel())
    assert [item.status for item in items] == [201, 201]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_that_is_no_uuid_of_version_7_is_refused(office: Office, device: VenueDevice) -> None:
    with pytest.raises(CinemaError) as caught:
        device.line.hand_in(str(uuid.uuid4()), [], [], Cancel())
    assert caught.value.details["status"] == 400


def test_a_service_restored_from_yesterday_is_sent_everything_again(office: Office, device: VenueDevice) -> None:
    device.admit(1, 2, 3)
    device.run()
    do(office, "DELETE FROM venue_record WHERE seq > 2", "DELETE FROM venue_batch")
    report = device.run()
    assert report.sent_again >= 3
    device.run()
    assert stored(office, device) == own(device)
    assert "restored" in alarms(office)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_device_whose_disk_was_put_back_is_told_and_its_records_are_kept_apart(
    office: Office, device: VenueDevice
) -> None:
    device.admit(1)
    image = {file.name: file.read_bytes() for file in device.folder.iterdir() if file.is_file()}
    device.admit(2, 3)
    device.run()
    before = stored(office, device)
    device.ledger.close()
    for name in ("ledger.sqlite3",):
        (device.folder / name).write_bytes(image[name])
    for file in (device.folder / "copies").iterdir():
        file.unlink()
    device.ledger = Ledger.open(device.folder, clocks=device.clocks, reserve_bytes=RESERVE)
    device.admit(7, 8)
    report = device.run()
    assert report.rolled_back
    assert report.counts.parked >= 2
    assert before.items() <= stored(office, device).items()
    assert "changed" in alarms(office)
    parked = device.sync.outbox.parked()
    assert {item.code for item in parked} <= {"changed", "chain"}
    kinds = [json.loads(data)["kind"] for data in own(device).values()]
    assert kinds.count(Kind.ROLLED_BACK) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_removed_device_keeps_its_queue(office: Office, device: VenueDevice) -> None:
    device.admit(1)
    with closing(Database(office.config.database_url)) as database, database.write() as session:
        session.get_one(VenueDeviceRow, device.ledger.device).removed = office.clock.now()
    with pytest.raises(CinemaError) as caught:
        device.run()
    assert caught.value.code is Code.SIGN_IN_NEEDED
    assert device.sync.outbox.counts().waiting == device.ledger.head.seq


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stranger_s_key_and_a_proof_used_twice_are_refused(
    office: Office, device: VenueDevice, tmp_path: Path
) -> None:
    SigningKey.load_or_create(tmp_path / "stranger" / "device-key.pem")
    line = VenueLine(office.base_url, device_key(tmp_path / "stranger"), office.clock)
    with closing(line), pytest.raises(CinemaError) as caught:
        line.have(Cancel())
    assert caught.value.code is Code.SIGN_IN_NEEDED
    proof = device_key(device.folder).proof("GET", office.base_url + "/v1/venue/records", office.clock.now())
    http = office.device().http
    asked = [http.get(office.base_url + "/v1/venue/records", headers={"DPoP": proof}, timeout=10) for _ in range(2)]
    assert [answer.status_code for answer in asked] == [200, 401]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_handed_in_is_forgotten_only_after_thirty_days_and_never_before(
    office: Office, device: VenueDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ledger.HEAD_RECORDS", 5)
    device.admit(*range(12))
    assert device.run().forgotten == 0
    device.clocks.forward(timedelta(days=29))
    device.admit(200)
    assert device.run().forgotten == 0
    device.clocks.forward(timedelta(days=2))
    device.admit(*range(300, 306))
    forgotten = device.run().forgotten
    assert 10 <= forgotten <= 15
    key = SigningKey.load_or_create(device.folder / "device-key.pem")
    report = audit(device.folder / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk))
    assert report.ok, report.faults
    device.ledger.close()
    device.ledger = Ledger.open(device.folder, clocks=device.clocks, reserve_bytes=RESERVE)
    assert device.ledger.rescued is None
    device.run()
    device.run()
    assert len(stored(office, device)) == device.ledger.head.seq


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_records_that_never_arrived_are_not_forgotten_however_old(
    device: VenueDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ledger.HEAD_RECORDS", 5)
    device.admit(*range(15))
    device.clocks.forward(timedelta(days=400))
    device.admit(200)
    assert device.sync.outbox.forget("2099-01-01T00:00:00Z") == 0
    assert len(own(device)) == device.ledger.head.seq


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "kept"),
        ({"currency": "eur"}, "facts"),
        ({"party": "two"}, "facts"),
        ({"party": 10**18}, "facts"),
        ({"title": "x" * 201}, "facts"),
        ({"title": ["x"]}, "facts"),
        ({"title": "=HYPERLINK(1)"}, "facts"),
        ({"gate": "A\0"}, "facts"),
        ({"at": "0001-01-01T00:00:00+23:00"}, "malformed"),
    ],
)
def test_a_record_that_no_report_could_hold_is_told_and_breaks_nothing(
    office: Office, device: VenueDevice, venues: Venues, changes: dict[str, Any], code: str
) -> None:
    sale = {"ticket": "t", "screening": "s", "title": "x", "gate": "A", "people": 1, "minor": 950, "currency": "EUR"}
    record = {"seq": 9, "prev": "0" * 64, "kind": "sale", "at": "2026-01-01T20:00:00+00:00"}
    record |= {"facts": sale | changes} if "at" not in changes else {"facts": sale, **changes}
    records = VenueRecords(venues._database, office.clock, venues)
    answer = records.take(device.ledger.device, uuid7(), [json.dumps(record)], [])
    assert [item["code"] for item in answer["items"]] == [code]
