import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from boxoffice.rules import ClockState
from core import CinemaError, Code
from films import SigningKey, TrustedKeys
from kiosk import ledger_file
from kiosk.audit import AuditReport, audit
from kiosk.ledger import Entry, Ledger
from kiosk.records import Kind
from tests.kiosk.bad_disk import BadDisk
from tests.kiosk.venue import NOW, OpenLedger, SetClocks

ROOT = Path(__file__).resolve().parents[2]
ENTRY = Entry("feed000000000001", 1, 1, "friday", "A", "scan")


def audited(folder: Path) -> AuditReport:
    key = SigningKey.load_or_create(folder / "device-key.pem")
    return audit(folder / "ledger.sqlite3", key.key_id, TrustedKeys.of(key.public_jwk))


def entry(number: int, people: int = 1, party: int = 1) -> Entry:
    return replace(ENTRY, ticket=f"{number:016x}", people=people, party=party)


def edit(folder: Path, sql: str, *values: object) -> None:
    db = sqlite3.connect(folder / "ledger.sqlite3")
    with db:
        db.execute(sql, values)
    db.close()


def test_who_was_let_in_is_let_in_once_and_the_first_time_is_told(open_ledger: OpenLedger, clocks: SetClocks) -> None:
    ledger = open_ledger()
    first = ledger.admit(ENTRY, 100)
    clocks.forward(timedelta(minutes=2))
    second = ledger.admit(ENTRY, 100)
    assert first.admitted
    assert (first.admitted.at, first.before) == (NOW, ())
    assert (second.admitted, second.before, second.full) == (None, (first.admitted,), False)
    assert (ledger.inside("friday"), ledger.admissions(ENTRY.ticket)) == (1, (first.admitted,))


def test_a_party_may_come_in_parts_and_no_more_than_it_is(open_ledger: OpenLedger) -> None:
    ledger = open_ledger()
    assert ledger.admit(entry(1, people=3, party=4), 100).admitted
    assert ledger.admit(entry(1, people=2, party=4), 100).admitted is None
    last = ledger.admit(entry(1, people=1, party=4), 100).admitted
    assert last
    assert (last.part, ledger.inside("friday")) == (1, 4)


def test_a_full_room_takes_nobody_but_by_staff(open_ledger: OpenLedger) -> None:
    ledger = open_ledger()
    ledger.admit(entry(1, people=9, party=9), 10)
    answer = ledger.admit(entry(2, people=2, party=2), 10)
    assert (answer.admitted, answer.full) == (None, True)
    assert ledger.admit(
        replace(entry(2, 2, 2), how="override", staff="mei", reason="seats"), 10, whatever=True
    ).admitted
    assert ledger.inside("friday") == 11


def test_two_readers_at_once_let_one_in(open_ledger: OpenLedger) -> None:
    ledger = open_ledger()
    for number in range(20):
        together = threading.Barrier(2)
        answers: list[bool] = []

        def scan(number: int = number, together: threading.Barrier = together, answers: list[bool] = answers) -> None:
            together.wait()
            answers.append(ledger.admit(entry(number), 100).admitted is not None)

        threads = [threading.Thread(target=scan) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [False, True]


def test_a_second_instance_refuses_to_start(open_ledger: OpenLedger, tmp_path: Path) -> None:
    open_ledger()
    script = (
        f"from kiosk.ledger import Ledger; from pathlib import Path; Ledger.open(Path({str(tmp_path / 'venue')!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "[ledger-in-use]" in done.stderr


def test_what_is_written_is_there_at_the_next_start_and_audits(open_ledger: OpenLedger, tmp_path: Path) -> None:
    ledger = open_ledger()
    for number in range(120):
        ledger.admit(entry(number), 1000)
    ledger.close()
    report = audited(tmp_path / "venue")
    assert (report.faults, report.records, report.admissions, report.signed_to) == ((), 121, 120, 121)
    again = open_ledger()
    assert again.admit(entry(7), 1000).admitted is None
    assert again.rescued is None


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (
            "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), '\"A\"', '\"B\"') AS BLOB) WHERE seq = 5",
            "chain",
        ),
        ("UPDATE audit SET seq = 99 WHERE seq = 11", "chain"),
        ("UPDATE admissions SET people = 0 WHERE part = 0 AND record = 5", "admission"),
        ("DELETE FROM admissions WHERE record = 5", "admission"),
        ("INSERT INTO admissions VALUES ('x', 0, 1, 'friday', 'A', 1, '2026-11-23T19:00:00.000Z')", "admission"),
        ("DELETE FROM outbox WHERE record = 5", "outbox"),
        ("UPDATE heads SET signed = replace(signed, '.', '.A')", "head"),
    ],
)
def test_an_edited_ledger_is_found_out(open_ledger: OpenLedger, tmp_path: Path, sql: str, code: str) -> None:
    ledger = open_ledger()
    for number in range(10):
        ledger.admit(entry(number), 1000)
    ledger.close()
    edit(tmp_path / "venue", sql)
    assert code in {fault.code for fault in audited(tmp_path / "venue").faults}


def test_records_written_anew_with_right_hashes_are_found_out_by_the_signature(
    open_ledger: OpenLedger, tmp_path: Path
) -> None:
    ledger = open_ledger()
    ledger.admit(ENTRY, 100)
    ledger.close()
    db = sqlite3.connect(tmp_path / "venue" / "ledger.sqlite3")
    data = db.execute("SELECT record FROM audit WHERE seq = 2").fetchone()[0].replace(b'"A"', b'"B"')
    with db:
        db.execute("UPDATE audit SET record = ?, hash = ? WHERE seq = 2", (data, hashlib.sha256(data).digest()))
        db.execute("UPDATE admissions SET gate = 'B'")
    db.close()
    assert {fault.code for fault in audited(tmp_path / "venue").faults} == {"head"}


def test_another_device_s_ledger_is_no_ledger_of_this_one(open_ledger: OpenLedger, tmp_path: Path) -> None:
    open_ledger(tmp_path / "one").close()
    open_ledger(tmp_path / "two").close()
    (tmp_path / "one" / "ledger.sqlite3").replace(tmp_path / "two" / "ledger.sqlite3")
    assert not audited(tmp_path / "two").ok


def test_heads_are_signed_every_fifty_records_and_every_minute(
    open_ledger: OpenLedger, clocks: SetClocks, tmp_path: Path
) -> None:
    ledger = open_ledger()
    for number in range(52):
        ledger.admit(entry(number), 1000)
    assert audited(tmp_path / "venue").signed_to == 50
    clocks.forward(timedelta(seconds=61))
    ledger.tend()
    assert audited(tmp_path / "venue").signed_to == 53


# Time


def test_a_dead_battery_neither_opens_nor_burns_anything(open_ledger: OpenLedger, clocks: SetClocks) -> None:
    open_ledger().close()
    clocks.reboot(datetime.fromisoformat("1970-01-01T00:00:10+00:00"))
    ledger = open_ledger()
    assert (ledger.time().state, ledger.time().now) == (ClockState.BEHIND, NOW)
    ledger.close()
    clocks.reboot(NOW + timedelta(days=400))
    ledger = open_ledger()
    assert (ledger.time().state, ledger.time().now) == (ClockState.AHEAD, NOW)
    ledger.confirm_clock("mei", "new battery")
    ledger.close()
    clocks.reboot(NOW)
    assert open_ledger().time().now == NOW + timedelta(days=400)


def test_what_was_signed_later_is_evidence(open_ledger: OpenLedger, clocks: SetClocks) -> None:
    ledger = open_ledger()
    clocks.reboot(NOW + timedelta(days=3))
    assert ledger.time().state is ClockState.AHEAD
    ledger.learn(NOW + timedelta(days=2, hours=20))
    assert ledger.time().state is ClockState.GOOD


# Signed files


def test_an_older_file_is_refused_and_that_is_recorded(open_ledger: OpenLedger, tmp_path: Path) -> None:
    ledger = open_ledger()
    assert ledger.accept("programme", 5, "a" * 64)
    assert not ledger.accept("programme", 5, "a" * 64)
    for number, digest in ((4, "b" * 64), (5, "b" * 64)):
        with pytest.raises(CinemaError) as caught:
            ledger.accept("programme", number, digest)
        assert caught.value.code is Code.PROGRAMME_REFUSED
    assert ledger.accepted("programme") == (5, "a" * 64)
    ledger.close()
    db = sqlite3.connect(tmp_path / "venue" / "ledger.sqlite3")
    kinds = [json.loads(row[0])["kind"] for row in db.execute("SELECT record FROM audit ORDER BY seq")]
    db.close()
    assert kinds == [Kind.STARTED, Kind.ACCEPTED, Kind.DECLINED, Kind.DECLINED]


# Faults 45 to 48


def killed(folder: Path, first: int, after_s: float) -> list[int]:
    """The numbers that were told green before the process was killed."""
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "kiosk" / "killed.py"), str(folder), str(first)],
        *(-1, None, None, subprocess.PIPE),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert child.stdout
    line = child.stdout.readline()
    time.sleep(after_s)
    child.kill()
    told = (line + child.stdout.read()).splitlines(keepends=True)
    child.stdout.close()
    child.wait()
    return [int(number) for number in told if number.endswith(b"\n")]


def test_nobody_who_was_told_green_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    green: list[int] = []
    chance = random.Random(45)  # noqa: S311
    for _ in range(6):
        green += killed(tmp_path, (green[-1] if green else 0) + 1000, chance.random() / 5)
        report = audited(tmp_path)
        assert report.ok, report.faults
    ledger = Ledger.open(tmp_path, reserve_bytes=1 << 16)
    lost = [number for number in green if not ledger.admissions(f"{number:016x}")]
    ledger.close()
    assert green
    assert lost == []


def test_a_full_disk_lets_nobody_in_unrecorded_and_gives_up_the_reserve(
    open_ledger: OpenLedger, small_disk: Path, tmp_path: Path
) -> None:
    ledger = open_ledger(small_disk / "venue", tmp_path / "copies")
    assert (ledger.short_of_room, ledger.rescued) == (False, None)
    fill = small_disk / "fill"
    with pytest.raises(OSError, match="No space"):
        fill.write_bytes(bytes(2 << 20))
    admitted = iter(lambda: ledger.admit(entry(ledger.inside("friday")), 10**6).admitted, None)
    with pytest.raises(CinemaError) as caught:
        deque(admitted, maxlen=0)
    assert caught.value.code is Code.DISK_FULL
    refused = ledger.inside("friday")
    assert ledger.short_of_room
    assert ledger.admissions(f"{refused:016x}") == ()
    assert ledger.admit(entry(refused), 10**6).admitted
    ledger.close()
    report = audited(small_disk / "venue")
    assert (report.faults, report.admissions) == ((), refused + 1)
    fill.unlink()
    assert not open_ledger(small_disk / "venue", tmp_path / "copies").short_of_room


class Asked:
    """A process whose disk is in trouble when it is told to be."""

    def __init__(self, folder: Path, copies: Path, disk: BadDisk) -> None:
        self._disk = disk
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "kiosk" / "asked.py"), str(folder), str(copies)],
            *(-1, None, subprocess.PIPE, subprocess.PIPE),
            cwd=ROOT,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), **disk.environment},
        )

    def let_in(self, ticket: str, trouble: str = "") -> str:
        assert self.process.stdin
        assert self.process.stdout
        self._disk.trouble(trouble)
        self.process.stdin.write(f"{ticket}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self._disk.trouble("")
        self.process.communicate(timeout=20)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    process = Asked(tmp_path / "venue", tmp_path / "copies", BadDisk(tmp_path))
    yield process
    process.end()


@pytest.mark.parametrize("trouble", ["EIO", "EROFS"])
def test_a_disk_that_cannot_be_written_lets_nobody_in_until_it_can_be(
    asked: Asked, tmp_path: Path, trouble: str
) -> None:
    assert asked.let_in("a") == "green"
    assert asked.let_in("b", trouble) == "ledger-unwritable"
    assert asked.let_in("c", trouble) == "ledger-unwritable"
    assert asked.let_in("b") == "green"
    assert asked.let_in("a") == "used"
    asked.end()
    assert (audited(tmp_path / "venue").faults, audited(tmp_path / "venue").admissions) == ((), 2)


def test_a_slow_disk_is_waited_for_before_anybody_is_told(asked: Asked, tmp_path: Path) -> None:
    assert asked.let_in("a") == "green"
    began = time.monotonic()
    assert asked.let_in("b", "400") == "green"
    assert time.monotonic() - began > 0.8
    asked.end()
    assert audited(tmp_path / "venue").admissions == 2


def spoil(file: Path, page: int) -> None:
    """Write over one page of the file."""
    with file.open("r+b") as handle:
        handle.seek(page * 4096)
        handle.write(os.urandom(4096))


@pytest.mark.parametrize("seed", range(8))
def test_a_ledger_with_a_broken_page_is_whole_again_at_the_next_start(
    open_ledger: OpenLedger, tmp_path: Path, seed: int
) -> None:
    folder, copies = tmp_path / "venue", tmp_path / "copies"
    ledger = open_ledger(folder, copies)
    for number in range(150):
        ledger.admit(entry(number), 1000)
        if number == 70:
            assert ledger.copy()
    ledger.close()
    pages = (folder / "ledger.sqlite3").stat().st_size // 4096
    spoil(folder / "ledger.sqlite3", random.Random(seed).randrange(pages))  # noqa: S311
    again = open_ledger(folder, copies)
    assert again.rescued
    assert (again.rescued.restored_to, again.rescued.missing) == (151, 0)
    assert again.inside("friday") == 150
    assert again.admit(entry(3), 1000).admitted is None
    again.close()
    assert audited(folder).faults == ()
    assert again.rescued.put_aside.exists()


def test_a_rescue_that_was_cut_off_is_done_again_or_ended(open_ledger: OpenLedger, tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    file, half, whole = (folder / f"ledger.{suffix}" for suffix in ("sqlite3", "rescuing", "rescued"))
    ledger = open_ledger(folder)
    for number in range(20):
        ledger.admit(entry(number), 1000)
    ledger.close()
    shutil.copy(file, tmp_path / "sound")
    file.write_bytes(b"damaged" * 5000)
    half.write_bytes(b"begun" * 5000)
    first = open_ledger(folder)
    assert first.rescued
    assert (first.rescued.restored_to, first.inside("friday")) == (21, 20)
    first.close()
    file.rename(folder / "damaged-before.sqlite3")
    half.write_bytes(b"begun" * 5000)
    shutil.copy(tmp_path / "sound", whole)
    second = open_ledger(folder)
    assert (second.rescued, second.inside("friday"), whole.exists()) == (None, 20, False)


def test_a_ledger_that_is_gone_is_made_anew_from_what_was_written_elsewhere(
    open_ledger: OpenLedger, tmp_path: Path
) -> None:
    ledger = open_ledger(tmp_path / "venue", tmp_path / "copies")
    for number in range(20):
        ledger.admit(entry(number), 1000)
    ledger.close()
    (tmp_path / "venue" / "ledger.sqlite3").unlink()
    again = open_ledger(tmp_path / "venue", tmp_path / "copies")
    assert again.rescued
    assert again.inside("friday") == 20
    again.close()
    assert audited(tmp_path / "venue").faults == ()


def test_what_cannot_be_had_again_is_told_as_a_gap(open_ledger: OpenLedger, tmp_path: Path) -> None:
    folder, copies = tmp_path / "venue", tmp_path / "copies"
    ledger = open_ledger(folder, copies)
    ledger.copy()
    for number in range(10):
        ledger.admit(entry(number), 1000)
    ledger.close()
    lines = copies / "records-000000000001.jsonl"
    kept = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"".join(kept[:4] + kept[5:]))
    (folder / "ledger.sqlite3").write_bytes(b"not a database at all" * 1000)
    again = open_ledger(folder, copies)
    assert again.rescued
    assert (again.rescued.copied_to, again.rescued.restored_to, again.rescued.missing) == (1, 5, 6)


def test_a_changed_letter_in_an_old_record_is_found_at_the_start(open_ledger: OpenLedger, tmp_path: Path) -> None:
    folder = tmp_path / "venue"
    ledger = open_ledger(folder)
    for number in range(10):
        ledger.admit(entry(number), 1000)
    ledger.close()
    edit(
        folder, "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), '\"A\"', '\"B\"') AS BLOB) WHERE seq = 5"
    )
    again = open_ledger(folder)
    assert again.rescued
    assert (again.rescued.restored_to, again.rescued.missing) == (11, 0)


def test_copies_are_made_every_hour_and_the_last_few_are_kept(
    open_ledger: OpenLedger, clocks: SetClocks, tmp_path: Path
) -> None:
    ledger = open_ledger(copies=tmp_path / "copies")
    for hour in range(5):
        clocks.forward(timedelta(minutes=61))
        ledger.admit(entry(hour), 100)
        ledger.tend()
    assert len(list((tmp_path / "copies").glob("*.sqlite3"))) == 3
    assert len(list((tmp_path / "copies").glob("*.jsonl"))) == 3


def test_a_ledger_of_an_earlier_version_is_brought_forward_and_kept_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.executescript(
            f"{ledger_file._SCHEMA} PRAGMA application_id = {ledger_file.APPLICATION}; PRAGMA user_version = 1;"
        )
        old.execute("INSERT INTO audit VALUES (1, x'7b7d', x'00')")
        old.execute("INSERT INTO accepted VALUES ('programme', 3, 'ab', 1)")
        old.commit()
    before = file.read_bytes()
    with closing(ledger_file.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (ledger_file.VERSION,)
        assert db.execute("SELECT name, number FROM accepted").fetchall() == [("programme", 3)]
    kept = tmp_path / "ledger.version-1.sqlite3"
    with closing(sqlite3.connect(kept)) as db, closing(sqlite3.connect(":memory:")) as told:
        told.deserialize(before)
        assert list(db.iterdump()) == list(told.iterdump())
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    ledger_file.connect(file).close()
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.sqlite3", "ledger.version-1.sqlite3"}


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    with closing(ledger_file.connect(file)) as db:
        db.execute(f"PRAGMA user_version = {ledger_file.VERSION + 1}")
    before = file.read_bytes()
    with pytest.raises(CinemaError, match="later version") as refusal:
        ledger_file.connect(file)
    assert refusal.value.code is Code.LEDGER_UNWRITABLE
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite3"]
